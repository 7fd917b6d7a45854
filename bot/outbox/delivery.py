"""The transactions of sending: what is written before a call, and what after each outcome."""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.outbox.pace import POST, Pacer
from bot.outbox.ports import Projector, Skip, SlackCall, Wait
from store.models import OutboxRow
from store.outbox import LeaseLostError, Turn
from store.unit_of_work import UnitOfWork

FIRST_SWEEP = timedelta(minutes=2)
LONGEST_PAUSE = 300.0
MOST_REFUSALS = 5
TRIES_TO_KEEP = 3
PARKED_FOR = timedelta(hours=1)
# History is read from the newest message known to us; after a quiet month that is further than we need.
LONGEST_LOOK_BACK = timedelta(days=1)

log = structlog.get_logger("dibs.outbox")


@dataclass(frozen=True)
class Doubt:
    """An earlier attempt whose outcome nobody knows: where it went, and since when to look."""

    method: str
    channel: str
    thread_ts: str | None
    since_ts: str


@dataclass(frozen=True)
class Hand:
    """What one worker has in hand: a turn, its row, and either a call to make or a doubt to settle."""

    turn: Turn
    row_id: int
    key: str
    attempts: int
    started: float  # monotonic, taken before the lease began
    call: SlackCall | None = None
    doubt: Doubt | None = None
    note: str = ""
    charts: tuple[dict[str, Any], ...] = ()  # that the call says in letters: pictures of them are to follow


@dataclass(frozen=True)
class NothingToSend:
    """The turn was used up without a call: the row was skipped, must wait, or is not allowed yet."""


