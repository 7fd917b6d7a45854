"""What became of the reminders that were said in a period, as far as was known at a moment."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.scope import Scope

ACTED, LATE, PENDING, MISSED, DIGESTED = "acted", "late", "pending", "missed", "digested"
KEYS = "rule, way, seconds"
# Those that wait for a digest, and those that were not true any more, are planned anew and dropped again: what they
# were at a moment is not kept, so that they are not counted. Nor is what tells a colleague that it is theirs now.
COUNTED = "status IN ('fired', 'digested') AND rule NOT LIKE 'lent:%' AND fired_at < :as_of"
SAID = "fired_at >= :starts AND fired_at < :ends"
ACTED_THEN = "status = 'fired' AND acted_at < :as_of"
# Each is one of these: whoever was told may still act in time, or did, or acted later, or did not in time.
WAY = f"""CASE WHEN status = 'digested' THEN '{DIGESTED}'
               WHEN acted_at < :as_of THEN CASE WHEN acted_at > act_by THEN '{LATE}' ELSE '{ACTED}' END
               WHEN act_by >= :as_of THEN '{PENDING}' ELSE '{MISSED}' END"""


class Told(NamedTuple):
    """So many reminders of a rule, of one way; see `WAY`."""

    rule: str
    way: str
    seconds: int  # from the reminder to the action, at least; see sql.bucket
    reminders: int


def told(session: Session, scope: Scope) -> list[Told]:
    return plain(session, scope)


def plain(session: Session, scope: Scope) -> list[Told]:
    """By looking at every reminder."""
    question = f"""
        SELECT {KEYS}, count(*) FROM ({sql.select(columns(session), "reminder", f"{SAID} AND {COUNTED}")}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [Told(*row) for row in sql.ask(session, question, scope)]


def columns(session: Session) -> str:
    took = f"({sql.epoch(session, 'acted_at')} - {sql.epoch(session, 'fired_at')})"
    return f"rule, {WAY} AS way, CASE WHEN {ACTED_THEN} THEN {sql.bucket(took)} ELSE 0 END AS seconds"
