"""Leads that waited because nobody who may have them was free; and the same put together from decisions and stays."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from store.models import Decision, Stay
from store.reporting import sql
from store.reporting.holding import HELD
from store.reporting.scope import Scope

AT_ONCE = 500
GROUPS = {"why": "why", "team": "team_id", "source": "source"}
KNOWN = "noted_at < :as_of AND (gone_at IS NULL OR gone_at >= :as_of)"
WITHIN = "began_at >= :starts AND began_at < :ends"
# Of those that began at another time, whoever is still waited for as of then; each half by its index.
STILL = ("ended_at IS NULL AND gone_at IS NULL", "ended_at IS NULL AND gone_at >= :as_of", "ended_at >= :as_of")


class Waits(NamedTuple):
    """So many leads of a group that waited for so long."""

    group: str | int
    is_within: bool  # it began within the period, and not at another time
    is_over: bool
    seconds: int  # until it ended, or until then
    leads: int


class Hold(NamedTuple):
    """`ended_at` is None while it waits; `decision_id` is what it began with, which knows why."""

    lead_id: int
    decision_id: int
    team_id: int
    source: str  # when it began
    began_at: datetime
    ended_at: datetime | None


class Told(NamedTuple):
    """A decision about who gets the lead."""

    lead_id: int
    id: int
    kind: str
    team_id: int
    at: datetime


class Place(NamedTuple):
    """Where a lead stood from then on."""

    lead_id: int
    began_at: datetime
    ended_at: datetime | None
    source: str
    waits: bool  # nobody owned it, and it was open


def waits(session: Session, scope: Scope, by: str) -> list[Waits]:
    """Those that began within the period, and those that are not over as of then."""
    until = "CASE WHEN ended_at < :as_of THEN ended_at ELSE :as_of END"
    is_over = "CASE WHEN ended_at < :as_of THEN 1 ELSE 0 END"
    seconds = f"{sql.epoch(session, f'({until})')} - {sql.epoch(session, 'began_at')}"
    columns = f"{GROUPS[by]} AS name, {{within}} AS within, {is_over} AS is_over, {seconds} AS seconds"
    parts = [sql.select(columns.format(within=within), "hold", condition) for within, condition in wanted(scope)]
    question = f"""
        SELECT name, within, is_over, seconds, count(*) FROM ({" UNION ALL ".join(parts)}) AS part
        GROUP BY name, within, is_over, seconds"""  # noqa: S608 - no outside words
    return [
        Waits(name, bool(within), bool(is_over), seconds, leads)
        for name, within, is_over, seconds, leads in sql.ask(session, question, scope)
    ]


def count(session: Session, scope: Scope) -> int:
    """How many began within the period."""
    within = f"{KNOWN} AND {WITHIN}{sql.of_scope(scope, 'hold')}"
    return int(sql.ask(session, sql.select("count(*)", "hold", within), scope)[0][0])


def leads(session: Session, scope: Scope, by: str, group: str | int) -> list[int]:
    """Whose waits those of a group are: those that still wait first, and of them the longest."""
    is_over = "CASE WHEN ended_at < :as_of THEN 1 ELSE 0 END"
    columns = f"lead_id, {is_over} AS is_over, began_at, id"
    parts = [sql.select(columns, "hold", f"{one} AND {GROUPS[by]} = :group") for _, one in wanted(scope)]
    order = " ORDER BY is_over, began_at, id"
    rows = sql.ask(session, " UNION ALL ".join(parts) + order, scope, group=group)
    return list(dict.fromkeys(row[0] for row in rows))


def wanted(scope: Scope) -> list[tuple[int, str]]:
    """Each wait that it is about meets one of the conditions; 1: it began within the period."""
    known = KNOWN + sql.of_scope(scope, "hold")
    return [(1, f"{known} AND {WITHIN}"), *((0, f"{known} AND {one} AND NOT ({WITHIN})") for one in STILL)]


# --- the same from decisions and stays


# Held within the period, or for whoever is still waited as of then, whenever that began.
HELD_THEN = f"""
    SELECT one.lead_id FROM decision AS one
    WHERE one.kind = 'held' AND one.at >= :starts AND one.at < :ends AND one.at < :as_of
    UNION SELECT one.lead_id FROM decision AS one
    JOIN stay ON stay.lead_id = one.lead_id AND {sql.HELD.format("stay")}
    WHERE one.kind = 'held' AND one.at < :as_of AND stay.kind = 'open' AND stay.rep_id IS NULL AND NOT stay.is_cleared
          AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.lead_id = one.lead_id AND later.id > one.id
                          AND later.kind <> 'held' AND later.rule <> '' AND later.at < :as_of)"""  # noqa: S608


def plain(session: Session, scope: Scope, by: str) -> list[Waits]:
    """By looking at every row; why is in what the decisions say, so not by that."""
    now, found = seconds_of(scope.as_of), Counter[tuple[str | int, bool, bool, int]]()
    for one in holds(session, scope):
        seconds = (seconds_of(one.ended_at) if one.ended_at else now) - seconds_of(one.began_at)
        is_within = scope.starts <= one.began_at < scope.ends
        found[getattr(one, GROUPS[by]), is_within, one.ended_at is not None, seconds] += 1
    return [Waits(*key, leads) for key, leads in found.items()]


def seconds_of(moment: datetime) -> int:
    return int(moment.replace(microsecond=0, tzinfo=UTC).timestamp())


def holds(session: Session, scope: Scope) -> list[Hold]:
    """Those that began within the period, and those that are not over as of then; oldest first."""
    leads = [row[0] for row in sql.ask(session, HELD_THEN, scope)]
    told, places = by_lead(decisions(session, leads, scope.as_of)), by_lead(stays(session, leads, scope.as_of))
    found = [hold for lead_id in leads for hold in of_lead(told[lead_id], places[lead_id], scope.as_of)]
    return sorted((hold for hold in found if counts(hold, scope)), key=lambda hold: (hold.began_at, hold.lead_id))


def counts(hold: Hold, scope: Scope) -> bool:
    is_then = scope.starts <= hold.began_at < scope.ends or hold.ended_at is None
    is_team = scope.team_ids is None or hold.team_id in scope.team_ids
    return is_then and is_team and (scope.sources is None or hold.source in scope.sources)


def of_lead(told: Sequence[Told], places: Sequence[Place], as_of: datetime) -> Iterator[Hold]:
    """Held again and again is one wait, unless somebody had it, or it was closed, in between."""
    now = next((one for one in places if one.ended_at is None or one.ended_at >= as_of), None)
    if now is None:  # it was merged into another, or taken back
        return
    first: Told | None = None
    for one in [*told, None]:
        if first is None:
            first = one if one is not None and one.kind == HELD else None
            continue
        ended = next((each.began_at for each in places if each.began_at >= first.at and not each.waits), None)
        if one is not None and (ended is None or one.at < ended):
            if one.kind == HELD:
                continue
            ended = one.at
        yield Hold(first.lead_id, first.id, first.team_id, source_at(places, first.at), first.at, ended)
        first = one if one is not None and one.kind == HELD else None


def source_at(places: Sequence[Place], at: datetime) -> str:
    """Where the lead was from then; a new one's first place is written down a moment after it was decided about."""
    return next((one.source for one in reversed(places) if one.began_at <= at), places[0].source)


