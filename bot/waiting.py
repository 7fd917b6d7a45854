"""The clock of a lead that nobody has been in touch with: whose hours it runs in, what it counted, when it speaks.

While it runs, `response_from` is set. It begins with the lead, moves on with every change of hands, and stops at the
first contact or when the lead is closed. It rests while a meeting that the lead booked lies ahead: then only
`response_due_at` is set, to the moment from which it runs on if nobody has said by then how that went.
"""

from datetime import datetime, timedelta

from bot.rules.response import Due, Ladder, Stretch, next_step
from bot.services import Services
from bot.views.cards import Contact
from bot.worktime import hours_of
from store.models import Lead, Rep
from store.unit_of_work import UnitOfWork

PATIENCE = timedelta(days=1)  # after a meeting, for its rep to say how it went


def is_running(lead: Lead) -> bool:
    return lead.response_from is not None


def is_resting(lead: Lead) -> bool:
    return lead.response_from is None and lead.response_due_at is not None


def awaits_contact(lead: Lead) -> bool:
    """Nobody was in touch yet, whether the clock runs or rests."""
    return is_running(lead) or is_resting(lead)


def begins(lead: Lead, now: datetime) -> None:
    """The lead arrived, or was opened again: nothing that was before counts."""
    lead.response_began_at = lead.response_from = now
    lead.response_rep_id = lead.response_due_at = lead.first_contact_at = None
    lead.response_waited = lead.response_used = lead.response_step = 0
    lead.managers_hear = "no"


def goes_to(services: Services, uow: UnitOfWork, lead: Lead, rep: Rep | None, now: datetime) -> None:
    """The lead is on offer to the rep, or waits for anyone: what was counted goes along with it."""
    if is_running(lead):
        count(services, uow, lead, now)
        lead.response_rep_id = rep.id if rep else None
        plan(services, uow, lead)
    elif is_resting(lead):
        lead.response_rep_id = rep.id if rep else None


def begins_anew(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has another owner, or none any more: the whole ladder is before whoever has it next."""
    if awaits_contact(lead):
        count(services, uow, lead, now)
        lead.response_used = lead.response_step = 0
        lead.response_rep_id = lead.owner_id
        if lead.managers_hear == "waiting":
            lead.managers_hear = "no"
        heed_meetings(services, uow, lead, now)


def heed_meetings(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """It rests as long as a meeting lies ahead, and runs on, from where it stood, when none does any more."""
    if not awaits_contact(lead):
        return
    until = uow.meetings.ahead_until(lead.id or 0, now, patience=PATIENCE)
    if until is not None:
        stop(services, uow, lead, now)
        lead.response_due_at = until
    else:
        lead.response_from = lead.response_from or now
        plan(services, uow, lead)


def stop(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Nothing more is due; `response_waited` keeps how long it was."""
    if awaits_contact(lead):
        count(services, uow, lead, now)
        lead.response_from = lead.response_due_at = None
        if lead.managers_hear == "waiting":
            lead.managers_hear = "no"


def count(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """What was worked since the lead last changed hands is counted; the clock runs on from `now`, unless it rests."""
    if not is_running(lead):
        return
    stretch = stretch_of(services, uow, lead)
    spent = int((stretch.counted(now) - stretch.used).total_seconds())
    lead.response_waited += spent
    lead.response_used += spent
    lead.response_from = now


def plan(services: Services, uow: UnitOfWork, lead: Lead) -> None:
    """Write down when the next step is due."""
    due = planned(services, uow, lead)
    lead.response_due_at = due.at if due else None


def planned(services: Services, uow: UnitOfWork, lead: Lead) -> Due | None:
    """The next step by the playbook and the hours as they are now."""
    return next_step(ladder_of(services, uow, lead), stretch_of(services, uow, lead), lead.response_step)


def waited(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> timedelta:
    """The working time without a contact, with all who had the lead, up to the first contact if there was one."""
    before = timedelta(seconds=lead.response_waited)
    if not is_running(lead):
        return before
    stretch = stretch_of(services, uow, lead)
    return before + stretch.counted(now) - stretch.used


def ladder_of(services: Services, uow: UnitOfWork, lead: Lead) -> Ladder:
    """The team's; a team that the playbook does not know any more has none."""
    steps = services.playbook.team(uow.people.team(lead.team_id).name).response
    return steps.remind, steps.manager, steps.next


def stretch_of(services: Services, uow: UnitOfWork, lead: Lead) -> Stretch:
    """The clock must be running."""
    since, used = lead.response_from, timedelta(seconds=lead.response_used)
    if since is None:
        raise ValueError(f"the clock of lead {lead.id} does not run")
    if lead.response_rep_id is not None:
        rep = uow.people.rep(lead.response_rep_id)
        return Stretch(since, hours_of(services, rep), rep.time_zone, used)
    zone = services.playbook.team(uow.people.team(lead.team_id).name).zone
    return Stretch(since, services.playbook.hours.rule(), zone, used)


def shown(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> Contact | None:
    """What the card says about the first contact; nothing where the playbook asks for none."""
    if lead.first_contact_at is not None:
        return Contact(after=timedelta(seconds=lead.response_waited))
    first = next_step(ladder_of(services, uow, lead), stretch_of(services, uow, lead), 0) if is_running(lead) else None
    if first is None:
        return None
    is_late = lead.response_step > 0 or first.at <= now
    return Contact(overdue_since=lead.response_began_at) if is_late else Contact(due_at=first.at)
