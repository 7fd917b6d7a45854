"""Phrases and what they mean, worked out by hand: wall-clock time wherever the rep lives.

A line is `words [what to do] = what is expected ; when it is said`. Expected is a time, `asks` with the choices in
order, or `refused`. A year that is missing is 2026. Where nothing else is written, it is said on Tuesday,
24 November 2026, at 10:30, by somebody whose work starts at 9:00.
"""

# ruff: noqa: RUF001 - wide digits and a curly apostrophe, as telephones write them

SAID = "2026-11-24 10:30"

ENGLISH = """
in 2 weeks on friday [call] = 12-11 09:00
monday in 2 weeks = asks 12-07 09:00, 12-14 09:00
friday the 27th at 10 [sign] = 11-27 10:00
thursday the 27th = asks 11-26 09:00, 11-27 09:00
24 dec thursday = 12-24 09:00
next month on the 5th = 12-05 09:00
the 5th of next month = 12-05 09:00
2026-12-24T10:00 = 12-24 10:00
friday 17h [call] = 11-27 17:00
friday [2h workshop] = 11-27 09:00
today in 2 hours = 11-24 12:30
1/2 hour = refused
12am = asks 11-25 00:00
tomorrow 12pm = 11-25 12:00
tomorrow 24:00 = 11-26 00:00
24th = asks 12-24 09:00
by friday [send it] = 11-27 09:00
tomorrow, at 10, [call Bob] = 11-25 10:00
11/12 = asks 12-11 09:00, 2027-11-12 09:00
03/04 at 7 = asks 2027-03-04 07:00, 2027-03-04 19:00, 2027-04-03 07:00, 2027-04-03 19:00
in 9 months = 2027-08-24 09:00
in 5 months at 14:30 = 2027-04-24 14:30
tomorrow = 11-25 09:00
tomorrow 9am = 11-25 09:00
TOMORROW 9AM [Call ANNA] = 11-25 09:00
tomorrow 9am [call about the offer] = 11-25 09:00
tomorrow at 14 = 11-25 14:00
tomorrow at 14 [call anna] = 11-25 14:00
tomorrow 14 = 11-25 14:00
tomorrow at 9 [call] = 11-25 09:00
tomorrow at 7 = asks 11-25 07:00, 11-25 19:00
tomorrow at 7 [ring them] = asks 11-25 07:00, 11-25 19:00
tomorrow at 7pm = 11-25 19:00
tomorrow at 7 p.m. = 11-25 19:00
tomorrow at 7 in the evening = 11-25 19:00
tomorrow evening at 7 = 11-25 19:00
tomorrow 7:00 = asks 11-25 07:00, 11-25 19:00
tomorrow 07:00 = 11-25 07:00
tomorrow morning [call] = 11-25 09:00
tomorrow afternoon = 11-25 15:00
tomorrow evening = 11-25 18:00
tomorrow night = 11-25 20:00
tomorrow noon = 11-25 12:00
tomorrow at midnight = asks 11-25 00:00, 11-26 00:00
tomorrow half past 9 = 11-25 09:30
tomorrow at quarter to 9 = 11-25 08:45
at 9 tomorrow [write] = 11-25 09:00
9am tomorrow [write] = 11-25 09:00
the day after tomorrow = 11-26 09:00
today 18:00 = 11-24 18:00
today at 5 = 11-24 17:00
today at noon = 11-24 12:00
today at 9 = asks 11-24 21:00, 11-25 09:00
today 9am = asks 11-25 09:00
today = refused
this afternoon = 11-24 15:00
this morning = refused
tonight = 11-24 20:00
tonight at 8 = 11-24 20:00
at 14 = 11-24 14:00
at 5 = asks 11-24 17:00, 11-25 05:00
at 12 = 11-24 12:00
noon = 11-24 12:00
midnight = 11-25 00:00
9am = asks 11-25 09:00
9:00 = asks 11-24 21:00, 11-25 09:00
9:00 = asks 11-24 21:00, 11-25 09:00 ; 2026-11-24 15:00
14:00 = asks 11-25 14:00 ; 2026-11-24 15:00
16:30 [send it] = 11-24 16:30
in 2 hours = 11-24 12:30
in 2 hours [call] = 11-24 12:30
30 min = 11-24 11:00
1h = 11-24 11:30
1 hour 30 minutes = 11-24 12:00
half an hour = 11-24 11:00
in 2 weeks = 12-08 09:00
in 2 weeks [send march report] = 12-08 09:00
in two weeks at 10:00 [ask] = 12-08 10:00
in 3 days at 2pm = 11-27 14:00
3 days from now = 11-27 09:00
2d = 11-26 09:00
in a month = 12-24 09:00
in 3 months = 2027-02-24 09:00
in a year = 2027-11-24 09:00
in 3 months = 2027-02-28 09:00 ; 2026-11-30 10:30
next week = 12-01 09:00
next month = 12-24 09:00
friday [call anna] = 11-27 09:00
fri 15:00 = 11-27 15:00
friday 3pm [to sign] = 11-27 15:00
on friday at 9:30 [demo] = 11-27 09:30
friday at 4 = asks 11-27 04:00, 11-27 16:00
friday afternoon at 4 = 11-27 16:00
this friday = 11-27 09:00
next friday = asks 11-27 09:00, 12-04 09:00
next friday 15:00 [call] = asks 11-27 15:00, 12-04 15:00
next monday = 11-30 09:00
friday next week [call] = 12-04 09:00
next week on friday = 12-04 09:00
monday [5 seats offer] = 11-30 09:00
monday 10:00 [5 seats offer] = 11-30 10:00
monday [2 weeks of trial] = 11-30 09:00
friday [march report] = 11-27 09:00
friday [next steps] = 11-27 09:00
tuesday = 12-01 09:00
tuesday 15:00 = asks 11-24 15:00, 12-01 15:00
friday = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
friday 15:00 = asks 11-27 15:00, 12-04 15:00 ; 2026-11-27 08:00
friday 15:00 = 12-04 15:00 ; 2026-11-27 16:00
next friday = 12-04 09:00 ; 2026-11-27 08:00
last friday = refused
yesterday = refused
yesterday 9am [call] = refused
2 weeks ago = refused
in -2 weeks = refused
24 dec 10:00 = 12-24 10:00
24th of december [gift] = 12-24 09:00
december 24, 2026 at 10am = 12-24 10:00
dec 24 10:00 = 12-24 10:00
3 march = 2027-03-03 09:00
1 march 2027: [no budget] = 2027-03-01 09:00
march 1, 2027: [no budget] = 2027-03-01 09:00
march 3rd at 11 = 2027-03-03 11:00
3 march 2026 = refused
1 jan 2020 = refused
20 november = asks 2027-11-20 09:00
24 november 9am = asks 2027-11-24 09:00
24 november 15:00 = 11-24 15:00
the 27th = 11-27 09:00
on the 3rd [invoice] = 12-03 09:00
31 april = refused
29 feb = 2028-02-29 09:00
03/04 = asks 2027-03-04 09:00, 2027-04-03 09:00
03/04 [call] = asks 2027-03-04 09:00, 2027-04-03 09:00
3.4 = asks 2027-03-04 09:00, 2027-04-03 09:00
24/12 = 12-24 09:00
12/24 = 12-24 09:00
5/5 = 2027-05-05 09:00
12/24/2026 15:00 = 12-24 15:00
2026-12-24 10:00 = 12-24 10:00
2026-12-24 = 12-24 09:00
friday 27 november = 11-27 09:00
friday 4 december 10:00 [sign] = 12-04 10:00
friday 3 december = asks 11-27 09:00, 12-03 09:00
sat 03/04 = 2027-04-03 09:00
saturday 22:00 = 11-28 22:00
tomorrow = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 01:30
tomorrow 9am = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 03:59
tomorrow 9am = 11-25 09:00 ; 2026-11-24 04:00
in 5000 years = refused
2050-01-01 = refused
31.12.9999 = refused
call her = refused
5 = refused
may = refused
december = refused
some day = refused
13/14 = refused
"""

