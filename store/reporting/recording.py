"""Writes down, within the transaction that changes it, where a lead stands from then on and what it reached."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Row, bindparam, event, func, insert, inspect, text
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.models import Lead, LevelChange, Opportunity, Reached, StageChange, Stay
from store.reporting import arriving
from store.reporting.folding import Folding
from store.reporting.holding import Decided, Holding

ARRIVED, CLAIMED, CONTACTED, MQL, SQL, WON = arriving.ARRIVED, "@claim", "@contact", arriving.MQL, "@sql", "@won"
# What of a lead and of its deal a report could ask for; a change of anything else is none of our business.
OF_LEAD = (
    "stage", "team_id", "owner_id", "source", "state", "claimed_at", "first_contact_at", "level", "country", "campaign",
)  # fmt: skip
OF_DEAL = ("cents", "currency", "probability", "product")
GONE = ("merged", "undone")  # it never was a lead of its own; one that is cleared out was
BEFORE, SLACK = -1, 5  # seconds between what one transaction writes down
GOOD, VERDICTS = ("mql", "sql"), ("sql", "rejected")


class Standing(NamedTuple):
    """What standing in a stage means."""

    steps: tuple[str, ...]  # that a lead there has reached
    kind: str  # open, won or lost
    chance: int  # percent that it is won from there


Steps = dict[str, Row[Any]]  # what a lead has reached
Deal = Opportunity | Row[Any]
Known = Lead | Row[Any]  # one that has just come in, or what of it is looked at here
NOWHERE = Standing((), "open", 0)

# Texts of their own: to put such statements together anew takes longer than what they do.
ENDS = text("""
    UPDATE stay SET ended_at = :at, left_stage = :stage, left_owner = :owner, folded = -folded WHERE id IN :ids
