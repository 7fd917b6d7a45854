"""Which leads a figure of a report counts, by number; asked exactly as the figure was."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from store.reporting import sql
from store.reporting.recording import ARRIVED
from store.reporting.scope import Scope
from store.reporting.stays import ENTERED, OWNED

MOST = 10_000  # nobody reads more; the newest


class Numbers(list[int]):
    """Of leads, the newest first, at most `MOST` of them; `whole` is how many there are."""

    def __init__(self, given: Iterable[int] = (), whole: int | None = None) -> None:
        super().__init__(given)
        self.whole = len(self) if whole is None else whole


def found(session: Session, question: str, scope: Scope, *, most: int = MOST, **more: Any) -> Numbers:
    """What the question selects, which orders its rows; counted truly where there are more."""
    rows = sql.ask(session, f"{question} LIMIT {most}", scope, **more)
    if len(rows) < most:
        return Numbers(row[0] for row in rows)
    [[whole]] = sql.ask(session, f"SELECT count(*) FROM ({question}) AS one_by_one", scope, **more)  # noqa: S608
    return Numbers((row[0] for row in rows), whole)


def standing(session: Session, scope: Scope, *, stage: str) -> Numbers:
    """In the stage as of then."""
    question = f"""
        SELECT lead_id FROM stay
        WHERE stage = :stage AND {sql.HELD.format("stay")} AND NOT is_cleared
              {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, stage=stage)


def reached(session: Session, scope: Scope, *, step: str) -> Numbers:
    """Of those that arrived within the period, those that had reached the step as of then."""
    question = f"""
        SELECT lead_id FROM reached
        WHERE step = :step AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, step=step)


def not_reached(session: Session, scope: Scope, *, step: str) -> Numbers:
    """Of those that arrived within the period, those that were still open and had not reached it as of then."""
    question = f"""
        SELECT came.lead_id
        FROM reached AS came JOIN stay ON stay.lead_id = came.lead_id AND {sql.HELD.format("stay")}
        WHERE came.step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("came")} AND {sql.COUNTED.format("came")}
              AND stay.kind = 'open' AND NOT stay.is_cleared {sql.of_scope(scope, "came")}
              AND NOT EXISTS (SELECT 1 FROM reached AS there WHERE there.lead_id = came.lead_id
                              AND there.step = :step AND {sql.COUNTED.format("there")})
        ORDER BY came.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, step=step)


def closed(session: Session, scope: Scope, *, kind: str) -> Numbers:
    """Won or lost within the period, and not opened again as of then."""
    question = f"""
        SELECT lead_id FROM stay
        WHERE kind <> 'open' AND kind = :kind AND {ENTERED} AND {sql.HELD.format("stay")}
              {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, kind=kind)
