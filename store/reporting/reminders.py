"""What became of the reminders that were said in a period, as far as was known at a moment."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.scope import Scope

ACTED, LATE, PENDING, MISSED, DIGESTED = "acted", "late", "pending", "missed", "digested"
KEYS = "rule, way, seconds"
# Those that wait for a digest, and those that were not true any more, are planned anew and dropped again: what they
# were at a moment is not kept, so that they are not counted. Nor is what tells a colleague that it is theirs now.
COUNTED = "status IN ('fired', 'digested') AND rule NOT LIKE 'lent:%' AND fired_at < :as_of"
SAID = "fired_at >= :starts AND fired_at < :ends"
# Each is one of these: whoever was told may still act in time, or did, or acted later, or did not in time.
NOT_DONE = f"CASE WHEN act_by >= :as_of THEN '{PENDING}' ELSE '{MISSED}' END"
WAY = f"""CASE WHEN status = 'digested' THEN '{DIGESTED}'
               WHEN acted_at < :as_of THEN CASE WHEN acted_at > act_by THEN '{LATE}' ELSE '{ACTED}' END
               ELSE {NOT_DONE} END"""
STILL = "act_by >= :as_of AND (acted_at IS NULL OR acted_at >= :as_of)"
# What is pending is in the sums as if it had been missed already.
NOT_MISSED_YET = f"(SELECT '{PENDING}' AS way, 1 AS more UNION ALL SELECT '{MISSED}', -1) AS ways"


class Told(NamedTuple):
    """So many reminders of a rule, of one way; see `WAY`."""

    rule: str
    way: str
    seconds: int  # from the reminder to the action, at least; see sql.bucket
    reminders: int


def told(session: Session, scope: Scope) -> list[Told]:
    found = from_sums(session, scope)
    return plain(session, scope) if found is None else found


def plain(session: Session, scope: Scope) -> list[Told]:
    """By looking at every reminder."""
    question = f"""
        SELECT {KEYS}, {sql.total("reminders")} FROM ({rows(session, SAID)}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [Told(*row) for row in sql.ask(session, question, scope)]


def rows(session: Session, when: str) -> str:
    """Each that was said then."""
    return each(session, "reminder", f"{when} AND {COUNTED}")


def each(session: Session, there: str, those: str) -> str:
    """Worked out once for each of them: its bucket asks for the time that it took many times."""
    took = f"{sql.epoch(session, 'acted_at')} - {sql.epoch(session, 'fired_at')}"
    seconds = f"CASE WHEN status = 'fired' AND acted_at < :as_of THEN {took} ELSE 0 END"
    known = sql.select(f"rule, {WAY} AS way, {seconds} AS took", there, those)
    return f"""
        SELECT rule, way, {sql.bucket("took")} AS seconds, 1 AS reminders
        FROM (WITH one AS MATERIALIZED ({known}) SELECT * FROM one) AS known"""  # noqa: S608 - no outside words


def from_sums(session: Session, scope: Scope) -> list[Told] | None:
    """Whole months from the sums, less what was known later; the days beside them, and what may still be acted upon in
    time, one by one."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    later = sums.later(scope, "noted")
    parts = [sql.select(f"{KEYS}, reminders", "reminder_total", "said IN :spans AND noted = 0")]
    parts += [] if later else [still(session)]
    parts += left(session, f"'{MISSED}'" if later is None else NOT_DONE)
    parts += [rows(session, edge) for edge in sums.edges(whole, "fired_at")]
    if later:
        parts.append(sql.select(f"{KEYS}, -reminders", "reminder_total", f"said IN :spans AND {later}"))
    found = sums.ask(session, scope, KEYS, ("reminders",), parts, is_now=later is None, **sums.within(whole))
    return None if found is None else [Told(*row) for row in found]


def left(session: Session, before: str) -> list[str]:
    """Those that are in no sum yet, and those that are there as what they were `before` something was done."""
    there, covered = sql.unfolded(session, "reminder"), f"{sums.LEFT} AND {sums.COVERED.format('fired_at')}"
    known = f"{covered} AND {COUNTED} AND (folded = 0 OR acted_at < :as_of)"
    done = f"{covered} AND folded = -1 AND acted_at < :as_of"
    return [
        each(session, there, known),
        sql.select(f"rule, {before} AS way, 0 AS seconds, -1 AS reminders", there, done),
    ]


def still(session: Session) -> str:
    """Those that are in the sums, and that are pending as of now; through the index of the few that can be."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    there = f"reminder {'INDEXED BY reminder_pending ' * is_sqlite}CROSS JOIN {NOT_MISSED_YET}"
    those = f"{STILL} AND folded <> 0 AND {sums.COVERED.format('fired_at')} AND {COUNTED}"
    return sql.select("rule, way, 0 AS seconds, more AS reminders", there, those)
