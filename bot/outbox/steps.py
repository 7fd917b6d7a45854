"""One step of sending, without threads: take a turn, speak, and settle what is doubtful before repeating it."""

import math
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

import structlog

from bot.outbox.counts import Counts
from bot.outbox.delivery import Delivery, Doubt, Hand, NothingToSend
from bot.outbox.pace import POST, Pace, Pacer
from bot.outbox.ports import Arrived, Copies, NotSent, Outcome, Projector, Refused, RetryAfter, Unknown, Voice
from bot.outbox.sweep import HISTORY, Sweeper
from store.outbox import LeaseLostError
from store.unit_of_work import UnitOfWork

AT_MOST_ONCE = ("chat.postEphemeral", "files.completeUploadExternal")  # history cannot tell whether they arrived
LEASE_SECONDS = 45.0
# Of 45 seconds: 12 to start, 3 to connect, 10 to read, and 20 of grace for a request still on its way.
# The clocks of replicas may differ by that grace; beyond it a copy can arise, which the sweep removes.
START_SHARE = 12 / 45
SETTLE_SHARE = 5 / 45  # an answered request is not on its way any more; history needs only a moment
TOKEN_PAUSE = 60.0
NOT_TAKEN = "invalid_blocks"
PLAIN_SECONDS = 3600.0

log = structlog.get_logger("dibs.outbox")