GERMAN = """
Freitag in einer Woche [Angebot] = 12-04 09:00
in 2 Wochen am Freitag = 12-11 09:00
heute 14h = 11-24 14:00
in vierzehn Tagen = 12-08 09:00
24. Dezember [do it] = 12-24 09:00
morgen = 11-25 09:00
morgen 9 Uhr [anrufen] = 11-25 09:00
morgen um 9 [Anna anrufen] = 11-25 09:00
morgen um 14 [anrufen] = 11-25 14:00
morgen um 7 = asks 11-25 07:00, 11-25 19:00
morgen um 7 Uhr [Anna] = asks 11-25 07:00, 11-25 19:00
morgen 7:00 = 11-25 07:00
morgen um 7 Uhr abends = 11-25 19:00
morgen früh um 7 = 11-25 07:00
morgen früh = 11-25 09:00
morgen Nachmittag = 11-25 15:00
morgen Abend um 8 = 11-25 20:00
morgen Mittag = 11-25 12:00
morgen um halb zehn = 11-25 09:30
morgen um viertel nach 9 = 11-25 09:15
morgen 9.30 [Angebot] = 11-25 09:30
um 9 Uhr morgen [anrufen] = 11-25 09:00
übermorgen = 11-26 09:00
uebermorgen 10:00 = 11-26 10:00
heute 15 Uhr = 11-24 15:00
heute um 5 = 11-24 17:00
heute Abend = 11-24 18:00
heute Nachmittag um 4 = 11-24 16:00
heute 9:00 = asks 11-24 21:00, 11-25 09:00
gestern = refused
vorgestern = refused
in 2 Stunden = 11-24 12:30
in einer halben Stunde [anrufen] = 11-24 11:00
in 2 Wochen = 12-08 09:00
in zwei Wochen [Bericht senden] = 12-08 09:00
in 3 Tagen um 14:00 = 11-27 14:00
in einem Monat = 12-24 09:00
in einem Jahr = 2027-11-24 09:00
vor 2 Wochen = refused
nächste Woche = 12-01 09:00
nächsten Monat = 12-24 09:00
Freitag [Anna anrufen] = 11-27 09:00
Fr 15:00 = 11-27 15:00
am Freitag um 15 Uhr = 11-27 15:00
am Fr. um 10 [Demo] = 11-27 10:00
nächsten Freitag = asks 11-27 09:00, 12-04 09:00
nächsten Montag = 11-30 09:00
kommenden Freitag = 11-27 09:00
diesen Freitag = 11-27 09:00
Freitag nächster Woche = 12-04 09:00
nächste Woche Freitag = 12-04 09:00
Montag Morgen = 11-30 09:00
Montag [5 Plätze anbieten] = 11-30 09:00
Freitag = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
letzten Freitag = refused
24.12. = 12-24 09:00
1.3.2027: [anrufen] = 2027-03-01 09:00
24.12. 10:00 = 12-24 10:00
am 24.12.2026 um 10 Uhr = 12-24 10:00
24. Dezember = 12-24 09:00
24. Dez. 10:00 [Geschenk] = 12-24 10:00
3.4. = 2027-04-03 09:00
3.4 = 2027-04-03 09:00
03/04 = 2027-04-03 09:00
3. März = 2027-03-03 09:00
3. März 2026 = refused
am 27. [Rechnung] = 11-27 09:00
Freitag, 27. November = 11-27 09:00
20. November = asks 2027-11-20 09:00
tomorrow at 14 [call] = 11-25 14:00
next week = 12-01 09:00
irgendwann = refused
morgen = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 00:30
"""

