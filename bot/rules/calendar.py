"""Working time in a person's own zone: is it now, when is it next, and how much of it has passed?"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

# The longest wait is of someone who works one day a week. In Venezuela in 2016, eight Fridays running were holidays; if
# a clock change swallows the ninth, the tenth is ten weeks after the last one worked. Two weeks are to spare.
SEARCHED_DAYS = 12 * 7
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_LANGUAGE = "en_US"  # the English that most calendars speak; the others keep their own language
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class WorkingHours:
    """Wall-clock hours on certain weekdays (0 is Monday), except on the holidays of a calendar ("DE", "US-CA").

    There is at least one weekday, and `ends`, which is no longer within hours, comes after `starts`. A calendar that
    is not known (`known_calendar`) is a ValueError at the first question.
    """

    starts: time
    ends: time
    days: frozenset[int]
    holidays: str | None = None

    def cover(self, moment: datetime, zone: str) -> bool:
        """Whether the clock in `zone` shows working time."""
        local = moment.astimezone(ZoneInfo(zone))
        return self.starts <= local.time() < self.ends and self._works(local.date())

    def next_open(self, moment: datetime, zone: str) -> datetime:
        """`moment` itself if it is within hours, else the first moment after it that is, in UTC."""
        return self.add_working(moment, timedelta(0), zone)

    def next_day(self, day: date) -> date:
        """The first working day on or after `day`; ValueError if the hours name no weekday."""
        for candidate in (day + timedelta(days=offset) for offset in range(SEARCHED_DAYS)):
            if self._works(candidate):
                return candidate
        raise ValueError(f"these hours have no working day in the {SEARCHED_DAYS} days from {day}")

    def holiday(self, day: date) -> str | None:
        """What holiday `day` is, in English where the calendar has it; None if it is none."""
        return holidays_of(self.holidays, day.year).get(day) if self.holidays else None

    def add_working(self, moment: datetime, span: timedelta, zone: str) -> datetime:
        """The first moment, in UTC, by which `span` of working time has passed since `moment`.

        Time is what really passes, also over a clock change. No span (or less) gives the next opening, which is
        `moment` itself within hours. ValueError if the hours never open: no weekday, or an end before the start.
        """
        left = max(span, timedelta(0))
        for opens, closes in self._stretches(moment, zone):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise ValueError(f"these hours never open in the {SEARCHED_DAYS} days after {moment} in {zone}")

    def working_between(self, start: datetime, end: datetime, zone: str) -> timedelta:
        """How much working time really passes from `start` to `end`; none if `end` is not later."""
        worked, until = timedelta(0), end.astimezone(UTC)
        for opens, closes in self._stretches(start, zone):
            if opens >= until:
                break
            worked += min(closes, until) - opens
        return worked

    def open_between(self, start: datetime, end: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of working time from `start` to `end` as (opens, closes) in UTC, each as long as it is."""
        until, opened, closed = end.astimezone(UTC), None, start
        for opens, closes in self._stretches(start, zone):
            if opened is not None and opens != closed:
                yield opened, min(closed, until)
                opened = None
            if opens >= until:
                break
            opened, closed = opened or opens, closes
        if opened is not None:
            yield opened, min(closed, until)

    def _works(self, day: date) -> bool:
        return day.weekday() in self.days and self.holiday(day) is None

    def _stretches(self, moment: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
        """From `moment` on, the stretches within hours as (opens, closes) in UTC; ends if they never open again."""
        search_until = moment + SEARCHED_DAYS * DAY
        for begins, ends, ahead in steady_stretches(moment, zone):
            if begins > search_until:
                return
            today = (begins + ahead).date()  # on the wall, where a stretch of a day touches two dates
            for day in (today, today + DAY):
                opens = max(begins, datetime.combine(day, self.starts, tzinfo=UTC) - ahead)
                closes = min(ends, datetime.combine(day, self.ends, tzinfo=UTC) - ahead)
                if opens < closes and self._works(day):
                    yield opens, closes
                    search_until = closes + SEARCHED_DAYS * DAY


def steady_stretches(moment: datetime, zone: str) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """From `moment` on without end: (begins, ends, how far the zone is ahead of UTC), each a day long at most.

    Within one of them the clock on the wall neither jumps nor repeats itself, so plain arithmetic holds. Rests on
    two clock changes of a zone being more than a day apart; since 1970 none were closer than a week.
    """
    place, begins = ZoneInfo(zone), moment.astimezone(UTC)
    while True:
        ahead, ends = ahead_of_utc(begins, place), begins + DAY
        if ahead_of_utc(ends, place) != ahead:
            ends = clock_change(begins, place)
        yield begins, ends, ahead
        begins = ends


def ahead_of_utc(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.astimezone(place).utcoffset() or timedelta(0)


def clock_change(after: datetime, place: ZoneInfo) -> datetime:
    """The clock change in the day after that moment; the end of that day if there is none."""
    ahead = ahead_of_utc(after, place)
    steps = range(DAY // MICROSECOND)
    return after + MICROSECOND * bisect_left(
        steps, x=True, key=lambda passed: ahead_of_utc(after + passed * MICROSECOND, place) != ahead
    )


def known_calendar(name: str) -> bool:
    """Whether `name` is a calendar of holidays: a country's ISO code, or country-subdivision, in capitals."""
    country, dash, subdivision = name.partition("-")
    subdivisions = list_supported_countries().get(country)
    return subdivisions is not None and (not dash or subdivision in subdivisions)


@cache
def holidays_of(calendar: str, year: int) -> Mapping[date, str]:
    """The public holidays of that year by date; ValueError if the calendar is not known.

    Worked out once for each year, and whole: the library's own calendars fill themselves while they are asked, which
    two threads must not watch.
    """
    if not known_calendar(calendar):
        raise ValueError(f"there is no calendar of holidays called {calendar!r}")
    country, _, subdivision = calendar.partition("-")
    return dict(country_holidays(country, subdivision or None, years=year, expand=False, language=HOLIDAY_LANGUAGE))


def at_local(day: date, at: time, zone: str) -> datetime:
    """That wall-clock time in UTC.

    A time that a clock change skips moves forward by the gap; one that comes twice is taken the first time.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
