"""What sales said to the leads that marketing brought: accepted, rejected and why, as it was known at a moment."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.behind import Numbers, found
from store.reporting.scope import Scope
from store.reporting.stays import OWNED

KEYS, VALUES = "team_id, source, step, reason", ("leads", "waits")
UNJUDGED = "judged_at IS NULL AND kind = 'open' AND NOT is_cleared"
# What a stay says of it: a step, why, whether it waits, and when that was.
NEW = ("'mql'", "''", f"CASE WHEN {UNJUDGED} THEN 1 ELSE 0 END", "mql_at")
WORD = ("verdict", "coalesce(rejected_why, '')", "0", "judged_at")
# Of a time, those whose level changed in it: verdicts have an index, stays have none for them.
CHANGED = "lead_id IN (SELECT lead_id FROM level_change WHERE {0})"
# An owner's are fewer than that. As of then, in the two halves that each have an index.
THEN = ("ended_at IS NULL AND began_at < :as_of", "ended_at >= :as_of AND began_at < :as_of")


class Judged(NamedTuple):
    team_id: int
    source: str
    step: str  # mql, sql or rejected
    reason: str  # of a rejection
    leads: int
    waits: int  # of new MQLs: those that nobody has judged yet


def judged(session: Session, scope: Scope) -> list[Judged]:
    """Those that became MQLs in the period, and those about which sales said its last word in it; source, team and
    owner as of then."""
    found = None if scope.rep_ids is not None else from_sums(session, scope)
    return plain(session, scope) if found is None else found


def plain(session: Session, scope: Scope) -> list[Judged]:
    """By looking at every lead that changed its level."""
    within = "{0} >= :starts AND {0} < :ends"
    each = [stays(scope, what, within, "1") for what in (NEW, WORD)]
    question = f"""
        SELECT {KEYS}, {sql.total("leads")}, {sql.total("waits")} FROM ({" UNION ALL ".join(each)}) AS one
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [Judged(*row) for row in sql.ask(session, question, scope)]


def from_sums(session: Session, scope: Scope) -> list[Judged] | None:
    """Whole months from the sums, less what was noted later; the days before and after them lead by lead."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    later, total = sums.later(scope, "noted"), sql.of_scope(scope, "judged_total")
    parts = [sql.select(f"{KEYS}, leads, waits", "judged_total", "happened IN :spans AND noted = 0", total)]
    if later:
        parts.append(sql.select(f"{KEYS}, -leads, -waits", "judged_total", f"happened IN :spans AND {later}", total))
    for what in (NEW, WORD):
        parts.append(unfolded(session, scope, what))
        parts += [stays(scope, what, edge, "1") for edge in sums.edges(whole, "{0}")]
    found = sums.ask(session, scope, KEYS, VALUES, parts, is_now=later is None, **sums.within(whole))
    return None if found is None else [Judged(*row) for row in found]


def stays(scope: Scope, what: tuple[str, ...], when: str, leads: str) -> str:
    """Of the leads as they stood then, those of which it was said at some time."""
    step, reason, waits, at = what
    changed, limits = CHANGED.format(when.format('"at"')), sql.of_scope(scope, "stay", theirs=OWNED)
    columns = f"team_id, source, {step} AS step, {reason} AS reason, {leads} AS leads, {waits} AS waits"
    found = (f"{changed} AND {sql.HELD.format('stay')}",) if scope.rep_ids is None else THEN
    return " UNION ALL ".join(sql.select(columns, "stay", f"{one} AND {when.format(at)}", limits) for one in found)


def unfolded(session: Session, scope: Scope, what: tuple[str, ...]) -> str:
    step, reason, waits, at = what
    columns, sign = f"team_id, source, {step}, {reason}", sums.STAYS_SIGN
    condition, limits = f"{sums.LEFT} AND {sums.COVERED.format(at)}", sql.of_scope(scope, "stay")
    return sql.select(f"{columns}, {sign}, {sign} * {waits}", sql.unfolded(session, "stay"), condition, limits)


def behind(session: Session, scope: Scope, *, by: str, value: str | int) -> Numbers:
    """The numbers of the leads that a row counts."""
    column = {"source": "source", "team": "team_id", "reason": "rejected_why"}[by]
    new, word = (f"{at} >= :starts AND {at} < :ends" for at in ("mql_at", "judged_at"))
    counted = f"verdict = 'rejected' AND {word}" if by == "reason" else f"({new} OR {word})"
    question = f"""
        SELECT lead_id FROM stay
        WHERE {CHANGED.format('"at" >= :starts AND "at" < :ends')} AND {counted} AND {column} = :value
              AND {sql.HELD.format("stay")} {sql.of_scope(scope, "stay", theirs=OWNED)}
        ORDER BY lead_id DESC"""  # noqa: S608 - no outside words
    return found(session, question, scope, value=value)