SPANISH = """
el día 24 de diciembre a las 10 = 12-24 10:00
en quince días = 12-09 09:00
mañana = 11-25 09:00
manana [llamar] = 11-25 09:00
mañana a las 9 [llamar a Ana] = 11-25 09:00
mañana a las 14 = 11-25 14:00
mañana a las 7 = asks 11-25 07:00, 11-25 19:00
mañana a las 7 de la tarde = 11-25 19:00
mañana a las 7 de la mañana = 11-25 07:00
mañana por la mañana = 11-25 09:00
mañana por la tarde [enviar] = 11-25 15:00
mañana por la noche = 11-25 18:00
mañana a las 9 y media = 11-25 09:30
mañana a las diez menos cuarto = 11-25 09:45
mañana 15:30 [reunión] = 11-25 15:30
mañana 7:00 = 11-25 07:00
mañana a las 5pm = 11-25 17:00
mañana al mediodía = 11-25 12:00
pasado mañana = 11-26 09:00
pasado mañana a las 10 = 11-26 10:00
hoy a las 18:00 = 11-24 18:00
hoy a las 5 = 11-24 17:00
hoy 9:00 = asks 11-24 21:00, 11-25 09:00
esta tarde = 11-24 15:00
esta noche = 11-24 18:00
ayer = refused
anteayer = refused
en 2 horas [llamar] = 11-24 12:30
en media hora = 11-24 11:00
dentro de dos semanas = 12-08 09:00
en 2 semanas [enviar informe de marzo] = 12-08 09:00
en 3 días a las 14:00 = 11-27 14:00
en un mes = 12-24 09:00
en un año = 2027-11-24 09:00
hace 2 semanas = refused
la próxima semana = 12-01 09:00
la semana que viene [llamar] = 12-01 09:00
el mes que viene = 12-24 09:00
viernes [llamar a Ana] = 11-27 09:00
el viernes a las 15:00 = 11-27 15:00
vie 15:00 = 11-27 15:00
este viernes = 11-27 09:00
el próximo viernes = asks 11-27 09:00, 12-04 09:00
el viernes que viene = asks 11-27 09:00, 12-04 09:00
el lunes que viene [oferta] = 11-30 09:00
el viernes de la próxima semana = 12-04 09:00
lunes por la tarde = 11-30 15:00
lunes [5 plazas] = 11-30 09:00
viernes = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
el viernes pasado = refused
24 dic 10:00 = 12-24 10:00
24 de diciembre [regalo] = 12-24 09:00
el 24 de diciembre de 2026 a las 10 = 12-24 10:00
24/12 = 12-24 09:00
03/04 = 2027-04-03 09:00
3.4 = 2027-04-03 09:00
3 de marzo = 2027-03-03 09:00
3 de marzo de 2026 = refused
el día 27 = 11-27 09:00
viernes 27 de noviembre = 11-27 09:00
20 de noviembre = asks 2027-11-20 09:00
tomorrow 9am [call] = 11-25 09:00
algún día = refused
mañana = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 02:00
"""

