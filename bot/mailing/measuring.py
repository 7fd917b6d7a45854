"""Whether letters are opened and which links are followed: of those who agreed to that, and of nobody else."""

from datetime import datetime

import structlog

from bot.contact import gate
from bot.contact import links as signed
from bot.contact.outside import Outside
from bot.deadlocks import once_more
from bot.intake import touches
from bot.rules.mailing import scanners
from bot.rules.mailing.links import path_of
from bot.rules.mailing.writing import Measured
from bot.rules.touches import CleanTouch
from bot.services import Services
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

OPENING, CLICK = "opening", "click"
log = structlog.get_logger(__name__)


def measured(uow: UnitOfWork, outside: Outside, message: LeadMessage) -> Measured:
    """The addresses that tell of an opening and of each click; in a transaction that may write."""
    number = message.id or 0
    instead = {
        link: f"{outside.public_url}/l/{signed.sign(uow, CLICK, number, link=place)}"
        for place, link in enumerate(message.links)
    }  # fmt: skip
    return Measured(instead, f"{outside.public_url}/o/{signed.sign(uow, OPENING, number)}.gif")


@once_more
def opened(services: Services, token: str) -> None:
    """Somebody's mail program asked for the image: once a letter that is an opening, if they agreed to be measured."""
    now = services.now()
    with services.reading() as uow:
        message = meant(uow, OPENING, token)
        if message is None or message.opened_at or scanners.is_too_quick(message.sent_at, now):
            return
    with services.unit_of_work() as uow:
        found = counted(uow, message.id or 0)
        if found is None:
            return
        lead, letter = found
        open_it(services, uow, lead, letter, now)
        uow.commit()


@once_more
def clicked(services: Services, token: str, *, agent: str, is_person: bool = True) -> str | None:
    """Where the link leads, or None when it is none of ours.

    The first time a person follows it, that is a touch of the lead's; a program that looks through e-mails is sent on
    like anybody, and counts for nothing.
    """
    now = services.now()
    with services.reading() as uow:
        link = signed.read(uow, CLICK, token)
        message = uow.letters.fresh(link.number) if link else None
        place = int(link.more.get("link", -1)) if link else -1
        if message is None or not 0 <= place < len(message.links):
            return None
        target, key = message.links[place], f"clicked:{message.key}:{place}"
        if not message.is_measured or uow.touches.leads_marked({key}):
            return target
    if not is_person or scanners.is_program(agent, message.sent_at, now):
        log.info("a program followed a link in an e-mail", message=message.id, agent=agent[:80])
        return target
    with services.unit_of_work() as uow:
        found = counted(uow, message.id or 0)
        if found is not None:
            where = path_of(target, services.outside.public_url)
            click_it(services, uow, *found, CleanTouch("email_clicked", where, now, own_id=key))
            uow.commit()
    return target


def meant(uow: UnitOfWork, kind: str, token: str) -> LeadMessage | None:
    """The letter whose token it is, if that one is measured."""
    link = signed.read(uow, kind, token)
    message = uow.letters.fresh(link.number) if link else None
    return message if message is not None and message.is_measured else None


def counted(uow: UnitOfWork, number: int) -> tuple[Lead, LeadMessage] | None:
    """The lead, locked, and its letter, if they still agree to be measured."""
    seen = uow.letters.fresh(number)
    here = uow.touches.where_now({seen.lead_id}) if seen else {}
    lead = uow.leads.lock(here[seen.lead_id]) if seen and seen.lead_id in here else None
    message = uow.letters.fresh(number)
    if lead is None or message is None or not message.is_measured or not gate.may_measure(uow, lead):
        return None
    return lead, message


def open_it(services: Services, uow: UnitOfWork, lead: Lead, message: LeadMessage, now: datetime) -> None:
    if message.opened_at is None:
        message.opened_at = now
        uow.letters.save(message)
        touch = CleanTouch("email_opened", message.subject, now, lead_id=lead.id)
        touches.take_in(services, uow, lead, [(touch, f"opened:{message.key}")], now)


def click_it(services: Services, uow: UnitOfWork, lead: Lead, message: LeadMessage, touch: CleanTouch) -> None:
    """Whoever follows a link has opened the letter, even if their program shows no images."""
    open_it(services, uow, lead, message, touch.at)
    message.clicked_at = message.clicked_at or touch.at
    uow.letters.save(message)
    touches.take_in(services, uow, lead, [(touch, touch.own_id)], touch.at)
