"""Notes and stages: what reps record while they work on a lead."""

from datetime import datetime

from bot import claims, distribution, next_steps, reminders, response, speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning import clean_text
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import announcements
from bot.views.cards import title
from bot.views.kit import Person
from store.models import InboxRow, Lead, Note, StageChange
from store.unit_of_work import UnitOfWork

NOTE_MAX = 3000


def add_note(services: Services, slack_id: str, lead_id: int, text: str, *, key: str) -> str:
    """Record a note and show it in the lead's thread; the same key again changes nothing.

    Raises:
        InvalidInputError: the note is empty.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "note", lead_id)
        if uow.inbox.receive(InboxRow(key=f"note:{key}", kind="note", status="done", received_at=now)):
            note = record_note(uow, who, lead, text, now)
            response.contacted(services, uow, lead, who, now)
            speech.log(uow, lead, announcements.note(Person(who.slack_id, who.name), note.text), now)
            speech.refresh_owners_home(uow, lead, now)
            uow.commit()
        return title(lead)


def record_note(uow: UnitOfWork, who: Actor, lead: Lead, text: str, now: datetime) -> Note:
    cleaned = clean_text(text, limit=NOTE_MAX, keeps_lines=True)
    if not cleaned:
        raise InvalidInputError([Problem("text", "The note is empty. Write what you learned about the lead.")])
    return uow.leads.add_note(Note(lead_id=lead.id or 0, rep_id=who.rep_id, text=cleaned, at=now))


def move_stage(services: Services, slack_id: str, lead_id: int, stage_name: str) -> str:
    """Move the lead; a won or lost lead is closed and its reminders stop. Returns a sentence.

    Raises:
        InvalidInputError: the playbook has no such stage.
    """
    now = services.now()
    stage = services.playbook.stage(stage_name)
    if stage is None:
        known = ", ".join(stage.name for stage in services.playbook.stages)
        raise InvalidInputError([Problem("stage", f"There is no stage “{stage_name[:40]}”. The stages are {known}.")])
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "stage", lead_id)
        before, was_closed = lead.stage, lead.closed_at is not None
        if before == stage.name:
            return f"{title(lead)} is already in {stage.name}."
        lead.stage, lead.closed_at = stage.name, None if stage.kind == "open" else now
        change = StageChange(lead_id=lead_id, rep_id=who.rep_id, before=before, after=stage.name, at=now)
        uow.leads.add_stage_change(change)
        next_steps.entered_stage(services, uow, lead, now)
        response.stage_moved(
            services, uow, lead, who, now, is_reopened=was_closed and stage.kind == "open", is_lost=stage.kind == "lost"
        )
        if stage.kind == "open" and lead.owner_id is None and uow.offers.open_for(lead_id) is None:
            # Reopened, and nobody's: it goes round like a new one, or it would lie there unseen.
            distribution.deal(services, uow, lead, now)
        if lead.closed_at:
            claims.withdraw_offer(uow, lead, now)
            lead.held_since = lead.held_rank = None
            reminders.cancel_all(uow, lead, now)
            next_steps.worked_on(services, uow, lead, now)
        speech.refresh_card(uow, lead, now)
        speech.log(uow, lead, announcements.stage(Person(who.slack_id, who.name), before, stage.name), now)
        speech.refresh_home(uow, who.slack_id, now)
        speech.refresh_owners_home(uow, lead, now)
        uow.commit()
        return f"{title(lead)} moved from {before} to {stage.name}."
