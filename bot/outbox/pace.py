"""Slack's speed limits, kept before Slack has to enforce them."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

POST = "chat.postMessage"
ENDLESS = math.inf


@dataclass(frozen=True)
class Rate:
    per_second: float
    burst: float


def _per_minute(calls: float, burst: float) -> Rate:
    return Rate(calls / 60, burst)


@dataclass(frozen=True)
class Pace:
    """How often each method may be called by this process, and how often one conversation may be posted to."""

    posts_per_lane: Rate
    methods: dict[str, Rate] = field(default_factory=dict)

    @classmethod
    def slack(cls) -> "Pace":
        """A little under the documented tiers; workspaces allow "several hundred" posts a minute."""
        tier_3, tier_4 = _per_minute(48, 20), _per_minute(96, 20)
        return cls(
            posts_per_lane=Rate(1, 3),
            methods={
                POST: _per_minute(240, 20),
                "chat.update": tier_3,
                "chat.delete": tier_3,
                "conversations.history": tier_3,
                "conversations.replies": tier_3,
                "chat.postEphemeral": tier_4,
                "views.publish": tier_4,
            },
        )

    @classmethod
    def unlimited(cls) -> "Pace":
        return cls(posts_per_lane=Rate(ENDLESS, ENDLESS))


@dataclass
class _Bucket:
    rate: Rate
    tokens: float
    filled_at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a token; 0 when there is one."""
        if math.isinf(self.rate.per_second):
            return 0.0
        gained = max(0.0, now - self.filled_at) * self.rate.per_second
        self.tokens, self.filled_at = min(self.rate.burst, self.tokens + gained), now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate.per_second

    def is_full(self, now: float) -> bool:
        return self.wait(now) == 0.0 and self.tokens >= self.rate.burst


class Pacer:
    """Token buckets of one process, shared by its workers."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._methods = {name: _Bucket(rate, rate.burst, monotonic()) for name, rate in pace.methods.items()}
        self._lanes: dict[str, _Bucket] = {}
        self._blocked_until: dict[str, float] = {}

    def delay(self, method: str, lane: str) -> float:
        """0 when the call may be made now (and is counted), otherwise the seconds to wait first."""
        with self._lock:
            now = self._monotonic()
            buckets = self._buckets(method, lane, now)
            blocked = self._blocked_until.get(method, now) - now
            wait = max([blocked, *(bucket.wait(now) for bucket in buckets)])
            if wait <= 0:
                for bucket in buckets:
                    bucket.tokens -= 1
            return max(0.0, wait)

    def block(self, method: str, seconds: float) -> None:
        """Slack said 429: nobody calls this method again before the pause is over."""
        with self._lock:
            until = self._monotonic() + seconds
            self._blocked_until[method] = max(until, self._blocked_until.get(method, 0.0))

    def _buckets(self, method: str, lane: str, now: float) -> list[_Bucket]:
        found = [self._methods[method]] if method in self._methods else []
        if method == POST:
            if lane not in self._lanes and len(self._lanes) >= 1000:
                # A full bucket remembers nothing worth keeping.
                self._lanes = {name: each for name, each in self._lanes.items() if not each.is_full(now)}
            rate = self._pace.posts_per_lane
            found.append(self._lanes.setdefault(lane, _Bucket(rate, rate.burst, now)))
        return found
