"""Steps that ask something of us: a follow-up, a word to the owner, another stage, another value of a field."""

from bot import consents, edits, reminders, speech
from bot.errors import InvalidInputError
from bot.next_steps import desk_of, show
from bot.playbook.sequences import Nudge, SetSegment, Task
from bot.qualification import scoring
from bot.rules.cleaning.fields import PREFIX
from bot.rules.next_steps import working_minutes_on
from bot.sequences.turn import Done, Outcome, Turn, Waits, skipped
from bot.views import enrolments as views
from bot.worktime import hours_of
from store.models import FollowUp

NOBODY = "nobody works on the lead"


def task(turn: Turn, step: Task) -> Outcome:
    """A follow-up for the owner, due after so much of their working time."""
    services, uow, lead = turn.services, turn.uow, turn.lead
    desk = desk_of(services, uow, lead)
    if desk is None or lead.owner_id is None:
        return skipped(NOBODY)
    follow_up = uow.followups.add(FollowUp(
        lead_id=lead.id or 0, rep_id=lead.owner_id, due_at=working_minutes_on(desk, turn.now, step.minutes),
        kind=consents.kind_allowed(uow, lead, step.how), what=step.what, created_at=turn.now,
    ))  # fmt: skip
    reminders.plan(services, uow, follow_up, turn.now)
    show(uow, lead, turn.now)
    return Done(f"asked the owner: {step.what}")


def nudge(turn: Turn, step: Nudge) -> Outcome:
    """A direct message to the owner, in their own hours."""
    if turn.lead.owner_id is None:
        return skipped(NOBODY)
    owner = turn.uow.people.rep(turn.lead.owner_id)
    if not owner.is_active:
        return skipped(NOBODY)
    opens = hours_of(turn.services, owner).next_open(turn.now, owner.time_zone)
    if opens > turn.now:
        return Waits(opens, "waits for the owner's working hours")
    speech.tell(turn.uow, owner.slack_id, views.nudge(turn.lead, turn.sequence.name, step.says), turn.now)
    return Done(f"told {owner.name}")


def set_segment(turn: Turn, step: SetSegment) -> Outcome:
    """One of the lead's own fields gets the value; what stood there before is kept."""
    services, uow, lead = turn.services, turn.uow, turn.lead
    try:
        clean = edits.cleaned(lead, {f"{PREFIX}{step.field}": step.to}, services.playbook.fields)
    except InvalidInputError as error:
        return skipped(f"{step.field}: {error.problems[0].reason}")
    changes = edits.differences(lead, clean)
    if not changes:
        return Done(f"{step.field} is {step.to} already")
    edits.record(uow, lead, changes, rep_id=None, now=turn.now)
    edits.take_over(uow, lead, clean, changes)
    scoring.again(services, uow, lead, cause=scoring.EDITED, now=turn.now)
    speech.refresh_card(uow, lead, turn.now)
    return Done(f"{step.field} is {step.to} now")