def decisions(session: Session, leads: Sequence[int], as_of: datetime) -> Iterator[Told]:
    columns = (Decision.lead_id, Decision.id, Decision.kind, Decision.team_id, Decision.at)
    for some in parts(leads):
        those = col(Decision.lead_id).in_(some), Decision.rule != "", Decision.at < as_of
        for row in session.execute(select(*columns).where(*those).order_by(col(Decision.id))):  # type: ignore[call-overload]
            yield Told(*row)


def stays(session: Session, leads: Sequence[int], as_of: datetime) -> Iterator[Place]:
    columns = (
        Stay.lead_id, Stay.began_at, Stay.ended_at, Stay.source, Stay.rep_id, Stay.kind, Stay.is_cleared
    )  # fmt: skip
    for some in parts(leads):
        those = col(Stay.lead_id).in_(some), Stay.began_at < as_of
        for row in session.execute(select(*columns).where(*those).order_by(col(Stay.id))):  # type: ignore[call-overload]
            lead_id, began_at, ended_at, source, rep_id, kind, is_cleared = row
            waits = rep_id is None and kind == "open" and not is_cleared
            yield Place(lead_id, began_at, ended_at, source, waits)


def reasons(session: Session, decision_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Who was looked at by each decision, and what stood in their way."""
    found: dict[int, list[dict[str, Any]]] = {}
    for some in parts(decision_ids):
        rows = session.exec(select(Decision.id, Decision.candidates).where(col(Decision.id).in_(some)))
        found |= {number: list(candidates) for number, candidates in rows if number is not None}
    return found


def by_lead(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.lead_id].append(row)
    return found


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
