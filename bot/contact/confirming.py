"""A yes that anybody could have sent waits for whoever has the mailbox: one letter asks, a page takes the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot import speech
from bot.contact import links
from bot.contact.addresses import recipient_of
from bot.contact.agreeing import begin
from bot.contact.links import Link
from bot.contact.queueing import Draft, queue
from bot.contact.standing import keep, standings
from bot.contact.unsubscribing import OFFERS, is_theirs, lead_of, locked_lead
from bot.deadlocks import once_more
from bot.rules.consent import CONFIRM, Said, Standing, Standings, allows, waits
from bot.services import Services
from bot.views import consents as views
from store.models import Lead
from store.unit_of_work import UnitOfWork

SOURCE = "their confirmation by e-mail"
VALID = timedelta(days=30)
PROVED = ("email", "measuring")  # what whoever has the mailbox can say yes to; it says nothing of a telephone


@dataclass(frozen=True)
class Asked:
    """What the page shows: it asks, or tells that it is done, that they said no since, or that it is too late."""

    state: Literal["asks", "done", "no", "late"]
    wordings: tuple[str, ...] = ()


def ask(services: Services, uow: UnitOfWork, lead: Lead, now: datetime, *, is_unproved: bool) -> None:
    """Let a letter ask, where a yes waits: once for an address, ever, however many forms are sent with it.

    The lead is locked, or is just written. The letter has nothing of what the form said: a stranger may have typed it.
    While there is no page to answer on, it waits for one (`claiming.judge`).
    """
    contact = services.playbook.contact
    if not (is_unproved and contact.confirms and lead.email):
        return
    if waits(standings(uow, lead).get("email")):
        once = f"{CONFIRM}:{recipient_of(uow, 'email', lead.email)}"
        draft = Draft("email", CONFIRM, contact.confirm_text, contact.confirm_subject, once=once)
        queue(services, uow, lead, draft, now)


def look(services: Services, token: str) -> Asked | None:
    """What the page shows, and changes nothing; None for a link that is none of ours."""
    with services.reading() as uow:
        link = links.read(uow, links.CONFIRM, token)
        return shown(services, uow, lead_of(uow, link), link) if link else None


@once_more
def confirm(services: Services, token: str) -> Asked | None:
    """Whoever has the mailbox says that the yes was theirs: from this commit on it is a basis, and what waited begins.

    As often as they like; returns what the page shows then, as `look` does.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        link = links.read(uow, links.CONFIRM, token)
        if link is None:
            return None
        lead = locked_lead(uow, link)
        if lead is not None and shown(services, uow, lead, link).state == "asks":
            said_themselves(services, uow, lead, now)
            uow.commit()
    return look(services, token)


def said_themselves(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Their own word, for all of their leads."""
    for channel in waiting(services, standings(uow, lead)):
        keep(uow, lead, Said(channel, is_given=True, source=SOURCE, wording=OFFERS[channel]), now)
    speech.log(uow, lead, views.confirmed(), now)
    begin(services, uow, lead, now)


def shown(services: Services, uow: UnitOfWork, lead: Lead | None, link: Link) -> Asked:
    if lead is None or lead.state != "live" or not is_theirs(uow, lead, link):
        return Asked("late")
    held = standings(uow, lead)
    email = held.get("email")
    if allows(email):
        return Asked("done", tuple(OFFERS[channel] for channel in PROVED if allows(held.get(channel))))
    if email is not None and not email.is_given:
        return Asked("no")
    if not waits(email) or is_old(link, services.now()):
        return Asked("late")
    return Asked("asks", tuple(OFFERS[channel] for channel in waiting(services, held)))


def waiting(services: Services, held: Standings) -> list[str]:
    """The channels that they would say yes to."""
    return [channel for channel in PROVED if waits(held.get(channel)) and is_used(services, held[channel])]


def is_used(services: Services, held: Standing) -> bool:
    return held.channel != "measuring" or services.playbook.contact.is_measured


def is_old(link: Link, now: datetime) -> bool:
    return now - datetime.fromtimestamp(int(link.more.get("at", 0)), UTC) > VALID
