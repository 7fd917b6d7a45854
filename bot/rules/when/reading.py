"""Plain words for a time ("tomorrow 9am", "Fr 15 Uhr", "dans 2 semaines") become a moment in the rep's own zone."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from bot.errors import DibsError
from bot.rules.calendar import at_local
from bot.rules.when.days import DAY, Days, days_meant
from bot.rules.when.patterns import Patterns, patterns_of
from bot.rules.when.spoken import Counted, Spoken, is_elapsed, listen
from bot.rules.when.text import folded
from bot.rules.when.times import MIDNIGHT, Times, times_meant
from bot.rules.when.words import KNOWN

LANGUAGES = {code: language.name for code, language in KNOWN.items()}
EXAMPLES = KNOWN["en"].examples
MAX_YEARS = 10  # ahead; further away it is a slip of the finger, and soon beyond what a calendar can count
MAX_CHOICES = 4
CLOCK_UNITS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1),
               "day": timedelta(days=1), "week": timedelta(weeks=1)}  # fmt: skip


class UnclearTimeError(DibsError):
    """The words name no moment, or one that has passed."""


class AmbiguousTimeError(UnclearTimeError):
    """The words can be several moments, or one that nobody would guess: which one is for the rep to say."""

    def __init__(self, sentence: str, *, choices: tuple[datetime, ...], phrase: str, rest: str) -> None:
        super().__init__(sentence)
        self.choices = choices  # aware, UTC, soonest first, all to come
        self.phrase = phrase
        self.rest = rest


@dataclass(frozen=True)
class When:
    moment: datetime  # aware, UTC
    rest: str  # the words that were not needed
    phrase: str = ""  # those that were


@dataclass(frozen=True)
class Heard:
    """The words, and all that is needed to find the moment they name."""

    spoken: Spoken
    phrase: str
    rest: str
    now: datetime
    place: ZoneInfo
    examples: str

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.place)


@dataclass(frozen=True)
class Found:
    moments: tuple[datetime, ...]  # to come, soonest first
    skipped: bool = False  # by a change of the clocks
    repeated: bool = False


def read_when(words: str, *, now: datetime, zone: str, day_starts: time, language: str = "en") -> When:
    """The moment that the first words name; a day without a time means when work starts.

    `language` is a code such as "de" or "de-DE"; English is understood besides it, and alone if it is another one.

    Raises:
        AmbiguousTimeError: with the moments that can be meant.
        UnclearTimeError: with what was wrong and examples that work.
    """
    patterns = patterns_of(known_language(language))
    heard = hear(words, patterns, now, ZoneInfo(zone))
    try:
        return understood(heard, day_starts)
    except OverflowError:
        raise too_far(heard) from None


def known_language(language: str) -> str:
    code = language.replace("_", "-").partition("-")[0].lower()
    return code if code in KNOWN else "en"


def hear(words: str, patterns: Patterns, now: datetime, place: ZoneInfo) -> Heard:
    written = unicodedata.normalize("NFC", " ".join(words.split()))
    compared, examples = folded(written), patterns.words.language.examples
    spoken = listen(compared.text, patterns)
    if spoken is None:
        raise UnclearTimeError(f"I could not read a time in “{written[:80]}”. Try {examples}.")
    particle = patterns.particle.match(compared.text, spoken.end)
    ends, goes_on = compared.origin[spoken.end], compared.origin[particle.end() if particle else spoken.end]
    return Heard(spoken, written[:ends].strip(), written[goes_on:].strip(), now, place, examples)


def understood(heard: Heard, day_starts: time) -> When:
    spoken = heard.spoken
    if isinstance(spoken.day, Counted) and is_elapsed(spoken.day):
        return clear(heard, counted_on(heard.now, spoken.day))
    times = times_meant(spoken.clock, spoken.part, day_starts)
    if spoken.day is None:
        return at_a_time(heard, times)
    days = days_meant(spoken.day, heard.local_now, clocked=spoken.clock is not None)
    if spoken.clock and spoken.clock.half == "midnight" and min(days.options, default=None) != heard.local_now.date():
        times = Times((0, MIDNIGHT))  # "friday midnight": as it begins, or as it ends?
    return on_days(heard, days, times)


def counted_on(now: datetime, day: Counted) -> datetime:
    """By the clock that never changes: an hour is an hour also on the night of a clock change."""
    if any(unit not in CLOCK_UNITS for _, unit in day.counts):
        raise OverflowError  # months of hours are beyond any plan
    return now.astimezone(UTC) + sum((count * CLOCK_UNITS[unit] for count, unit in day.counts), timedelta(0))


def at_a_time(heard: Heard, times: Times) -> When:
    """The next time the clock shows it; if that is not today any more, it is asked about."""
    today = heard.local_now.date()
    if len(times.options) > 1:
        found = [search(heard, [today], [one]) for one in times.options]
        later = [
            one if one.moments else search(heard, [today + DAY], [t])
            for one, t in zip(found, times.options, strict=True)
        ]
        return decide(heard, joined(later))
    found_today = search(heard, [today], times.options)
    if found_today.moments:
        return decide(heard, found_today)
    return instead(heard, joined([search(heard, [today], times.instead), search(heard, [today + DAY], times.options)]))


def on_days(heard: Heard, days: Days, times: Times) -> When:
    if not days.options and not days.instead:
        raise UnclearTimeError(f"“{heard.phrase}” is not in the calendar. Try {heard.examples}.")
    found = search(heard, days.options, times.options)
    if found.moments:
        return decide(heard, found)
    if not days.fit:
        return ask(heard, search(heard, days.instead, times.options), "The weekday and the date in {} differ. ")
    same_day = search(heard, days.options, times.instead)
    return instead(heard, joined([same_day, search(heard, days.instead, times.options)]))


def search(heard: Heard, days: Iterable[date], minutes: Iterable[int]) -> Found:
    """All moments to come of those days and times."""
    latest = heard.now.year + MAX_YEARS
    walls = [datetime.combine(day, time()) + timedelta(minutes=one) for day, one in product(days, minutes)]
    if walls and all(wall.year > latest for wall in walls):
        raise too_far(heard)
    near = [wall for wall in walls if wall.year <= latest]
    return joined(moments_of(heard, wall) for wall in near)


def moments_of(heard: Heard, wall: datetime) -> Found:
    """None, one, or two where the clock shows that time twice; a time that nobody said is taken as it comes."""
    once, again = (wall.replace(fold=fold, tzinfo=heard.place).astimezone(UTC) for fold in (0, 1))
    if once == again or heard.spoken.clock is None:
        return coming(heard, [at_local(wall.date(), wall.time(), heard.place.key)])
    if again < once:  # the clocks jump over it
        found = coming(heard, [once])
        return Found(found.moments, skipped=bool(found.moments))
    found = coming(heard, [once, again])
    return Found(found.moments, repeated=len(found.moments) > 1)


def coming(heard: Heard, moments: Iterable[datetime]) -> Found:
    return Found(tuple(moment for moment in moments if moment > heard.now))


def joined(all_found: Iterable[Found]) -> Found:
    found = list(all_found)
    moments = sorted({moment for one in found for moment in one.moments})
    return Found(tuple(moments), any(one.skipped for one in found), any(one.repeated for one in found))


def decide(heard: Heard, found: Found) -> When:
    if found.skipped:
        return ask(heard, found, "The clocks jump over {}. ")
    if len(found.moments) > 1:
        return ask(heard, found)
    return clear(heard, found.moments[0])


def instead(heard: Heard, found: Found) -> When:
    """What was said has passed."""
    return ask(heard, found, "{} has already passed. ")


def clear(heard: Heard, moment: datetime) -> When:
    if moment <= heard.now:
        raise UnclearTimeError(f"“{heard.phrase}” has already passed. Try {heard.examples}.")
    if moment.year > heard.now.year + MAX_YEARS:
        raise too_far(heard)
    return When(moment.astimezone(UTC), heard.rest, heard.phrase)


def ask(heard: Heard, found: Found, trouble: str = "") -> When:
    """Always raises; it stands where a moment would be returned. With nothing to choose from, it is a refusal."""
    if not found.moments:
        return clear(heard, heard.now)
    choices = found.moments[:MAX_CHOICES]
    quoted, named = f"“{heard.phrase}”", " or ".join(named_moments(heard, choices, found))
    one = "it" if len(choices) == 1 else "one of them"
    sentence = f"{trouble.format(quoted)}Do you mean {named}?" if trouble else f"{quoted} can be {named}. Which one?"
    if not found.repeated:
        sentence += f" Write {one} out, like {choices[0].astimezone(heard.place):%Y-%m-%d %H:%M}."
    raise AmbiguousTimeError(sentence, choices=choices, phrase=heard.phrase, rest=heard.rest)


def named_moments(heard: Heard, choices: Iterable[datetime], found: Found) -> list[str]:
    """Days; with the time if one was said, the year if it is not this one, the zone if it tells two apart."""
    local = [moment.astimezone(heard.place) for moment in choices]
    return [
        f"{one:%a} {one.day} {one:%b}"
        + (f" {one.year}" if one.year != heard.local_now.year else "")
        + (f" {one:%H:%M}" if heard.spoken.clock or heard.spoken.part else "")
        + (f" {one:%Z}" if found.repeated else "")
        for one in local
    ]


def too_far(heard: Heard) -> UnclearTimeError:
    return UnclearTimeError(f"“{heard.phrase}” is more than {MAX_YEARS} years away. Try {heard.examples}.")
