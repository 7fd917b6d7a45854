"""How far the leads that arrived in a period got, as far as was known at a moment."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.scope import Scope


class ReachedSum(NamedTuple):
    team_id: int  # and source: those that the lead arrived with
    source: str
    step: str
    leads: int
    seconds: int  # of all of them, from arrival to the step


def reached(session: Session, scope: Scope) -> list[ReachedSum]:
    """Of the leads that arrived within the period, how many had reached each step as of then.

    A rep's are those that were theirs as of then; of each of them every step counts, whoever owned it at the time.
    """
    question = f"""
        SELECT team_id, source, step, count(*), {sql.total("seconds")}
        FROM reached
        WHERE {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        GROUP BY team_id, source, step"""  # noqa: S608 - no outside words
    return [ReachedSum(*row) for row in sql.ask(session, question, scope)]
