"""What people text us: STOP, START and HELP at once, anything else for whoever looks after the lead."""

from dataclasses import dataclass
from datetime import datetime

from bot import speech
from bot.contact import withdrawing
from bot.contact.agreeing import agree
from bot.contact.gate import recipient_of
from bot.contact.standing import standings
from bot.deadlocks import once_more
from bot.intake import suggestions, touches
from bot.rules.cleaning.lead import clean_text
from bot.rules.cleaning.phone import PHONE_MAX, international
from bot.rules.consent import Said, waits
from bot.rules.texting import word_in
from bot.rules.touches import CleanTouch
from bot.services import Services
from bot.views import texting as views
from store.models import InboxRow, Lead
from store.unit_of_work import UnitOfWork

SOURCE = "SMS"
TEXT_MAX = 1600
SAID_STOP, SAID_START = "texted STOP", "texted START"


@dataclass(frozen=True)
class Texted:
    """One SMS that came in; the provider's name for it makes a second delivery nothing."""

    own_id: str
    number: str  # in E.164
    text: str


@once_more
def take(services: Services, texted: Texted) -> str:
    """What is answered at once; "" when a person is to answer, or when this was taken before."""
    now, text = services.now(), clean_text(texted.text, limit=TEXT_MAX)
    number = international(texted.number) or clean_text(texted.number, limit=PHONE_MAX)
    with services.unit_of_work() as uow:
        found = uow.leads.of_phone(number)
        lead = uow.touches.lock_leads(uow.consents.alike([found])).get(found) if found else None
        row = InboxRow(key=f"sms:{texted.own_id}"[:200], kind="sms", status="done", received_at=now)
        if not uow.inbox.receive(row):
            return ""
        answer = understood(services, uow, lead, Texted(texted.own_id, number, text), now)
        uow.commit()
        return answer


def understood(services: Services, uow: UnitOfWork, lead: Lead | None, texted: Texted, now: datetime) -> str:
    """Do what the text asks for; returns the answer to it."""
    number, text = texted.number, texted.text
    us = views.us(services.outside, services.playbook.contact.signature)
    match word_in(text):
        case "stop":
            stop(services, uow, lead, number, now)
            return views.stopped(us)
        case "start":
            return start(services, uow, lead, us, now)
        case "help":
            return views.helped(us)
    if lead is not None:
        hear(services, uow, lead, texted, now)
    elif text:
        values = {"phone": number, "name": "", "message": text, "source": SOURCE}
        suggestions.suggest(services, uow, values, kind=SOURCE, origin=f"{number}\n{text}", now=now)
    return ""


def stop(services: Services, uow: UnitOfWork, lead: Lead | None, number: str, now: datetime) -> None:
    """Also of somebody whom we do not know, or not any more."""
    if lead is None:
        withdrawing.forbid(uow, "sms", number, reason="stopped", source=SAID_STOP, now=now)
    else:
        withdrawing.suppress(services, uow, lead, "sms", reason="stopped", source=SAID_STOP, now=now)


def start(services: Services, uow: UnitOfWork, lead: Lead | None, us: str, now: datetime) -> str:
    """Their own word after a STOP, or to confirm a form that anybody could have filled in; else it says nothing new.

    Returns the answer.
    """
    if lead is None:
        return views.unknown(us)
    is_confirmed = waits(standings(uow, lead).get("sms"))
    came_back = withdrawing.lift(uow, lead, "sms", now, only="stopped")
    if not came_back and not is_confirmed:
        return views.unknown(us)
    agree(services, uow, lead, Said("sms", is_given=True, source=SAID_START, wording="START"), now)
    speech.log(uow, lead, views.came_back() if came_back else views.confirmed(), now)
    speech.refresh_card(uow, lead, now)
    return views.started(us) if came_back else views.agreed(us)


def hear(services: Services, uow: UnitOfWork, lead: Lead, texted: Texted, now: datetime) -> None:
    """The words are in the thread; that they answered counts as a touch, and ends what waits for an answer."""
    last = uow.messages.last_to(recipient_of(uow, "sms", texted.number))
    if last is not None and last.replied_at is None:
        last.replied_at = now
        uow.messages.save(last)
    speech.log(uow, lead, views.texted(texted.text), now)
    touches.take_in(services, uow, lead, [(CleanTouch("reply", "by SMS", now, lead_id=lead.id), None)], now)
