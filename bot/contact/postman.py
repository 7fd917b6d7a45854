"""The postman: workers that carry messages to leads, one after another, until they are told to stop."""

import os
import random
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

import structlog

from bot.contact.claiming import CHANNELS, Claim, Composers, Hand, Passed, take
from bot.contact.ports import Carrier, Later, Outcome, Parcel, Refused, Taken, Unknown
from bot.contact.settling import find_lost, put_back, settle
from bot.outbox.counts import Counts
from bot.services import Services
from store.database import StoreUnavailableError

# 30 seconds to carry, 15 before that to begin, and 45 of grace for what is still on its way.
LEASE_SECONDS, START_SECONDS = 90.0, 15.0
LONGEST_NAP = 1.0  # another replica's messages announce themselves only in the database
SHORTEST_NAP = 0.02
LONGEST_REST = 60.0  # of a channel whose provider is away
JITTER = 0.25

log = structlog.get_logger("dibs.post")


class Postman:
    """`send_one` is a whole step; several threads and several replicas may take it."""

    def __init__(
        self,
        services: Services,
        carriers: Mapping[str, Carrier],
        composers: Composers,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        rng: random.Random,
        workers: int = 2,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self.counts = Counts()
        self._services, self._carriers, self._composers = services, carriers, composers
        self._now, self._monotonic, self._rng = now, monotonic, rng
        self._lease_seconds = lease_seconds
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:12]}"
        self._turns = count(1)
        self._rests: dict[str, float] = {}  # until when a channel is left alone
        self._in_a_row: dict[str, int] = {}  # how often its provider was away
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._watch = threading.Lock()  # one worker keeps watch, the others queue behind it
        self._workers = [
            threading.Thread(target=self._work, name=f"post-{number}", daemon=True) for number in range(1, workers + 1)
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        """Something was queued: look now rather than at the end of the nap."""
        self._services.post_waits.set()

    def stop(self, timeout: float) -> bool:
        """Finish what is in hand and take nothing new. True when all workers have ended in time."""
        self._stopping.set()
        self.wake()
        until = self._monotonic() + timeout
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, until - self._monotonic()))
        return not any(worker.is_alive() for worker in self._workers)

    def send_one(self) -> bool:
        """Send one message, or settle why it does not leave. False when there is nothing to do now."""
        found = find_lost(self._services, self._now())
        started = self._monotonic()
        taken = self._take()
        if isinstance(taken, Hand):
            self._carry(taken, started)
        return taken is not None or found > 0

    # --- one message

    def _take(self) -> Hand | Passed | None:
        claim = Claim(
            f"{self._holder}:{next(self._turns)}"[:120], timedelta(seconds=self._lease_seconds), self._now()
        )  # fmt: skip
        return take(self._services, self._composers, claim, channels=self._ready())

    def _carry(self, hand: Hand, started: float) -> None:
        if self._monotonic() - started > min(START_SECONDS, self._lease_seconds / 6):
            # A pause of the whole process has eaten the lease; nothing was sent, so nothing is doubtful.
            return self._until_settled(hand, started, lambda: put_back(self._services, hand, self._now()))
        outcome = self._outcome(hand.parcel)
        jitter = self._rng.uniform(0, JITTER)
        self._note(hand.parcel, outcome)
        return self._until_settled(
            hand, started, lambda: settle(self._services, hand, outcome, self._now(), jitter=jitter)
        )

    def _outcome(self, parcel: Parcel | Refused) -> Outcome:
        if isinstance(parcel, Refused):
            return parcel
        # A carrier never raises. If one does, nobody knows how far it came: the lease runs out, and it is asked about.
        return self._carriers[parcel.channel].carry(parcel)

    def _until_settled(self, hand: Hand, started: float, write: Callable[[], object]) -> None:
        """What is known must be written down: as long as the lease lasts a database that is away is waited for."""
        while not self._is_written(hand, write):
            if self._monotonic() - started > self._lease_seconds or self._stopping.wait(LONGEST_NAP):
                return

    @staticmethod
    def _is_written(hand: Hand, write: Callable[[], object]) -> bool:
        try:
            write()
        except StoreUnavailableError:
            log.warning("what became of a message cannot be written down yet", message=hand.number)
            return False
        return True

    # --- a channel whose provider is away

    def _note(self, parcel: Parcel | Refused, outcome: Outcome) -> None:
        self.counts.add(NAMES[type(outcome)])
        if isinstance(parcel, Refused):
            return
        log.info("carried", channel=parcel.channel, key=parcel.key, outcome=type(outcome).__name__)
        with self._lock:
            away = self._in_a_row.get(parcel.channel, 0) + 1 if isinstance(outcome, Later) else 0
            self._in_a_row[parcel.channel] = away
            # One Later may be about that one mailbox; many in a row are about the provider.
            rest = self._rng.uniform(0.5, 1) * min(LONGEST_REST, 2.0 ** min(away, 10)) if away > 1 else 0.0
            self._rests[parcel.channel] = self._monotonic() + rest

    def _ready(self) -> list[str]:
        """The channels that can be tried; one that is not set up counts, so that its messages say what they lack."""
        with self._lock:
            return [name for name in CHANNELS if self._rests.get(name, 0.0) <= self._monotonic()]

    # --- the workers

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._watch:
                    started = self._monotonic()
                    taken = self._look()
                    if taken is None:
                        self._rest()
                if isinstance(taken, Hand):
                    self._carry(taken, started)
            except Exception:  # the database is away: the rest goes on
                log.exception("sending to leads failed")
                self._stopping.wait(LONGEST_NAP)

    def _look(self) -> Hand | Passed | None:
        if self._stopping.is_set():
            return None
        find_lost(self._services, self._now())
        return self._take()

    def _rest(self) -> None:
        """Until the next one is due, or something is queued; if all that are due are in others' hands, a moment."""
        nap = 0.0 if self._stopping.is_set() else max(SHORTEST_NAP, self._seconds_to_rest())
        self._services.post_waits.wait(nap)
        self._services.post_waits.clear()

    def _seconds_to_rest(self) -> float:
        with self._services.reading() as uow:
            soonest = uow.messages.next_at(self._ready())
        return LONGEST_NAP if soonest is None else min(LONGEST_NAP, (soonest - self._now()).total_seconds())


NAMES: dict[type[Outcome], str] = {Taken: "sent", Refused: "refused", Later: "put off", Unknown: "doubtful"}
