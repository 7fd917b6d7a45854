"""Moving a lead from stage to stage, with what the stage needs to know; and, kept elsewhere, the notes on the way."""

from collections.abc import Mapping
from datetime import datetime

from bot import claims, distribution, gates, next_steps, reminders, response, speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.notes import NOTE_MAX, add_note, record_note
from bot.playbook.playbook import Stage
from bot.rules.policy import Actor
from bot.sequences import enrolling
from bot.services import Services
from bot.views import stages as views
from bot.views.cards import title
from bot.views.kit import Message
from bot.work import Work
from store.models import Lead, StageChange
from store.unit_of_work import UnitOfWork

__all__ = ["NOTE_MAX", "add_note", "move_stage", "record_note"]


def move_stage(
    services: Services, slack_id: str, lead_id: int, stage_name: str, given: Mapping[str, str] | None = None, *,
    opened_at: str = "",
) -> str:  # fmt: skip
    """Move the lead; a won or lost lead is closed and its reminders stop. Returns a sentence.

    `given` has what the form asked for, by block id; `opened_at` is the stage at which the form was opened.

    Raises:
        InvalidInputError: there is no such stage, it needs something that nobody gave, or somebody else was faster.
    """
    now, stage = services.now(), gates.stage_named(services, stage_name)
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "stage", lead_id)
        if opened_at and opened_at != lead.stage:
            raise InvalidInputError([Problem("stage", overtaken(uow, who, lead))])
        if lead.stage == stage.name:
            return f"{title(lead)} is already in {stage.name}."
        before = lead.stage
        record_move(Work(services, uow, who, lead, now), stage, given or {})
        uow.commit()
        return f"{title(lead)} moved from {before} to {stage.name}."


def overtaken(uow: UnitOfWork, who: Actor, lead: Lead) -> str:
    change = uow.deals.last_move(lead.id or 0)
    if change is None:
        return f"The lead is in {lead.stage} now. Close this form and open it again."
    by = uow.people.rep(change.rep_id).name if change.rep_id else "The lead itself"
    return views.overtaken(by, change, who.time_zone)


def record_move(work: Work, stage: Stage, given: Mapping[str, str]) -> None:
    """All that a move means; whoever calls holds the lead locked and commits."""
    services, uow, who, lead, now = work.services, work.uow, work.who, work.lead, work.now
    learned = gates.take(work, stage, given)
    reason, competitor = gates.why(services, lead, stage, given)
    change = StageChange(
        lead_id=lead.id or 0, rep_id=who.rep_id, before=lead.stage, after=stage.name, reason=reason,
        competitor=competitor, at=now,
    )  # fmt: skip
    said = announcement(work, change, learned)
    was_closed = lead.closed_at is not None
    lead.stage, lead.closed_at = stage.name, None if stage.kind == "open" else now
    uow.leads.add_stage_change(change)
    next_steps.entered_stage(services, uow, lead, now)
    response.stage_moved(
        services, uow, lead, who, now, is_reopened=was_closed and stage.kind == "open", is_lost=stage.kind == "lost"
    )
    settle(services, uow, lead, now)
    enrolling.moved(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.log(uow, lead, said, now)
    speech.refresh_home(uow, who.slack_id, now)
    speech.refresh_owners_home(uow, lead, now)


def settle(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """A lead that is opened again and nobody's goes round; one that is closed leaves nobody waiting."""
    if lead.closed_at is None:
        if lead.owner_id is None and uow.offers.open_for(lead.id or 0) is None:
            # It goes round like a new one, or it would lie there unseen.
            distribution.deal(services, uow, lead, now)
        return
    claims.withdraw_offer(uow, lead, now)
    lead.held_since = lead.held_rank = None
    reminders.cancel_all(uow, lead, now)
    next_steps.worked_on(services, uow, lead, now)


def announcement(work: Work, change: StageChange, learned: list[str]) -> Message:
    kinds = {stage.name: stage.kind for stage in work.services.playbook.stages}
    if work.lead.closed_at is not None and kinds[change.after] == "open":
        lost = [name for name, kind in kinds.items() if kind == "lost"]
        return views.reopened(work.by, change, work.uow.deals.moves_to(work.lead_id, lost))
    return views.moved(work.by, change, is_lost=kinds[change.after] == "lost", learned=learned)
