"""Which leads a figure of a report counts, by number; asked exactly as the figure was."""

from sqlmodel import Session

from store.reporting import sql
from store.reporting.recording import ARRIVED
from store.reporting.scope import Scope
from store.reporting.stays import ENTERED, OWNED

MOST = 10_000  # nobody reads more; the newest


def standing(session: Session, scope: Scope, *, stage: str) -> list[int]:
    """In the stage as of then."""
    question = f"""
        SELECT lead_id FROM stay
        WHERE stage = :stage AND {sql.HELD.format("stay")} AND NOT is_cleared
              {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY lead_id DESC LIMIT {MOST}"""  # noqa: S608 - no outside words
    return numbers(sql.ask(session, question, scope, stage=stage))


def reached(session: Session, scope: Scope, *, step: str) -> list[int]:
    """Of those that arrived within the period, those that had reached the step as of then."""
    question = f"""
        SELECT lead_id FROM reached
        WHERE step = :step AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        ORDER BY lead_id DESC LIMIT {MOST}"""  # noqa: S608 - no outside words
    return numbers(sql.ask(session, question, scope, step=step))


def not_reached(session: Session, scope: Scope, *, step: str) -> list[int]:
    """Of those that arrived within the period, those that were still open and had not reached it as of then."""
    question = f"""
        SELECT came.lead_id
        FROM reached AS came JOIN stay ON stay.lead_id = came.lead_id AND {sql.HELD.format("stay")}
        WHERE came.step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("came")} AND {sql.COUNTED.format("came")}
              AND stay.kind = 'open' AND NOT stay.is_cleared {sql.of_scope(scope, "came")}
              AND NOT EXISTS (SELECT 1 FROM reached AS there WHERE there.lead_id = came.lead_id
                              AND there.step = :step AND {sql.COUNTED.format("there")})
        ORDER BY came.lead_id DESC LIMIT {MOST}"""  # noqa: S608 - no outside words
    return numbers(sql.ask(session, question, scope, step=step))


def closed(session: Session, scope: Scope, *, kind: str) -> list[int]:
    """Won or lost within the period, and not opened again as of then."""
    question = f"""
        SELECT lead_id FROM stay
        WHERE kind <> 'open' AND kind = :kind AND {ENTERED} AND {sql.HELD.format("stay")}
              {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY lead_id DESC LIMIT {MOST}"""  # noqa: S608 - no outside words
    return numbers(sql.ask(session, question, scope, kind=kind))


def numbers(rows: list[tuple[int]]) -> list[int]:
    return [row[0] for row in rows]
