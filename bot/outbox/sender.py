"""The sender: workers that take one step after another until they are told to stop."""

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog

from bot.outbox.delivery import Hand, NothingToSend
from bot.outbox.pace import Pace
from bot.outbox.ports import Projector, Voice
from bot.outbox.steps import LEASE_SECONDS, Steps
from store.unit_of_work import UnitOfWork

LONGEST_NAP = 1.0  # another replica's rows announce themselves only in the database
SHORTEST_NAP = 0.005

log = structlog.get_logger("dibs.outbox")


class Sender(Steps):
    """Delivers the outbox in the background, from `start` to `stop`."""

    def __init__(
        self,
        unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
        voice: Voice,
        projector: Projector,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        rng: random.Random,
        pace: Pace | None = None,
        workers: int = 4,
        holder: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
        wake_up: threading.Event | None = None,
        reading: Callable[[], AbstractContextManager[UnitOfWork]] | None = None,
    ) -> None:
        super().__init__(
            unit_of_work, voice, projector, now=now, monotonic=monotonic, rng=rng, pace=pace,
            holder=holder, lease_seconds=lease_seconds,
        )  # fmt: skip
        self._reading = reading or unit_of_work
        self._wake_up = wake_up or threading.Event()
        self._stopping = threading.Event()
        # One worker keeps watch and the others queue behind it: a wake-up rouses one, not all of them.
        self._watch = threading.Lock()
        self._workers = [
            threading.Thread(target=self._work, name=f"outbox-{number}", daemon=True)
            for number in range(1, workers + 1)
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        """Something was added: look now rather than at the end of the nap."""
        self._wake_up.set()

    def stop(self, timeout: float) -> bool:
        """Finish the sends in hand and take no new ones. True when all workers have ended in time."""
        self._stopping.set()
        self._wake_up.set()
        until = self._monotonic() + timeout
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, until - self._monotonic()))
        return not any(worker.is_alive() for worker in self._workers)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._watch:
                    self._wait_until_due()
                    taken = None if self._stopping.is_set() else self._take()
                self._follow_up(taken)
            except Exception:  # the database is away, or a row is broken: the rest goes on
                log.exception("sending failed")
                self._stopping.wait(LONGEST_NAP)

    def _follow_up(self, taken: Hand | NothingToSend | None) -> None:
        if isinstance(taken, Hand):
            self._use(taken)
            self._wake_up.set()  # the lane is free again, and whoever keeps watch may be asleep
        elif taken is None and not self._stopping.is_set() and not self.sweep_one():
            self._stopping.wait(SHORTEST_NAP)

    def _wait_until_due(self) -> None:
        while not self._stopping.is_set():
            nap = self._seconds_to_rest()
            if nap <= 0:
                return
            self._wake_up.wait(max(SHORTEST_NAP, nap))
            self._wake_up.clear()

    def _seconds_to_rest(self) -> float:
        if self._is_resting():
            return LONGEST_NAP
        with self._reading() as uow:
            soonest = uow.outbox.next_at(self._now())
        return LONGEST_NAP if soonest is None else min(LONGEST_NAP, (soonest - self._now()).total_seconds())
