"""What became of a message that was carried: written down, and told to whoever has to know."""

from datetime import datetime, timedelta

from bot import speech
from bot.contact.claiming import Hand
from bot.contact.gate import address_of, recipient_of
from bot.contact.ports import Later, Outcome, Refused, Taken, Unknown
from bot.contact.withdrawing import forbid_recipient, suppress
from bot.services import Services
from bot.views import contact as views
from bot.views.kit import Message
from store.contact.messages import LOST
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

LONGEST_PAUSE, SHORTEST_PAUSE = 3600.0, 5.0
NOT_IN_HAND = {"lease_until": None, "holder": None}
IN_DOUBT_OR_HAND = ("sending", "doubtful")
ENDED = "whoever sent it ended before saying so"


def settle(services: Services, hand: Hand, outcome: Outcome, now: datetime, *, jitter: float = 0.0) -> bool:
    """Write down what became of it. False when it is in other hands by now: somebody decided in the meantime."""
    with services.unit_of_work() as uow:
        written = values(hand, outcome, now, jitter)
        if isinstance(outcome, Taken | Later):  # nobody has to know, so nobody's lead is locked
            is_ours = uow.messages.changed(hand.number, written, status=IN_DOUBT_OR_HAND, holder=hand.holder)
            uow.commit()
            return is_ours
        lead, seen = locked(uow, hand.number)
        was_asked = seen is not None and seen.status == "doubtful"
        message = uow.messages.change(hand.number, written, status=IN_DOUBT_OR_HAND, holder=hand.holder)
        if message is None or lead is None:
            return False
        if isinstance(outcome, Refused):
            refused(services, uow, lead, message, no=outcome, now=now)
        elif not was_asked:
            ask_what_to_do(uow, lead, message, now)
        uow.commit()
        return True


def values(hand: Hand, outcome: Outcome, now: datetime, jitter: float) -> dict[str, object]:
    match outcome:
        case Taken(provider_id):
            return {"status": "sent", "provider_id": provider_id[:200], "error": "", **NOT_IN_HAND}
        case Later(reason, seconds):
            until = now + timedelta(seconds=pause(seconds, hand.attempts) * (1 + jitter))
            return {"status": "waiting", "due_at": until, "sent_at": None, "error": reason[:300], **NOT_IN_HAND}
        case Refused(reason):
            return {"status": "failed", "sent_at": None, "error": reason[:300], **NOT_IN_HAND}
        case Unknown(reason):
            return {"status": "doubtful", "error": reason[:300], "lease_until": None}


def pause(seconds: float, attempts: int) -> float:
    """Twice as long each time, an hour at most, or as long as the provider asks. Nothing is ever given up for it:
    how long somebody else's server is away says nothing about the message."""
    wanted = max(seconds, SHORTEST_PAUSE)
    return max(wanted, min(LONGEST_PAUSE, wanted * 2.0 ** min(attempts - 1, 20)))


def put_back(services: Services, hand: Hand, now: datetime) -> None:
    """It was held too long before anybody began to carry it: it certainly was not sent, and waits again."""
    with services.unit_of_work() as uow:
        again = {"status": "waiting", "due_at": now, "sent_at": None, **NOT_IN_HAND}
        uow.messages.changed(hand.number, again, status=IN_DOUBT_OR_HAND, holder=hand.holder)
        uow.commit()


def find_lost(services: Services, now: datetime) -> int:
    """Those whose lease ended may have arrived: they are shown, not repeated. Returns how many were found."""
    numbers = services.database.peek(LOST, now)
    for number in numbers:
        with services.unit_of_work() as uow:
            lead, message = locked(uow, number)
            if lead is not None and message is not None and is_lost(message, now):
                uow.messages.changed(number, {
                    "status": "doubtful", "error": ENDED, "lease_until": None
                }, status=("sending",))  # fmt: skip
                ask_what_to_do(uow, lead, message, now)
                uow.commit()
    return len(numbers)


def is_lost(message: LeadMessage, now: datetime) -> bool:
    return message.status == "sending" and message.lease_until is not None and message.lease_until <= now


def locked(uow: UnitOfWork, number: int) -> tuple[Lead | None, LeadMessage | None]:
    """The message and its lead, held with the person's others: a withdrawal may follow."""
    leads = uow.touches.lock_leads(uow.messages.whose(number))
    message = uow.messages.get(number)
    return (leads.get(message.lead_id) if message is not None else None), message


def refused(
    services: Services, uow: UnitOfWork, lead: Lead, message: LeadMessage, *, no: Refused, now: datetime
) -> None:  # fmt: skip
    """It never will arrive. Of a dead address the thread is told, of anything else the owner."""
    channel, source = message.channel, no.reason[:100]
    if not no.is_address_dead:
        return tell(uow, lead, views.refused(lead, message, no.reason), now)
    address = address_of(lead, channel)
    if address and recipient_of(uow, channel, address) == message.recipient:
        suppress(services, uow, lead, channel, reason="bounced", source=source, now=now)
    else:  # they have another by now
        forbid_recipient(uow, channel, message.recipient, reason="bounced", source=source, now=now)
    return None


def ask_what_to_do(uow: UnitOfWork, lead: Lead, message: LeadMessage, now: datetime) -> None:
    """Nobody knows whether it arrived; a person decides whether it is worth a second one."""
    tell(uow, lead, views.doubtful(lead, message), now)


def tell(uow: UnitOfWork, lead: Lead, said: Message, now: datetime) -> None:
    """The owner, privately; while there is none, the thread."""
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    if owner is not None and owner.is_active:
        speech.tell(uow, owner.slack_id, said, now)
    else:
        speech.log(uow, lead, said, now)
