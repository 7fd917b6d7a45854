"""Meetings that were booked elsewhere: they stand, whatever else is planned then, and the rep's page knows of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from bot.deadlocks import once_more
from bot.meetings import changing, keeping, telling
from bot.rules.cleaning.lead import clean_text
from bot.rules.meetings import slots, zones
from bot.services import Services
from bot.views.meetings import BOOKED, CANCELLED, PLACE_MAX, Change
from store.models import InboxRow, Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

LONGEST, FARTHEST = timedelta(hours=24), timedelta(days=3 * 366)


@dataclass(frozen=True)
class Told:
    """What a provider says of a meeting."""

    name: str  # theirs for it
    starts: datetime
    ends: datetime
    zone: str = ""
    place: str = ""
    host: str = ""  # the rep's name there
    by: str = ""  # the provider's own


def read(provider: str, raw: Mapping[str, str], now: datetime) -> Told | None:
    """None when it is no meeting that could be kept: without times, or in another age."""
    try:
        starts, ends = (moment(raw[name]) for name in ("starts", "ends"))
    except (KeyError, ValueError, OverflowError):
        return None
    if not raw.get("name") or not timedelta(0) < ends - starts <= LONGEST or abs(starts - now) > FARTHEST:
        return None
    place = clean_text(raw.get("place", ""), limit=PLACE_MAX)
    return Told(raw["name"], starts, ends, raw.get("zone", ""), place, raw.get("host", ""), provider)


def moment(text: str) -> datetime:
    """Without a zone it is UTC's, wherever this runs."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def once_of(provider: str, name: str) -> str:
    return f"{provider[:20]}:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


@once_more
def book(services: Services, told: Told, lead_id: int) -> bool:
    """Write it down for the rep whose it is there, or who owns the lead; False when that is nobody, or it is known."""
    now, once = services.now(), once_of(told.by, told.name)
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        rep = host_of(uow, lead, told) if lead is not None else None
        if lead is None or rep is None or uow.inbox.answered(off(once)) is not None:
            return False
        meeting = uow.meetings.add(Meeting(
            key=token_urlsafe(24), once=once, lead_id=lead_id, rep_id=rep.id or 0, starts_at=told.starts,
            ends_at=told.ends, zone=zones.first_known(told.zone), place=told.place, source=told.by[:40], booked_at=now,
        ))  # fmt: skip
        if meeting is None:
            return False
        uow.meetings.take_what_is_left(meeting, slots.quarters(told.starts, told.ends))
        keeping.attach(services, uow, lead, meeting, now)
        telling.us(uow, lead, meeting, Change(BOOKED), now=now)
        uow.commit()
        return True


def host_of(uow: UnitOfWork, lead: Lead, told: Told) -> Rep | None:
    """Whoever is called as the host is called there; else the lead's owner."""
    wanted = " ".join(told.host.casefold().split())
    known = [number for number, name in uow.people.names().items() if " ".join(name.casefold().split()) == wanted]
    named = [rep for rep in uow.people.reps(set(known)).values() if rep.is_active] if wanted else []
    if len(named) == 1:
        return named[0]
    return uow.people.rep(lead.owner_id) if lead.owner_id else None


@once_more
def cancel(services: Services, provider: str, name: str) -> bool:
    """It is off; one that comes later than its cancellation is not booked any more. False when it is not known yet."""
    now, once = services.now(), once_of(provider, name)
    with services.unit_of_work() as uow:
        uow.inbox.receive(InboxRow(key=off(once), kind="meeting", status="done", received_at=now))
        known = uow.meetings.named(once)
        if known is not None:
            lead, meeting = changing.locked(uow, known)
            if meeting.status == "booked":
                changing.end(services, uow, lead, meeting, now)
                telling.us(uow, lead, meeting, Change(CANCELLED), now=now)
        uow.commit()
        return known is not None


def off(once: str) -> str:
    return f"meeting-off:{once}"
