"""What the first words of a text say about a day and a time, before anyone asks which moment that is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.rules.when.patterns import Patterns, Vocabulary

# Japanese leaves no space between words, and ISO 8601 none before a time.
GAP = re.compile(r"^|[ ,]+|(?<=[0-9]t)|(?<![\x00-\x7f])|(?![\x00-\x7f])")
MAX_PARTS = 4  # weekday, date, part of the day and time
SHORTEST_WEEKDAY = 3  # after another day; "do" and "so" are German days, and English words
LATE_HOUR = 13  # from here on, "17h" is a time and not how long something takes


@dataclass(frozen=True)
class InDays:
    days: int


@dataclass(frozen=True)
class Weekday:
    index: int  # 0 is Monday
    which: Literal["plain", "this", "coming", "last"] = "plain"
    week: int | None = None  # counted from this one


@dataclass(frozen=True)
class Dated:
    """Dates it can be, as (year, month, day); without a year it is the next one."""

    dates: tuple[tuple[int | None, int, int], ...]
    weekday: int | None = None


@dataclass(frozen=True)
class DayOfMonth:
    day: int
    weekday: int | None = None
    months: int | None = None  # from this one; else the next such day


@dataclass(frozen=True)
class WeekdayIn:
    """ "monday in 2 weeks": of that week, or so many weeks after the next one."""

    index: int
    weeks: int


@dataclass(frozen=True)
class Counted:
    """So many units from now; hours and minutes are counted by the clock that never changes."""

    counts: tuple[tuple[float, str], ...]


Day = InDays | Weekday | WeekdayIn | Dated | DayOfMonth | Counted
# "am" and "pm" are said; "written" is 24 hours long; "spoken" may be either half of the day; "midnight" ends or begins.
Half = Literal["am", "pm", "written", "spoken", "midnight"]


@dataclass(frozen=True)
class Clock:
    minutes: int  # since midnight
    half: Half


@dataclass(frozen=True)
class Spoken:
    end: int = 0  # of the words that were needed
    day: Day | None = None
    clock: Clock | None = None
    part: str | None = None


def listen(text: str, patterns: Patterns) -> Spoken | None:
    """The day, the part of the day and the time that the text begins with, in any order."""
    spoken = Spoken()
    for _ in range(MAX_PARTS):
        longer = max(next_part(text, spoken, patterns), key=lambda one: one.end, default=None)
        if longer is None:
            break
        spoken = longer
    return spoken if spoken.day or spoken.clock else None


def next_part(text: str, spoken: Spoken, patterns: Patterns) -> Iterator[Spoken]:
    """Each way to go on from what was understood so far; of equally long ones the first is meant."""
    gap = GAP.match(text, spoken.end)
    if gap is None or is_elapsed(spoken.day):
        return
    start = gap.end()
    if spoken.clock is None:
        yield from clocks_at(text, start, spoken, patterns)
    yield from days_at(text, start, spoken, patterns)
    part = patterns.part.match(text, start)
    if part and spoken.part is None and (spoken.day or spoken.clock):
        yield replace(spoken, end=part.end(), part=patterns.words.parts[part["part"]])


def is_elapsed(day: Day | None) -> bool:
    """Whether hours or minutes are counted: then nothing more is to be said about the time."""
    return isinstance(day, Counted) and any(unit in ("hour", "minute") for _, unit in day.counts)


def clocks_at(text: str, start: int, spoken: Spoken, patterns: Patterns) -> Iterator[Spoken]:
    for kind, pattern in patterns.clocks.items():
        found = pattern.match(text, start)
        if found is None or (kind in ("dot", "last", "late") and not certain(found, spoken)):
            continue
        if kind == "late" and int(found["h"]) < LATE_HOUR:
            continue
        clock = clock_meant(kind, found, patterns.words)
        if clock is not None:
            yield replace(spoken, end=found.end(), clock=clock)


def certain(found: re.Match[str], spoken: Spoken) -> bool:
    """A bare number is a time only next to a day or to a word that says so."""
    return bool(spoken.day or any(found.groupdict().get(name) for name in ("at", "ap", "oclock")))


def clock_meant(kind: str, found: re.Match[str], words: Vocabulary) -> Clock | None:
    said = found.groupdict()
    if kind == "noon":
        return Clock(12 * 60, "written")
    if kind == "midnight":
        return Clock(24 * 60, "midnight")
    hour = int(said["h"]) if said["h"].isdigit() else int(words.numbers[said["h"]])
    minute = int(said.get("m") or 0)
    if said.get("before"):
        minute += words.clock_before[said["before"]]
    if said.get("after"):
        minute += words.clock_after[said["after"]]
    if hour > 24 or minute > 59 or (hour == 24 and minute > 0):
        return None
    return in_half(hour * 60 + minute, half_meant(kind, said, words))


def half_meant(kind: str, said: dict[str, str | None], words: Vocabulary) -> Half:
    if said.get("ap"):
        return "am" if said["ap"] == "a" else "pm"
    if said.get("am") or said.get("pm"):
        return "am" if said.get("am") else "pm"
    hour = said["h"] or ""
    in_24_hours = words.language.writes_24_hours and (
        kind in ("colon", "dot", "h") or (kind == "oclock" and said.get("oclock") == "h")
    )
    return "written" if in_24_hours or hour.startswith("0") else "spoken"


def in_half(minutes: int, half: Half) -> Clock:
    """Twelve in the morning is midnight, and twelve in the afternoon is noon."""
    if minutes < 0:
        return Clock(minutes + 24 * 60, half)  # a quarter to midnight
    if half == "am" and 12 * 60 <= minutes < 13 * 60:
        return Clock(minutes - 12 * 60, half)
    return Clock(minutes + 12 * 60 if half == "pm" and minutes < 12 * 60 else minutes, half)


def days_at(text: str, start: int, spoken: Spoken, patterns: Patterns) -> Iterator[Spoken]:
    """A day, or what says more about the day that was named before."""
    for kind, pattern in patterns.days.items():
        found = pattern.match(text, start)
        day = day_meant(kind, found, spoken, patterns) if found else None
        if found is None or day is None:
            continue
        if spoken.day is None:
            part = patterns.words.today_parts[found["part"]] if kind == "today" else spoken.part
            yield replace(spoken, end=found.end(), day=day, part=part)
        elif both := together(spoken.day, day, found.groupdict()):
            yield replace(spoken, end=found.end(), day=both)


def together(first: Day, second: Day, said: dict[str, str | None]) -> Day | None:
    """The one day that both name, or None if the second belongs to what is to be done."""
    if isinstance(first, Weekday):
        return with_weekday(first, second, within=bool(said.get("within")))
    if isinstance(second, Weekday):
        long = len(said.get("weekday") or "") >= SHORTEST_WEEKDAY
        return with_weekday(second, first, within=True) if long and not isinstance(first, DayOfMonth) else None
    match first, second:
        case (Counted(((1, "month"),)), DayOfMonth(day)) | (DayOfMonth(day), Counted(((1, "month"),))):
            return DayOfMonth(day, months=1)
        case InDays(0), Counted() if said.get("within"):
            return second
        case _:
            return None


def with_weekday(weekday: Weekday, other: Day, *, within: bool) -> Day | None:
    if weekday.which != "plain" or weekday.week is not None:
        return None
    match other:
        case Dated(dates, None):
            return Dated(dates, weekday.index)
        case DayOfMonth(day):
            return DayOfMonth(day, weekday=weekday.index)
        case Counted(((weeks, "week"),)) if within and weeks >= 1:
            return WeekdayIn(weekday.index, int(weeks))
        case _:
            return None


def day_meant(kind: str, found: re.Match[str], spoken: Spoken, patterns: Patterns) -> Day | None:
    words = patterns.words
    if kind in ("count", "hours"):
        return None if is_clock(found, spoken, words) else count_meant(found, patterns)
    if kind == "weekday":
        return weekday_meant(found, words)
    return date_meant(kind, found, words) or named_day(kind, found, words)


def named_day(kind: str, found: re.Match[str], words: Vocabulary) -> Day | None:
    match kind:
        case "relative":
            return InDays(words.days[found["days"]])
        case "today":
            return InDays(0)
        case "weeks":
            return weeks_meant(words.weeks[found["weeks"]])
        case "period":
            return Counted(((1, words.periods[found["period"]]),))
        case "month's":
            return of_month(int(next(number for number in found.groups() if number)))
        case _:
            return None


def of_month(day: int) -> DayOfMonth | None:
    return DayOfMonth(day) if 1 <= day <= 31 else None


def weeks_meant(weeks: int) -> Counted | None:
    """ "this week" alone names no day."""
    return Counted(((weeks, "week"),)) if weeks else None


def weekday_meant(found: re.Match[str], words: Vocabulary) -> Weekday:
    index, week = words.weekdays[found["weekday"]], found["week"] or found["week2"]
    if week:
        return Weekday(index, week=words.weeks[week])
    if found["last"] or found["last2"]:
        return Weekday(index, "last")
    if found["coming"] or found["coming2"]:
        return Weekday(index, "coming")
    return Weekday(index, "this" if found["this"] else "plain")


def is_clock(found: re.Match[str], spoken: Spoken, words: Vocabulary) -> bool:
    """Whether "14h" is a time of the day here, or belongs to the work ("at 9 30 minutes of talk")."""
    said = found.groupdict()
    if said.get("within") or said.get("ago"):
        return False
    unit_is_oclock = words.language.h_is_oclock and re.fullmatch(r"\d{1,2} ?(h|horas?|heures?)", said["counts"])
    return bool(unit_is_oclock or spoken.clock)


def count_meant(found: re.Match[str], patterns: Patterns) -> Counted:
    words, said = patterns.words, found.groupdict()
    if "h" in said:
        return Counted(((int(said["h"]), "hour"), (int(said["m"]), "minute")))
    sign = -1 if found["ago"] or found["ago2"] or found["minus"] else 1
    return Counted(
        tuple(
            (sign * number(one["number"], words), words.units[one["unit"]])
            for one in patterns.count.finditer(found["counts"])
        )
    )


def number(said: str, words: Vocabulary) -> float:
    return float(said.replace(",", ".")) if said[0].isdigit() else words.numbers[said]


def date_meant(kind: str, found: re.Match[str], words: Vocabulary) -> Dated | None:
    said = found.groupdict()
    year = int(said["y"]) + (2000 if len(said["y"]) == 2 else 0) if said.get("y") else None
    if kind in ("numeric", "dashes"):
        readings = both_orders(int(said["a"]), int(said["b"]), words.language.day_first)
    elif kind in ("iso", "kanji"):
        readings = [(int(said["m"]), int(said["d"]))]
    elif kind in ("day_month", "month_day"):
        readings = [(words.months[said["month"]], int(said["d"]))]
    else:
        return None
    return Dated(tuple((year, month, day) for month, day in readings))


def both_orders(a: int, b: int, day_first: bool | None) -> list[tuple[int, int]]:
    """The (month, day) that two numbers can be; the order of the language counts if it gives a date."""
    readings = [(b, a)] if day_first else [(a, b)] if day_first is False else [(b, a), (a, b)]
    valid = [one for one in dict.fromkeys(readings) if one[0] <= 12 and one[1] <= 31]
    return valid or [one for one in ((b, a), (a, b)) if one[0] <= 12 and one[1] <= 31]