JAPANESE = """
12月24日(木) 10時 = 12-24 10:00
12月24日木曜日 = 12-24 09:00
12月24日(金) = asks 11-27 09:00, 12-24 09:00
来月5日に[請求] = 12-05 09:00
2時間以内に[電話] = 11-24 12:30
来週水曜日の午後2時に[見積もり送付] = 12-02 14:00
五時 = asks 11-24 17:00, 11-25 05:00
明日 = 11-25 09:00
明日 9時 = 11-25 09:00
明日9時 = 11-25 09:00
明日9時に[電話] = 11-25 09:00
明日の9時 [電話] = 11-25 09:00
明日の14時に[田中さんに電話] = 11-25 14:00
明日 14:00 [電話] = 11-25 14:00
明日 7時 = asks 11-25 07:00, 11-25 19:00
明日 7:00 = 11-25 07:00
明日 午後7時 = 11-25 19:00
明日の午前7時 = 11-25 07:00
明日の夜8時 = 11-25 20:00
明日の朝 = 11-25 09:00
明日の午後 = 11-25 15:00
明日の夕方 = 11-25 18:00
明日9時半 = 11-25 09:30
明日9時45分 = 11-25 09:45
明日午後3時15分に[会議] = 11-25 15:15
明日の正午 = 11-25 12:00
明日まで = 11-25 09:00
あした 10時 = 11-25 10:00
明後日 = 11-26 09:00
あさって 10:00 = 11-26 10:00
今日 18:00 = 11-24 18:00
今日 18時に[電話] = 11-24 18:00
今日の午後5時 = 11-24 17:00
今日 5時 = 11-24 17:00
今日 9:00 = asks 11-24 21:00, 11-25 09:00
今夜 = 11-24 20:00
午後3時 = 11-24 15:00
15時 = 11-24 15:00
15:00 = 11-24 15:00
昨日 = refused
一昨日 = refused
2時間後 = 11-24 12:30
30分後に[電話] = 11-24 11:00
3日後 = 11-27 09:00
三日後 = 11-27 09:00
3日後 14時 = 11-27 14:00
2週間後 = 12-08 09:00
2週間後に[3月の報告] = 12-08 09:00
1ヶ月後 = 12-24 09:00
3か月後 = 2027-02-24 09:00
1年後 = 2027-11-24 09:00
来週 = 12-01 09:00
再来週 = 12-08 09:00
来月 = 12-24 09:00
金曜日 = 11-27 09:00
金曜日に[電話] = 11-27 09:00
金曜 15:00 = 11-27 15:00
金曜日の15時 = 11-27 15:00
今週の金曜日 = 11-27 09:00
次の金曜日 = asks 11-27 09:00, 12-04 09:00
来週の月曜日 = 11-30 09:00
来週の月曜日 10:00 = 11-30 10:00
来週の金曜日の10時に[電話] = 12-04 10:00
再来週の月曜日 = 12-07 09:00
先週の金曜日 = refused
月曜日 [5席の提案] = 11-30 09:00
金曜日 = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
12月24日 = 12-24 09:00
12月24日 10:00 = 12-24 10:00
12月24日10時に[電話] = 12-24 10:00
2026年12月24日 = 12-24 09:00
2026年3月3日 = refused
12/24 = 12-24 09:00
3/4 = 2027-03-04 09:00
3月3日 = 2027-03-03 09:00
27日 = 11-27 09:00
11月20日 = asks 2027-11-20 09:00
１２月２４日　１０：００ = 12-24 10:00
tomorrow 9am [call] = 11-25 09:00
いつか = refused
明日 = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 01:00
"""

