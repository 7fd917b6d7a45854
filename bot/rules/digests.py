"""When a rep's morning digest is due."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours, at_local


def digest_hours(hours: WorkingHours, own: time | None) -> WorkingHours:
    """When a digest may come: at work, or from the time on that the rep chose."""
    if own is None:
        return hours
    return replace(hours, starts=min(hours.starts, own), ends=hours.ends if own < hours.ends else time.max)


def next_digest(
    hours: WorkingHours, zone: str, at: time, *, now: datetime, said_on: date | None = None
) -> datetime:  # fmt: skip
    """The first working day's `at` after `now`, in UTC; the day's opening, if that is later.

    `hours` are those in which a digest may come; a day has one at most, and `said_on` was the day of the last.
    """
    day = now.astimezone(ZoneInfo(zone)).date()
    day = max(day, said_on + timedelta(days=1)) if said_on else day
    for offset in (0, 1):
        working = hours.next_day(day + timedelta(days=offset))
        moment = hours.next_open(at_local(working, at, zone), zone)
        if moment > now:
            return moment
    return hours.next_open(at_local(hours.next_day(day + timedelta(days=2)), at, zone), zone)


def last_working_day(hours: WorkingHours, today: date) -> date:
    """The working day before today; yesterday, for whoever has had none in two weeks."""
    days = (today - timedelta(days=back) for back in range(1, 15))
    return next((day for day in days if hours.next_day(day) == day), today - timedelta(days=1))