""").bindparams(bindparam("at", type_=UTCDateTime()), bindparam("ids", expanding=True))
CREDIT_ENDS = text("UPDATE credit SET folded = -folded WHERE stay_id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
GOES = text(
    "UPDATE reached SET gone_at = :at, folded = -folded WHERE lead_id = :lead_id AND gone_at IS NULL"
).bindparams(bindparam("at", type_=UTCDateTime()))


class Recorder:
    """Notices which leads change in a session, and adds what reports need of them before the commit."""

    def __init__(
        self, session: Session, now: Callable[[], datetime], standings: Callable[[], Mapping[str, Standing]],
        zone: Callable[[], str] = str, *, locks_rows: bool = False,
    ) -> None:  # fmt: skip
        self._session, self._now, self._standings, self._zone = session, now, standings, zone
        self._changed: set[int] = set()  # leads that were there, or whose object may not say what they are now
        self._new: dict[int, Lead] = {}  # by which object it is
        self._moves: dict[int, StageChange] = {}  # the last of each lead
        self._levels: dict[int, list[LevelChange]] = {}
        self._holding = Holding(session)
        self._folding = Folding(session, locks_rows=locks_rows)
        event.listen(session, "before_flush", self.notice)

    def changed(self, lead_ids: Iterable[int]) -> None:
        """For statements that change leads past the session's objects."""
        self._changed.update(lead_ids)

    def decided(self, one: Decided) -> None:
        self._holding.decided(one)

    def write(self) -> None:
        """Bring the stays and what was reached up to what the leads are now; in the transaction that is open.

        A lead that comes in costs two statements. One that was there is asked for, with its stay, its deal and what it
        had reached, past the objects that the session has of them: those may be older than the last statement.
        """
        self._session.flush()
        now, arrived = self._now(), [lead.id or 0 for lead in self._new.values()]
        if not self._new and not self._changed and not self._levels:
            self._holding.write(now, arrived)
            return
        ids = self._changed | (self._levels.keys() - {lead.id for lead in self._new.values()})
        new = [lead for lead in self._new.values() if lead.id not in ids]
        self._new, self._changed = {}, set()
        leads, standings = [*new, *self._leads(ids)], self._standings()
        self._reach(leads, self._reached(ids), standings, now)
        self._holding.write(now, arrived)  # as what came back waits again by then for what it had waited for
        self._move(leads, self._stays(ids), self._deals(ids), standings, now)
        self._levels = {}

    def arrived(self, import_id: int, after: int) -> None:
        """Leads of an import that were written past the session's objects, with numbers above `after`."""
        self._session.flush()
        chances = {name: one.chance for name, one in self._standings().items()}
        those = {"import_id": import_id, "after": after}
        arriving.arrived(self._session.connection(), self._folding, self._zone(), those, chances)

    def _move(
        self, leads: list[Known], stays: dict[int, Row[Any]], deals: dict[int, Row[Any]],
        standings: Mapping[str, Standing], now: datetime,
    ) -> None:  # fmt: skip
        """Ends the stays that are over, and begins those that take their place."""
        over: dict[tuple[bool, bool], list[int]] = defaultdict(list)
        begun, credited = [], []
        for lead in leads:
            last, deal = stays.get(lead.id or 0), deals.get(lead.id or 0)
            values = stay_of(lead, deal, standings.get(lead.stage, NOWHERE), now)
            values = values and values | judged(self._levels.get(lead.id or 0, ()), last) | whose(lead, values, last)
            before = last if last is not None and last.ended_at is None else None
            if before is not None and is_same(before, values):
                continue
            if before is not None:
                over[left(before, values)].append(before.id)
            if values is not None:
                begun.append(continued(values | told(self._moves.get(lead.id or 0), values), last))
            if before is not None and before.kind == "won":
                credited.append(before.id)
        connection = self._session.connection()
        for (stage, owner), ids in over.items():
            connection.execute(ENDS, {"ids": ids, "at": now, "stage": stage, "owner": owner})
        if credited:  # which have ended with their stays
            connection.execute(CREDIT_ENDS, {"ids": credited})
        if begun:
            connection.execute(into(Stay), begun)
            self._holding.end((stay["lead_id"] for stay in begun if not waits(stay)), now)

    def notice(self, session: Session, _context: object, _instances: object) -> None:
        for one in session.new:
            if isinstance(one, Lead):
                self._new[id(one)] = one
            elif isinstance(one, Opportunity):
                self._changed.add(one.lead_id)
            elif isinstance(one, StageChange):
                self._moves[one.lead_id] = one
            elif isinstance(one, LevelChange):
                self._levels.setdefault(one.lead_id, []).append(one)
        for one in session.dirty:
            if isinstance(one, Lead) and id(one) not in self._new and is_modified(one, OF_LEAD):
                self._changed.add(one.id or 0)
            elif isinstance(one, Opportunity) and is_modified(one, OF_DEAL):
                self._changed.add(one.lead_id)

    def _leads(self, ids: set[int]) -> list[Known]:
        return list(self._of(leads_of, ids))

    def _deals(self, ids: set[int]) -> dict[int, Row[Any]]:
        return {deal.lead_id: deal for deal in self._of(deals_of, ids)}

    def _stays(self, ids: set[int]) -> dict[int, Row[Any]]:
        """The last of each lead; of one that was merged away or taken back, where it stood before."""
        return {stay.lead_id: stay for stay in self._of(last_stays_of, ids)}

    def _reached(self, ids: set[int]) -> dict[int, Steps]:
        found: dict[int, Steps] = {}
        # The newest of each step: those before it were gone at some time, and came back as these.
        for row in sorted(self._of(reached_by, ids), key=lambda one: one.id):
            found.setdefault(row.lead_id, {})[row.step] = row
        return found

    def _of(self, question: Callable[[], Any], ids: set[int]) -> Iterable[Row[Any]]:
        return self._session.connection().execute(question(), {"ids": list(ids)}) if ids else []

    def _reach(
        self,
        leads: list[Known],
        before: dict[int, Steps],
        standings: Mapping[str, Standing],
        now: datetime,
    ) -> None:
        rows = []
        for lead in leads:
            there = before.get(lead.id or 0, {})
            first = there.get(ARRIVED)
            self._note_again(lead, there, now)
            found = steps_of(lead, standings, now)
            rows += [reached(lead, first, step, at, now) for step, at in found if step not in there]
        if rows:
            self._session.connection().execute(into(Reached), rows)

    def _note_again(self, lead: Known, there: Steps, now: datetime) -> None:
        """What it had reached goes with it and comes back with it; or is that of another country or campaign now."""
        first, is_gone = there.get(ARRIVED), lead.state in GONE
        if first is None:
            return
        was_gone = first.gone_at is not None
        if is_gone == was_gone and (is_gone or of(lead) == of(first)):
            return
        connection = self._session.connection()
        if not was_gone:
            connection.execute(GOES, {"lead_id": lead.id, "at": now})
        if not is_gone:
            same = [row for row in there.values() if row.gone_at == first.gone_at]
            again = {"noted_at": now, "gone_at": None, "folded": 0, "country": lead.country, "campaign": lead.campaign}
            connection.execute(into(Reached), [{**without_id(row), **again} for row in same])
        if is_gone:
            self._holding.gone(lead.id or 0, now)
        elif was_gone:
            self._holding.back(lead.id or 0, first.gone_at, now)


