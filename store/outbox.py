"""What the bot is going to say, kept until Slack has it; and whose turn it is to say it.

Every transaction that adds rows or ends a turn first locks the lane's row, so one lane's changes happen one
after another. That single rule keeps row ids in commit order, lets no change slip between a card's rendering
and its sending, and makes it impossible to put a lane to sleep while a new row is on its way into it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Executable,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

from store.models import OutboxLane, OutboxRow

# Literal, not bound: SQLite matches a partial index only to a predicate it can read.
PENDING = text("outbox.status = 'pending'")
WAITING = text("outbox.status IN ('pending', 'sending')")
SETTLED = text("outbox.status IN ('sent', 'skipped')")
DEAD = text("outbox.status = 'dead'")
# Written out as well: SQLAlchemy's `excluded` copies all columns of the table each time it is asked.
WOKEN = text("coalesce(outbox_lane.next_at, excluded.next_at)")
NEWEST = text("excluded.payload")
FURTHEST_AHEAD = timedelta(minutes=15)


class LeaseLostError(Exception):
    """The lease ran out and somebody else has the lane now; what they find out about the row stands."""


@lru_cache
def wakes(is_postgres: bool) -> Executable:
    insert = postgresql.insert if is_postgres else sqlite.insert
    return insert(OutboxLane).on_conflict_do_update(index_elements=["lane"], set_={"next_at": WOKEN})


@lru_cache
def says(is_postgres: bool) -> Executable:
    insert = postgresql.insert if is_postgres else sqlite.insert
    return insert(OutboxRow).on_conflict_do_update(
        index_elements=["coalesce_key"], index_where=text("status = 'pending'"), set_={"payload": NEWEST}
    )


@dataclass(frozen=True)
class Turn:
    """The right to speak in one lane until the lease runs out."""

    lane: str
    holder: str
    last_ts: str | None


@dataclass(frozen=True)
class ParkedLane:
    lane: str
    reason: str
    next_try_at: datetime | None


@dataclass(frozen=True)
class OutboxSummary:
    pending: int
    sending: int
    dead: int
    oldest_seconds: float  # age of the oldest row still waiting; 0 when nothing waits
    parked: tuple[ParkedLane, ...]


class Outbox:
    """The rows of one transaction: first the speakers' side, then the questions the sender asks."""

    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows
        self._added: list[dict[str, Any]] = []
        self._spoke = False

    # --- for use cases

    def add(
        self, *, kind: str, lane: str, payload: dict[str, Any], now: datetime, coalesce_key: str | None = None
    ) -> None:
        """Say something once this transaction is committed.

        With a `coalesce_key` at most one row of that key waits; the newest payload wins. A row that is being
        sent at this moment does not absorb the change: a new one follows it.
        """
        if coalesce_key is not None:
            for row in self._added:
                if row["coalesce_key"] == coalesce_key:
                    row["payload"] = payload
                    return
        self._added.append(
            {
                "key": str(uuid4()),
                "kind": kind,
                "lane": lane,
                "payload": payload,
                "coalesce_key": coalesce_key,
                "created_at": now,
                "status": "pending",
                "attempts": 0,
                "refusals": 0,
            }
        )

    def flush(self) -> bool:
        """Write what was added. True when this transaction has something to say."""
        self._write({})
        return self._spoke

    def _write(self, also_lock: dict[str, datetime]) -> None:
        if self._added:
            rows, self._added = self._added, []
            self._wake_lanes({row["lane"]: row["created_at"] for row in rows} | also_lock)
            self._insert(rows)
            self._spoke = True

    def _wake_lanes(self, lanes: dict[str, datetime]) -> None:
        self._session.flush()  # rows before lanes, as everywhere
        # Sorted: two transactions that speak in the same two lanes must never lock them crosswise.
        rows = [{"lane": lane, "next_at": now} for lane, now in sorted(lanes.items())]
        self._session.connection().execute(wakes(self._locks_rows), rows)

    def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        # Not through the ORM, which would run a statement for every kind of row.
        self._session.connection().execute(says(self._locks_rows), rows)

    # --- turns

    def claim_lane(self, holder: str, now: datetime, lease: timedelta, besides: Collection[str] = ()) -> Turn | None:
        """Take the lane that has been ready longest; nobody else may speak there until the lease runs out."""
        ready = (
            select(col(OutboxLane.lane))
            .where(or_(col(OutboxLane.next_at) <= now, _is_stranded(now)), col(OutboxLane.lane).not_in(besides))
            .order_by(col(OutboxLane.next_at))
            .limit(1)
        )
        if self._locks_rows:
            ready = ready.with_for_update(skip_locked=True)
        claim = (
            update(OutboxLane)
            .where(col(OutboxLane.lane) == ready.scalar_subquery())
            .values(holder=holder, next_at=now + lease)
            .returning(col(OutboxLane.lane), col(OutboxLane.last_ts))
            .execution_options(synchronize_session=False)
        )
        found = self._session.execute(claim).first()
        return Turn(lane=found[0], holder=holder, last_ts=found[1]) if found else None

    def head(self, lane: str) -> OutboxRow | None:
        """The oldest row that has not left yet; rows behind it wait, so a lane keeps its order."""
        rows = select(OutboxRow).where(col(OutboxRow.lane) == lane, WAITING).order_by(col(OutboxRow.id)).limit(1)
        return self._session.scalars(rows).first()

    def row(self, row_id: int) -> OutboxRow:
        return self._session.get_one(OutboxRow, row_id)

    def keep(self, turn: Turn, until: datetime) -> None:
        """Lock the lane and renew the lease, or learn that it is lost.

        Raises:
            LeaseLostError: somebody else has taken the lane since.
        """
        # What was added on the way here may speak in other lanes: all locks are taken in one sorted pass.
        self._write({turn.lane: until})
        renew = _of(turn, next_at=until)
        if self._count(renew) == 0:
            raise LeaseLostError(turn.lane)

    def release(self, turn: Turn, again_at: datetime) -> None:
        """Give the turn back; the lane is looked at again at `again_at`, or sleeps if nothing waits in it."""
        self._session.flush()
        waits = exists().where(col(OutboxRow.lane) == turn.lane, WAITING)
        self._session.execute(_of(turn, holder=None, next_at=case((waits, again_at))))

    def park(self, turn: Turn, again_at: datetime, reason: str) -> None:
        """Slack refuses the whole conversation: keep every row, and try again much later."""
        self._session.flush()
        self._session.execute(_of(turn, holder=None, next_at=again_at, parked=reason[:500]))

    def unpark(self, lane: str, now: datetime) -> None:
        """Try a parked lane at once, because a person says the reason is gone."""
        parked = col(OutboxLane.parked).is_not(None)
        self._session.execute(update(OutboxLane).where(col(OutboxLane.lane) == lane, parked).values(next_at=now))

    # --- what became of a row (call `keep` first, in the same transaction)

    def begin(self, row: OutboxRow, *, method: str, channel: str | None, thread_ts: str | None, since_ts: str) -> None:
        """Write down what is about to be tried; once this is committed, a crash leaves a doubtful row."""
        row.status = "sending"
        row.attempts += 1
        row.method, row.channel, row.thread_ts = method, channel, thread_ts
        row.since_ts = row.since_ts or since_ts

    def mark_sent(
        self,
        turn: Turn,
        row: OutboxRow,
        now: datetime,
        *,
        channel: str | None,
        ts: str | None,
        note: str = "",
    ) -> None:
        row.status, row.sent_at, row.error = "sent", now, note[:500] or None
        row.channel, row.ts = channel or row.channel, ts
        newest = max(ts or "", turn.last_ts or "") or None
        self._session.execute(_of(turn, parked=None, last_ts=newest))

    def mark_skipped(self, row: OutboxRow, reason: str) -> None:
        row.status, row.error = "skipped", reason[:500]

    def mark_dead(self, row: OutboxRow, code: str) -> None:
        row.status, row.error = "dead", code[:500]

    def put_back(self, row: OutboxRow, reason: str) -> None:
        """It certainly did not arrive: it waits again, at the head of its lane."""
        if row.coalesce_key is not None:
            # A newer change of the same projection may wait by now; this row takes it over.
            twin = update(OutboxRow).where(col(OutboxRow.coalesce_key) == row.coalesce_key, PENDING)
            merge = twin.values(status="skipped", error="merged into an earlier row").returning(col(OutboxRow.payload))
            row.payload = self._session.scalar(merge) or row.payload
        row.status, row.error = "pending", reason[:500]
        if row.sweep_at is None:
            row.since_ts = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Undo what a failing block wrote, and only that."""
        with self._session.begin_nested():
            yield

    # --- duplicates

    def claim_sweep(self, now: datetime, lease: timedelta) -> OutboxRow | None:
        """A row whose doubtful first attempt may have surfaced since; nobody else gets it for a while."""
        due = (
            select(col(OutboxRow.id))
            .where(col(OutboxRow.sweep_at) <= now, SETTLED)
            .order_by(col(OutboxRow.sweep_at))
            .limit(1)
        )
        if self._locks_rows:
            due = due.with_for_update(skip_locked=True)
        claim = (
            update(OutboxRow)
            .where(col(OutboxRow.id) == due.scalar_subquery())
            .values(sweep_at=now + lease)
            .returning(col(OutboxRow.id))
            .execution_options(synchronize_session=False)
        )
        row_id = self._session.execute(claim).scalar()
        return None if row_id is None else self.row(row_id)

    # --- for people

    def summary(self, now: datetime) -> OutboxSummary:
        waiting = select(func.count().filter(PENDING), func.count(), func.min(col(OutboxRow.created_at))).where(WAITING)
        pending, all_waiting, oldest = self._session.execute(waiting).one()
        dead = self._session.scalar(select(func.count()).select_from(OutboxRow).where(DEAD)) or 0
        lanes = select(OutboxLane).where(col(OutboxLane.parked).is_not(None)).order_by(col(OutboxLane.lane))
        return OutboxSummary(
            pending=pending,
            sending=all_waiting - pending,
            dead=dead,
            oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
            parked=tuple(
                ParkedLane(lane.lane, lane.parked or "", lane.next_at) for lane in self._session.scalars(lanes)
            ),
        )

    def next_at(self, now: datetime) -> datetime | None:
        """When the next lane wants to be looked at, or the next row to be swept."""
        next_at = col(OutboxLane.next_at)
        wanted = case((_is_stranded(now), literal(now, UTCDateTime())), else_=next_at)
        lane = select(type_coerce(func.min(wanted), UTCDateTime())).where(col(OutboxLane.next_at).is_not(None))
        sweep = select(func.min(col(OutboxRow.sweep_at))).where(col(OutboxRow.sweep_at).is_not(None), SETTLED)
        moments = self._session.execute(select(lane.scalar_subquery(), sweep.scalar_subquery())).one()
        return min((moment for moment in moments if moment is not None), default=None)

    def dead(self, limit: int = 100) -> list[OutboxRow]:
        rows = select(OutboxRow).where(DEAD).order_by(col(OutboxRow.id).desc()).limit(limit)
        return list(self._session.scalars(rows))

    def revive(self, row_id: int, now: datetime) -> bool:
        """Say a dead row after all; a person has mended the cause. False when it is not dead."""
        row = self._session.get(OutboxRow, row_id)
        if row is None:
            return False
        self._wake_lanes({row.lane: now})
        self._session.refresh(row)
        if row.status != "dead":
            return False
        self.put_back(row, "revived")
        row.refusals = 0
        return True

    def forget(self, before: datetime) -> int:
        """Delete what was settled long ago, with what it said."""
        old = delete(OutboxRow).where(SETTLED, col(OutboxRow.created_at) < before, col(OutboxRow.sweep_at).is_(None))
        return self._count(old.execution_options(synchronize_session=False))

    def _count(self, change: Update | Delete) -> int:
        return int(cast("CursorResult[Any]", self._session.execute(change)).rowcount)


def _is_stranded(now: datetime) -> ColumnElement[bool]:
    """Nobody waits that long: the clock was set back, and the lane would sleep until it has caught up."""
    beyond = col(OutboxLane.next_at) > now + FURTHEST_AHEAD
    return and_(beyond, col(OutboxLane.holder).is_(None), col(OutboxLane.parked).is_(None))


def _of(turn: Turn, **values: object) -> Update:
    """Change the lane, if the turn still stands."""
    mine = col(OutboxLane.lane) == turn.lane, col(OutboxLane.holder) == turn.holder
    return update(OutboxLane).where(*mine).values(**values).execution_options(synchronize_session=False)