class Delivery:
    """Each method is one short transaction. Writes to leads come before the lane is locked, as everywhere."""

    def __init__(
        self,
        unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
        projector: Projector,
        pacer: Pacer,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        rng: random.Random,
        lease: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._projector = projector
        self._pacer = pacer
        self._now = now
        self._monotonic = monotonic
        self._rng = rng
        self._lease = lease

    def take(self, holder: str, besides: Collection[str]) -> Hand | NothingToSend | None:
        """Claim a lane and write down what is about to be tried; None when no lane is ready."""
        started, now = self._monotonic(), self._now()
        with self._unit_of_work() as uow:
            turn = uow.outbox.claim_lane(holder, now, self._lease, besides)
            if turn is None:
                return None
            row = uow.outbox.head(turn.lane)
            if row is None:
                uow.outbox.release(turn, now)
                taken: Hand | NothingToSend = NothingToSend()
            elif row.status == "sending":
                taken = Hand(turn, row.id or 0, row.key, row.attempts, started, doubt=_doubt(row))
            else:
                taken = self._plan(uow, Hand(turn, row.id or 0, row.key, row.attempts, started), row, now)
            uow.commit()
            return taken

    def again(self, hand: Hand, note: str = "") -> Hand | NothingToSend:
        """History does not know the doubtful message: say it again, and look once more in a while."""
        started, now = self._monotonic(), self._now()
        with self._unit_of_work() as uow:
            uow.outbox.keep(hand.turn, now + self._lease)
            row = uow.outbox.row(hand.row_id)
            if row.method == POST:
                row.sweep_at = now + FIRST_SWEEP
            fresh = Hand(hand.turn, hand.row_id, hand.key, hand.attempts, started, note=note)
            planned = self._plan(uow, fresh, row, now)
            uow.commit()
            return planned

    def _plan(self, uow: UnitOfWork, hand: Hand, row: OutboxRow, now: datetime) -> Hand | NothingToSend:
        said = self._prepared(uow, row, now)
        if not isinstance(said, SlackCall):
            if isinstance(said, Skip):
                uow.outbox.mark_skipped(row, said.reason)
            pause = said.seconds if isinstance(said, Wait) else 0.0
        else:
            pause = self._pacer.delay(said.method, hand.turn.lane)
            if pause == 0.0:
                uow.outbox.begin(
                    row, method=said.method, channel=said.channel, thread_ts=said.thread_ts,
                    since_ts=_look_back(hand.turn, now),
                )  # fmt: skip
                return Hand(hand.turn, hand.row_id, hand.key, row.attempts, hand.started, call=said, note=hand.note)
        uow.outbox.release(hand.turn, now + timedelta(seconds=pause))
        return NothingToSend()

    def _prepared(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        try:
            with uow.outbox.guarded():
                return self._projector.prepare(uow, row, now)
        except Exception as error:  # a row that cannot be rendered costs only itself
            row.refusals += 1
            reason = f"cannot be rendered: {type(error).__name__}"
            log.exception("row cannot be rendered", row=row.id, kind=row.kind)
            if row.refusals >= MOST_REFUSALS:
                uow.outbox.mark_dead(row, reason)
                return Wait(0, reason)
            return Wait(self.back_off(row.refusals), reason)

    # --- after the call

    def arrived(self, hand: Hand, response: dict[str, Any], *, note: str = "", sweep: bool = False) -> None:
        """It is in Slack. That is never forgotten for the sake of what else could not be written.

        Raises:
            LeaseLostError: the lane was taken over meanwhile; history will tell its new holder.
        """
        for attempt in range(TRIES_TO_KEEP):
            try:
                return self._keep_arrival(hand, response, note or hand.note, tell=True, sweep=sweep)
            except LeaseLostError:
                raise
            except Exception:  # a deadlock passes; a bug must not say it twice
                log.exception("arrival not kept", row=hand.row_id, attempt=attempt)
        return self._keep_arrival(hand, response, "arrived, but not kept", tell=False, sweep=sweep)

    def _keep_arrival(self, hand: Hand, response: dict[str, Any], note: str, *, tell: bool, sweep: bool) -> None:
        with self._settling(hand) as (uow, row, now):
            if tell:
                self._projector.arrived(uow, row, response, now)
            uow.outbox.keep(hand.turn, now + self._lease)
            uow.outbox.mark_sent(hand.turn, row, now, channel=response.get("channel"), ts=response.get("ts"), note=note)
            if row.sweep_at is not None or sweep:
                row.sweep_at = now if sweep else now + FIRST_SWEEP
            add_pictures(uow, hand, response, now)
            uow.outbox.release(hand.turn, now)

    def refused(self, hand: Hand, code: str) -> bool:
        """Let the projector mend what Slack refuses. True when the row will be prepared anew."""
        with self._unit_of_work() as uow:
            row, now = uow.outbox.row(hand.row_id), self._now()
            if row.refusals + 1 >= MOST_REFUSALS or not self._mended(uow, row, code, now):
                return False
            uow.outbox.keep(hand.turn, now + self._lease)
            row.refusals += 1
            uow.outbox.put_back(row, code)
            uow.outbox.release(hand.turn, now)
            uow.commit()
            return True

    def _mended(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:
        try:
            with uow.outbox.guarded():
                return self._projector.refused(uow, row, code, now)
        except Exception:  # the refusal itself is still to be recorded
            log.exception("refusal not mended", row=row.id, code=code)
            return False

    def dead(self, hand: Hand, code: str) -> None:
        """Slack will never take this row; it is kept for a person, and the lane goes on."""
        with self._settling(hand) as (uow, row, now):
            uow.outbox.keep(hand.turn, now + self._lease)
            uow.outbox.mark_dead(row, code)
            uow.outbox.release(hand.turn, now)

    def put_back(self, hand: Hand, seconds: float, reason: str, *, counts: bool = True) -> None:
        """It did not arrive, and may be said again later."""
        with self._settling(hand) as (uow, row, now):
            uow.outbox.keep(hand.turn, now + self._lease)
            row.attempts -= 0 if counts else 1
            uow.outbox.put_back(row, reason)
            uow.outbox.release(hand.turn, now + timedelta(seconds=seconds))

    def park(self, hand: Hand, code: str) -> None:
        """Slack refuses the whole conversation."""
        with self._settling(hand) as (uow, row, now):
            uow.outbox.keep(hand.turn, now + self._lease)
            if hand.doubt is None:
                uow.outbox.put_back(row, code)
            uow.outbox.park(hand.turn, now + PARKED_FOR, code)

    def leave_doubtful(self, hand: Hand, seconds: float, reason: str) -> None:
        """Nobody knows yet; look it up after a while."""
        with self._settling(hand) as (uow, row, now):
            uow.outbox.keep(hand.turn, now + self._lease)
            row.error = reason[:500]
            uow.outbox.release(hand.turn, now + timedelta(seconds=seconds))

    def back_off(self, attempts: int) -> float:
        """Full jitter: after an outage the waiting lanes do not all come back in the same second."""
        return self._rng.uniform(0, min(LONGEST_PAUSE, 2.0 ** min(attempts, 20)))

    @contextmanager
    def _settling(self, hand: Hand) -> Iterator[tuple[UnitOfWork, OutboxRow, datetime]]:
        with self._unit_of_work() as uow:
            yield uow, uow.outbox.row(hand.row_id), self._now()
            uow.commit()


def add_pictures(uow: UnitOfWork, hand: Hand, response: dict[str, Any], now: datetime) -> None:
    """Below a message whose charts Slack did not take; what only one person sees has no place below it."""
    channel, ts = response.get("channel"), response.get("ts")
    if hand.call is None or hand.call.method != POST or not channel or not ts:
        return
    for chart in hand.charts:
        payload = {"channel": channel, "thread_ts": hand.call.thread_ts or ts, "chart": chart}
        uow.outbox.add(kind="picture", lane=hand.turn.lane, payload=payload, now=now)


def _doubt(row: OutboxRow) -> Doubt:
    return Doubt(row.method or POST, row.channel or "", row.thread_ts, row.since_ts or "0")


def _look_back(turn: Turn, now: datetime) -> str:
    return max(turn.last_ts or "", f"{(now - LONGEST_LOOK_BACK).timestamp():.6f}")
