"""How long the leads that arrived in a period took to a step, and how long the others have been waiting for it."""

from datetime import UTC
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.recording import ARRIVED, CONTACTED
from store.reporting.scope import Scope


class Took(NamedTuple):
    seconds: int  # at least; see sql.bucket for how exact that is
    leads: int
    is_over: bool = False  # of those that did not get there: they were closed or cleared out then, and wait no more


def took(session: Session, scope: Scope, step: str) -> list[Took]:
    """From arrival to the step, of those that had reached it as of then; shortest first."""
    question = f"""
        SELECT {sql.bucket("seconds")} AS bucket, count(*)
        FROM reached
        WHERE step = :step AND {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        GROUP BY bucket ORDER BY bucket"""  # noqa: S608 - no outside words
    return [Took(*row) for row in sql.ask(session, question, scope, step=step)]


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
                  AND NOT EXISTS (SELECT 1 FROM reached AS there WHERE there.lead_id = came.lead_id
                                  AND there.step = :step AND {sql.COUNTED.format("there")})
        ) AS waiting
        GROUP BY bucket, is_over ORDER BY bucket, is_over"""  # noqa: S608 - no outside words
    until_then = int(scope.as_of.astimezone(UTC).timestamp())
    found = sql.ask(session, question, scope, step=step, until=until_then)
    return [Took(seconds, leads, bool(over)) for seconds, leads, over in found]


def worked(session: Session, scope: Scope) -> list[Took]:
    """In working hours, from arrival to the first contact, of those that had it as of then; shortest first."""
    question = f"""
        SELECT {sql.bucket("working_seconds")} AS bucket, count(*)
        FROM reached
        WHERE step = '{CONTACTED}' AND working_seconds IS NOT NULL AND {sql.ARRIVED_THEN.format("reached")}
              AND {sql.COUNTED.format("reached")} {sql.of_scope(scope, "reached")}
        GROUP BY bucket ORDER BY bucket"""  # noqa: S608 - no outside words
    return [Took(*row) for row in sql.ask(session, question, scope)]
