"""Which times of a rep can be booked: pure, from their hours and all that is in the way.

Everything is counted in quarters of an hour of UTC, which are what the database lets nobody have twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours

QUARTER = timedelta(minutes=15)
HALF_HOUR = timedelta(minutes=30)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Terms:
    """How long a meeting is, how soon and how far ahead it may be, and what stays free after it."""

    length: timedelta
    notice: timedelta
    ahead: timedelta
    pause: timedelta = timedelta(0)

    @property
    def step(self) -> timedelta:
        """From one time on offer to the next."""
        return HALF_HOUR if self.length >= HALF_HOUR else QUARTER


@dataclass(frozen=True)
class Diary:
    """When a rep works, and when they cannot."""

    hours: WorkingHours
    zone: str
    away_until: datetime | None = None
    taken: frozenset[datetime] = frozenset()  # quarters that meetings have
    busy: tuple[Span, ...] = ()


def quarters(starts: datetime, ends: datetime) -> tuple[datetime, ...]:
    """Every quarter of an hour that lies in there, even in part."""
    first = floor(starts)
    return tuple(first + number * QUARTER for number in range(-(-(ends - first) // QUARTER)))


def needed(starts: datetime, terms: Terms) -> tuple[datetime, ...]:
    """The quarters that a meeting at that time takes, with the pause after it."""
    return quarters(starts, starts + terms.length + terms.pause)


def floor(moment: datetime) -> datetime:
    utc = moment.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)


def ceil(moment: datetime) -> datetime:
    down = floor(moment)
    return down if down == moment else down + QUARTER


def free(terms: Terms, diary: Diary, now: datetime) -> list[datetime]:
    """The times at which a meeting may begin, in order."""
    earliest = max(now + terms.notice, diary.away_until or now)
    busy = joined(diary.busy)
    return [
        starts for starts in on_offer(terms, diary, earliest, now + terms.ahead)
        if diary.taken.isdisjoint(needed(starts, terms)) and not meets(busy, starts, starts + terms.length)
    ]  # fmt: skip


def spared(
    times: Collection[datetime], terms: Terms, diary: Diary, theirs: Iterable[Span], share: int
) -> list[datetime]:  # fmt: skip
    """Those of the times that strangers may still take: on no day more than `share` percent of its hours, but always
    one meeting. `theirs` is what they took already."""
    if not times:
        return []
    place = ZoneInfo(diary.zone)
    used, room = (defaultdict[date, timedelta](timedelta) for _ in range(2))
    for starts, ends in theirs:
        used[starts.astimezone(place).date()] += ends - starts
    whole_days = timedelta(days=1)
    for opens, closes in diary.hours.open_between(min(times) - whole_days, max(times) + whole_days, diary.zone):
        room[opens.astimezone(place).date()] += closes - opens
    days = {moment: moment.astimezone(place).date() for moment in times}
    return [
        moment for moment, day in days.items()
        if not used[day] or (used[day] + terms.length) * 100 <= room[day] * share
    ]  # fmt: skip


def on_offer(terms: Terms, diary: Diary, earliest: datetime, latest: datetime) -> Iterator[datetime]:
    """Whatever else is in the way: the round times from which on a whole meeting lies within hours."""
    place = ZoneInfo(diary.zone)
    if latest <= earliest:
        return
    for opens, closes in diary.hours.open_between(earliest, latest, diary.zone):
        starts = ceil(opens)
        while starts + terms.length <= closes:
            if on_the_wall(starts, place) % terms.step < QUARTER:
                yield starts
            starts += QUARTER


def on_the_wall(moment: datetime, place: ZoneInfo) -> timedelta:
    """How far into the hour the clock there is."""
    return timedelta(minutes=moment.astimezone(place).minute)


def is_free(starts: datetime, terms: Terms, diary: Diary, now: datetime) -> bool:
    """Whether this very time is one of those on offer."""
    return starts in free(terms, diary, now)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither meet nor overlap, in order."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif ends > starts:
            found.append((starts, ends))
    return found


def meets(spans: list[Span], starts: datetime, ends: datetime) -> bool:
    """Whether any of the spans, which are in order and apart, has a moment in common with this one."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if spans[middle][1] <= starts else (low, middle)
    return low < len(spans) and spans[low][0] < ends


# --- as somebody elsewhere sees them


def by_day(times: Collection[datetime], zone: str) -> dict[date, list[datetime]]:
    """By the day it is then in that zone, in order."""
    place, found = ZoneInfo(zone), dict[date, list[datetime]]()
    for moment in sorted(times):
        found.setdefault(moment.astimezone(place).date(), []).append(moment)
    return found


def labels(times: Collection[datetime], zone: str) -> dict[datetime, str]:
    """What the clock there shows; on a day on which it is changed, with the name of the time."""
    place = ZoneInfo(zone)
    found = {}
    for moments in by_day(times, zone).values():
        local = [moment.astimezone(place) for moment in moments]
        is_changed = len({day_offset(one, place) for one in local} | offsets_of_day(local[0], place)) > 1
        for moment, shown in zip(moments, local, strict=True):
            found[moment] = f"{shown:%H:%M}" + (f" {shown:%Z}" if is_changed else "")
    return found


def day_offset(local: datetime, place: ZoneInfo) -> timedelta:
    return local.astimezone(place).utcoffset() or timedelta(0)


def offsets_of_day(local: datetime, place: ZoneInfo) -> set[timedelta]:
    """How far the clock is from UTC at the beginning and at the end of that day."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=place)
    return {day_offset(one.astimezone(UTC), place) for one in (midnight, midnight + timedelta(days=1))}
