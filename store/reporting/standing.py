"""Where leads stood at a moment: the pipeline, as it was."""

from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql, sums
from store.reporting.scope import Scope
from store.reporting.stays import OWNED


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


KEYS, VALUES = "team_id, source, stage, kind, currency", ("leads", "cents", "weighted", "since")


def standing(session: Session, scope: Scope) -> list[StandingSum]:
    """Leads in each stage as of `scope.as_of`, whenever they arrived; those cleared out are not among them."""
    found = None if scope.rep_ids is not None else from_sums(session, scope)
    return plain(session, scope) if found is None else found


def plain(session: Session, scope: Scope) -> list[StandingSum]:
    """By looking at every stay."""
    since = sql.epoch(session, "stay.since")
    limits = f" AND began_at < :as_of AND NOT is_cleared{sql.of_scope(scope, 'stay', theirs=OWNED)}"
    # What stands still and what ended later have an index each.
    held = [
        sql.select(f"{KEYS}, cents, chance, {since} AS since", "stay", condition, limits)
        for condition in ("ended_at IS NULL", "ended_at IS NOT NULL AND ended_at >= :as_of")
    ]
    question = f"""
        SELECT {KEYS}, count(*), {sql.total("cents")}, {sql.total("cents * chance")}, {sql.total("since")}
        FROM ({" UNION ALL ".join(held)}) AS held
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return list(map(StandingSum._make, sql.ask(session, question, scope)))


def from_sums(session: Session, scope: Scope) -> list[StandingSum] | None:
    """All that ever came and went, less the days and months after then; rows by rows what is left of the day."""
    total, stay = sql.of_scope(scope, "stage_total"), sql.of_scope(scope, "stay")
    later, day = sums.days_later(scope)
    left = sql.unfolded(session, "stay")
    parts = [
        sql.select(f"{KEYS}, leads, cents, weighted, since", "stage_total", "span = 0", total),
        sql.select(f"{KEYS}, -leads, -cents, -weighted, -since", "stage_total", later, total),
        sql.select(changed(session, sums.STAYS_SIGN), left, f"{sums.LEFT} AND NOT is_cleared", stay),
    ]
    if day:
        of_day = "{0} >= :as_of AND {0} < :day_ends AND NOT is_cleared"
        parts += [
            sql.select(changed(session, "-1"), "stay", f"folded <> 0 AND {of_day.format('began_at')}", stay),
            sql.select(changed(session, "1"), "stay", f"folded = 2 AND {of_day.format('ended_at')}", stay),
        ]
    found = sums.ask(session, scope, KEYS, VALUES, parts, is_now=False, **day)
    return None if found is None else list(map(StandingSum._make, found))


def changed(session: Session, by: str) -> str:
    """What a stay adds to the sums, once or taken away."""
    cents, since = "coalesce(cents, 0)", sql.epoch(session, "stay.since")
    return f"{KEYS}, {by} AS leads, {by} * {cents}, {by} * {cents} * chance, {by} * {since}"