class Steps:
    """`send_one` and `sweep_one`, each a whole step; several threads and several processes may take them."""

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
        holder: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self.counts = Counts()
        self.stopped_because: str | None = None
        self._unit_of_work = unit_of_work
        self._voice = voice
        self._now = now
        self._monotonic = monotonic
        self._lease_seconds = lease_seconds
        self._holder = holder or f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:12]}"
        self._turns = count(1)
        self._pacer = Pacer(pace or Pace.slack(), monotonic)
        self._delivery = Delivery(
            unit_of_work, projector, self._pacer, now=now, monotonic=monotonic, rng=rng,
            lease=timedelta(seconds=lease_seconds),
        )  # fmt: skip
        self._sweeper = Sweeper(unit_of_work, voice, self._pacer, self.counts, now)
        self._try_token_at = 0.0
        self._plain_until = -math.inf  # until then this workspace is known to refuse Slack's own charts and tables
        self._in_hand: set[str] = set()
        self._lock = threading.Lock()

    def sweep_one(self) -> bool:
        """Remove the extra copies of one row that had to be sent again. False when none is due."""
        return self._sweeper.sweep_one()

    def send_one(self) -> bool:
        """Use one turn: send a row, or settle a doubtful one. False when there is nothing to do now."""
        taken = self._take()
        if isinstance(taken, Hand):
            self._use(taken)
        return taken is not None

    def _is_resting(self) -> bool:
        return self.stopped_because is not None and self._monotonic() < self._try_token_at

    def _take(self) -> Hand | NothingToSend | None:
        if self._is_resting():
            return None
        with self._lock:
            besides = frozenset(self._in_hand)
            holder = f"{self._holder}:{next(self._turns)}"
        return self._delivery.take(holder, besides)

    @contextmanager
    def _holding(self, lane: str) -> Iterator[None]:
        # The lease is counted on the wall clock; when that jumps, our own lanes must still not be taken twice.
        with self._lock:
            self._in_hand.add(lane)
        try:
            yield
        finally:
            with self._lock:
                self._in_hand.discard(lane)

    def _use(self, hand: Hand) -> None:
        try:
            with self._holding(hand.turn.lane):
                if hand.doubt is not None:
                    self._settle(hand, hand.doubt)
                else:
                    self._speak(hand)
        except LeaseLostError:
            self.counts.add("lost_turns")
            log.warning("turn lost", row=hand.row_id, lane=hand.turn.lane)

    def _speak(self, hand: Hand) -> None:
        if not self._may_start(hand):
            # A pause of the whole process has eaten the turn; nothing was sent, so nothing is doubtful.
            return self._delivery.put_back(hand, 0, "turn too old to begin", counts=False)
        assert hand.call is not None  # noqa: S101 - a hand holds a call or a doubt
        plain = in_plain_blocks(hand) if self._monotonic() < self._plain_until else None
        call = plain.call if plain and plain.call else hand.call
        return self._conclude(plain or hand, self._voice.call(call, key=hand.key))

    def _may_start(self, hand: Hand) -> bool:
        return self._monotonic() - hand.started < self._lease_seconds * START_SHARE

    def _conclude(self, hand: Hand, outcome: Outcome) -> None:
        if isinstance(outcome, Arrived):
            self.stopped_because = None
            self.counts.add("sent")
            self._delivery.arrived(hand, outcome.response)
            return
        log.info("not sent", row=hand.row_id, lane=hand.turn.lane, outcome=repr(outcome))
        match outcome:
            case RetryAfter(seconds):
                self.counts.add("rate_limited")
                self._pacer.block(_method(hand), seconds)
                self._delivery.put_back(hand, seconds, "rate limited", counts=False)
            case NotSent(reason):
                self.counts.add("not_sent")
                self._delivery.put_back(hand, self._delivery.back_off(hand.attempts), reason)
            case Unknown():
                self._wonder(hand, outcome)
            case Refused():
                self.counts.add("refused")
                self._accept_refusal(hand, outcome)

    # --- the less happy ends

    def _accept_refusal(self, hand: Hand, no: Refused) -> None:
        if no.scope == "token":
            self._stop_sending(no.code)
            self._delivery.put_back(hand, 0, no.code, counts=False)
        elif no.scope == "lane":
            self._delivery.park(hand, no.code)
        elif not self._delivery.refused(hand, no.code):
            self._last_try(hand, no.code)

    def _wonder(self, hand: Hand, outcome: Unknown) -> None:
        """A post is looked up later; what cannot double is done again; the rest is said at most once."""
        if _method(hand) == POST:
            self.counts.add("doubtful")
            share = SETTLE_SHARE if outcome.answered else 1.0
            left = self._lease_seconds * share - (0 if outcome.answered else self._monotonic() - hand.started)
            return self._delivery.leave_doubtful(hand, max(0.0, left), outcome.reason)
        if _method(hand) in AT_MOST_ONCE:
            return self._delivery.arrived(hand, {}, note=f"outcome unknown: {outcome.reason}")
        return self._delivery.put_back(hand, self._delivery.back_off(hand.attempts), outcome.reason)

    def _last_try(self, hand: Hand, code: str) -> None:
        """The same without Slack's own charts, then in plain words; if that is refused too, a person has to look."""
        without_charts = in_plain_blocks(hand)
        for simpler in (without_charts, in_plain_words(hand)):
            if simpler is None or simpler.call is None or not self._may_start(hand):
                continue
            outcome = self._voice.call(simpler.call, key=hand.key)
            if isinstance(outcome, Arrived):
                if simpler is without_charts and code == NOT_TAKEN:
                    self._plain_until = self._monotonic() + PLAIN_SECONDS  # then it is asked again
                return self._delivery.arrived(simpler, outcome.response, note=f"{simpler.note}: {code}"[:500])
            if not isinstance(outcome, Refused):
                return self._conclude(simpler, outcome)
        return self._delivery.dead(hand, code)

    def _stop_sending(self, code: str) -> None:
        self.stopped_because = code
        self._try_token_at = self._monotonic() + TOKEN_PAUSE
        log.error("sending stopped: Slack refuses our token", code=code)

    # --- doubt

    def _settle(self, hand: Hand, doubt: Doubt) -> None:
        if doubt.method in AT_MOST_ONCE:
            return self._delivery.arrived(hand, {}, note="outcome unknown: the sender ended")
        if doubt.method != POST:
            return self._say_again(hand)
        pause = self._pacer.delay(HISTORY, hand.turn.lane)
        if pause > 0:
            return self._delivery.leave_doubtful(hand, pause, "waiting to read history")
        found = self._voice.copies(
            channel=doubt.channel, thread_ts=doubt.thread_ts, since_ts=doubt.since_ts, key=hand.key
        )
        if not isinstance(found, Copies):
            return self._cannot_look(hand, found)
        if not found.ts:
            return self._say_again(hand)
        self.counts.add("adopted")
        response = {"channel": found.channel, "ts": found.ts[0]}
        return self._delivery.arrived(hand, response, note="found in history", sweep=len(found.ts) > 1)

    def _cannot_look(self, hand: Hand, outcome: Outcome) -> None:
        if isinstance(outcome, Refused) and outcome.scope == "token":
            self._stop_sending(outcome.code)
            return self._delivery.leave_doubtful(hand, 0, outcome.code)
        if isinstance(outcome, Refused):
            # The history scopes are optional. Without them the promise is "at most one extra copy a doubt".
            self.counts.add("possible_duplicates")
            log.warning("history cannot be read: sending again", row=hand.row_id, code=outcome.code)
            return self._say_again(hand, f"possible duplicate: {outcome.code}")
        pause = self._delivery.back_off(hand.attempts)
        if isinstance(outcome, RetryAfter):
            self._pacer.block(HISTORY, outcome.seconds)
            pause = outcome.seconds
        return self._delivery.leave_doubtful(hand, pause, "history could not be read yet")

    def _say_again(self, hand: Hand, note: str = "") -> None:
        self.counts.add("said_again")
        again = self._delivery.again(hand, note)
        if isinstance(again, Hand):
            self._speak(again)


def in_plain_blocks(hand: Hand) -> Hand | None:
    plain = hand.call.in_plain_blocks() if hand.call else None
    if hand.call is None or plain is None:
        return None
    return replace(hand, call=plain, charts=hand.call.charts, note="sent without Slack's own charts")


def in_plain_words(hand: Hand) -> Hand | None:
    plain = hand.call.as_plain_text() if hand.call else None
    return replace(hand, call=plain, charts=(), note="sent as plain text") if plain else None


def _method(hand: Hand) -> str:
    return hand.call.method if hand.call else ""