# Put together once: that takes longer than to ask. What they give are plain rows, of the leads with the given numbers.


@lru_cache
def into(model: type[SQLModel]) -> Any:
    return insert(model)


@lru_cache
def leads_of() -> Any:
    columns = [getattr(Lead, name) for name in ("id", "created_at", "response_waited", "response_used", *OF_LEAD)]
    return select(*columns).where(col(Lead.id).in_(numbers())).order_by(col(Lead.id))


@lru_cache
def deals_of() -> Any:
    return select(*inspect(Opportunity).columns).where(col(Opportunity.lead_id).in_(numbers()))


@lru_cache
def last_stays_of() -> Any:
    last = select(func.max(Stay.id)).where(col(Stay.lead_id).in_(numbers())).group_by(col(Stay.lead_id))
    return select(*inspect(Stay).columns).where(col(Stay.id).in_(last))


@lru_cache
def reached_by() -> Any:
    """Those that are gone and those that count, each by their index."""
    gone = col(Reached.gone_at)
    here, away = (
        select(*inspect(Reached).columns).where(col(Reached.lead_id).in_(numbers()), condition)
        for condition in (gone.is_(None), gone.is_not(None))
    )
    return here.union_all(away)


def numbers() -> BindParameter[Any]:
    return bindparam("ids", expanding=True)


def of(one: Known) -> tuple[str, str]:
    """The country and the campaign of a lead, or of what it reached."""
    return one.country or "", one.campaign or ""


def without_id(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "id"}


def is_modified(row: SQLModel, names: tuple[str, ...]) -> bool:
    attributes: Any = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)


def stay_of(lead: Known, deal: Deal | None, standing: Standing, now: datetime) -> dict[str, Any] | None:
    """What a stay that begins now would be; None for a lead that never was one of its own."""
    if lead.state in GONE:
        return None
    chance = deal.probability if deal and deal.probability is not None and standing.kind == "open" else standing.chance
    return {
        "lead_id": lead.id, "team_id": lead.team_id, "rep_id": lead.owner_id, "source": lead.source,
        "stage": lead.stage, "kind": standing.kind, "chance": chance, "cents": deal.cents if deal else None,
        "currency": deal.currency if deal and deal.cents is not None else "", "arrived_at": lead.created_at,
        "product": deal.product if deal and standing.kind != "open" else None,
        "campaign": (lead.campaign or None) if standing.kind == "won" else None,
        "since": now, "began_at": now, "is_cleared": lead.state == "archived", "left_stage": False, "folded": 0,
    }  # fmt: skip


def waits(stay: Mapping[str, Any]) -> bool:
    """Nobody has it, and somebody is to."""
    return stay["rep_id"] is None and stay["kind"] == "open" and not stay["is_cleared"]


JUDGED = ("mql_at", "verdict", "judged_at", "rejected_why")
COMPARED = (
    "team_id", "rep_id", "source", "stage", "kind", "chance", "cents", "currency", "product", "campaign", "is_cleared",
    *JUDGED,
)  # fmt: skip


