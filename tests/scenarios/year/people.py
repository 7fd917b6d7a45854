"""Who works where and when, kept by the judge in its own words: none of Dibs' arithmetic is used here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

# With clock changes in March and in September, by an hour, by half of one and by two; at midnight; with offsets of
# half and of quarter hours; on both sides of the date line; and without any change.
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland", "America/Santiago",
    "America/St_Johns", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Chatham", "Antarctica/Troll", "Africa/Casablanca",
    "America/Havana", "Asia/Beirut", "Australia/Adelaide", "America/Nuuk", "Pacific/Kiritimati", "Pacific/Honolulu",
    "Europe/London", "America/Los_Angeles", "Australia/Sydney", "Asia/Jerusalem", "Europe/Chisinau", "Pacific/Easter",
    "Asia/Tokyo", "Pacific/Marquesas", "Australia/Eucla", "America/Asuncion", "Pacific/Norfolk", "America/Chicago",
)  # fmt: skip
CALENDARS = {"Europe/Berlin": "DE", "America/New_York": "US", "Asia/Tokyo": "JP", "Pacific/Auckland": "NZ"}
WEEK = frozenset(range(5))
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Person:
    """A rep or manager as the judge knows them: what they were told has been done, and nothing else."""

    slack_id: str
    name: str
    zone: str
    team: str
    calendar: str = ""
    starts: time = time(9)
    ends: time = time(18)
    days: frozenset[int] = WEEK
    away_until: datetime = NEVER
    muted_until: datetime = NEVER
    cover: "Person | None" = None
    has_digest: bool = True
    digest_at: time = time(9)
    doubts: int = 0  # how much of what they asked for themselves has no answer yet

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.days and day not in holidays_of(self.calendar, day.year)

    def is_at_work(self, wall: datetime) -> bool:
        """Within their hours, whatever they said about being away."""
        local = wall.astimezone(ZoneInfo(self.zone))
        return self.works_on(local.date()) and self.starts <= local.time() < self.ends

    def stretches(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Their working time in between, day by day; no clock changes within anybody's hours."""
        place = ZoneInfo(self.zone)
        day, last = since.astimezone(place).date(), until.astimezone(place).date()
        while day <= last:
            if self.works_on(day):
                opens = datetime.combine(day, self.starts, tzinfo=place).astimezone(UTC)
                closes = datetime.combine(day, self.ends, tzinfo=place).astimezone(UTC)
                if max(opens, since) < min(closes, until):
                    yield max(opens, since), min(closes, until)
            day += timedelta(days=1)

    def opens(self, moment: datetime) -> datetime:
        """When their own working time goes on: reminders are planned by it, whoever hears them then."""
        return next(self.stretches(moment, moment + timedelta(days=60)))[0]

    def hearer(self, wall: datetime) -> "Person":
        """Who hears of their work then: their cover while they are away, unless that one is away as well."""
        if self.away_until > wall and self.cover is not None and self.cover.away_until <= wall:
            return self.cover
        return self


def hearable(rep: Person, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When somebody was there to hear of the rep's work."""
    cover = rep.cover
    turns = {rep.away_until, rep.muted_until} | ({cover.away_until, cover.muted_until} if cover else set())
    edges = [since, *sorted(turn for turn in turns if since < turn < until), until]
    for begin, end in pairwise(edges):
        who = rep.hearer(begin)
        if who.away_until <= begin and who.muted_until <= begin:
            yield from who.stretches(begin, end)


@cache
def holidays_of(calendar: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(calendar, years=year)) if calendar else frozenset()


def wall_time(day: date, at: time, zone: str) -> datetime:
    """What that time on the wall is in UTC, found by looking at every minute near it: a time that a clock change
    skips is as long after the change as it would have been, and one that comes twice is meant the first time."""
    place = ZoneInfo(zone)
    guess = datetime.combine(day, at, tzinfo=UTC) - timedelta(hours=15)
    wanted = datetime.combine(day, at)
    before = guess.astimezone(place).utcoffset() or timedelta(0)
    for minutes in range(0, 30 * 60, 5):
        moment = guess + timedelta(minutes=minutes)
        local = moment.astimezone(place).replace(tzinfo=None)
        if local == wanted:
            return moment
        if local > wanted:
            return datetime.combine(day, at, tzinfo=UTC) - before
        before = moment.astimezone(place).utcoffset() or timedelta(0)
    raise AssertionError(f"{zone} never shows {wanted}")
