"""What was won and lost in a period, and how long leads stayed in their stages."""

from datetime import UTC
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import closings, sql
from store.reporting.closings import Total
from store.reporting.scope import Scope

OWNED = closings.OWNED
ENTERED = "stay.since >= :starts AND stay.since < :ends"


class ClosedSum(NamedTuple):
    team_id: int
    rep_id: int | None
    source: str
    stage: str
    kind: str  # won or lost
    currency: str
    leads: int
    cents: int


class StageTime(NamedTuple):
    stage: str
    seconds: int  # at least; see sql.bucket
    left: int  # went on to another stage after that time
    waits: int  # were still there, or were cleared out after that time


KEYS = "team_id, rep_id, source, stage, kind, currency"


def closed(session: Session, scope: Scope, *, by_rep: bool = True) -> list[ClosedSum]:
    """Won and lost within the period, and not opened again as of then; with the owner and the value of then.

    Not `by_rep`, all owners together: that is less to read, and nobody's name in it.
    """
    found = from_sums(session, scope, by_rep=by_rep)
    return plain(session, scope, by_rep=by_rep) if found is None else found


def plain(session: Session, scope: Scope, *, by_rep: bool = True) -> list[ClosedSum]:
    """By looking at every stay in a closed stage."""
    question = f"""
        SELECT {KEYS}, count(*), {sql.total("cents")}
        FROM (SELECT team_id, {"rep_id" if by_rep else "CAST(NULL AS INTEGER) AS rep_id"}, source, stage, kind,
                     currency, cents
              FROM stay
              WHERE kind <> 'open' AND {ENTERED} AND {sql.HELD.format("stay")}
                    {sql.of_scope(scope, "stay", theirs=OWNED)}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return list(map(ClosedSum._make, sql.ask(session, question, scope)))


def from_sums(session: Session, scope: Scope, *, by_rep: bool = True) -> list[ClosedSum] | None:
    """Of some owners together, their own sums are added up."""
    columns = f"team_id, {closings.rep_of(by_rep=by_rep)} AS rep_id, source, stage, kind, currency"
    total = Total("closed_total", KEYS, columns, ((columns, "1 = 1"),))
    found = closings.summed(session, scope, total, by_rep=by_rep or scope.rep_ids is not None)
    if found is None:
        return None
    return [ClosedSum(row[0], row[1] if row[1] > 0 else None, *row[2:]) for row in found]


def in_stage(session: Session, scope: Scope) -> list[StageTime]:
    """How long leads stayed that entered an open stage within the period, by the team and owner that they had last."""
    since = sql.epoch(session, "stay.since")
    left = "stay.left_stage AND stay.ended_at < :as_of"
    until = f"""CASE WHEN {left} THEN {sql.epoch(session, "stay.ended_at")}
                WHEN stay.is_cleared THEN {sql.epoch(session, "stay.began_at")} ELSE :until END"""
    question = f"""
        SELECT stage, {sql.bucket("lasted")} AS bucket, {sql.total("has_left")}, {sql.total("1 - has_left")}
        FROM (
            SELECT stage, CASE WHEN {until} > {since} THEN {until} - {since} ELSE 0 END AS lasted,
                   CASE WHEN {left} THEN 1 ELSE 0 END AS has_left
            FROM stay
            WHERE kind = 'open' AND {ENTERED} AND ({left} AND stay.began_at < :as_of OR {sql.HELD.format("stay")})
                  {sql.of_scope(scope, "stay", theirs=OWNED)}
        ) AS visit
        GROUP BY stage, bucket ORDER BY stage, bucket"""  # noqa: S608 - no outside words
    found = sql.ask(session, question, scope, until=int(scope.as_of.astimezone(UTC).timestamp()))
    return list(map(StageTime._make, found))
