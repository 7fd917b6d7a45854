"""Meetings as calendars read them: for the lead, and the rep's own feed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

PRODUCT = "-//Dibs//Meetings//EN"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True)
class Entry:
    """One meeting, or one follow-up, in somebody's calendar. `uid` stays the same whatever becomes of it."""

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    revision: int = 0
    said_at: datetime | None = None
    place: str = ""
    text: str = ""
    is_cancelled: bool = False
    is_busy: bool = True


@dataclass(frozen=True)
class Invited:
    """Who meets whom: addresses with their names."""

    organizer: str
    organizer_name: str
    guest: str
    guest_name: str


def invitation(entry: Entry, invited: Invited | None, *, alarm: timedelta | None = None) -> str:
    """The entry to be taken over; with who is invited it may be answered, and a cancelled one takes it out again."""
    method = (CANCEL if entry.is_cancelled else REQUEST) if invited else PUBLISH
    calendar = empty(method)
    event = event_of(entry)
    if invited:
        event["organizer"] = person(invited.organizer, invited.organizer_name)
        guest = person(invited.guest, invited.guest_name)
        guest.params["ROLE"], guest.params["PARTSTAT"] = vText("REQ-PARTICIPANT"), vText("ACCEPTED")
        event.add("attendee", guest, encode=False)
    if alarm and not entry.is_cancelled:
        bell = Alarm()
        bell.add("action", "DISPLAY")
        bell.add("description", entry.summary)
        bell.add("trigger", -alarm)
        event.add_component(bell)
    calendar.add_component(event)
    return written(calendar)


def method_of(entry: Entry, invited: Invited | None) -> str:
    return (CANCEL if entry.is_cancelled else REQUEST) if invited else PUBLISH


def feed(name: str, entries: Iterable[Entry]) -> str:
    """All of them, for a calendar that subscribes to it."""
    calendar = empty(PUBLISH)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "PT15M")
    for entry in entries:
        calendar.add_component(event_of(entry))
    return written(calendar)


def empty(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def event_of(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.revision)
    event.add("dtstamp", (entry.said_at or entry.starts).astimezone(UTC))
    event.add("dtstart", entry.starts.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", line(entry.summary))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    if entry.place:
        event.add("location", line(entry.place))
    if entry.text:
        event.add("description", entry.text.replace("\r", ""))
    return event


def person(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText("".join(letter for letter in line(name) if letter not in '"^'))
    return found


def line(text: str) -> str:
    """On one line, without what no calendar shows."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def written(calendar: Calendar) -> str:
    return str(calendar.to_ical(), "utf-8")
