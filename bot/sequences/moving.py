"""A sequence moves a lead to another stage, as somebody would who has nothing to add."""

from bot import gates, next_steps, pipeline, speech, waiting
from bot.playbook.playbook import Stage
from bot.rules.stages import in_words, missing
from bot.sequences import enrolling
from bot.sequences.turn import Done, Turn, skipped
from bot.views import enrolments as views
from store.models import StageChange


def move(turn: Turn, to: str) -> Done:
    """To the stage, unless it lacks what the stage needs: nobody is there to be asked."""
    services, uow, lead = turn.services, turn.uow, turn.lead
    stage = services.playbook.stage(to)
    if stage is None:
        return skipped(f"there is no stage {to} any more")
    if lead.stage == stage.name:
        return skipped(f"it is in {stage.name} already")
    lacking = missing(stage.needs, gates.known(services, uow, lead))
    if lacking:
        return skipped(f"{stage.name} needs {in_words(lacking, gates.labels(services))}")
    record(turn, stage)
    return Done(f"moved to {stage.name}")


def record(turn: Turn, stage: Stage) -> None:
    """All that it means; it is no contact, so it stops the clock of the first answer only when it closes the lead."""
    services, uow, lead, now = turn.services, turn.uow, turn.lead, turn.now
    was_closed = lead.closed_at is not None
    change = StageChange(
        lead_id=lead.id or 0, before=lead.stage, after=stage.name, reason=f"sequence {turn.sequence.name}", at=now
    )
    lead.stage, lead.closed_at = stage.name, None if stage.kind == "open" else now
    uow.leads.add_stage_change(change)
    next_steps.entered_stage(services, uow, lead, now)
    if was_closed and lead.closed_at is None:
        waiting.begins(lead, now)
        waiting.begins_anew(services, uow, lead, now)
    elif lead.closed_at is not None:
        waiting.stop(services, uow, lead, now)
    pipeline.settle(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.log(uow, lead, views.moved(turn.sequence.name, change.before, stage.name), now)
    speech.refresh_owners_home(uow, lead, now)
    enrolling.moved(services, uow, lead, now)