def is_same(stay: Row[Any], values: Mapping[str, Any] | None) -> bool:
    return values is not None and all(getattr(stay, name) == values[name] for name in (*COMPARED, "answered"))


def left(before: Row[Any], values: Mapping[str, Any] | None) -> tuple[bool, bool]:
    """Whether the lead went on to another stage, and to another owner or none."""
    if values is None:
        return False, False
    return values["stage"] != before.stage, before.rep_id is not None and values["rep_id"] != before.rep_id


def judged(changes: Iterable[LevelChange], before: Row[Any] | None) -> dict[str, Any]:
    """When it first became an MQL, and what sales said last."""
    found = {name: getattr(before, name, None) for name in JUDGED}
    for one in changes:
        if one.after == "mql":
            found["mql_at"] = found["mql_at"] or one.at
        elif one.after in VERDICTS:
            why = one.reason if one.after == "rejected" else None
            found |= {"verdict": one.after, "judged_at": one.at, "rejected_why": why}
    return found


def whose(lead: Known, values: Mapping[str, Any], before: Row[Any] | None) -> dict[str, Any]:
    """Since when it is its owner's, and when somebody was first in touch from then on."""
    if lead.owner_id is None:
        return {"got_at": None, "answered": None, "worked": None}
    is_theirs = before is not None and before.rep_id == lead.owner_id
    if before is not None and is_theirs and before.answered is not None:
        return {"got_at": before.got_at, "answered": before.answered, "worked": before.worked}
    got_at = before.got_at if before is not None and is_theirs else values["began_at"]
    is_over = values["kind"] != "open" or values["is_cleared"]
    if lead.first_contact_at is None:
        return {"got_at": got_at, "answered": None, "worked": lead.response_used if is_over else None}
    took = int((lead.first_contact_at - got_at).total_seconds())
    if took < -SLACK:
        return {"got_at": got_at, "answered": BEFORE, "worked": None}
    return {"got_at": got_at, "answered": max(took, 0), "worked": lead.response_used}


def told(move: StageChange | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Why it ended as it did, as somebody said when they moved it there."""
    if values["kind"] == "open" or move is None or move.after != values["stage"]:
        return {"reason": None, "competitor": None}
    return {"reason": move.reason, "competitor": move.competitor}


def continued(values: dict[str, Any], before: Row[Any] | None) -> dict[str, Any]:
    """It stands in its stage since it entered it and for what it was said then, whoever owned it meanwhile."""
    if before is None or before.stage != values["stage"]:
        return values
    return values | {"since": before.since, "reason": before.reason, "competitor": before.competitor}


def steps_of(lead: Known, standings: Mapping[str, Standing], now: datetime) -> list[tuple[str, datetime]]:
    """All that the lead has reached, and when, as far as the lead itself knows."""
    if lead.state in GONE:
        return []
    found = [(ARRIVED, lead.created_at), *((step, now) for step in standings.get(lead.stage, NOWHERE).steps)]
    if lead.claimed_at is not None:
        found.append((CLAIMED, lead.claimed_at))
    if lead.first_contact_at is not None:
        found.append((CONTACTED, lead.first_contact_at))
    if lead.level in GOOD:
        found.append((MQL, now))
    if lead.level == "sql":
        found.append((SQL, now))
    return found


def reached(lead: Known, first: Row[Any] | None, step: str, at: datetime, now: datetime) -> dict[str, Any]:
    at, arrived_at = min(at, now), first.arrived_at if first else lead.created_at
    origin: Any = first or lead
    return {
        "lead_id": lead.id, "step": step, "at": at, "noted_at": now, "arrived_at": arrived_at,
        "seconds": max(int((at - arrived_at).total_seconds()), 0),
        "team_id": origin.team_id, "source": origin.source, "country": lead.country, "campaign": lead.campaign,
        "rep_id": lead.owner_id, "working_seconds": lead.response_waited if step == CONTACTED else None, "folded": 0,
    }  # fmt: skip
