"""What comes back of letters: bounces, complaints, answers, and the wish to get no more."""

from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog

from bot import speech
from bot.contact import withdrawing
from bot.contact.gate import recipient_of
from bot.intake import counting, touches
from bot.rules.mail import Letter
from bot.rules.mailing.answers import wants_no_more
from bot.rules.mailing.returned import Returned
from bot.rules.mailing.vouching import vouches
from bot.rules.touches import CleanTouch
from bot.services import Services
from bot.views import mailing as views
from bot.views.kit import Person
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

ASKS = ("bounced", "complained", "unsubscribed")  # for something; a delay or a receipt does not
UNDOABLE = "rep"  # a stop that a colleague may lift who knows better: nobody knows who said it
A_DAY, SHOWN_A_DAY = timedelta(days=1), 3  # letters in somebody's name that their thread shows
ENOUGH = 3  # letters in a row that came back, whatever the reason: mail services judge senders by such
log = structlog.get_logger(__name__)


def take_back(services: Services, uow: UnitOfWork, came: Returned, now: datetime) -> None:
    """A bounce or a complaint: it counts only if it names a letter of ours, for anybody could send one."""
    message, lead = of_ours(uow, came.keys)
    if message is None or lead is None or came.kind not in ASKS:
        log.info("a returned e-mail asks for nothing", kind=came.kind, known=message is not None)
        return
    prove_arrival(uow, message)
    if came.kind == "bounced":
        bounced(services, uow, (message, lead), came, now)
    else:
        said = f"{came.words} about “{message.subject}”"
        stop(services, uow, (message, lead), reason=came.kind, source=said, now=now)


def bounced(services: Services, uow: UnitOfWork, ours: tuple[LeadMessage, Lead], came: Returned, now: datetime) -> None:
    """It came back once and for all; if nobody can be reached there, nothing is ever sent to that address again."""
    message, lead = ours
    if message.bounced_at is not None:
        return
    message.bounced_at = now
    uow.letters.save(message)
    touch = CleanTouch("email_bounced", f"{message.subject}: {came.words}"[:300], now, lead_id=lead.id)
    touches.take_in(services, uow, lead, [(touch, f"bounced:{message.key}")], now)
    if came.is_address_dead or uow.letters.came_back(message.recipient, ENOUGH):
        said = f"“{message.subject}” came back: {came.words}"
        stop(services, uow, ours, reason="bounced", source=said, now=now)
    else:
        speech.log(uow, lead, views.came_back(message.subject, came.words), now)


def stop(
    services: Services, uow: UnitOfWork, ours: tuple[LeadMessage, Lead], *, reason: str, source: str, now: datetime
) -> None:  # fmt: skip
    """To the address that the letter went to; the lead may have another one by now, which knows nothing of this."""
    message, lead = ours
    if lead.email and recipient_of(uow, "email", lead.email) == message.recipient:
        withdrawing.suppress(services, uow, lead, "email", reason=reason, source=source, now=now)
    else:
        withdrawing.forbid_recipient(uow, "email", message.recipient, reason=reason, source=source, now=now)


def of_ours(uow: UnitOfWork, keys: tuple[str, ...]) -> tuple[LeadMessage | None, Lead | None]:
    """The letter that is meant, and its lead, both held; with all other leads of that person, in one order."""
    seen = uow.letters.by_keys(keys)
    here = uow.touches.where_now({seen.lead_id}).get(seen.lead_id) if seen else None
    if seen is None or here is None:
        return seen, None
    leads = uow.touches.lock_leads(uow.consents.alike([here]))
    return uow.letters.fresh(seen.id or 0), leads.get(here)


def prove_arrival(uow: UnitOfWork, message: LeadMessage) -> None:
    """Nobody knew whether it had left; now somebody does."""
    if message.status == "doubtful":
        message.status, message.error = "sent", ""
        uow.letters.save(message)


def is_our_own(services: Services, letter: Letter) -> bool:
    """A colleague wrote it from the address that letters leave from, with a copy to it."""
    return letter.writer.email.casefold() == parseaddr(services.outside.mail_from)[1].casefold()


