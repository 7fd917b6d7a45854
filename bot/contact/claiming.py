"""One message is taken in hand: whatever forbids it is asked now, and what allows it is written on it.

All in one transaction, with the person's leads locked first. A withdrawal locks the same, so whichever commits first
holds: what was taken before may still leave, and nothing leaves that was not.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from bot.contact.gate import Allowed, address_of, gate, recipient_of
from bot.contact.ports import Parcel, Refused
from bot.rules.consent import ASKED_FOR, CONFIRM
from bot.rules.sequences.caps import WEEK, room_at
from bot.sequences import clocks
from bot.sequences.enrolling import ended_by
from bot.services import Services
from store.contact.messages import due_by
from store.database import StoreUnavailableError
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

LOOK_AGAIN = timedelta(hours=1)
CHANNELS = ("email", "sms")
NOT_SET_UP = {"email": "No mail server is set up.", "sms": "No telephone provider is set up."}
NO_PAGES = "Nobody said under which address our pages are (DIBS_PUBLIC_URL), so they could not answer."

Composer = Callable[[Services, UnitOfWork, LeadMessage, Lead, str], Parcel | Refused]
Composers = Mapping[str, Composer]
log = structlog.get_logger("dibs.post")


@dataclass(frozen=True)
class Hand:
    """A message that is ours to carry until its lease ends; or one of which it is clear that nobody can."""

    number: int
    holder: str
    attempts: int
    parcel: Parcel | Refused


@dataclass(frozen=True)
class Passed:
    """One was looked at that does not leave, or not now."""


@dataclass(frozen=True)
class Waits:
    """It may not leave before then, and is looked at again."""

    until: datetime
    why: str


@dataclass(frozen=True)
class Never:
    """It is not true any more, or not allowed."""

    why: str


Verdict = Allowed | Waits | Never


@dataclass(frozen=True)
class Claim:
    """Whose hands it comes into, and for how long."""

    holder: str
    lease: timedelta
    now: datetime


@dataclass(frozen=True)
class Turn:
    """A message whose time has come, with its lead locked."""

    services: Services
    uow: UnitOfWork
    message: LeadMessage
    lead: Lead
    now: datetime
    leads: frozenset[int]  # the lead, and all others of the same person

    @cached_property
    def recipients(self) -> set[str]:
        """Under which names the person is written to: one who has two addresses is one person."""
        places = ((channel, address_of(self.lead, channel)) for channel in CHANNELS)
        known = {recipient_of(self.uow, channel, address) for channel, address in places if address}
        return known | {self.message.recipient}


def take(
    services: Services, composers: Composers, claim: Claim, *, channels: Collection[str] = CHANNELS
) -> Hand | Passed | None:
    """Take the one in hand that is due longest, or say why not; None when none is due that nobody else looks at."""
    for number in services.database.peek(due_by(channels), claim.now):
        taken = guarded(services, composers, claim, number)
        if taken is not None:
            return taken
    return None


def guarded(services: Services, composers: Composers, claim: Claim, number: int) -> Hand | Passed | None:
    """A message that nobody can make must not stop those behind it."""
    try:
        return take_one(services, composers, claim, number)
    except StoreUnavailableError:
        raise
    except Exception:  # whatever a template or an address brings about
        log.exception("a message could not be made", message=number)
    later = {"due_at": claim.now + LOOK_AGAIN, "error": "It could not be made; the log says why."}
    with services.unit_of_work() as uow:
        uow.messages.changed(number, later, status=("waiting",))
        uow.commit()
    return Passed()


def take_one(services: Services, composers: Composers, claim: Claim, number: int) -> Hand | Passed | None:
    """None when it is not due any more, or its lead is in somebody else's hands just now."""
    with services.unit_of_work() as uow:
        turn = turn_of(services, uow, number, claim.now)
        taken = claimed(turn, composers, claim) if turn is not None else None
        if taken is not None:
            uow.commit()
        return taken


def turn_of(services: Services, uow: UnitOfWork, number: int, now: datetime) -> Turn | None:
    """The message, and its lead locked with all others of the person; None if somebody else has them in hand."""
    wanted = uow.messages.whose(number)
    locked = uow.messages.lock_free(wanted)
    message = uow.messages.get(number)  # as it is since then
    if message is None or wanted - locked.keys() or message.lead_id not in locked:
        return None
    is_due = message.status == "waiting" and message.due_at <= now
    return Turn(services, uow, message, locked[message.lead_id], now, frozenset(wanted)) if is_due else None


