"""What is to be reached, and what was: by when it was reached, as it was written down before a moment."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from store.models import Goal
from store.reporting import spans, sql, sums
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import OWNED

NO_END = 100_000_000  # after every day
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
    """How many leads had got to the step by each of these moments, in their order, since the period's beginning,
    whenever they arrived; a rep's were theirs then."""
    fits = scope.sources is None and max(until) == scope.ends
    counts = from_sums(session, scope, step, until) if fits else None
    return plain(session, scope, step, until) if counts is None else counts


def from_sums(session: Session, scope: Scope, step: str, until: Sequence[datetime]) -> list[int] | None:
    """Whole days from the sums, which know of no time but the latest: so the last day may be under way."""
    first = spans.whole_day(scope.zone, scope.starts)
    days = [NO_END if one >= scope.as_of else spans.whole_day(scope.zone, one) for one in until]
    if first is None or None in days:
        return None
    names = tuple(f"by_{number}" for number in range(len(until)))
    total = sql.of_scope(scope, "step_total", theirs=OWNED)
    total += "" if scope.rep_ids is not None else f" AND rep_id = {sums.ALL_REPS}"
    # Added up by themselves: a sum for each day and team is many, and there is one row for each that is in none.
    summed = ", ".join(f"{sql.total(f'CASE WHEN day < :day_{name} THEN leads ELSE 0 END')} AS {name}" for name in names)
    new = ", ".join(f"CASE WHEN at < :until_{name} THEN {sums.REACHED_SIGN} ELSE 0 END" for name in names)
    left, limits = sql.unfolded(session, "reached"), sql.of_scope(scope, "reached", theirs=OWNED)
    parts = [
        sql.select(f"step, {summed}", "step_total", "step = :step AND day >= :first AND day < :last", total)
        + " GROUP BY step",
        sql.select(f"step, {new}", left, f"{sums.LEFT} AND {REACHED_THEN}", limits),
    ]
    named: dict[str, Any] = {f"day_{name}": day for name, day in zip(names, days, strict=True)}
    named |= {f"until_{name}": moment for name, moment in zip(names, until, strict=True)}
    named |= {"step": step, "first": first, "last": days[-1]}
    # The last of them is the most: if that is none, no row comes.
    rows = sums.ask(session, scope, "step", names[::-1], parts, is_now=True, **named)
    if rows is None:
        return None
    return list(rows[0][:0:-1]) if rows else [0] * len(until)


def plain(session: Session, scope: Scope, step: str, until: Sequence[datetime]) -> list[int]:
    """By looking at every lead that got there, all in one pass."""
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
