"""The page behind the link in every message: stop it all, or choose what may still come. Nobody signs in for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.contact import links
from bot.contact.agreeing import agree
from bot.contact.gate import SALT, address_of, hashed, suppressed
from bot.contact.links import Link
from bot.contact.standing import keep, standings
from bot.contact.withdrawing import forbid_recipient, lift, suppress, the_person
from bot.deadlocks import once_more
from bot.intake import touches
from bot.rules.consent import Said, allows
from bot.rules.touches import CleanTouch
from bot.services import Services
from bot.views.contact import called
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

SOURCE = "their page of choices"
OFFERS = {
    "email": "Send me e-mails about your products and offers", "sms": "Send me text messages about them",
    "measuring": "You may count whether I open your e-mails and follow their links",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Something that may be sent or not. Saying yes anew is only offered where the link itself shows whose it is."""

    channel: str
    wording: str
    is_on: bool


@dataclass(frozen=True)
class Choices:
    channel: str  # by which the message came
    all: tuple[Choice, ...]


def look(services: Services, token: str) -> Choices | None:
    """What the page shows, and changes nothing; None for a link that is none of ours.

    Whoever is not known any more sees what everybody sees: the page tells nobody who is.
    """
    with services.reading() as uow:
        link = links.read(uow, links.UNSUBSCRIBE, token)
        if link is None:
            return None
        lead = lead_of(uow, link)
        channel = by(link)
        return Choices(channel, choices(services, uow, lead, channel) if lead and is_theirs(uow, lead, link) else ())


@once_more
def stop(services: Services, token: str) -> str | None:
    """Whoever got the message wants no more by that channel, from this commit on. Returns the channel, or None for a
    link that is none of ours. As often as they like."""
    now = services.now()
    with services.unit_of_work() as uow:
        link = links.read(uow, links.UNSUBSCRIBE, token)
        if link is None:
            return None
        message, lead = uow.messages.get(link.number), locked_lead(uow, link)
        source = f"the link in {called(message)}" if message else "the link in a message"
        if lead is not None:
            suppress(services, uow, lead, by(link), reason="unsubscribed", source=source, now=now)
            tell_score(services, uow, lead, message, now)
        # The address it went to, which need not be the one they have now, nor known at all any more.
        forbid_recipient(uow, by(link), to(link), reason="unsubscribed", source=source, now=now)
        uow.commit()
        return by(link)


@once_more
def choose(services: Services, token: str, wanted: Collection[str]) -> Choices | None:
    """From now on only what they left ticked may come. Returns what holds then; None as above."""
    now = services.now()
    with services.unit_of_work() as uow:
        link = links.read(uow, links.UNSUBSCRIBE, token)
        if link is None:
            return None
        lead = locked_lead(uow, link)
        if lead is not None and is_theirs(uow, lead, link):
            for one in choices(services, uow, lead, by(link)):
                if one.is_on != (one.channel in wanted):
                    say(services, uow, lead, one, now)
        uow.commit()
    return look(services, token)


def say(services: Services, uow: UnitOfWork, lead: Lead, one: Choice, now: datetime) -> None:
    """The choice is the other way round from now on: their own word, with its wording."""
    if one.is_on and one.channel != "measuring":
        suppress(services, uow, lead, one.channel, reason="unsubscribed", source=SOURCE, now=now)
        return
    if one.is_on:
        keep(uow, lead, Said(one.channel, is_given=False, source=SOURCE), now)
        return
    agree(services, uow, lead, Said(one.channel, is_given=True, source=SOURCE, wording=one.wording), now)
    if one.channel != "measuring":
        lift(uow, lead, one.channel, now)


def choices(services: Services, uow: UnitOfWork, lead: Lead, channel: str) -> tuple[Choice, ...]:
    """The channel that the link came by, whatever else they allowed, and measuring where the team does that."""
    held, found = standings(uow, lead), []
    for name, wording in OFFERS.items():
        address = address_of(lead, name) if name != "measuring" else ""
        is_on = allows(held.get(name)) and not (address and suppressed(uow, name, address))
        is_offered = name == channel or (name == "measuring" and services.playbook.contact.is_measured)
        if is_on or is_offered:
            found.append(Choice(name, wording, is_on))
    return tuple(found)


def tell_score(
    services: Services, uow: UnitOfWork, lead: Lead, message: LeadMessage | None, now: datetime
) -> None:  # fmt: skip
    """That they unsubscribed is something they did, and counts as such."""
    if message is not None and message.channel == "email":
        touch = CleanTouch("unsubscribed", called(message), now, lead_id=lead.id)
        touches.take_in(services, uow, lead, [(touch, f"unsubscribed:{message.key}")], now)


def locked_lead(uow: UnitOfWork, link: Link) -> Lead | None:
    found = lead_of(uow, link)
    lead = uow.leads.lock(found.id or 0) if found else None
    if lead is not None:
        the_person(uow, lead)
    return lead


def lead_of(uow: UnitOfWork, link: Link) -> Lead | None:
    """Whose message it was, or what that lead is part of by now."""
    message = uow.messages.get(link.number)
    if message is None or message.recipient != to(link):
        return None
    here = uow.touches.where_now({message.lead_id})
    return uow.leads.get(here[message.lead_id]) if message.lead_id in here else None


def is_theirs(uow: UnitOfWork, lead: Lead, link: Link) -> bool:
    """Whether the lead still has the address that the message went to: whoever had it speaks for no other one."""
    salt, address = uow.secrets.known(SALT), address_of(lead, by(link))
    return bool(salt and address) and hashed(salt or "", by(link), address) == to(link)


def by(link: Link) -> str:
    return str(link.more.get("by", "email"))


def to(link: Link) -> str:
    return str(link.more.get("to", ""))
