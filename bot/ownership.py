"""Whose lead it is, and what follows from it: follow-ups move along, and somebody covers for an owner who is away."""

from datetime import datetime

from bot import followups, waiting
from bot.covers import cover_of, is_away
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork

__all__ = ["begins", "cover_of", "is_away"]


def begins(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has an owner now: promises that an earlier one left open become theirs."""
    followups.move_to_owner(services, uow, lead, now)
    waiting.begins_anew(services, uow, lead, now)