FRENCH = """
dans quinze jours = 12-09 09:00
demain = 11-25 09:00
demain 9h [appeler] = 11-25 09:00
demain à 9h [appeler Anna] = 11-25 09:00
demain à 14h = 11-25 14:00
demain à 14h30 [démo] = 11-25 14:30
demain à 7h = 11-25 07:00
demain à 7 heures = asks 11-25 07:00, 11-25 19:00
demain à 7 heures du soir = 11-25 19:00
demain à 7h du matin = 11-25 07:00
demain matin = 11-25 09:00
demain après-midi = 11-25 15:00
demain soir = 11-25 18:00
demain à 9 heures et demie = 11-25 09:30
demain 10h moins le quart = 11-25 09:45
demain à midi = 11-25 12:00
demain 15:30 [envoyer] = 11-25 15:30
demain [à 5 personnes] = 11-25 09:00
après-demain = 11-26 09:00
apres demain 10h = 11-26 10:00
aujourd'hui à 18h = 11-24 18:00
aujourd’hui à 18h = 11-24 18:00
aujourd'hui 9:00 = asks 11-24 21:00, 11-25 09:00
cet après-midi = 11-24 15:00
ce soir = 11-24 18:00
ce soir à 8h = 11-24 20:00
14h = 11-24 14:00
hier = refused
avant-hier = refused
dans 2 heures [appeler] = 11-24 12:30
dans 2h = 11-24 12:30
dans 1h30 = 11-24 12:00
dans une demi-heure = 11-24 11:00
dans 2 semaines = 12-08 09:00
dans deux semaines [envoyer le rapport de mars] = 12-08 09:00
dans 3 jours à 14h = 11-27 14:00
dans un mois = 12-24 09:00
dans un an = 2027-11-24 09:00
il y a 2 semaines = refused
la semaine prochaine = 12-01 09:00
le mois prochain = 12-24 09:00
vendredi [appeler Anna] = 11-27 09:00
ven. 15h = 11-27 15:00
vendredi à 15h = 11-27 15:00
ce vendredi = 11-27 09:00
vendredi prochain = asks 11-27 09:00, 12-04 09:00
lundi prochain [offre] = 11-30 09:00
vendredi de la semaine prochaine = 12-04 09:00
lundi matin = 11-30 09:00
lundi [5 places] = 11-30 09:00
vendredi = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
vendredi dernier = refused
24 déc. 10h = 12-24 10:00
le 24 décembre [cadeau] = 12-24 09:00
le 24 décembre 2026 à 10h = 12-24 10:00
1er janvier = 2027-01-01 09:00
24/12 = 12-24 09:00
03/04 = 2027-04-03 09:00
3.4 = 2027-04-03 09:00
3 mars = 2027-03-03 09:00
3 mars 2026 = refused
le 27 [facture] = 11-27 09:00
vendredi 27 novembre = 11-27 09:00
mar 1 déc. = 12-01 09:00
20 novembre = asks 2027-11-20 09:00
tomorrow at 14 [call] = 11-25 14:00
un jour = 11-25 09:00
bientôt = refused
demain = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 03:00
"""

