"""A second look at what was said twice for want of an answer: extra copies are removed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import structlog

from bot.outbox.counts import Counts
from bot.outbox.pace import Pacer
from bot.outbox.ports import Arrived, Copies, Outcome, Refused, SlackCall, Voice
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork

LAST_SWEEP = timedelta(minutes=10)
ONE_SWEEPER = timedelta(minutes=1)
HISTORY = "conversations.history"
DELETE = "chat.delete"

log = structlog.get_logger("dibs.outbox")


class Sweeper:
    def __init__(
        self,
        unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
        voice: Voice,
        pacer: Pacer,
        counts: Counts,
        now: Callable[[], datetime],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._voice = voice
        self._pacer = pacer
        self._counts = counts
        self._now = now

    def sweep_one(self) -> bool:
        """Look once for copies of one row that was sent again. False when none is due."""
        with self._unit_of_work() as uow:
            row = uow.outbox.claim_sweep(self._now(), ONE_SWEEPER)
            if row is None:
                return False
            uow.commit()
        if self._pacer.delay(HISTORY, row.lane) > 0 or self._pacer.delay(DELETE, row.lane) > 0:
            return False  # the claim runs out, and the row is due again
        found = self._voice.copies(
            channel=row.channel or "", thread_ts=row.thread_ts, since_ts=row.since_ts or "0", key=row.key
        )
        if isinstance(found, Copies):
            if self._remove(found, row):
                self._finish(row)
        elif isinstance(found, Refused):
            self._finish(row, again=False)
        return True

    def _remove(self, found: Copies, row: OutboxRow) -> bool:
        # Ours is the one whose place we know: its thread and buttons are in use.
        keep = row.ts if row.ts in found.ts or row.status == "skipped" else next(iter(found.ts), None)
        answers = [self._delete(found.channel, ts, row) for ts in found.ts if ts != keep]
        return all(isinstance(answer, Arrived | Refused) for answer in answers)

    def _delete(self, channel: str, ts: str, row: OutboxRow) -> Outcome:
        answer = self._voice.call(SlackCall(DELETE, {"channel": channel, "ts": ts}), key=row.key)
        if isinstance(answer, Arrived):
            self._counts.add("duplicates_removed")
            log.warning("duplicate removed", row=row.id, kind=row.kind)
        return answer

    def _finish(self, row: OutboxRow, *, again: bool = True) -> None:
        now = self._now()
        last = (row.sent_at or row.created_at) + LAST_SWEEP
        with self._unit_of_work() as uow:
            uow.outbox.row(row.id or 0).sweep_at = last if again and now < last else None
            uow.commit()
