"""What alerts look at: leads that nobody owns, how many of a time's leads got somewhere, and what sources sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from store.models import Lead, Stay
from store.reporting import sql
from store.reporting.recording import ARRIVED
from store.reporting.scope import Scope
from store.reporting.stays import OWNED

MOST = 500


class Waiting(NamedTuple):
    """A lead that nobody owns, and since when."""

    lead_id: int
    team_id: int
    since: datetime


class Sent(NamedTuple):
    """How many leads of a source arrived in an hour, which is counted from 1970, and the newest of them."""

    source: str
    hour: int
    leads: int
    newest: int  # seconds since 1970


def unclaimed(session: Session, *, until: datetime, team_id: int | None) -> list[Waiting]:
    """Open leads without an owner since before then, longest waiting first; none put aside or brought in bulk."""
    question = (
        select(Stay.lead_id, Lead.team_id, Stay.began_at)
        .join(Lead, col(Lead.id) == col(Stay.lead_id))
        .where(
            col(Stay.ended_at).is_(None), col(Stay.rep_id).is_(None), Stay.kind == "open", ~col(Stay.is_cleared),
            col(Stay.began_at) <= until, col(Lead.forgone_until).is_(None), ~col(Lead.is_quiet), Lead.state == "live",
        )
        .order_by(col(Stay.began_at), col(Stay.lead_id))
        .limit(MOST)
    )  # fmt: skip
    if team_id is not None:
        question = question.where(Lead.team_id == team_id)
    return [Waiting(*row) for row in session.exec(question)]


def got_there(session: Session, scope: Scope, *, step: str, within: timedelta) -> tuple[int, int]:
    """Of the leads that arrived in the time, how many got there within so long; and how many arrived."""
    question = f"""
        SELECT {sql.total("CASE WHEN step = :step AND seconds <= :within THEN 1 ELSE 0 END")},
               {sql.total(f"CASE WHEN step = '{ARRIVED}' THEN 1 ELSE 0 END")}
        FROM reached
        WHERE step IN ('{ARRIVED}', :step) AND {sql.ARRIVED_THEN.format("reached")}
              AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached", theirs=OWNED)}"""  # noqa: S608
    ((hits, of),) = sql.ask(session, question, scope, step=step, within=int(within.total_seconds()))
    return int(hits), int(of)


def sent(session: Session, scope: Scope) -> list[Sent]:
    """By source and hour, what arrived in the time."""
    arrived = sql.epoch(session, "arrived_at")
    question = f"""
        SELECT source, {arrived} / 3600 AS hour, count(*), max({arrived})
        FROM reached
        WHERE step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached", theirs=OWNED)}
        GROUP BY source, hour"""  # noqa: S608 - no outside words
    return [Sent(*row) for row in sql.ask(session, question, scope)]
