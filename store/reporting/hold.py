"""Leads that waited because nobody who may have them was free: how many in a period, why, and for how long."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from typing import Any, NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.scope import Scope

GROUPS = {"why": "why", "team": "team_id", "source": "source"}
KNOWN = "noted_at < :as_of AND (gone_at IS NULL OR gone_at >= :as_of)"
WITHIN = "began_at >= :starts AND began_at < :ends"
# Whoever is still waited for as of then, whenever that began; each part by its index.
STILL = ("ended_at IS NULL AND gone_at IS NULL", "ended_at IS NULL AND gone_at >= :as_of", "ended_at >= :as_of")
# By how much one that is over, and not in the sums or only as it was before its lead went, changes them as of then.
SIGN = sql.sign("folded = 0 AND noted_at < :as_of AND ended_at < :as_of", "gone_at < :as_of")
KEYS = "name, within, is_over, seconds"


class Waits(NamedTuple):
    """So many leads of a group that waited for so long."""

    group: str | int
    is_within: bool  # it began within the period, and not at another time
    is_over: bool
    seconds: int  # until then; or until it ended, at least: see sql.bucket for how exact that is
    leads: int


def waits(session: Session, scope: Scope, by: str) -> list[Waits]:
    """Those that began within the period, and those that are not over as of then."""
    found = from_sums(session, scope, by)
    return plain(session, scope, by) if found is None else found


def plain(session: Session, scope: Scope, by: str) -> list[Waits]:
    """By looking at every wait."""
    question = f"""
        SELECT {KEYS}, sum(leads) FROM ({" UNION ALL ".join(rows(session, scope, GROUPS[by], [WITHIN]))}) AS part
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return told(sql.ask(session, question, scope, then=second(scope)))


def from_sums(session: Session, scope: Scope, by: str) -> list[Waits] | None:
    """Whole months from the sums, less what was noted later; the days beside them, and who still waits, one by one."""
    whole = spans.cover(scope)
    if whole is None or scope.rep_ids is not None:
        return None
    name, later, total = GROUPS[by], sums.later(scope, "noted"), sql.of_scope(scope, "hold_total")
    columns = f"{name} AS name, 1 AS within, 1 AS is_over, seconds"
    parts = [sql.select(f"{columns}, leads", "hold_total", "began IN :spans AND noted = 0", total)]
    if later:
        parts.append(sql.select(f"{columns}, -leads", "hold_total", f"began IN :spans AND {later}", total))
    covered = f"{sums.LEFT} AND {sums.COVERED.format('began_at')}"
    parts.append(
        sql.select(over(session, name, SIGN), sql.unfolded(session, "hold"), covered, sql.of_scope(scope, "hold"))
    )
    parts += rows(session, scope, name, sums.edges(whole, "began_at"))
    named = {"then": second(scope), **sums.within(whole)}
    found = sums.ask(session, scope, KEYS, ("leads",), parts, is_now=later is None, **named)
    return None if found is None else told(found)


def rows(session: Session, scope: Scope, name: str, began: Iterable[str]) -> list[str]:
    """Those that began at these times and are over, and all that are not over, as of then."""
    known = KNOWN + sql.of_scope(scope, "hold")
    within, waited = f"CASE WHEN {WITHIN} THEN 1 ELSE 0 END", f":then - {sql.epoch(session, 'began_at')}"
    still = f"{name} AS name, {within} AS within, 0 AS is_over, {waited} AS seconds, 1 AS leads"
    return [
        *(sql.select(still, "hold", f"{known} AND {one}") for one in STILL),
        *(sql.select(over(session, name, "1"), "hold", f"{known} AND ended_at < :as_of AND {one}") for one in began),
    ]


def over(session: Session, name: str, leads: str) -> str:
    """One that is over, as the sums have it."""
    lasted = f"{sql.epoch(session, 'ended_at')} - {sql.epoch(session, 'began_at')}"
    lasted = f"CASE WHEN ended_at > began_at THEN {lasted} ELSE 0 END"
    return f"{name} AS name, 1 AS within, 1 AS is_over, {lasted} AS seconds, {leads} AS leads"


def told(found: Iterable[tuple[Any, ...]]) -> list[Waits]:
    counted = Counter[tuple[str | int, bool, bool, int]]()
    for name, within, is_over, seconds, leads in found:
        counted[name, bool(within), bool(is_over), sql.bucket_of(seconds) if is_over else seconds] += leads
    return [Waits(*key, leads) for key, leads in counted.items() if leads]


def second(scope: Scope) -> int:
    """Since 1970, as `sql.epoch` has it."""
    return int(scope.as_of.astimezone(UTC).timestamp())


def count(session: Session, scope: Scope) -> int:
    """How many began within the period."""
    within = f"{KNOWN} AND {WITHIN}{sql.of_scope(scope, 'hold')}"
    return int(sql.ask(session, sql.select("count(*)", "hold", within), scope)[0][0])


def leads(session: Session, scope: Scope, by: str, group: str | int) -> list[int]:
    """Whose waits those of a group are: those that still wait first, and of them the longest."""
    known = KNOWN + sql.of_scope(scope, "hold")
    wanted = f"{known} AND {WITHIN}", *(f"{known} AND {one} AND NOT ({WITHIN})" for one in STILL)
    is_over = "CASE WHEN ended_at < :as_of THEN 1 ELSE 0 END"
    columns = f"lead_id, {is_over} AS is_over, began_at, id"
    parts = [sql.select(columns, "hold", f"{one} AND {GROUPS[by]} = :group") for one in wanted]
    order = " ORDER BY is_over, began_at, id"
    rows = sql.ask(session, " UNION ALL ".join(parts) + order, scope, group=group)
    return list(dict.fromkeys(row[0] for row in rows))
