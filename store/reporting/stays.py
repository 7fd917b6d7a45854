"""What was won and lost in a period, and how long leads stayed in their stages."""

from datetime import UTC
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import spans, sql, sums
from store.reporting.scope import Scope

OWNED = "{0}.rep_id IN :rep_ids"
ENTERED = "stay.since >= :starts AND stay.since < :ends"


class ClosedSum(NamedTuple):
    team_id: int
    rep_id: int | None
    source: str
    stage: str
    kind: str  # won or lost
    currency: str
    leads: int
    cents: int


class StageTime(NamedTuple):
    stage: str
    seconds: int  # at least; see sql.bucket
    left: int  # went on to another stage after that time
    waits: int  # were still there, or were cleared out after that time


KEYS, VALUES = "team_id, rep_id, source, stage, kind, currency", ("leads", "cents")
OF_ROWS = "team_id, coalesce(rep_id, 0) AS rep_id, source, stage, kind, currency"


def closed(session: Session, scope: Scope) -> list[ClosedSum]:
    """Won and lost within the period, and not opened again as of then; with the owner and the value of then."""
    found = from_sums(session, scope)
    return plain(session, scope) if found is None else found


def plain(session: Session, scope: Scope) -> list[ClosedSum]:
    """By looking at every stay in a closed stage."""
    question = f"""
        SELECT {KEYS}, count(*), {sql.total("cents")}
        FROM stay
        WHERE kind <> 'open' AND {ENTERED} AND {sql.HELD.format("stay")} {sql.of_scope(scope, "stay", theirs=OWNED)}
        GROUP BY {KEYS}"""  # noqa: S608 - no outside words
    return [ClosedSum(*row) for row in sql.ask(session, question, scope)]


def from_sums(session: Session, scope: Scope) -> list[ClosedSum] | None:
    """Whole months from the sums, less what was noted later; the days before and after them stay by stay."""
    whole = spans.cover(scope)
    if whole is None:
        return None
    total, rows = sql.of_scope(scope, "closed_total", theirs=OWNED), sql.of_scope(scope, "stay", theirs=OWNED)
    sign, covered, held = sums.STAYS_SIGN, sums.COVERED.format("since"), sql.HELD.format("stay")
    parts = [
        sql.select(f"{KEYS}, leads, cents", "closed_total", "closed IN :spans AND noted = 0", total),
        sql.select(
            f"{OF_ROWS}, {sign}, {sign} * coalesce(cents, 0)", sql.unfolded(session, "stay"),
            f"{sums.STAYS_LEFT} AND kind <> 'open' AND {covered}", rows,
        ),
    ]  # fmt: skip
    parts += [
        sql.select(
            f"{OF_ROWS}, 1, coalesce(cents, 0)",
            "stay",
            f"kind <> 'open' AND {edge} AND {held}",
            rows,
        )
        for edge in sums.edges(whole, "since")
    ]
    later = sums.later(scope, "noted")
    if later:
        parts.append(sql.select(f"{KEYS}, -leads, -cents", "closed_total", f"closed IN :spans AND {later}", total))
    found = sums.ask(session, scope, KEYS, VALUES, parts, is_now=later is None, **sums.within(whole))
    return None if found is None else [ClosedSum(*row)._replace(rep_id=row[1] or None) for row in found]


def in_stage(session: Session, scope: Scope) -> list[StageTime]:
    """How long leads stayed that entered an open stage within the period, by the team and owner that they had last."""
    since = sql.epoch(session, "stay.since")
    left = "stay.left_stage AND stay.ended_at < :as_of"
    until = f"""CASE WHEN {left} THEN {sql.epoch(session, "stay.ended_at")}
                WHEN stay.is_cleared THEN {sql.epoch(session, "stay.began_at")} ELSE :until END"""
    question = f"""
        SELECT stage, {sql.bucket("lasted")} AS bucket, {sql.total("has_left")}, {sql.total("1 - has_left")}
        FROM (
            SELECT stage, CASE WHEN {until} > {since} THEN {until} - {since} ELSE 0 END AS lasted,
                   CASE WHEN {left} THEN 1 ELSE 0 END AS has_left
            FROM stay
            WHERE kind = 'open' AND {ENTERED} AND ({left} AND stay.began_at < :as_of OR {sql.HELD.format("stay")})
                  {sql.of_scope(scope, "stay", theirs=OWNED)}
        ) AS visit
        GROUP BY stage, bucket ORDER BY stage, bucket"""  # noqa: S608 - no outside words
    found = sql.ask(session, question, scope, until=int(scope.as_of.astimezone(UTC).timestamp()))
    return [StageTime(*row) for row in found]
