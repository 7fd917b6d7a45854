"""A lead books a time with a rep: all of its quarters of an hour or none, however many want them at once."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from bot.deadlocks import once_more
from bot.errors import DibsError, InvalidInputError, Problem
from bot.intake import capture
from bot.meetings import keeping, pages, telling, times, troubles
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
LEFT = "{} has left, so nobody can be met here any more. Please answer the last e-mail you have from us."
CLOSED = "Nobody can be met by this link any more. Please answer the last e-mail you have from us."
CROWDED = "Very many people booked on this page today. Please try again tomorrow, or write to us."
FROM_HERE = (
    "Very many meetings were booked from your network today. Please try again tomorrow, or use the link in one of our "
    "e-mails, with which you can book at once."
)
NETWORKS = "networks"  # the secret with which they are hashed
MANY_SHARE_IT = 4  # an office has one address for all: so many times what one visitor may book
ENOUGH = "You have booked several meetings already. To change one, use the link in its e-mail."


class NoPageError(DibsError):
    """There is no such page, it is closed, or its rep has left."""


class FloodError(DibsError):
    """Too much was booked there, or from there, within a day."""


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
    network: str = ""  # from which it was sent


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
            zones.first_known(zone, told, host.rep.time_zone),
            tuple(times.free(services, uow, host.rep, now, is_public=not signed)),
            telling.greeting(lead) or lead.name if lead else "", tuple(coming),
            telling.MAIL in services.outside.channels,
        )  # fmt: skip


def host_of(uow: UnitOfWork, token: str) -> Host:
    host, gone = pages.host_at(uow, token), pages.left_at(uow, token)
    if host is None:
        raise NoPageError(LEFT.format(gone.name) if gone else CLOSED)
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

    Returns the meeting's key; "" when nothing was booked, since too much was with that address before: that is written
    to the address alone, for whoever typed it is not to learn that somebody has meetings with us.

    Raises:
        InvalidInputError: name or address cannot be taken.
        FloodError: too many booked there, or from there.
        NoPageError, TakenError: as above.
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
        if not has_it:
            refuse_early(services, uow, host.rep, wanted, now)
    lead_id = capture.take_lead(services, told, key=key).lead_id
    return book(services, host.rep.id or 0, lead_id, wanted, by="page", guest=typed(raw))


def refuse_early(services: Services, uow: UnitOfWork, rep: Rep, wanted: Wanted, now: datetime) -> None:
    """Before a lead is made of somebody who was late, or is one of a flood."""
    if wanted.starts not in times.free(services, uow, rep, now, is_public=True):
        raise TakenError(GONE)
    if uow.meetings.booked_since(rep.id or 0, now - A_DAY, source="page") >= MOST_A_DAY:
        raise FloodError(CROWDED)
    salt, most = uow.secrets.known(NETWORKS), services.playbook.meetings.visitor_bookings * MANY_SHARE_IT
    if salt and wanted.network and uow.meetings.booked_from(hidden(salt, wanted.network), now - A_DAY) >= most:
        raise FloodError(FROM_HERE)


def hidden(salt: str, network: str) -> str:
    """It can be counted, and not be read."""
    return hmac.new(bytes.fromhex(salt), network.encode(), hashlib.sha256).hexdigest()


def typed(raw: dict[str, Any]) -> str:
    """Who they are, as they said: all that the rep is shown of a lead that is not theirs to see."""
    name, email = (clean_text(str(raw.get(field) or ""), limit=most) for field, most in (("name", 120), ("email", 160)))
    return f"{name} ({email})" if name else email


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
def book(services: Services, rep_id: int, lead_id: int, wanted: Wanted, *, by: str, guest: str = "") -> str:
    """The meeting, in one transaction with all that follows from it; returns its key, "" as `book_as_visitor` says.

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
        if by == "link" and len(uow.meetings.coming(lead_id, now, rep_id)) >= MOST_COMING:
            raise DibsError(ENOUGH)
        if wanted.starts not in times.free(services, uow, rep, now, is_public=by == "page"):
            raise TakenError(GONE)
        if by == "page" and has_enough(services, uow, lead, rep, wanted, now=now):
            uow.commit()
            return ""
        if before is not None:
            before.once = None  # it was cancelled, and the same time is booked anew
            uow.session.flush()
        meeting = uow.meetings.add(made(
            services, lead, rep, wanted, place=page.place, once=once, by=by, guest=guest, now=now,
            network=hidden(uow.secrets.get(NETWORKS), wanted.network) if wanted.network and by == "page" else "",
        ))  # fmt: skip
        if meeting is None or not uow.meetings.take(meeting, slots.needed(wanted.starts, terms(services))):
            raise TakenError(GONE)
        keeping.attach_and_count(services, uow, lead, meeting, now)
        meeting.told = troubles.known_at_booking(uow, lead, meeting, now)
        telling.everybody(services, uow, lead, meeting, Change(BOOKED), now=now)
        uow.commit()
        return meeting.key


def has_enough(
    services: Services, uow: UnitOfWork, lead: Lead, rep: Rep, wanted: Wanted, *, now: datetime
) -> bool:  # fmt: skip
    """Whether so much was booked for that address on public pages that it is asked first, by a letter to it.

    While no letters are written nothing is refused for the sake of an address: there is no way to say so to it alone.
    """
    if telling.MAIL not in services.outside.channels:
        return False
    coming = [one for one in uow.meetings.coming(lead.id or 0, now) if one.source == "page"]
    if len(coming) < services.playbook.meetings.visitor_bookings:
        return False
    telling.write_enough(services, uow, lead, rep, wanted=wanted.starts, coming=coming, now=now)
    return True


def terms(services: Services) -> slots.Terms:
    return times.terms_of(services.playbook.meetings)


def made(
    services: Services, lead: Lead, rep: Rep, wanted: Wanted, *, place: str, once: str, by: str, guest: str,
    network: str, now: datetime,
) -> Meeting:  # fmt: skip
    ends = wanted.starts + terms(services).length
    return Meeting(
        key=token_urlsafe(24), once=once, lead_id=lead.id or 0, rep_id=rep.id or 0, starts_at=wanted.starts,
        ends_at=ends, zone=zones.first_known(wanted.zone), place=place or services.playbook.meetings.place,
        words=clean_text(wanted.words, limit=WORDS_MAX), guest=guest, network=network, source=by, booked_at=now,
        remind_at=remind_at(services, wanted.starts, now),
    )  # fmt: skip


def remind_at(services: Services, starts: datetime, now: datetime) -> datetime | None:
    """When the lead is reminded; not of what they booked a moment before."""
    minutes = services.playbook.meetings.remind_minutes
    at = starts - timedelta(minutes=minutes)
    return at if minutes and at > now else None
