"""Whose lead it is, and what follows from it: follow-ups move along, and somebody covers for an owner who is away."""

from datetime import datetime

from bot import followups, waiting
from bot.services import Services
from store.models import Lead, Rep
from store.unit_of_work import UnitOfWork


def begins(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has an owner now: promises that an earlier one left open become theirs."""
    followups.move_to_owner(services, uow, lead, now)
    waiting.begins_anew(services, uow, lead, now)


def is_away(rep: Rep, now: datetime) -> bool:
    return rep.away_until is not None and rep.away_until > now


def cover_of(uow: UnitOfWork, rep: Rep, now: datetime) -> Rep | None:
    """Who works for the rep now: their cover while they are away, if the cover is here."""
    if not is_away(rep, now) or rep.cover_id is None:
        return None
    cover = uow.people.rep(rep.cover_id)
    return cover if cover.is_active and not is_away(cover, now) else None
