"""Somebody wants no more, or cannot be reached: what is queued stops at once, and stays stopped."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot import speech
from bot.contact.gate import address_of, recipient_of
from bot.contact.standing import keep, standings
from bot.rules.consent import ASKED_FOR, BARRED, CONFIRM, SOURCE_MAX, Said, allows, is_barred
from bot.sequences import approving
from bot.services import Services
from bot.views import consents as views
from bot.views.kit import Message
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork

KINDS = ("sequence", "rep", CONFIRM, *ASKED_FOR)


def suppress(
    services: Services, uow: UnitOfWork, lead: Lead, channel: str, *, reason: str, source: str, now: datetime,
    at: datetime | None = None, rep_id: int | None = None, says: Callable[[Sequence[str]], Message] | None = None,
) -> bool:  # fmt: skip
    """From this commit on nothing more leaves to that person by that channel. False when that stood already.

    `at`: when they said so, if not now. `rep_id`: who wrote down what they were told, and tells the thread of it.
    `says`: what the thread is told instead, given the sequences that ended with it.
    """
    people = the_person(uow, lead)
    address = address_of(lead, channel)
    is_news = bool(address) and forbid(uow, channel, address, reason=reason, source=source, now=now)
    held = standings(uow, lead).get(channel)
    if reason != "bounced" and (held is None or held.is_given):
        said = Said(channel, is_given=False, source=source[:SOURCE_MAX] or reason)
        keep(uow, lead, said, at or now, rep_id=rep_id)
        is_news = True
    why = BARRED[reason]
    ended = [name for one in people for name in end_sequences(services, uow, one, channel, why=why, now=now)]
    if is_news and rep_id is None:
        speech.log(uow, lead, says(ended) if says else views.stopped(channel, reason, source, ended), now)
    if is_news:
        speech.refresh_card(uow, lead, now)
    return is_news


def the_person(uow: UnitOfWork, lead: Lead) -> Collection[Lead]:
    """All leads of theirs, locked."""
    return ({lead.id: lead} | uow.touches.lock_leads(uow.consents.alike([lead.id or 0]))).values()


def forbid(uow: UnitOfWork, channel: str, address: str, *, reason: str, source: str, now: datetime) -> bool:
    """Never write to that address again, and stop what waits for it."""
    return forbid_recipient(uow, channel, recipient_of(uow, channel, address), reason=reason, source=source, now=now)


def forbid_recipient(
    uow: UnitOfWork, channel: str, recipient: str, *, reason: str, source: str, now: datetime
) -> bool:  # fmt: skip
    """The same by the address' name, when nobody knows any more whose it was."""
    uow.messages.hold([recipient])
    kinds = [kind for kind in KINDS if is_barred(reason, kind)]
    put_right(uow, uow.messages.cancel(BARRED[reason], recipient=recipient, kinds=kinds), now)
    return uow.suppressions.add(channel, recipient, reason=reason, source=source, now=now)


def end_sequences(
    services: Services, uow: UnitOfWork, lead: Lead, channel: str, *, why: str, now: datetime
) -> list[str]:  # fmt: skip
    """Those that write to the lead by this channel; returns their names."""
    ended = [one for one in uow.enrolments.running(lead.id or 0) if one.talks and uses(services, one, channel)]
    for enrolment in ended:
        uow.enrolments.leave(lead.id or 0, why, now, only=enrolment.id)
        put_right(uow, uow.messages.cancel(why, enrolment_id=enrolment.id), now)
    return [one.sequence for one in ended]


def put_right(uow: UnitOfWork, numbers: Collection[int], now: datetime) -> None:
    """Who was asked whether these may leave need not answer any more."""
    for number in numbers:
        message = uow.messages.get(number)
        if message is not None:
            approving.show(uow, message, now)


def uses(services: Services, enrolment: Enrolment, channel: str) -> bool:
    """Whether the sequence writes by that channel; of one that the playbook does not have any more nobody knows."""
    sequence = services.playbook.sequence(enrolment.sequence)
    return sequence is None or channel in sequence.channels


def unsubscribed(
    services: Services, uow: UnitOfWork, lead: Lead, now: datetime, *, at: datetime, source: str = ""
) -> None:  # fmt: skip
    """They said no to e-mail themselves; a yes of theirs that is younger stands."""
    held = standings(uow, lead).get("email")
    if held is not None and allows(held) and held.at > at:
        return
    source = source or "unsubscribed"
    suppress(services, uow, lead, "email", reason="unsubscribed", source=source, now=now, at=at)


def lift(uow: UnitOfWork, lead: Lead, channel: str, now: datetime, *, only: str = "") -> bool:
    """They said yes again themselves; `only`: unless the address is suppressed for another reason than this."""
    address = address_of(lead, channel)
    if not address:
        return False
    recipient = recipient_of(uow, channel, address)
    standing = uow.suppressions.standing(channel, recipient)
    if standing is None or (only and standing.reason != only):
        return False
    return uow.suppressions.lift(channel, recipient, now)