def claimed(turn: Turn, composers: Composers, claim: Claim) -> Hand | Passed:
    uow, message, number = turn.uow, turn.message, turn.message.id or 0
    uow.messages.hold(turn.recipients)
    verdict = judge(turn)
    if isinstance(verdict, Never):
        uow.messages.changed(number, {"status": "skipped", "error": verdict.why[:300]}, status=("waiting",))
        return Passed()
    if isinstance(verdict, Waits):
        uow.messages.changed(number, {"due_at": verdict.until, "error": verdict.why[:300]}, status=("waiting",))
        return Passed()
    is_ours = uow.messages.take(message, {
        "status": "sending", "holder": claim.holder, "lease_until": claim.now + claim.lease, "sent_at": claim.now,
        "attempts": message.attempts + 1, "error": "", "consent_id": verdict.consent_id, "basis": verdict.basis,
    })  # fmt: skip
    if not is_ours:
        return Passed()
    address, compose = address_of(turn.lead, message.channel), composers[message.channel]
    return Hand(number, claim.holder, message.attempts, compose(turn.services, uow, message, turn.lead, address))


def judge(turn: Turn) -> Verdict:
    """Whether it may leave now: is it still true, is it allowed, is it their time, and is it not too much?"""
    message, lead, now = turn.message, turn.lead, turn.now
    if message.kind not in ASKED_FOR and lead.state != "live":
        return Never("The lead is none of its own any more.")
    stops = stopped(turn)
    if stops is not None:
        return stops
    allowed = gate(turn.uow, lead, message.channel, now, kind=message.kind, asked=message.basis)
    if isinstance(allowed, str):
        return Never(allowed)
    missing = not_set_up(turn)
    if missing:
        return Waits(now + LOOK_AGAIN, missing)
    early = too_early(turn) if message.kind == "sequence" else None
    if early is None and not follows(turn):
        return Never("They had this very text before, under another address.")
    return early or allowed


def not_set_up(turn: Turn) -> str:
    """What this installation lacks to send it, as a sentence."""
    outside, message = turn.services.outside, turn.message
    if message.channel not in outside.channels:
        return NOT_SET_UP[message.channel]
    return NO_PAGES if message.kind == CONFIRM and not outside.public_url else ""


def stopped(turn: Turn) -> Waits | Never | None:
    """The sequence it belongs to is over for this lead, or does nothing just now."""
    name, number = turn.message.sequence, turn.message.enrolment_id
    if number is None:
        return None
    enrolment, sequence = turn.uow.enrolments.get(number), turn.services.playbook.sequence(name)
    if enrolment is None or enrolment.status == "left":
        return Never(f"They left “{name}”{f': {enrolment.why}' if enrolment else ''}.")
    if sequence is None:
        return Never(f"The playbook has no sequence “{name}” any more.")
    ended = ended_by(turn.services, turn.lead)
    if ended is not None and ended in sequence.leaves_on:
        return Never(f"The lead is {turn.lead.stage}, and that ends “{name}”.")
    if enrolment.status == "paused" or sequence.is_paused:
        return Waits(turn.now + LOOK_AGAIN, f"“{name}” is paused.")
    return None


def too_early(turn: Turn) -> Waits | None:
    """Sequences keep to the lead's own hours, and to so many messages a week to one person."""
    clock, now = clocks.of_lead(turn.services, turn.uow, turn.lead), turn.now
    if clock is None:
        return Waits(now + timedelta(days=1), "Nobody knows their time zone.")
    if not clock.is_open(now):
        return Waits(clock.next_open(now), f"Outside of their hours: {clock.said}.")
    theirs = turn.uow.messages.contacts_since(now - WEEK, recipients=turn.recipients, lead_ids=turn.leads)
    room = room_at(theirs, now, turn.services.playbook.contact.a_week)
    return Waits(room, f"They had {len(theirs)} within a week.") if room > now else None


def follows(turn: Turn) -> bool:
    """It goes to the address they have now. False when whoever that is has had its content."""
    message = turn.message
    recipient = recipient_of(turn.uow, message.channel, address_of(turn.lead, message.channel))
    return recipient == message.recipient or turn.uow.messages.readdress(message, recipient)
