"""Periods in plain words become days on a calendar, with a name by which anybody knows them on any day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.asking.question import Period
from bot.rules.query.dates import shifted, whole

DAY = timedelta(days=1)
BEGINNING, END = date(2000, 1, 1), date(2100, 1, 1)  # nothing that is asked for lies outside
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
UNITS = ("day", "week", "month", "quarter", "year")
MOST = {"day": 4000, "week": 520, "month": 120, "quarter": 40, "year": 10}
LONGEST_PHRASE = 4  # words
EXAMPLES = (
    "today, this week, last month, last 30 days, november, q3 2026, 2026-11-01..2026-11-30, since 1 march, all time"
)
WORDS = (
    "today", "yesterday", "this", "last", "since", "all", "time",
    *UNITS, *(f"{unit}s" for unit in UNITS), *MONTHS, "q1", "q2", "q3", "q4",
)  # fmt: skip
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS)
_UNIT = "|".join(UNITS)
_RELATIVE = re.compile(rf"(this|last|current|previous) ({_UNIT})")
_BACK = re.compile(rf"(?:last |past )?(\d{{1,4}}) ?(d|w|m|{_UNIT})s?")
_BARE = re.compile(r"(\d{1,3})()")  # so many days
_NAMED = re.compile(rf"({_MONTH})(?: (\d{{4}}))?")
_QUARTER = re.compile(r"q([1-4])(?:[ /-]?(\d{4}))?|(\d{4})[ /-]?q([1-4])")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)? ({_MONTH})(?: (\d{{4}}))?")
_MONTH_FIRST = re.compile(rf"({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_RANGE = re.compile(r"(.+?) ?\.\. ?(.+)")
_SINCE = re.compile(r"since (.+)")
_ALWAYS = frozenset({"all time", "ever", "always", "alltime"})


class NoPeriodError(Exception):
    """The words are a period, but none that there is; the message is a sentence."""


@dataclass(frozen=True)
class Span:
    starts: date
    ends: date


def period_of(words: str, today: date) -> Period | None:
    """The period that the words name; None when they name none.

    Raises:
        NoPeriodError: it begins after today, is no date, or is further away than anybody asks.
    """
    try:
        found = span_of(" ".join(words.casefold().split()), today)
    except (ValueError, OverflowError):
        raise NoPeriodError(f"“{words[:40]}” is no date that there is.") from None
    if found is None:
        return None
    if found.ends <= found.starts:
        raise NoPeriodError(f"“{words[:40]}” ends before it begins.")
    if found.starts > today:
        raise NoPeriodError(f"“{words[:40]}” is still to come.")
    if found.starts < BEGINNING or found.ends > END:
        raise NoPeriodError(f"“{words[:40]}” is further away than there is anything to tell of.")
    return Period(found.starts, found.ends, named(found.starts, found.ends))


def span_of(words: str, today: date) -> Span | None:
    if words in _ALWAYS:
        return Span(BEGINNING, today + DAY)
    if range_ := _RANGE.fullmatch(words):
        first, last = days_of(range_[1], today), days_of(range_[2], today)
        return Span(first.starts, last.ends) if first and last else None
    if since := _SINCE.fullmatch(words):
        first = days_of(since[1], today) or relative(since[1], today)
        return Span(first.starts, max(today + DAY, first.ends)) if first else None
    return relative(words, today) or days_of(words, today)


def relative(words: str, today: date) -> Span | None:
    if words in ("today", "yesterday"):
        day = today - DAY * (words == "yesterday")
        return Span(day, day + DAY)
    if found := _RELATIVE.fullmatch(words):
        back = 0 if found[1] in ("this", "current") else 1
        return unit_of(found[2], earlier(today, found[2], back))
    if found := _BACK.fullmatch(words) or _BARE.fullmatch(words):
        unit = {"d": "day", "w": "week", "m": "month", "": "day"}.get(found[2], found[2])
        count = int(found[1])
        if not 1 <= count <= MOST[unit]:
            raise ValueError(words)
        return Span(earlier(today + DAY, unit, count), today + DAY)
    return None


def days_of(words: str, today: date) -> Span | None:
    """A day, a month, a quarter or a year on the calendar; without a year the last one that has begun."""
    if found := _ISO.fullmatch(words):
        year, month, day = (int(part) if part else None for part in found.groups())
        return unit_of("day" if day else "month" if month else "year", date(year or 1, month or 1, day or 1))
    if found := _DOTTED.fullmatch(words):
        return unit_of("day", date(int(found[3]), int(found[2]), int(found[1])))
    if words in ("today", "yesterday"):
        return relative(words, today)
    return month_or_quarter(words, today) or day_of_month(words, today)


def month_or_quarter(words: str, today: date) -> Span | None:
    if found := _QUARTER.fullmatch(words):
        number, written = int(found[1] or found[4]), found[2] or found[3]
        return latest("quarter", number * 3 - 2, 1, written, today)
    if found := _NAMED.fullmatch(words):
        return latest("month", month_of(found[1]), 1, found[2], today)
    return None


def day_of_month(words: str, today: date) -> Span | None:
    if found := _DAY_FIRST.fullmatch(words):
        return latest("day", month_of(found[2]), int(found[1]), found[3], today)
    if found := _MONTH_FIRST.fullmatch(words):
        return latest("day", month_of(found[1]), int(found[2]), found[3], today)
    return None


def month_of(word: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(word[:3]))


def latest(unit: str, month: int, day: int, year: str | None, today: date) -> Span:
    if year:
        return unit_of(unit, date(int(year), month, day))
    if (month, day) == (2, 29):
        candidates = [date(one, 2, 29) for one in range(today.year - 8, today.year + 1) if is_leap(one)]
        return unit_of(unit, max(one for one in candidates if one <= today))
    this_year = date(today.year, month, day)
    return unit_of(unit, this_year if this_year <= today else this_year.replace(year=today.year - 1))


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def unit_of(unit: str, day: date) -> Span:
    """The day, week, month, quarter or year that the day is in."""
    if unit == "quarter":
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return Span(first, shifted(first, "month", 3))
    return Span(*whole(unit, day))


def earlier(day: date, unit: str, count: int) -> date:
    return shifted(day, "month", -3 * count) if unit == "quarter" else shifted(day, unit, -count)


# --- beside what


def whole_unit(starts: date, ends: date) -> str:
    """Which unit of the calendar this is exactly; "" when it is none."""
    return next((unit for unit in UNITS if unit_of(unit, starts) == Span(starts, ends)), "")


def previous(period: Period) -> Period:
    """The month before a month, the quarter before a quarter …; else the same number of days before."""
    unit = whole_unit(period.starts, period.ends)
    before = unit_of(unit, earlier(period.starts, unit, 1)) if unit else None
    span = before or Span(period.starts - (period.ends - period.starts), period.starts)
    return within(span, "before it")


def year_before(period: Period) -> Period:
    """The same days a year ago; of whole months, quarters and years the same ones."""
    unit = whole_unit(period.starts, period.ends)
    first = shifted(period.starts, "year", -1)
    if unit in ("month", "quarter", "year"):
        return within(unit_of(unit, first), "a year before it")
    return within(Span(first, first + (period.ends - period.starts)), "a year before it")


def within(span: Span, what: str) -> Period:
    if span.starts < BEGINNING:
        raise NoPeriodError(f"There is nothing {what} to compare with.")
    return Period(span.starts, span.ends, named(span.starts, span.ends))


# --- and back into words


def named(starts: date, ends: date) -> str:
    """Like "November 2026": the same on whatever day it is said."""
    if starts == BEGINNING:
        return "all time"
    last, unit = ends - DAY, whole_unit(starts, ends)
    names = {
        "year": str(starts.year), "quarter": f"Q{(starts.month + 2) // 3} {starts.year}",
        "month": f"{MONTHS[starts.month - 1].title()} {starts.year}", "day": day_name(starts),
        "week": f"week of {day_name(starts)}",
    }  # fmt: skip
    first = day_name(starts) if starts.year != last.year else day_name(starts)[:-5]
    return names.get(unit) or f"{first} to {day_name(last)}"


def day_name(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"


def written(period: Period) -> str:
    """In days, for machines."""
    return f"{period.starts.isoformat()}..{(period.ends - DAY).isoformat()}"


def spoken(period: Period, today: date) -> str:
    """As somebody would say it today, so that it moves on with the days: "last quarter"; else in days."""
    words = ["today", "yesterday", *(f"{which} {unit}" for unit in UNITS[1:] for which in ("this", "last"))]
    days = (period.ends - period.starts).days
    words += [f"last {days} days"] if 2 <= days <= MOST["day"] else []
    words += [f"last {count} months" for count in (2, 3, 6, 9, 12, 18, 24)] + ["all time"]
    span = Span(period.starts, period.ends)
    return next((one for one in words if span_of(one, today) == span), written(period))
