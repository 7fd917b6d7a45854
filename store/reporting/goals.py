"""What is to be reached, and what was: by when it was reached, as it was written down before a moment."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from store.models import Goal
from store.reporting import sql
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import OWNED

REACHED_THEN = "step = :step AND at >= :starts AND at < :ends"


def goals(session: Session, as_of: datetime, day: date) -> list[Goal]:
    """That were set by then, not ended, and had begun on that day; in the order in which they were set."""
    is_over = col(Goal.ended_at)
    question = select(Goal).where(
        col(Goal.made_at) < as_of, or_(is_over.is_(None), is_over >= as_of), col(Goal.starts) <= day
    )
    return list(session.exec(question.order_by(col(Goal.id))))


def current(session: Session) -> list[Goal]:
    return list(session.exec(select(Goal).where(col(Goal.ended_at).is_(None)).order_by(col(Goal.id))))


def get(session: Session, number: int) -> Goal | None:
    return session.get(Goal, number)


def add(session: Session, goal: Goal) -> int:
    session.add(goal)
    session.flush()
    return goal.id or 0


def end(session: Session, number: int, now: datetime) -> bool:
    """Whether it held until now."""
    those = col(Goal.id) == number, col(Goal.ended_at).is_(None)
    return bool(session.connection().execute(update(Goal).where(*those).values(ended_at=now)).rowcount)


def reached(session: Session, scope: Scope, step: str, until: Sequence[datetime]) -> list[int]:
    """How many leads had got to the step by each of these moments, since the period's beginning, whenever they arrived;
    a rep's were theirs then. All in one pass."""
    sums = ", ".join(f"count(CASE WHEN at < :until{number} THEN 1 END)" for number in range(len(until)))
    question = f"""
        SELECT {sums} FROM reached
        WHERE {REACHED_THEN} AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached", theirs=OWNED)}
        """  # noqa: S608 - no outside words
    moments = {f"until{number}": moment for number, moment in enumerate(until)}
    return [int(count) for count in sql.ask(session, question, scope, step=step, **moments)[0]]


def leads(session: Session, scope: Scope, step: str) -> Numbers:
    """Their numbers."""
    question = f"""
        SELECT lead_id FROM reached
        WHERE {REACHED_THEN} AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached", theirs=OWNED)}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, step=step)
