"""Slack's rate limits: how many calls a method takes, and how long to wait after too many."""

import math
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.limits import POSTS, POSTS_OF_ALL_CHANNELS, TIERS, Pace


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
            # A person's id leads to the same conversation as the direct message's own.
            place = f"D{channel[1:]}" if channel.startswith("U") else channel
            return self._take({(method, ""): POSTS_OF_ALL_CHANNELS, (method, place): POSTS})
        pace = TIERS.get(method)
        return self._take({(method, ""): pace}) if pace else 0

    def _take(self, wanted: dict[tuple[str, str], Pace]) -> int:
        """One token of each bucket, or of none when any of them is empty."""
        found = [(self._filled(key, pace), pace) for key, pace in wanted.items()]
        waits = [(1 - bucket.tokens) / pace.per_second for bucket, pace in found if bucket.tokens < 1]
        if waits:
            return math.ceil(max(waits))
        for bucket, _ in found:
            bucket.tokens -= 1
        return 0

    def _filled(self, key: tuple[str, str], pace: Pace) -> Bucket:
        now = self._clock.seconds()
        bucket = self._buckets.setdefault(key, Bucket(pace.burst, now))
        bucket.tokens = min(pace.burst, bucket.tokens + max(0.0, now - bucket.filled) * pace.per_second)
        bucket.filled = now
        return bucket
