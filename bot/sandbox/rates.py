"""Slack's rate limits: how many calls a method takes, and how long to wait after too many."""

import math
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.limits import CALLS_PER_MINUTE, POST_BURST, POSTS_PER_SECOND


@dataclass
class Bucket:
    tokens: float
    filled: float


class Rates:
    """A bucket of tokens per method, and for posting per channel, filled by the workspace clock."""

    def __init__(self, clock: Clock, on: bool) -> None:
        self._clock = clock
        self._on = on
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait(self, method: str, channel: str) -> int:
        """0 when the call may go on, otherwise the seconds to wait."""
        if not self._on:
            return 0
        if method == "chat.postMessage":
            return self._take((method, channel), POSTS_PER_SECOND, POST_BURST)
        calls = CALLS_PER_MINUTE.get(method)
        return self._take((method, ""), calls / 60, calls) if calls else 0

    def _take(self, key: tuple[str, str], per_second: float, most: float) -> int:
        now = self._clock.seconds()
        bucket = self._buckets.setdefault(key, Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + max(0.0, now - bucket.filled) * per_second)
        bucket.filled = now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) / per_second)
        bucket.tokens -= 1
        return 0
