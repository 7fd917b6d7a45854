"""What reports read of dealing, put together from decisions, stays and presses alone: as slow as it is plain."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.models import Decision, Stay
from store.reporting import sql
from store.reporting.dealing_sums import COARSE
from store.reporting.hold import GROUPS, Waits
from store.reporting.holding import HELD
from store.reporting.scope import Scope
from store.reporting.unanswered import Ended, Late

AT_ONCE = 500
NO_TIME, MILLISECOND = timedelta(0), timedelta(milliseconds=1)
TEAM_OF = """(SELECT team_id FROM decision WHERE decision.lead_id = {} AND decision."at" <= {}
    ORDER BY decision.id DESC LIMIT 1)"""
WITHIN = "closed_at >= :starts AND closed_at < :ends AND closed_at < :as_of"


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


# --- waits

# Held within the period, or for whoever is still waited as of then, whenever that began.
HELD_THEN = f"""
    SELECT one.lead_id FROM decision AS one
    WHERE one.kind = 'held' AND one.at >= :starts AND one.at < :ends AND one.at < :as_of
    UNION SELECT one.lead_id FROM decision AS one
    JOIN stay ON stay.lead_id = one.lead_id AND {sql.HELD.format("stay")}
    WHERE one.kind = 'held' AND one.at < :as_of AND stay.kind = 'open' AND stay.rep_id IS NULL AND NOT stay.is_cleared
          AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.lead_id = one.lead_id AND later.id > one.id
                          AND later.kind <> 'held' AND later.rule <> '' AND later.at < :as_of)"""  # noqa: S608


def waits(session: Session, scope: Scope, by: str) -> list[Waits]:
    """As `store.reporting.hold.waits` has it; why is in what the decisions say, so not by that."""
    now, found = seconds_of(scope.as_of), Counter[tuple[str | int, bool, bool, int]]()
    for one in holds(session, scope):
        seconds = (seconds_of(one.ended_at) if one.ended_at else now) - seconds_of(one.began_at)
        seconds = sql.bucket_of(seconds) if one.ended_at else seconds
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


# --- offers and presses


def ended(session: Session, scope: Scope) -> list[Ended]:
    """By the team whose decision was the last about the lead when it was offered."""
    question = f"""
        SELECT {TEAM_OF.format("offer.lead_id", "offer.offered_at")} AS team, rep_id, status, count(*) FROM offer
        WHERE status IN ('passed', 'lapsed') AND {WITHIN} GROUP BY team, rep_id, status"""  # noqa: S608
    return [Ended(*row) for row in sql.ask(session, question, scope) if is_asked(scope, row[0])]


def late(session: Session, scope: Scope) -> list[Late]:
    """By the team whose lead it was then, beside the press that had won it."""
    question = text("""
        SELECT stay.team_id AS team, press.rep_id, press."at", winner."at" AS won_at
        FROM press JOIN stay ON stay.lead_id = press.lead_id AND stay.began_at <= press."at"
            AND (stay.ended_at IS NULL OR stay.ended_at > press."at")
        JOIN press AS winner ON winner.id = (
            SELECT max(before.id) FROM press AS before
            WHERE before.lead_id = press.lead_id AND before.won AND before.id < press.id)
        WHERE NOT press.won AND winner.rep_id <> press.rep_id
              AND press."at" >= :starts AND press."at" < :ends AND press."at" < :as_of""")
    moments = {"starts": scope.starts, "ends": scope.ends, "as_of": scope.as_of}
    asked = question.bindparams(*(bindparam(name, type_=UTCDateTime()) for name in moments))
    rows = session.connection().execute(asked.columns(at=UTCDateTime(), won_at=UTCDateTime()), moments)
    found = Counter(
        (row.team, row.rep_id, sql.bucket_of(max(row.at - row.won_at, NO_TIME) // MILLISECOND, 1, COARSE))
        for row in rows if is_asked(scope, row.team)
    )  # fmt: skip
    return [Late(*key, presses) for key, presses in found.items()]


def is_asked(scope: Scope, team_id: int | None) -> bool:
    return team_id is not None and (scope.team_ids is None or team_id in scope.team_ids)
