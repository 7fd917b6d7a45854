"""Somebody has a lead now, and what follows from it: follow-ups move along, and its clock begins anew."""

from datetime import datetime

from bot import next_steps, reminders, waiting
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork


def begins(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has an owner now: promises that an earlier one left open become theirs, and it has a next step."""
    next_steps.before_new_owner(uow, lead, now)
    reminders.move_to_owner(services, uow, lead, now)
    waiting.begins_anew(services, uow, lead, now)
    next_steps.after_claim(services, uow, lead, now)
