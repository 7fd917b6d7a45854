"""Working hours in a person's own zone: is it now, and when is it next?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class WorkingHours:
    """Wall-clock hours on certain weekdays (0 is Monday)."""

    starts: time
    ends: time
    days: frozenset[int]

    def cover(self, moment: datetime, zone: str) -> bool:
        local = moment.astimezone(ZoneInfo(zone))
        return local.weekday() in self.days and self.starts <= local.time() < self.ends

    def next_open(self, moment: datetime, zone: str) -> datetime:
        """`moment` itself if it is within hours, else the start of the next working day's hours, in UTC."""
        if self.cover(moment, zone):
            return moment
        local = moment.astimezone(ZoneInfo(zone))
        day = local.date()
        if local.time() >= self.starts:
            day += timedelta(days=1)
        return at_local(self.next_day(day), self.starts, zone)

    def next_day(self, day: date) -> date:
        """The first working day on or after `day`."""
        return next(
            candidate
            for candidate in (day + timedelta(days=offset) for offset in range(8))
            if candidate.weekday() in self.days
        )


def at_local(day: date, at: time, zone: str) -> datetime:
    """That wall-clock time in UTC.

    A time that a clock change skips moves forward by the gap; one that comes twice is taken the first time.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_local(moment: datetime, at: time, zone: str) -> datetime:
    """The next time the clock in `zone` shows `at`, strictly after `moment`, in UTC."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = at_local(day, at, zone)
    return today if today > moment else at_local(day + timedelta(days=1), at, zone)
