"""Whole days, months, quarters and years of a calendar as numbers: 20261224, 202612, 20264, 2026; 0: all of time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from store.reporting.scope import Scope

ALL = 0
QUARTER_HOUR = 900  # no zone's clock differs from another's by parts of it
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # nothing that is counted happened before


class Days:
    """On which day a second falls in one zone; thousands are asked for in a row, and most fall together."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._known: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def day(self, epoch: int) -> int:
        part = epoch // QUARTER_HOUR
        if part not in self._known:
            there = datetime.fromtimestamp(part * QUARTER_HOUR, self._zone)
            self._known[part] = there.year * 10_000 + there.month * 100 + there.day
        return self._known[part]

    def beginning(self, epoch: int) -> int:
        """Of the day, in quarters of an hour since 1970."""
        day = self.day(epoch)
        if day not in self._begun:
            first = begins(self._zone.key, date(day // 10_000, day // 100 % 100, day % 100))
            self._begun[day] = int(first.timestamp()) // QUARTER_HOUR
        return self._begun[day]

    def month(self, epoch: int) -> int:
        return self.day(epoch) // 100


def longer(month: int) -> tuple[int, int, int]:
    """The month, its quarter and its year."""
    year, number = divmod(month, 100)
    return month, year * 10 + (number + 2) // 3, year


def begins(zone: str, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_at(zone: str, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def month_beginning(zone: str, moment: datetime) -> int | None:
    """The month that begins at this very moment there."""
    day = day_at(zone, moment)
    return day.year * 100 + day.month if day.day == 1 and begins(zone, day) == moment else None


def whole_day(zone: str, moment: datetime) -> int | None:
    """The day that begins at this very moment there."""
    day = day_at(zone, moment)
    return day.year * 10_000 + day.month * 100 + day.day if begins(zone, day) == moment else None


@dataclass(frozen=True)
class Cover:
    """A period: whole months, quarters and years in the middle, and what is left over before and after."""

    spans: tuple[int, ...]
    starts: datetime  # of the whole months
    ends: datetime
    edges: tuple[tuple[datetime, datetime], ...]


def cover(scope: Scope) -> Cover | None:
    """None for a period without a whole month. What is known as of then happened before: no end has to be cut off."""
    wanted = max(scope.starts, FIRST)
    first = day_at(scope.zone, wanted).replace(day=1)
    if begins(scope.zone, first) < wanted:
        first = later(first, 1)
    is_open = scope.ends >= scope.as_of
    until = day_at(scope.zone, min(scope.ends, scope.as_of)).replace(day=1)
    # As of the beginning of a month there is nothing of it yet: so nothing of it has to be read and taken off again.
    if is_open and month_beginning(scope.zone, scope.as_of) is None:
        until = date(until.year + 1, 1, 1)
    if until <= first:
        return None
    starts, ends = begins(scope.zone, first), begins(scope.zone, until)
    edges = ((wanted, starts), (ends, ends if is_open else scope.ends))
    return Cover(whole(first, until), starts, ends, tuple(edge for edge in edges if edge[0] < edge[1]))


def whole(first: date, until: date) -> tuple[int, ...]:
    """The years between, the quarters where no year is whole, and the months where no quarter is."""
    found: list[int] = []
    while first < until:
        month, quarter, year = longer(first.year * 100 + first.month)
        if first.month == 1 and later(first, 12) <= until:
            found.append(year)
            first = later(first, 12)
        elif first.month % 3 == 1 and later(first, 3) <= until:
            found.append(quarter)
            first = later(first, 3)
        else:
            found.append(month)
            first = later(first, 1)
    return tuple(found)


def later(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    years, number = divmod(month.month - 1 + months, 12)
    return date(month.year + years, number + 1, 1)
