"""The days of the calendar that spoken words can mean for somebody whose clock shows this time."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.when.spoken import Counted, Dated, Day, DayOfMonth, InDays, Weekday, WeekdayIn

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NIGHT_ENDS = 4  # o'clock; before that, "tomorrow" may be the day that has begun
JUST_PASSED = timedelta(days=31)  # whoever names such a date may have meant the one that is gone
LEAP_YEARS_APART = 8  # at most, as around 2100
LAST_YEAR = 9990  # that can be counted with
MONTH = timedelta(days=30)  # when only a part of it is counted


@dataclass(frozen=True)
class Days:
    options: tuple[date, ...]  # what was said
    instead: tuple[date, ...] = ()  # what may be meant if all of that has passed
    fit: bool = True  # a weekday and its date do


def days_meant(day: Day, local_now: datetime, *, clocked: bool) -> Days:
    """`clocked`: whether a time was said as well. OverflowError beyond what a calendar can count."""
    today = local_now.date()
    match day:
        case InDays(days):
            return relative(days, local_now, clocked=clocked)
        case Weekday():
            return of_week(day, today)
        case Dated():
            return dated(day, today)
        case DayOfMonth():
            return of_month(day, today)
        case WeekdayIn(index, weeks):
            return Days(tuple(sorted({one + weeks * WEEK for one in weeks_begin(index, today)})))
        case Counted():
            return Days((counted(day, today),))


def relative(days: int, local_now: datetime, *, clocked: bool) -> Days:
    meant = local_now.date() + days * DAY
    if days > 0 and local_now.hour < NIGHT_ENDS:
        return Days((meant - DAY, meant))
    return Days((meant,), (meant + DAY,) if days == 0 and clocked else ())


def of_week(day: Weekday, today: date) -> Days:
    """A week begins on Monday."""
    ahead = (day.index - today.weekday()) % 7 * DAY
    this_weeks = today + (day.index - today.weekday()) * DAY
    if day.week is not None:
        meant = this_weeks + day.week * WEEK
        return Days((meant,), (meant + WEEK,) if day.week == 0 else ())
    if day.which == "last":
        return Days((today + ahead - WEEK,))
    if day.which == "coming":
        return Days((this_weeks, this_weeks + WEEK) if this_weeks > today else (this_weeks + WEEK,))
    if day.which == "plain" and not ahead:
        return Days((today, today + WEEK))
    return Days((today + ahead,), (today + ahead + WEEK,))


def weeks_begin(index: int, today: date) -> tuple[date, date]:
    """That day of this week, and the next such day."""
    return today + (index - today.weekday()) * DAY, today + (index - today.weekday()) % 7 * DAY


def of_month(day: DayOfMonth, today: date) -> Days:
    found = tuple(next_in_months(day.day, today))
    if day.months is not None:
        month = (today.month - 1 + day.months) % 12 + 1
        return Days(tuple(one for one in found if one.month == month)[:1])
    if day.weekday is not None:
        return with_weekday(found[:1], day.weekday, today)
    return Days(found[:1], found[1:2] if found[0] == today else ())


def dated(day: Dated, today: date) -> Days:
    readings = [reading for parts in day.dates if (reading := in_calendar(*parts, today))]
    if not readings:
        return Days(())
    found = tuple(dict.fromkeys(one for reading in readings for one in reading.options or reading.instead))
    if day.weekday is not None:
        return with_weekday(found, day.weekday, today)
    return readings[0] if len(readings) == 1 else Days(found)


def with_weekday(dates: tuple[date, ...], weekday: int, today: date) -> Days:
    fitting = tuple(one for one in dates if one.weekday() == weekday)
    if fitting:
        return Days(fitting)
    return Days((), (*of_week(Weekday(weekday, "this"), today).options, *dates), fit=False)


def in_calendar(year: int | None, month: int, day: int, today: date) -> Days | None:
    """None if there is no such day."""
    if year is not None:
        return Days((date(year, month, day),)) if exists(year, month, day) else None
    years = range(today.year, today.year + LEAP_YEARS_APART + 2)
    coming = [date(one, month, day) for one in years if exists(one, month, day)]
    ahead = [one for one in coming if one >= today]
    if not ahead:
        return None
    if ahead[0] == today:
        return Days((today,), (ahead[1],))
    just_passed = any(
        timedelta(0) < today - date(one, month, day) <= JUST_PASSED
        for one in (today.year - 1, today.year)
        if exists(one, month, day)
    )
    return Days((), (ahead[0],)) if just_passed else Days((ahead[0],))


def exists(year: int, month: int, day: int) -> bool:
    if year > LAST_YEAR:
        raise OverflowError
    return year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def next_in_months(day: int, today: date) -> Iterator[date]:
    """Months that are too short are left out."""
    for ahead in range(12):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if exists(year, month + 1, day) and (found := date(year, month + 1, day)) >= today:
            yield found


def counted(day: Counted, today: date) -> date:
    months = sum(count * (12 if unit == "year" else 1) for count, unit in day.counts if unit in ("month", "year"))
    days = sum(count * (7 if unit == "week" else 1) for count, unit in day.counts if unit in ("day", "week"))
    part_of_month = MONTH * (months - int(months))
    return months_later(today, int(months)) + timedelta(days=round(days)) + timedelta(days=part_of_month.days)


def months_later(today: date, months: int) -> date:
    """The same day of that month, or its last one."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    if not 0 < year <= LAST_YEAR:
        raise OverflowError
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
