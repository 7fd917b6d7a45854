"""The words for days and times in each language that reps may write them in; nothing here but tables.

Alternatives stand between bars. Accents and capitals do not matter, and a hyphen may be missing or a space.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """What one language calls things. Empty where it has no such word."""

    name: str  # in itself, for a menu
    examples: str
    weekdays: str  # seven, Monday first, between spaces
    months: str  # twelve, between spaces
    numbers: str  # from one on, between spaces
    units: dict[str, str]
    days: dict[int, str]  # how many days from today
    weeks: dict[int, str]  # how many weeks from this one
    periods: dict[str, str]  # the next month, the next year
    parts: dict[str, str]  # of a day
    today_parts: dict[str, str]  # those that name today as well
    noon: str
    midnight: str
    half: str = ""
    joins: str = ""  # between two counts: 1 hour and 30 minutes
    within: str = ""  # before a count of time to come
    within_after: str = ""
    ago: str = ""
    ago_after: str = ""
    this: str = ""  # before a weekday: the soonest
    coming: str = ""  # before a weekday: the soonest, or the one of next week?
    coming_after: str = ""
    last: str = ""
    last_after: str = ""
    on: str = ""  # before a day
    at: str = ""  # before a time
    bare_hours: bool = True  # "at 5" is a time; else it needs a word such as "heures"
    oclock: str = ""
    h_is_oclock: bool = False  # "14h" is two in the afternoon; else it is fourteen hours from now
    before_noon: str = ""  # directly before an hour
    after_noon: str = ""
    clock_before: dict[int, str] = field(default_factory=dict)  # minutes added to the hour that follows
    clock_after: dict[int, str] = field(default_factory=dict)  # ... that came before
    particle: str = ""  # what belongs to the time and not to what follows it
    of: str = ""  # between a day and its month
    ordinal: str = ""  # after the number of a day
    day_of_month: str = ""  # a pattern, (D) is the number
    day_first: bool | None = None  # 03/04 is the third of April; None: nobody knows
    writes_24_hours: bool = True  # 7:00 is in the morning; else it may be in the evening


ENGLISH = Language(
    name="English",
    examples="tomorrow 9am, fri 15:00, in 2 weeks, or 24 dec 10:00",
    weekdays="monday|mon tuesday|tues|tue wednesday|wed thursday|thurs|thur|thu friday|fri saturday|sat sunday|sun",
    months="january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep "
    "october|oct november|nov december|dec",
    numbers="one|an|a two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    units={"minute": "minutes|minute|mins|min|m", "hour": "hours|hour|hrs|hr|h", "day": "days|day|d",
           "week": "weeks|week|wks|wk|w", "month": "months|month", "year": "years|year"},
    days={-2: "day before yesterday|the day before yesterday", -1: "yesterday", 0: "today",
          1: "tomorrow|tmrw|tmr|tomorow", 2: "day after tomorrow|the day after tomorrow|overmorrow"},
    weeks={-1: "last week", 0: "this week", 1: "next week|the coming week", 2: "the week after next|week after next"},
    periods={"month": "next month", "year": "next year"},
    parts={"morning": "in the morning|morning", "afternoon": "in the afternoon|afternoon",
           "evening": "in the evening|evening", "night": "at night|night"},
    today_parts={"morning": "this morning", "afternoon": "this afternoon", "evening": "this evening",
                 "night": "tonight"},
    noon="noon|midday", midnight="midnight", half="half an|half a", joins="and|,", within="in|within",
    within_after="from now|later|hence", ago_after="ago", this="this|this coming|coming", coming="next",
    last="last|past", on="on|by|for|until", at="at|@|around|about", oclock="o'clock|oclock|hrs",
    clock_before={30: "half past", 15: "quarter past|a quarter past", -15: "quarter to|a quarter to"},
    of="of|of the", ordinal="st|nd|rd|th", day_of_month=r"(?:the )?(D)(?:st|nd|rd|th)", writes_24_hours=False,
)  # fmt: skip

GERMAN = Language(
    name="Deutsch",
    examples="morgen 9 Uhr, Fr 15:00, in 2 Wochen oder 24. Dez. 10:00",
    weekdays="montag|montags|mo dienstag|di mittwoch|mi donnerstag|do freitag|fr samstag|sonnabend|sa sonntag|so",
    months="januar|jänner|jan februar|feber|feb märz|maerz|mär|mrz april|apr mai juni|jun juli|jul august|aug "
    "september|sept|sep oktober|okt november|nov dezember|dez",
    numbers="eins|einem|einer|einen|eine|ein zwei|zwo drei vier fünf sechs sieben acht neun zehn elf zwölf "
    "dreizehn vierzehn fünfzehn",
    units={"minute": "minuten|minute|min", "hour": "stunden|stunde|std", "day": "tagen|tage|tag",
           "week": "wochen|woche", "month": "monaten|monate|monat", "year": "jahren|jahre|jahr"},
    days={-2: "vorgestern", -1: "gestern", 0: "heute", 1: "morgen", 2: "übermorgen|uebermorgen"},
    weeks={-1: "letzte woche|letzter woche|vorige woche|voriger woche", 0: "diese woche|dieser woche",
           1: "nächste woche|nächster woche|kommende woche|kommender woche|naechste woche|naechster woche",
           2: "übernächste woche|übernächster woche"},
    periods={"month": "nächsten monat|kommenden monat", "year": "nächstes jahr|kommendes jahr"},
    parts={"morning": "am morgen|morgen|früh|vormittags|vormittag|am vormittag|morgens|in der früh",
           "afternoon": "nachmittags|am nachmittag|nachmittag", "evening": "abends|am abend|abend",
           "night": "nachts|in der nacht|nacht"},
    today_parts={"morning": "heute früh|heute morgen|heute vormittag", "evening": "heute abend",
                 "afternoon": "heute nachmittag", "night": "heute nacht"},
    noon="mittags|mittag", midnight="mitternacht", half="einer halben|eine halbe", joins="und|,", within="in",
    ago="vor", this="diesen|dieser|diesem|am kommenden|kommenden|kommender",
    coming="nächsten|nächster|nächstem|am nächsten|naechsten|naechster", last="letzten|letzter|vergangenen|vorigen",
    on="am|an|den|der|bis|ab|zum", at="um|gegen|ab", oclock="uhr",
    clock_before={-30: "halb", 15: "viertel nach", -15: "viertel vor"},
    ordinal=".", day_of_month=r"(?:am|den|der|bis zum|zum) (D)\.", day_first=True,
)  # fmt: skip

SPANISH = Language(
    name="Español",
    examples="mañana a las 9:00, vie 15:00, en 2 semanas o 24 dic 10:00",
    weekdays="lunes|lun martes|mar miércoles|mié jueves|jue viernes|vie sábado|sáb domingo|dom",
    months="enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago "
    "septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic",
    numbers="una|uno|un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
    units={"minute": "minutos|minuto|min", "hour": "horas|hora", "day": "días|día", "week": "semanas|semana",
           "month": "meses|mes", "year": "años|año"},
    days={-2: "anteayer|antes de ayer", -1: "ayer", 0: "hoy", 1: "mañana", 2: "pasado mañana"},
    weeks={-1: "la semana pasada|semana pasada|de la semana pasada", 0: "esta semana|de esta semana",
           1: "la semana que viene|la próxima semana|próxima semana|semana que viene|de la próxima semana|"
              "de la semana que viene|la semana próxima|de la semana próxima"},
    periods={"month": "el mes que viene|el próximo mes|próximo mes|mes que viene",
             "year": "el año que viene|el próximo año|próximo año|año que viene"},
    parts={"morning": "por la mañana|de la mañana|en la mañana|temprano",
           "afternoon": "por la tarde|de la tarde|en la tarde|tarde",
           "evening": "por la noche|de la noche|en la noche|noche"},
    today_parts={"morning": "esta mañana", "afternoon": "esta tarde", "evening": "esta noche"},
    noon="al mediodía|a mediodía|mediodía", midnight="a medianoche|medianoche", half="media", joins="y|,",
    within="en|dentro de", ago="hace", this="este|esta", coming="el próximo|próximo", coming_after="que viene|próximo",
    last="el pasado|pasado", last_after="pasado", on="el|la|para el|para|hasta el|hasta|al|el día|día",
    at="a las|a la|a eso de las|sobre las", oclock="horas|hrs|hs|h", h_is_oclock=True,
    clock_after={30: "y media", 15: "y cuarto", -15: "menos cuarto"},
    of="de|del", day_of_month=r"(?:el día|el|día) (D)", day_first=True,
)  # fmt: skip

JAPANESE = Language(
    name="日本語",
    examples="明日 9時, 金曜日 15:00, 2週間後, 12月24日 10:00",
    weekdays="月曜日|月曜|(月) 火曜日|火曜|(火) 水曜日|水曜|(水) 木曜日|木曜|(木) "
    "金曜日|金曜|(金) 土曜日|土曜|(土) 日曜日|日曜|(日)",
    months="1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
    numbers="一 二 三 四 五 六 七 八 九 十 十一 十二",
    units={"minute": "分後|分以内", "hour": "時間後|時間以内", "day": "日後|日以内", "week": "週間後|週後|週間以内",
           "month": "ヶ月後|か月後|カ月後|ヵ月後|箇月後|ケ月後", "year": "年後"},
    days={-2: "一昨日|おととい", -1: "昨日|きのう", 0: "今日|本日|きょう", 1: "明日|あした|あす|翌日",
          2: "明後日|あさって"},
    weeks={-1: "先週", 0: "今週", 1: "来週", 2: "再来週"},
    periods={"month": "来月", "year": "来年"},
    parts={"morning": "朝|午前中|午前", "afternoon": "午後", "evening": "夕方|夕", "night": "夜|晩"},
    today_parts={"morning": "今朝", "evening": "今夕", "night": "今夜|今晩"},
    noon="正午|お昼|昼", midnight="真夜中", this="今度の", coming="次の", last="前の", on="の|、",
    at="の|、", bare_hours=False, oclock="時",
    before_noon="午前|朝", after_noon="午後|夕方|夜|晩", clock_after={30: "半"}, ordinal="日",
    particle="までに|までは|から|まで|に|は|、",
    day_of_month=r"(D)日", day_first=False,
)  # fmt: skip

FRENCH = Language(
    name="Français",
    examples="demain 9h, ven. 15h, dans 2 semaines ou 24 déc. 10h",
    weekdays="lundi|lun mardi|mar mercredi|mer jeudi|jeu vendredi|ven samedi|sam dimanche|dim",
    months="janvier|janv|jan février|févr|fév mars avril|avr mai juin juillet|juil août septembre|sept|sep "
    "octobre|oct novembre|nov décembre|déc",
    numbers="une|un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
    units={"minute": "minutes|minute|min|mn", "hour": "heures|heure|h", "day": "jours|jour|j",
           "week": "semaines|semaine", "month": "mois", "year": "années|année|ans|an"},
    days={-2: "avant-hier", -1: "hier", 0: "aujourd'hui|aujourdhui", 1: "demain", 2: "après-demain"},
    weeks={-1: "la semaine dernière|semaine dernière|de la semaine dernière", 0: "cette semaine|de cette semaine",
           1: "la semaine prochaine|semaine prochaine|de la semaine prochaine"},
    periods={"month": "le mois prochain|mois prochain", "year": "l'année prochaine|l'an prochain|année prochaine"},
    parts={"morning": "au matin|du matin|dans la matinée|matin", "afternoon": "de l'après-midi|après-midi",
           "evening": "du soir|au soir|en soirée|soir", "night": "de la nuit|dans la nuit"},
    today_parts={"morning": "ce matin", "afternoon": "cet après-midi", "evening": "ce soir", "night": "cette nuit"},
    noon="à midi|midi", midnight="à minuit|minuit", half="une demi|demi", joins="et|,", within="dans|d'ici",
    ago="il y a", this="ce", coming="le prochain|prochain", coming_after="prochain", last_after="dernier|passé",
    on="le|pour le|pour|avant le|jusqu'au|jusqu'à|au", at="à|vers", bare_hours=False, oclock="heures|heure|h",
    h_is_oclock=True, clock_after={30: "et demie", 15: "et quart", -15: "moins le quart"},
    ordinal="er", day_of_month=r"(?:le|au) (D)(?:er)?", day_first=True,
)  # fmt: skip

PORTUGUESE = Language(
    name="Português",
    examples="amanhã às 9h, sexta 15:00, em 2 semanas ou 24 dez 10:00",
    weekdays="segunda-feira|segunda|2ª-feira|seg terça-feira|terça|3ª-feira|ter quarta-feira|quarta|4ª-feira|qua "
    "quinta-feira|quinta|5ª-feira|qui sexta-feira|sexta|6ª-feira|sex sábado|sáb domingo|dom",
    months="janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set "
    "outubro|out novembro|nov dezembro|dez",
    numbers="uma|um duas|dois três quatro cinco seis sete oito nove dez onze doze treze catorze|quatorze quinze",
    units={"minute": "minutos|minuto|min", "hour": "horas|hora|h", "day": "dias|dia", "week": "semanas|semana",
           "month": "meses|mês", "year": "anos|ano"},
    days={-2: "anteontem", -1: "ontem", 0: "hoje", 1: "amanhã", 2: "depois de amanhã"},
    weeks={-1: "semana passada|da semana passada|na semana passada", 0: "esta semana|desta semana|nesta semana",
           1: "na próxima semana|a próxima semana|próxima semana|na semana que vem|semana que vem|"
              "da próxima semana|da semana que vem"},
    periods={"month": "no próximo mês|próximo mês|no mês que vem|mês que vem",
             "year": "no próximo ano|próximo ano|no ano que vem|ano que vem"},
    parts={"morning": "de manhã|pela manhã|da manhã|cedo", "afternoon": "à tarde|de tarde|da tarde|tarde",
           "evening": "à noite|de noite|da noite|noite"},
    today_parts={"morning": "esta manhã|hoje de manhã", "afternoon": "esta tarde", "evening": "esta noite"},
    noon="ao meio-dia|meio-dia", midnight="à meia-noite|meia-noite", half="meia", joins="e|,",
    within="em|dentro de|daqui a|daqui", ago="há", ago_after="atrás", this="esta|este|nesta|neste",
    coming="na próxima|no próximo|a próxima|o próximo|próxima|próximo", coming_after="que vem|próxima|próximo",
    last="na última|última|último", last_after="passada|passado", on="no|na|em|para|pra|até|a|o|no dia|o dia|dia",
    at="às|à|pelas|por volta das", oclock="horas|hora|hs|h", h_is_oclock=True,
    clock_after={30: "e meia", 15: "e quinze"}, of="de|do",
    day_of_month=r"(?:no dia|o dia|dia) (D)", day_first=True,
)  # fmt: skip

KNOWN = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "ja": JAPANESE, "fr": FRENCH, "pt": PORTUGUESE}
