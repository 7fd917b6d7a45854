"""Somebody has a lead now, and what follows from it: follow-ups move along, and its clock begins anew."""

from datetime import datetime

from bot import next_steps, reminders, waiting
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork


def begins(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has an owner now: promises that an earlier one left open become theirs, and it has a next step."""
    next_steps.before_new_owner(uow, lead, now)
    lend_meetings(uow, lead, now)
    reminders.move_to_owner(services, uow, lead, now)
    waiting.begins_anew(services, uow, lead, now)
    next_steps.after_claim(services, uow, lead, now)


def lend_meetings(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Whoever is to meet the lead keeps that promise while they are there; the new owner hears of it, and may take it
    over (bot/meetings/stranded.py)."""
    for meeting in uow.meetings.coming(lead.id or 0, now):
        found = uow.followups.promise(meeting.follow_up_id) if meeting.follow_up_id else None
        is_hosts = found is not None and found.follow_up.status == "open" and found.rep.id == meeting.rep_id
        if found is not None and is_hosts and found.rep.id != lead.owner_id and reminders.may_keep(uow, found):
            found.follow_up.is_lent = True
