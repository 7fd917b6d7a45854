"""Time passes: enrolments whose time has come go on, each in a transaction of its own, each step at most once."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.playbook.sequences import (
    END,
    Booking,
    Branch,
    Email,
    Move,
    Nudge,
    SetSegment,
    Sms,
    Step,
    Task,
    Wait,
)
from bot.rules.sequences.steps import due_at
from bot.sequences import acting, enrolling, leaving, moving, writing
from bot.sequences.branching import branch
from bot.sequences.turn import Done, Outcome, Turn, Waits
from bot.services import Services
from store.contact.enrolments import DUE
from store.unit_of_work import UnitOfWork

PAUSED_FOR = timedelta(hours=1)  # until somebody looks whether the playbook still says so
GONE = {"merged": "it became part of another lead", "archived": "it was cleared out"}


def due(services: Services) -> list[int]:
    """The numbers of those to be looked at, the longest due first; those of paused sequences are put off before."""
    now = services.now()
    paused = [one.name for one in services.playbook.sequences if one.is_paused]
    found = services.database.peek(DUE, now)
    if found and paused:
        with services.unit_of_work() as uow:
            if uow.enrolments.put_off(paused, now, now + PAUSED_FOR, "the sequence is paused in the playbook"):
                uow.commit()
        found = services.database.peek(DUE, now)
    return found


def put_off(services: Services, number: int) -> None:
    """It stumbled, and may again: the others go first for a while."""
    now = services.now()
    with services.unit_of_work() as uow:
        uow.enrolments.put_off_one(number, now, now + PAUSED_FOR, "it could not go on; the log says why")
        uow.commit()


def advance(services: Services, number: int) -> None:
    """Go on until it has to wait; whoever else tries the same one finds it done."""
    now = services.now()
    with services.unit_of_work() as uow:
        turn = taken_up(services, uow, number, now)
        if turn is not None:
            go_on(turn)
        uow.commit()


def taken_up(services: Services, uow: UnitOfWork, number: int, now: datetime) -> Turn | None:
    """None when there is nothing to do any more: it is not due, or leaves because what it was in is gone."""
    lead_id = uow.enrolments.lead_of(number)
    lead = uow.leads.lock(lead_id) if lead_id is not None else None
    enrolment = uow.enrolments.get(number)  # as it is now that nobody else can change it
    if lead is None or enrolment is None or enrolment.lead_id != lead.id:
        return None
    if enrolment.status != "active" or enrolment.due_at > now:
        return None
    sequence = services.playbook.sequence(enrolment.sequence)
    if sequence is None:
        leaving.leave(services, uow, lead, "the playbook does not have it any more", now, only=number)
        return None
    return Turn(services, uow, lead, enrolment, sequence, now)


def go_on(turn: Turn) -> None:
    """Step by step; branches only lead forward, so this ends."""
    taken = turn.uow.enrolments.taken(turn.enrolment.id or 0)
    for _ in range(len(turn.sequence.named) + 1):
        why = why_leave(turn)
        if why:
            leaving.leave(turn.services, turn.uow, turn.lead, why, turn.now, only=turn.enrolment.id)
            return
        step = turn.sequence.step(turn.enrolment.step)
        if step is None:  # `why_leave` says so before
            return
        outcome = take(turn, step) if step.name not in taken else Done()
        if isinstance(outcome, Waits):
            wait(turn, outcome)
            return
        if turn.enrolment.status != "active":
            return  # its own step has ended it
        if not goes_to(turn, step, outcome.then) or turn.enrolment.due_at > turn.now:
            return


def why_leave(turn: Turn) -> str:
    """What ends it, asked before every step; "" when nothing does."""
    lead, sequence = turn.lead, turn.sequence
    if lead.state != "live":
        return GONE.get(lead.state, "it is not a lead any more")
    if sequence.step(turn.enrolment.step) is None:
        return f"the playbook does not have its step “{turn.enrolment.step}” any more"
    ended = enrolling.ended_by(turn.services, lead)
    if ended is not None and ended in sequence.leaves_on:
        return leaving.WORDS[ended]
    if turn.enrolment.origin == "rule" and sequence.enrol.on in ("lost", "won") and lead.closed_at is None:
        return "it is open again"
    return why_not_talk(turn)


def why_not_talk(turn: Turn) -> str:
    """A sequence that has begun to write to leads only since: another one may be writing to this one."""
    if turn.sequence.talks == turn.enrolment.talks:
        return ""
    others = turn.uow.enrolments.running(turn.lead.id or 0)
    if turn.sequence.talks and any(one.talks for one in others if one.id != turn.enrolment.id):
        return "another sequence writes to them"
    turn.enrolment.talks = turn.sequence.talks
    return ""


def take(turn: Turn, step: Step) -> Outcome:
    """Do it and write it down, both in this transaction: so it is done once, or not at all."""
    outcome = act(turn, step)
    if isinstance(outcome, Done) and not turn.uow.enrolments.take(turn.enrolment, step.name, outcome.said, turn.now):
        raise AssertionError("a step was taken twice although its lead was locked")
    return outcome


def act(turn: Turn, step: Step) -> Outcome:  # noqa: PLR0911 - one kind of step a line
    match step:
        case Wait():
            until = due_at(step, turn.enrolment.step_since)
            return Waits(until, "") if until > turn.now else Done()
        case Email() | Sms() | Booking():
            return writing.write(turn, step)
        case Task():
            return acting.task(turn, step)
        case Nudge():
            return acting.nudge(turn, step)
        case Move():
            return moving.move(turn, step.to)
        case SetSegment():
            return acting.set_segment(turn, step)
        case Branch():
            return branch(turn, step)
        case _:
            assert_never(step)


def wait(turn: Turn, outcome: Waits) -> None:
    turn.enrolment.due_at, turn.enrolment.why = outcome.until, outcome.why[:120]
    turn.uow.enrolments.save(turn.enrolment)


def goes_to(turn: Turn, step: Step, then: str | None) -> bool:
    """On to the step of that name, or the one that follows; False when that was all."""
    following = turn.sequence.after(step.name) if then is None else then
    enrolment = turn.enrolment
    if following is None or following == END:
        finish(turn)
    else:
        enrolment.step, enrolment.step_since, enrolment.why = following, turn.now, ""
        coming = turn.sequence.step(following)
        enrolment.due_at = due_at(coming, turn.now) if coming is not None else turn.now
    turn.uow.enrolments.save(enrolment)
    return enrolment.status == "active"


def finish(turn: Turn) -> None:
    turn.enrolment.status, turn.enrolment.left_at, turn.enrolment.why = "finished", turn.now, ""
    turn.uow.enrolments.save(turn.enrolment)
    enrolling.once_free(turn.services, turn.uow, turn.lead, turn.now)