PORTUGUESE = """
dia 5 de dezembro às 10 = 12-05 10:00
daqui a 15 dias = 12-09 09:00
amanhã = 11-25 09:00
amanha [ligar] = 11-25 09:00
amanhã às 9h [ligar para Ana] = 11-25 09:00
amanhã às 14h = 11-25 14:00
amanhã às 14h30 [demo] = 11-25 14:30
amanhã às 14 = 11-25 14:00
amanhã às 7h = 11-25 07:00
amanhã às 7 = asks 11-25 07:00, 11-25 19:00
amanhã às 7 horas = asks 11-25 07:00, 11-25 19:00
amanhã às 7 da noite = 11-25 19:00
amanhã às 7 da manhã = 11-25 07:00
amanhã de manhã = 11-25 09:00
amanhã à tarde [enviar] = 11-25 15:00
amanhã à noite = 11-25 18:00
amanhã às 9 e meia = 11-25 09:30
amanhã ao meio-dia = 11-25 12:00
amanhã 15:30 [reunião] = 11-25 15:30
amanhã às 5pm = 11-25 17:00
depois de amanhã = 11-26 09:00
depois de amanhã às 10h = 11-26 10:00
hoje às 18h = 11-24 18:00
hoje às 5 = 11-24 17:00
hoje 9:00 = asks 11-24 21:00, 11-25 09:00
hoje à tarde = 11-24 15:00
hoje à noite = 11-24 18:00
14h = 11-24 14:00
ontem = refused
anteontem = refused
em 2 horas [ligar] = 11-24 12:30
em 2h = 11-24 12:30
em meia hora = 11-24 11:00
em duas semanas = 12-08 09:00
daqui a duas semanas [enviar relatório de março] = 12-08 09:00
em 3 dias às 14h = 11-27 14:00
em um mês = 12-24 09:00
em um ano = 2027-11-24 09:00
há 2 semanas = refused
2 semanas atrás = refused
próxima semana = 12-01 09:00
na próxima semana [ligar] = 12-01 09:00
semana que vem = 12-01 09:00
mês que vem = 12-24 09:00
sexta [ligar para Ana] = 11-27 09:00
sexta-feira às 15h = 11-27 15:00
sexta feira 15:00 = 11-27 15:00
na sexta às 10h [demo] = 11-27 10:00
sex 15:00 = 11-27 15:00
esta sexta = 11-27 09:00
próxima sexta = asks 11-27 09:00, 12-04 09:00
sexta que vem = asks 11-27 09:00, 12-04 09:00
próxima segunda [oferta] = 11-30 09:00
sexta da próxima semana = 12-04 09:00
segunda de manhã = 11-30 09:00
segunda [5 lugares] = 11-30 09:00
sexta = asks 11-27 09:00, 12-04 09:00 ; 2026-11-27 08:00
sexta passada = refused
24 dez 10:00 = 12-24 10:00
24 de dezembro [presente] = 12-24 09:00
24 de dezembro de 2026 às 10h = 12-24 10:00
24/12 = 12-24 09:00
03/04 = 2027-04-03 09:00
3.4 = 2027-04-03 09:00
3 de março = 2027-03-03 09:00
3 de março de 2026 = refused
dia 27 [fatura] = 11-27 09:00
sexta, 27 de novembro = 11-27 09:00
20 de novembro = asks 2027-11-20 09:00
tomorrow 9am [call] = 11-25 09:00
algum dia = refused
amanhã = asks 11-24 09:00, 11-25 09:00 ; 2026-11-24 02:00
"""

