"""A lead books a time with a rep: all of its quarters of an hour or none, however many want them at once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from bot.deadlocks import once_more
from bot.errors import DibsError, InvalidInputError, Problem
from bot.intake import capture
from bot.meetings import keeping, pages, telling, times
from bot.meetings.pages import Host
from bot.rules.cleaning.lead import clean_text
from bot.rules.meetings import slots, zones
from bot.services import Services
from bot.views.meetings import BOOKED, Change
from store.models import InboxRow, Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

SOURCE = "booking"  # of leads that came by a booking page
WORDS_MAX = 1000
MOST_COMING = 3  # meetings one lead has with one rep at a time
A_DAY, MOST_A_DAY = timedelta(days=1), 50  # that strangers book with one rep within it, cancelled ones too
CONSENT = "Yes, you may also e-mail me about other things. I can withdraw that at any time."
GONE = "This time was taken just now. Here are those that are free."
CLOSED = "Nobody can be met by this link any more. Please answer the last e-mail you have from us."
CROWDED = "Very many people booked on this page today. Please try again tomorrow, or write to us."
ENOUGH = "You have booked several meetings already. To change one, use the link in its e-mail."


class NoPageError(DibsError):
    """There is no such page, or it is closed."""


class TakenError(DibsError):
    """The time is not free any more."""


@dataclass(frozen=True)
class Openings:
    """What a booking page shows."""

    host: str
    minutes: int
    place: str
    zone: str
    times: tuple[datetime, ...]
    guest: str = ""  # who it is, on a personal link
    coming: tuple[Meeting, ...] = ()
    confirms: bool = False  # by e-mail


@dataclass(frozen=True)
class Wanted:
    """What the visitor chose."""

    starts: datetime
    zone: str
    words: str = ""
    press: str = ""  # what their page had that nobody else's has: by it they are known when they press twice


def look(services: Services, token: str, signed: str, zone: str) -> Openings:
    """What there is to choose from. `signed` is what a personal link has besides.

    Raises:
        NoPageError: with a sentence.
    """
    now = services.now()
    with services.reading() as uow:
        host = host_of(uow, token)
        lead = guest_of(uow, host, signed) if signed else None
        told = lead.profile.get("time_zone") if lead else None
        rules = services.playbook.meetings
        coming = uow.meetings.coming(lead.id or 0, now, host.rep.id) if lead else []
        return Openings(
            host.rep.name, rules.minutes, place_of(services, host),
            zones.first_known(zone, told, host.rep.time_zone), tuple(times.free(services, uow, host.rep, now)),
            telling.greeting(lead) or lead.name if lead else "", tuple(coming),
            telling.MAIL in services.outside.channels,
        )  # fmt: skip


def host_of(uow: UnitOfWork, token: str) -> Host:
    host = pages.host_at(uow, token)
    if host is None:
        raise NoPageError(CLOSED)
    return host


def guest_of(uow: UnitOfWork, host: Host, signed: str) -> Lead:
    """Whose personal link it is, wherever their lead is now."""
    number = pages.guest_of(uow, host, signed)
    now_at = uow.touches.where_now({number}).get(number) if number else None
    lead = uow.leads.get(now_at) if now_at else None
    if lead is None or lead.state != "live":
        raise NoPageError(CLOSED)
    return lead


def place_of(services: Services, host: Host) -> str:
    return host.page.place or services.playbook.meetings.place


# --- booking


def book_by_link(services: Services, token: str, signed: str, wanted: Wanted) -> str:
    """The lead whose personal link it is books the time; returns the meeting's key. The same again is the same one.

    Raises:
        NoPageError: the page is closed, or the link is none of ours.
        TakenError: somebody was quicker.
        DibsError: they have booked enough.
    """
    with services.reading() as uow:
        host = host_of(uow, token)
        lead_id = guest_of(uow, host, signed).id or 0
    return book(services, host.rep.id or 0, lead_id, wanted, by="link")


def book_as_visitor(services: Services, token: str, raw: dict[str, Any], wanted: Wanted) -> str:
    """Somebody books on the public page: they become a lead like one of any form, or are the one that they are.

    Raises:
        InvalidInputError: name or address cannot be taken.
        NoPageError, TakenError, DibsError: as above.
    """
    if not str(raw.get("email") or "").strip():
        raise InvalidInputError([Problem("email", "Where shall we confirm it?")])
    now = services.now()
    told = {**raw, "source": SOURCE, "is_unproved": True, "profile": {"time_zone": wanted.zone}}
    if told.get("consent"):
        told |= {"consent": True, "consent_wording": CONSENT}
    key = f"{SOURCE}:{printed(f'{token}:{now:%Y-%m-%d}:{capture.body_hash(told)}')}"
    with services.reading() as uow:
        host = host_of(uow, token)
        before = uow.inbox.answered(f"lead:{key}")
        has_it = before is not None and pressed_before(uow, host, before, wanted)
        if not has_it and wanted.starts not in times.free(services, uow, host.rep, now):
            raise TakenError(GONE)  # before a lead is made of somebody who was late
        if not has_it and uow.meetings.booked_since(host.rep.id or 0, now - A_DAY, source="page") >= MOST_A_DAY:
            raise DibsError(CROWDED)
    lead_id = capture.take_lead(services, told, key=key).lead_id
    return book(services, host.rep.id or 0, lead_id, wanted, by="page")


def pressed_before(uow: UnitOfWork, host: Host, before: InboxRow, wanted: Wanted) -> bool:
    """Whether the same page was sent before, and the time is theirs."""
    known = uow.meetings.named(name_of("page", host.rep.id or 0, int(before.answer["lead_id"]), wanted))
    return known is not None and known.status == "booked"


def name_of(by: str, rep_id: int, lead_id: int, wanted: Wanted) -> str:
    """Under which a meeting is booked once.

    A personal link shows whose it is. On the public page anybody can write anybody's address, so the meeting that
    somebody has is only shown to whoever sends the very page on which it was booked.
    """
    name = f"{by}:{rep_id}:{lead_id}:{wanted.starts.isoformat()}"
    return name if by == "link" else f"{name}:{printed(wanted.press or token_urlsafe(16))}"


def printed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


@once_more
def book(services: Services, rep_id: int, lead_id: int, wanted: Wanted, *, by: str) -> str:
    """The meeting, in one transaction with all that follows from it; returns its key.

    Raises:
        TakenError: somebody was quicker; nothing is changed.
        DibsError: they have booked enough.
    """
    now, once = services.now(), name_of(by, rep_id, lead_id, wanted)
    with services.unit_of_work() as uow:
        lead, rep = uow.leads.lock(lead_id), uow.people.rep(rep_id)
        page = uow.meetings.page(rep_id)
        if lead is None or page is None or not page.is_open:
            raise NoPageError(CLOSED)
        before = uow.meetings.named(once)
        if before is not None and before.status == "booked":
            return before.key
        if len(uow.meetings.coming(lead_id, now, rep_id)) >= MOST_COMING:
            raise DibsError(ENOUGH)
        if wanted.starts not in times.free(services, uow, rep, now):
            raise TakenError(GONE)
        if before is not None:
            before.once = None  # it was cancelled, and the same time is booked anew
            uow.session.flush()
        meeting = uow.meetings.add(made(services, lead, rep, wanted, place=page.place, once=once, by=by, now=now))
        if meeting is None or not uow.meetings.take(meeting, slots.needed(wanted.starts, terms(services))):
            raise TakenError(GONE)
        keeping.attach_and_count(services, uow, lead, meeting, now)
        telling.everybody(services, uow, lead, meeting, Change(BOOKED), now=now)
        uow.commit()
        return meeting.key


def terms(services: Services) -> slots.Terms:
    return times.terms_of(services.playbook.meetings)


def made(
    services: Services, lead: Lead, rep: Rep, wanted: Wanted, *, place: str, once: str, by: str, now: datetime
) -> Meeting:  # fmt: skip
    ends = wanted.starts + terms(services).length
    return Meeting(
        key=token_urlsafe(24), once=once, lead_id=lead.id or 0, rep_id=rep.id or 0, starts_at=wanted.starts,
        ends_at=ends, zone=zones.first_known(wanted.zone), place=place or services.playbook.meetings.place,
        words=clean_text(wanted.words, limit=WORDS_MAX), source=by, booked_at=now,
        remind_at=remind_at(services, wanted.starts, now),
    )  # fmt: skip


def remind_at(services: Services, starts: datetime, now: datetime) -> datetime | None:
    """When the lead is reminded; not of what they booked a moment before."""
    minutes = services.playbook.meetings.remind_minutes
    at = starts - timedelta(minutes=minutes)
    return at if minutes and at > now else None
