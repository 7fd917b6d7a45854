"""What sales said to the leads that marketing brought: accepted, rejected and why, as it was known at a moment."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import OWNED

WITHIN = "one.at >= :starts AND one.at < :ends AND one.at < :as_of"
# The last word within the period, of whoever said two.
JUDGED = f"""one.after IN ('sql', 'rejected') AND {WITHIN} AND NOT EXISTS (
    SELECT 1 FROM level_change AS later
    WHERE later.lead_id = one.lead_id AND later.id > one.id AND later.after IN ('sql', 'rejected')
          AND later.at < :ends AND later.at < :as_of)"""  # noqa: S608 - no outside words
# The first time that it became one.
NEW = f"""one.after = 'mql' AND {WITHIN} AND NOT EXISTS (
    SELECT 1 FROM level_change AS earlier
    WHERE earlier.lead_id = one.lead_id AND earlier.id < one.id AND earlier.after = 'mql')"""  # noqa: S608
UNJUDGED = """stay.kind = 'open' AND NOT stay.is_cleared AND NOT EXISTS (
    SELECT 1 FROM level_change AS word
    WHERE word.lead_id = one.lead_id AND word.after IN ('sql', 'rejected') AND word.at < :as_of)"""
# Source, team and owner as of then; a lead that was merged away or taken back had none.
STANDS = f"level_change AS one JOIN stay ON stay.lead_id = one.lead_id AND {sql.HELD.format('stay')}"


class Judged(NamedTuple):
    team_id: int
    source: str
    step: str  # mql, sql or rejected
    reason: str  # of a rejection
    leads: int
    waits: int  # of new MQLs: those that nobody has judged yet


def judged(session: Session, scope: Scope) -> list[Judged]:
    """New MQLs, and the verdicts of the period."""
    limits = sql.of_scope(scope, "stay", theirs=OWNED)
    question = f"""
        SELECT stay.team_id, stay.source, 'mql' AS step, '' AS reason, count(*),
               {sql.total(f"CASE WHEN {UNJUDGED} THEN 1 ELSE 0 END")}
        FROM {STANDS} WHERE {NEW} {limits} GROUP BY stay.team_id, stay.source
        UNION ALL
        SELECT stay.team_id, stay.source, one.after, CASE WHEN one.after = 'rejected' THEN one.reason ELSE '' END,
               count(*), 0
        FROM {STANDS} WHERE {JUDGED} {limits}
        GROUP BY stay.team_id, stay.source, one.after, CASE WHEN one.after = 'rejected' THEN one.reason ELSE '' END
        """  # noqa: S608 - no outside words
    return [Judged(*row) for row in sql.ask(session, question, scope)]


def behind(session: Session, scope: Scope, *, by: str, value: str | int) -> Numbers:
    """The numbers of the leads that a row counts."""
    column = {"source": "stay.source", "team": "stay.team_id", "reason": "one.reason"}[by]
    counted = f"one.after = 'rejected' AND ({JUDGED})" if by == "reason" else f"(({NEW}) OR ({JUDGED}))"
    question = f"""
        SELECT DISTINCT one.lead_id FROM {STANDS}
        WHERE {counted} AND {column} = :value {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY one.lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, value=value)
