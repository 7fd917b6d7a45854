"""What is to be reached, and what was: by when it was reached, as it was written down before a moment."""

from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from store.models import Goal
from store.reporting import sql
from store.reporting.behind import MOST, numbers
from store.reporting.scope import Scope

OWNED_THEN = "{0}.rep_id IN :rep_ids"
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


def reached(session: Session, scope: Scope, step: str) -> int:
    """How many leads got to the step within the period, whenever they arrived; a rep's were theirs then."""
    question = f"""
        SELECT count(*) FROM reached
        WHERE {REACHED_THEN} AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached", theirs=OWNED_THEN)}
        """  # noqa: S608 - no outside words
    return int(sql.ask(session, question, scope, step=step)[0][0])


def leads(session: Session, scope: Scope, step: str) -> list[int]:
    """Their numbers."""
    question = f"""
        SELECT lead_id FROM reached
        WHERE {REACHED_THEN} AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached", theirs=OWNED_THEN)}
        ORDER BY lead_id DESC LIMIT {MOST}"""  # noqa: S608 - no outside words
    return numbers(sql.ask(session, question, scope, step=step))
