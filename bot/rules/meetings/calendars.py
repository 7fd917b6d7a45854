"""What a calendar that somebody else wrote says is busy: nothing is believed, and everything has an end. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

from bot.rules.meetings.slots import Span, joined

MOST_EVENTS = 5000
MOST_BUSY = 5000  # stretches that are kept of one calendar
MOST_A_DAY = 24  # repetitions that a rule may ask for
OFTEN_ENOUGH = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
LONGEST_PAST = timedelta(days=366 * 60)
NOT_READ = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError, LookupError)


class NoCalendarError(Exception):
    """It is no calendar, or one that cannot be taken; the words say why."""


def busy_in(text: str, since: datetime, until: datetime, zone: str) -> list[Span]:
    """The times in there at which the calendar has something, joined. Days and floating times are those of `zone`.

    Raises:
        NoCalendarError: with a sentence.
    """
    try:
        calendar = Calendar.from_ical(text)
        found = list(occurrences(calendar, since, until))
    except NoCalendarError:
        raise
    except NOT_READ as error:
        raise NoCalendarError("It does not answer with a calendar that I can read.") from error
    place = ZoneInfo(zone)
    spans = [span for one in found if blocks(one) and (span := span_of(one, place)) is not None]
    return joined(clipped(spans, since, until))[:MOST_BUSY]


def occurrences(calendar: Component, since: datetime, until: datetime) -> Iterable[Component]:
    if calendar.name != "VCALENDAR":
        raise NoCalendarError("It does not answer with a calendar.")
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise NoCalendarError(f"It has more than {MOST_EVENTS} events.")
    for event in calendar.walk():
        check(event, since)
    # A day to either side: whole days begin at other moments elsewhere.
    day = timedelta(days=1)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    found: list[Component] = query.between(since - day, until + day)
    return found


def check(event: Component, since: datetime) -> None:
    """A rule that repeats without measure would never be counted to its end."""
    rules = event.get("RRULE")
    for rule in as_list(rules) if rules else []:
        if set(map(str.upper, map(str, rule.get("FREQ", [])))) - OFTEN_ENOUGH or times_a_day(rule) > MOST_A_DAY:
            raise NoCalendarError("An event in it repeats more often than every hour.")
        if any(int(interval) < 1 for interval in as_list(rule.get("INTERVAL", 1))):
            raise NoCalendarError("An event in it repeats without ever getting anywhere.")
        # Time zones may have begun whenever they did.
        if event.name == "VEVENT" and began(event) < (since - LONGEST_PAST).date():
            raise NoCalendarError("An event in it repeats since longer than anybody can remember.")


def as_list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def times_a_day(rule: Any) -> int:
    count = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        count *= max(1, len(rule.get(part, [])))
    return count


def began(event: Component) -> date:
    begins = event.decoded("DTSTART")
    found: date = begins.date() if isinstance(begins, datetime) else begins
    return found


def blocks(event: Component) -> bool:
    """Whether it keeps the person from anything: not what is cancelled, or shown as free."""
    is_off = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not is_off and str(event.get("TRANSP", "")).upper() != "TRANSPARENT"


def span_of(event: Component, place: ZoneInfo) -> Span | None:
    starts, ends = event.get("DTSTART"), event.get("DTEND")
    if starts is None:
        return None
    begins = moment(starts.dt, place)
    stops = moment(ends.dt, place) if ends is not None else begins + lasting(event, starts.dt)
    return (begins, stops) if stops > begins else None


def lasting(event: Component, starts: date) -> timedelta:
    """Without an end: as long as it says, else the whole day of a day, and no time at all of a moment."""
    said = event.get("DURATION")
    if said is not None and isinstance(said.dt, timedelta):
        return max(said.dt, timedelta(0))
    return timedelta(0) if isinstance(starts, datetime) else timedelta(days=1)


def moment(said: date, place: ZoneInfo) -> datetime:
    local = said if isinstance(said, datetime) else datetime.combine(said, time(0))
    return (local if local.tzinfo else local.replace(tzinfo=place)).astimezone(UTC)


def clipped(spans: Iterable[Span], since: datetime, until: datetime) -> Iterator[Span]:
    for starts, ends in spans:
        if starts < until and ends > since:
            yield max(starts, since), min(ends, until)
