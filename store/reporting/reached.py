"""How far the leads that arrived in a period got, as far as was known at a moment."""

from typing import Any, NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.scope import Scope


class ReachedSum(NamedTuple):
    team_id: int  # and source: those that the lead arrived with
    source: str
    step: str
    leads: int
    seconds: int  # of all of them, from arrival to the step


KEYS, VALUES = "team_id, source, step", ("leads", "seconds")


def reached(session: Session, scope: Scope) -> list[ReachedSum]:
    """Of the leads that arrived within the period, how many had reached each step as of then.

    A rep's are those that were theirs as of then; of each of them every step counts, whoever owned it at the time.
    """
    found = None if scope.rep_ids is not None else from_sums(session, scope)
    return plain(session, scope) if found is None else found


def plain(session: Session, scope: Scope) -> list[ReachedSum]:
    """By looking at every step of every lead that arrived."""
    question = f"""
        SELECT {KEYS}, count(*), {sql.total("seconds")}
        FROM reached
        WHERE {sql.ARRIVED_THEN.format("reached")} AND {sql.COUNTED.format("reached")}
              {sql.of_scope(scope, "reached")}
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return list(map(ReachedSum._make, sql.ask(session, question, scope)))


def from_sums(session: Session, scope: Scope) -> list[ReachedSum] | None:
    found = summed(session, scope, KEYS)
    return None if found is None else list(map(ReachedSum._make, found))


def summed(session: Session, scope: Scope, keys: str, step: str | None = None) -> list[tuple[Any, ...]] | None:
    """Leads and seconds by the keys, of one step or of all: whole months from the sums, less what was noted later; the
    days before and after them lead by lead."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    which = "" if step is None else " AND step = :step"
    total, rows = (sql.of_scope(scope, table) + which for table in ("reached_total", "reached"))
    left = sql.unfolded(session, "reached")
    sign, covered = sums.REACHED_SIGN, sums.COVERED.format("arrived_at")
    parts = [
        sql.select(f"{keys}, leads, seconds", "reached_total", "arrived IN :spans AND noted = 0", total),
        sql.select(f"{keys}, {sign}, {sign} * seconds", left, f"{sums.LEFT} AND {covered}", rows),
    ]
    parts += [
        sql.select(f"{keys}, 1, seconds", "reached", f"{edge} AND {sql.COUNTED.format('reached')}", rows)
        for edge in sums.edges(whole, "arrived_at")
    ]
    later = sums.later(scope, "noted")
    if later:
        off = sql.select(f"{keys}, -leads, -seconds", "reached_total", f"arrived IN :spans AND {later}", total)
        parts.append(off)
    return sums.ask(session, scope, keys, VALUES, parts, is_now=later is None, step=step, **sums.within(whole))