PHRASES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "ja": JAPANESE, "fr": FRENCH, "pt": PORTUGUESE}

# Where the clocks change, in one zone each: words, language, zone, said (with its offset), expected (with theirs).
CLOCK_CHANGES = (
    # Berlin goes from 2:00 to 3:00 on 29 March, and from 3:00 back to 2:00 on 25 October.
    ("tomorrow 02:30", "en", "Europe/Berlin", "2026-03-28 12:00+01:00", ["2026-03-29 03:30+02:00"]),
    ("morgen 2:30", "de", "Europe/Berlin", "2026-03-28 12:00+01:00", ["2026-03-29 03:30+02:00"]),
    ("29.3. 2:30", "de", "Europe/Berlin", "2026-03-01 12:00+01:00", ["2026-03-29 03:30+02:00"]),
    ("tomorrow", "en", "Europe/Berlin", "2026-03-28 12:00+01:00", "2026-03-29 09:00+02:00"),
    ("in 2 hours", "en", "Europe/Berlin", "2026-03-29 01:30+01:00", "2026-03-29 04:30+02:00"),
    ("90 minutes", "en", "Europe/Berlin", "2026-03-29 01:30+01:00", "2026-03-29 04:00+02:00"),
    ("in 1 day", "en", "Europe/Berlin", "2026-03-28 12:00+01:00", "2026-03-29 09:00+02:00"),
    (
        "demain 2h30", "fr", "Europe/Paris", "2026-10-24 12:00+02:00",
        ["2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00"],
    ),
    (
        "tomorrow 02:30", "en", "Europe/Berlin", "2026-10-24 12:00+02:00",
        ["2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00"],
    ),
    ("in 30 minutes", "en", "Europe/Berlin", "2026-10-25 02:10+01:00", "2026-10-25 02:40+01:00"),
    ("today 02:30", "en", "Europe/Berlin", "2026-10-25 02:10+01:00", "2026-10-25 02:30+01:00"),
    ("in 2 Stunden", "de", "Europe/Berlin", "2026-10-25 01:30+02:00", "2026-10-25 02:30+01:00"),
    # New York goes forward on 8 March and back on 1 November.
    ("tomorrow 02:30", "en", "America/New_York", "2026-03-07 12:00-05:00", ["2026-03-08 03:30-04:00"]),
    (
        "tomorrow 1:30am", "en", "America/New_York", "2026-10-31 12:00-04:00",
        ["2026-11-01 01:30-04:00", "2026-11-01 01:30-05:00"],
    ),
    ("mañana 2:30", "es", "America/New_York", "2026-03-07 12:00-05:00", ["2026-03-08 03:30-04:00"]),
    # Auckland goes back on 5 April and forward on 27 September.
    (
        "tomorrow 2:30am", "en", "Pacific/Auckland", "2026-04-04 12:00+13:00",
        ["2026-04-05 02:30+13:00", "2026-04-05 02:30+12:00"],
    ),
    ("明日 2:30", "ja", "Pacific/Auckland", "2026-09-26 12:00+12:00", ["2026-09-27 03:30+13:00"]),
    # Lord Howe's clocks change by half an hour; Kolkata's never do.
    ("tomorrow 2:15am", "en", "Australia/Lord_Howe", "2026-10-03 12:00+10:30", ["2026-10-04 02:45+11:00"]),
    ("tomorrow 2:30am", "en", "Asia/Kolkata", "2026-03-28 12:00+05:30", "2026-03-29 02:30+05:30"),
    ("amanhã 2:30", "pt", "Europe/Lisbon", "2026-10-24 12:00+01:00", "2026-10-25 02:30+00:00"),
)  # fmt: skip
