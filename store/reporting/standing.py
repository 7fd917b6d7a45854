"""Where leads stood at a moment: the pipeline, as it was."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.scope import Scope

OWNED = "{0}.rep_id IN :rep_ids"


class StandingSum(NamedTuple):
    team_id: int
    source: str
    stage: str
    kind: str  # open, won or lost
    currency: str  # of the deals; empty where no amount is known
    leads: int
    cents: int
    weighted: int  # cents times the chance in percent
    since: int  # of all of them, seconds since 1970 when they entered the stage


def standing(session: Session, scope: Scope) -> list[StandingSum]:
    """Leads in each stage as of `scope.as_of`, whenever they arrived; those cleared out are not among them."""
    since = sql.epoch(session, "stay.since")
    question = f"""
        SELECT team_id, source, stage, kind, currency, count(*), {sql.total("cents")},
               {sql.total("cents * chance")}, {sql.total(since)}
        FROM stay
        WHERE {sql.HELD.format("stay")} AND NOT is_cleared {sql.of_scope(scope, "stay", theirs=OWNED)}
        GROUP BY team_id, source, stage, kind, currency"""  # noqa: S608 - no outside words
    return [StandingSum(*row) for row in sql.ask(session, question, scope)]
