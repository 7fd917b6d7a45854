"""Somebody says yes: it holds at all of their leads, and what waited for their word begins."""

from collections.abc import Collection
from datetime import datetime

from bot import speech
from bot.contact.standing import keep, standings
from bot.contact.withdrawing import the_person
from bot.rules.consent import Said, allows, waits
from bot.sequences import enrolling
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork


def agree(
    services: Services, uow: UnitOfWork, lead: Lead, said: Said, now: datetime, *, rep_id: int | None = None
) -> None:  # fmt: skip
    """Their own word, or what a rep was told; whichever confirms a yes that anybody could have said."""
    has_waited = waits(standings(uow, lead).get(said.channel))
    keep(uow, lead, said, now, rep_id=rep_id)
    if has_waited:
        begin(services, uow, lead, now)


def awaited(uow: UnitOfWork, lead: Lead) -> set[str]:
    """The channels for which they have yet to say that the yes was theirs."""
    return {channel for channel, held in standings(uow, lead).items() if waits(held)}


def begin_if_heard(services: Services, uow: UnitOfWork, lead: Lead, before: Collection[str], now: datetime) -> None:
    """One that was `awaited` before came by another way."""
    held = standings(uow, lead) if before else {}
    if any(allows(held.get(channel)) for channel in before):
        begin(services, uow, lead, now)


def begin(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Their yes is a basis now."""
    uow.session.flush()
    for one in the_person(uow, lead):
        if one.state == "live":
            enrolling.confirmed(services, uow, one, now)
            speech.refresh_card(uow, one, now)
