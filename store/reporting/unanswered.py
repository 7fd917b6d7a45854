"""Offers that nobody took, and presses on Claim that came too late; each is written down once, and never changes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.dealing_sums import COARSE, MILLISECOND
from store.reporting.scope import Scope
from store.reporting.spans import Cover

LATEST = datetime.max.replace(tzinfo=UTC)


class Ended(NamedTuple):
    """Offers that nobody took."""

    team_id: int
    rep_id: int
    status: str  # passed or lapsed
    offers: int


class Late(NamedTuple):
    """Presses on Claim that came after somebody else's."""

    team_id: int
    rep_id: int
    behind: int  # milliseconds, at least; see sql.bucket
    presses: int


@dataclass(frozen=True)
class Counted:
    """Rows of a table, and the table of their sums."""

    table: str
    those: str
    at: str
    keys: str
    total: str
    span: str
    value: str


UNANSWERED = Counted(
    "offer", "status IN ('passed', 'lapsed') AND team_id IS NOT NULL", "closed_at", "team_id, rep_id, status",
    "unanswered_total", "closed", "offers",
)  # fmt: skip
LATE = Counted(
    "press", "behind IS NOT NULL AND team_id IS NOT NULL", '"at"', "team_id, rep_id, behind",
    "late_total", "pressed", "presses",
)  # fmt: skip


def ended(session: Session, scope: Scope) -> list[Ended]:
    """Offers that ended without a claim within the period, by the team that had dealt them."""
    found = from_sums(session, scope, UNANSWERED)
    return ended_plain(session, scope) if found is None else [Ended(*row) for row in found]


def ended_plain(session: Session, scope: Scope) -> list[Ended]:
    """By looking at every offer."""
    return [Ended(*row) for row in plain(session, scope, UNANSWERED)]


def late(session: Session, scope: Scope) -> list[Late]:
    """Presses within the period on what somebody else had claimed, by the lead's team and how late they were."""
    found = from_sums(session, scope, LATE)
    return late_plain(session, scope) if found is None else told(found)


def late_plain(session: Session, scope: Scope) -> list[Late]:
    """By looking at every press."""
    return told(plain(session, scope, LATE))


def told(found: Iterable[tuple[Any, ...]]) -> list[Late]:
    counted = Counter[tuple[int, int, int]]()
    for team_id, rep_id, behind, presses in found:
        counted[team_id, rep_id, sql.bucket_of(behind, MILLISECOND, COARSE)] += presses
    return [Late(*key, presses) for key, presses in counted.items()]


def plain(session: Session, scope: Scope, one: Counted) -> list[tuple[Any, ...]]:
    those = f"{one.those} AND {one.at} >= :starts AND {one.at} < :ends AND {one.at} < :as_of{of_teams(scope)}"
    question = sql.select(f"{one.keys}, count(*)", one.table, those, f" GROUP BY {one.keys}")
    return sql.ask(session, question, scope)


def from_sums(session: Session, scope: Scope, one: Counted) -> list[tuple[Any, ...]] | None:
    """Whole months from the sums, the days before and after them row by row."""
    mine, then, known = of_teams(scope), sums.COVERED.format(one.at), f"{one.at} < :as_of"
    left = sql.select(f"{one.keys}, 1", sql.unfolded(session, one.table), f"{sums.LEFT} AND {then} AND {known}", mine)
    counted = sql.select(f"{one.keys}, {one.value}", one.total, f"{one.span} IN :spans", mine)
    for whole, is_now in covers(scope):
        edges = (f"{one.those} AND {edge} AND {known}" for edge in sums.edges(whole, one.at))
        parts = [counted, left, *(sql.select(f"{one.keys}, 1", one.table, edge, mine) for edge in edges)]
        found = sums.ask(session, scope, one.keys, (one.value,), parts, is_now=is_now, **sums.within(whole))
        if found is not None:
            return found
    return None


def covers(scope: Scope) -> Iterator[tuple[Cover, bool]]:
    """None is taken off again: what was known at the end of a month is what is known of it now. Up to a moment within a
    month its days are read, unless the sums know of nothing later: then it is as good as whole."""
    if scope.ends >= scope.as_of and (whole := spans.cover(scope)):
        yield whole, True
    if whole := spans.cover(replace(scope, ends=min(scope.ends, scope.as_of), as_of=LATEST)):
        yield whole, False


def of_teams(scope: Scope) -> str:
    return " AND team_id IN :team_ids" if scope.team_ids is not None else ""
