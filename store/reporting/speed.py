"""How long the leads that arrived in a period took to a step, and how long the others have been waiting for it."""

from datetime import UTC
from operator import itemgetter
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.recording import ARRIVED, CONTACTED
from store.reporting.scope import Scope


class Took(NamedTuple):
    seconds: int  # at least; see sql.bucket for how exact that is
    leads: int
    is_over: bool = False  # of those that did not get there: they were closed or cleared out then, and wait no more


def took(session: Session, scope: Scope, step: str) -> list[Took]:
    """From arrival to the step, of those that had reached it as of then; shortest first."""
    fits = scope.rep_ids is None and scope.sources is None
    found = from_sums(session, scope, step) if fits else None
    return plain(session, scope, step) if found is None else found


def plain(session: Session, scope: Scope, step: str) -> list[Took]:
    """By looking at every lead that reached it."""
    question = f"""
        SELECT {sql.bucket("seconds")} AS bucket, count(*)
        FROM reached
        WHERE step = :step AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        GROUP BY bucket ORDER BY bucket"""  # noqa: S608 - no outside words
    return [Took(*row) for row in sql.ask(session, question, scope, step=step)]


def from_sums(session: Session, scope: Scope, step: str) -> list[Took] | None:
    """Whole months from the sums, which know of no time but the latest; the days before and after lead by lead."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    total = sql.of_scope(scope, "speed_total") or f" AND team_id = {sums.ALL_TEAMS}"
    rows = sql.of_scope(scope, "reached")
    left = sql.unfolded(session, "reached")
    bucket, covered = sql.bucket("seconds"), sums.COVERED.format("arrived_at")
    parts = [
        sql.select("bucket, leads", "speed_total", "step = :step AND arrived IN :spans", total),
        sql.select(f"{bucket}, {sums.REACHED_SIGN}", left, f"{sums.LEFT} AND step = :step AND {covered}", rows),
    ]
    parts += [
        sql.select(f"{bucket}, 1", "reached", f"step = :step AND {edge} AND {sql.COUNTED.format('reached')}", rows)
        for edge in sums.edges(whole, "arrived_at")
    ]
    named = {"step": step, **sums.within(whole)}
    found = sums.ask(session, scope, "bucket", ("leads",), parts, is_now=True, **named)
    return None if found is None else [Took(*row) for row in sorted(found, key=itemgetter(0))]


def waits(session: Session, scope: Scope, step: str) -> list[Took]:
    """From arrival until then, of those that had not reached it; or until they were closed or cleared out."""
    entered, began = sql.epoch(session, "stay.since"), sql.epoch(session, "stay.began_at")
    is_over = "stay.is_cleared OR stay.kind <> 'open'"
    until = f"CASE WHEN stay.is_cleared THEN {began} WHEN stay.kind <> 'open' THEN {entered} ELSE :until END"
    question = f"""
        SELECT {sql.bucket("waited")} AS bucket, count(*), is_over
        FROM (
            SELECT CASE WHEN {until} > {sql.epoch(session, "came.arrived_at")}
                        THEN {until} - {sql.epoch(session, "came.arrived_at")} ELSE 0 END AS waited,
                   ({is_over}) AS is_over
            FROM reached AS came JOIN stay ON stay.lead_id = came.lead_id AND {sql.HELD.format("stay")}
            WHERE came.step = '{ARRIVED}' AND {sql.ARRIVED_THEN.format("came")} AND {sql.COUNTED.format("came")}
                  {sql.of_scope(scope, "came")}
                  AND {sql.MISSED.format("came")}
        ) AS waiting
        GROUP BY bucket, is_over ORDER BY bucket, is_over"""  # noqa: S608 - no outside words
    until_then = int(scope.as_of.astimezone(UTC).timestamp())
    found = sql.ask(session, question, scope, step=step, until=until_then)
    return [Took(row[0], row[1], bool(row[2])) for row in found]


def worked(session: Session, scope: Scope) -> list[Took]:
    """In working hours, from arrival to the first contact, of those that had it as of then; shortest first."""
    question = f"""
        SELECT {sql.bucket("working_seconds")} AS bucket, count(*)
        FROM reached
        WHERE step = '{CONTACTED}' AND working_seconds IS NOT NULL AND {sql.ARRIVED_THEN.format("reached")}
              AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached")}
        GROUP BY bucket ORDER BY bucket"""  # noqa: S608 - no outside words
    return [Took(*row) for row in sql.ask(session, question, scope)]