def whose(uow: UnitOfWork, letter: Letter) -> tuple[LeadMessage | None, Lead | None]:
    """The letter that this answers, and the lead: by the letter's name, or else by the writer's address."""
    message, lead = of_ours(uow, letter.answers)
    if lead is not None:
        return message, lead
    address = letter.writer.email
    number = uow.touches.leads_of({address}).get(address)
    leads = uow.touches.lock_leads(uow.consents.alike([number])) if number else {}
    return None, leads.get(number or 0)


def answered(
    services: Services, uow: UnitOfWork, letter: Letter, found: tuple[LeadMessage | None, Lead], key: str
) -> None:  # fmt: skip
    """A lead wrote to us: a touch, and its words for the owner; or they want no more.

    Whoever answers a letter of ours had it; of others our mail server may vouch. Else anybody may have written it in
    their name: that stops what is sent, which is the safe side, and for all the rest its owner only hears of it.
    """
    message, lead = found
    now = services.now()
    if message is None and not is_vouched_for(services, letter):
        perhaps_wrote(services, uow, letter, lead, now)
        return
    if message is not None:
        prove_arrival(uow, message)
    if wants_no_more(letter.subject, letter.writer.message):
        no_more(services, uow, letter, found, key)
        return
    if message is not None and message.replied_at is None:
        message.replied_at = now
        uow.letters.save(message)
    touch = CleanTouch("reply", letter.subject, now, lead_id=lead.id, email=letter.writer.email)
    if touches.take_in(services, uow, lead, [(touch, key)], now):
        speech.log(uow, lead, views.answered(writer_of(letter, lead), letter, owner_of(uow, lead)), now)


def is_vouched_for(services: Services, letter: Letter) -> bool:
    """Whether our own mail server says that the letter is from whom it says."""
    is_writer = bool(letter.author) and letter.author == letter.writer.email
    return is_writer and vouches(letter.vouched, services.outside.vouches, letter.author)


def perhaps_wrote(services: Services, uow: UnitOfWork, letter: Letter, lead: Lead, now: datetime) -> None:
    """A few such letters a day are shown; one that says stop stops what is sent, and its owner may undo it."""
    owner = owner_of(uow, lead)
    if wants_no_more(letter.subject, letter.writer.message):
        said = f"an e-mail in their name, “{letter.subject}”"
        withdrawing.suppress(
            services, uow, lead, "email", reason=UNDOABLE, source=said, now=now,
            says=lambda ended: views.perhaps_stopped(lead, letter, owner, ended),
        )  # fmt: skip
        return
    place = counting.place(uow, f"perhaps:{lead.id}", now, within=A_DAY)
    if place <= SHOWN_A_DAY:
        speech.log(uow, lead, views.perhaps(lead, letter, owner, is_last=place == SHOWN_A_DAY), now)


def owner_of(uow: UnitOfWork, lead: Lead) -> Person | None:
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    return Person(owner.slack_id, owner.name) if owner else None


def no_more(
    services: Services, uow: UnitOfWork, letter: Letter, found: tuple[LeadMessage | None, Lead], key: str
) -> None:  # fmt: skip
    message, lead = found
    now = services.now()
    if message is not None:
        said = f"wrote “{letter.subject}”"
        stop(services, uow, (message, lead), reason="unsubscribed", source=said, now=now)
    touch = CleanTouch("unsubscribed", f"wrote “{letter.subject}”"[:120], now, lead_id=lead.id)
    touches.take_in(services, uow, lead, [(touch, key)], now)


def stranger_wants_no_more(services: Services, uow: UnitOfWork, letter: Letter) -> bool:
    """Whether somebody of whom we know no lead said so; then no list brings them a letter later."""
    if not wants_no_more(letter.subject, letter.writer.message):
        return False
    said, reason = f"wrote “{letter.subject}”", "unsubscribed" if is_vouched_for(services, letter) else UNDOABLE
    withdrawing.forbid(uow, "email", letter.writer.email, reason=reason, source=said, now=services.now())
    return True


def writer_of(letter: Letter, lead: Lead) -> str:
    """Whose words these are: the lead's, unless somebody else answered for it."""
    if letter.writer.email == lead.email:
        return lead.name
    return f"{letter.writer.name or letter.writer.email} (for {lead.name})"
