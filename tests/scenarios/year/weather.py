"""What goes wrong between Dibs and Slack, all of it drawn from the seed before it happens."""

import random
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

CLEAR = "arrives"
LIMITED, NEVER_LEFT = "429", "never left"
ANSWER_LOST, REQUEST_LOST, LATE = "answer lost", "request lost", "arrives late"
ERROR_AFTER, ERROR_BEFORE = "error after the deed", "error before the deed"
SLOW = "slow"
ROW_REFUSED, LANE_REFUSED, TOKEN_REFUSED = "row refused", "conversation refused", "token refused"

# On any day, of a thousand calls.
FINE_DAY = (
    (ANSWER_LOST, 2.0), (REQUEST_LOST, 2.0), (LATE, 1.0), (ERROR_AFTER, 1.0), (ERROR_BEFORE, 1.0), (SLOW, 4.0),
    (LIMITED, 2.0), (ROW_REFUSED, 0.5), (LANE_REFUSED, 0.05), (TOKEN_REFUSED, 0.02),
)  # fmt: skip
OUTAGE = ((NEVER_LEFT, 600.0), (ANSWER_LOST, 130.0), (REQUEST_LOST, 130.0), (ERROR_AFTER, 50.0), (ERROR_BEFORE, 80.0))
STORM = ((LIMITED, 800.0), (ANSWER_LOST, 10.0))


@dataclass(frozen=True)
class Spell:
    kind: str
    begins: datetime
    ends: datetime


class Weather:
    def __init__(self, rng: random.Random, start: datetime, days: int, a_year: int) -> None:
        self._rng = rng
        count = max(2, round(a_year * days / 365))
        begins = sorted(start + timedelta(days=days * rng.random()) for _ in range(count))
        self.spells = [
            Spell(rng.choice(("outage", "storm")), begin, begin + timedelta(minutes=rng.choice((2, 10, 30, 90))))
            for begin in begins
        ]
        self._begins = begins
        self._is_over = False

    def clear_up(self) -> None:
        """From now on nothing goes wrong any more."""
        self._is_over = True

    def spell_at(self, now: datetime) -> str:
        if self._is_over:
            return ""
        index = bisect_right(self._begins, now) - 1
        return self.spells[index].kind if index >= 0 and now < self.spells[index].ends else ""

    def fate(self, now: datetime) -> str:
        """What becomes of one call."""
        if self._is_over:
            return CLEAR
        risks = {"": FINE_DAY, "outage": OUTAGE, "storm": STORM}[self.spell_at(now)]
        drawn = self._rng.random() * 1000
        for fate, share in risks:
            drawn -= share
            if drawn < 0:
                return fate
        return CLEAR

    def pause(self) -> float:
        """The Retry-After of a 429."""
        return float(self._rng.choice((1, 5, 30, 60)))

    def latency(self) -> float:
        return self._rng.uniform(0.03, 0.15)

    def lateness(self) -> float:
        """How long a request may be on its way after nobody waits for it; beyond the lease only rarely."""
        return self._rng.uniform(0.5, 15) if self._rng.random() < 0.9 else self._rng.uniform(40, 90)
