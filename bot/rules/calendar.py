"""Working hours in a person's own zone: is it now, and when is it next?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEARCHED_DAYS = 15  # one working day a week, and that one swallowed by a clock change
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
        first = moment.astimezone(ZoneInfo(zone)).date()
        days = (first + timedelta(days=offset) for offset in range(SEARCHED_DAYS))
        # A clock change can make the start come twice, or swallow the hours or even the whole day.
        return next(
            opening
            for day in days
            for opening in (at_local(day, self.starts, zone), at_local(day, self.starts, zone, again=True))
            if opening >= moment and self.cover(opening, zone)
        )

    def next_day(self, day: date) -> date:
        """The first working day on or after `day`."""
        return next(
            candidate
            for candidate in (day + timedelta(days=offset) for offset in range(8))
            if candidate.weekday() in self.days
        )


def at_local(day: date, at: time, zone: str, *, again: bool = False) -> datetime:
    """That wall-clock time in UTC.

    A time that a clock change skips moves forward by the gap; one that comes twice is taken the first time,
    or the second time if `again`.
    """
    return datetime.combine(day, at.replace(fold=again), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_local(moment: datetime, at: time, zone: str) -> datetime:
    """The next time the clock in `zone` shows `at`, strictly after `moment`, in UTC."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = at_local(day, at, zone)
    return today if today > moment else at_local(day + timedelta(days=1), at, zone)
