"""Dates in a search become the span of time they name: a day, a week, a month or a year on the asker's calendar."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import at_local
from bot.rules.when.reading import UnclearTimeError, read_when

Span = tuple[datetime, datetime]  # from the first moment to the one after the last, aware UTC
DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_AGO = re.compile(r"(\d{1,4}) ?(d|days?|w|weeks?|months?|y|years?)(?: ago)?")
_PERIOD = re.compile(r"(this|last|next) (day|week|month|year)")
_NEARBY = {"yesterday": -1, "today": 0, "tomorrow": 1}
EXAMPLES = "2026-10-01, 2026-10, today, yesterday, last-week, this-month or 30d (thirty days ago)"


class NoDateError(Exception):
    """The words name no day."""


def span_of(words: str, *, now: datetime, zone: str, is_past: bool) -> Span:
    """The span that the words name; `is_past` tells which monday is meant.

    Raises:
        NoDateError: they name none.
    """
    plain = " ".join(words.casefold().replace("_", " ").split())
    if plain == "now":
        return now, now
    today = now.astimezone(ZoneInfo(zone)).date()
    try:
        first, after = days_of(plain, today, is_past=is_past) or read_days(plain, now, zone)
        return at_midnight(first, zone), at_midnight(after, zone)
    except (ValueError, OverflowError) as error:
        raise NoDateError(words) from error


def at_midnight(day: date, zone: str) -> datetime:
    return at_local(day, time(0), zone)


def days_of(words: str, today: date, *, is_past: bool) -> tuple[date, date] | None:
    """The first day and the one after the last; None for words that are not of these kinds."""
    written = written_date(words)
    if written:
        return written
    spoken = words.replace("-", " ")
    if spoken in _NEARBY:
        return one_day(today + DAY * _NEARBY[spoken])
    if period := _PERIOD.fullmatch(spoken):
        return whole(period[2], shifted(today, period[2], {"last": -1, "this": 0, "next": 1}[period[1]]))
    if ago := _AGO.fullmatch(spoken):
        unit = {"d": "day", "w": "week", "m": "month", "y": "year"}[ago[2][0]]
        return one_day(shifted(today, unit, -int(ago[1])))
    if is_past and spoken in WEEKDAYS:
        return one_day(today - DAY * ((today.weekday() - WEEKDAYS.index(spoken)) % 7))
    return None


def written_date(words: str) -> tuple[date, date] | None:
    if dotted := _DOTTED.fullmatch(words):
        return one_day(date(int(dotted[3]), int(dotted[2]), int(dotted[1])))
    if iso := _ISO.fullmatch(words):
        year, month, day = (int(part) if part else None for part in iso.groups())
        unit = "day" if day else "month" if month else "year"
        return whole(unit, date(year or 1, month or 1, day or 1))
    return None


def one_day(day: date) -> tuple[date, date]:
    return day, day + DAY


def shifted(day: date, unit: str, count: int) -> date:
    """So many days, weeks, months or years from the day; the last day of a shorter month."""
    if unit in ("day", "week"):
        return day + DAY * count * (7 if unit == "week" else 1)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + DAY * (day.day - 1), whole("month", first)[1] - DAY)


def whole(unit: str, day: date) -> tuple[date, date]:
    """The day, week, month or year that the day is in."""
    if unit == "day":
        return one_day(day)
    if unit == "week":
        monday = day - DAY * day.weekday()
        return monday, monday + DAY * 7
    if unit == "month":
        return day.replace(day=1), (day.replace(day=1) + DAY * 31).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def read_days(words: str, now: datetime, zone: str) -> tuple[date, date]:
    """A day to come in the words that follow-ups are set with.

    Raises:
        ValueError: no day can be read, or not one alone.
    """
    try:
        read = read_when(words.replace("-", " "), now=now, zone=zone, day_starts=time(23, 59))
    except UnclearTimeError as error:
        raise ValueError(str(error)) from error
    if read.rest:
        raise ValueError("more than a time")
    return one_day(read.moment.astimezone(ZoneInfo(zone)).date())
