"""Whether good scores are won more often than bad ones, from leads that are closed: pure.

The measure is the area under the ROC curve: of a won and a lost lead taken at random, how often the won one had the
higher score (a tie counts half). Chance is 0.5. Its standard error is that of J. A. Hanley and B. J. McNeil, "The
meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143 (1982), 29-36:
SE^2 = (A(1-A) + (won-1)(Q1-A^2) + (lost-1)(Q2-A^2)) / (won*lost), with Q1 = A/(2-A) and Q2 = 2A^2/(1+A).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Literal, NamedTuple

from bot.rules.effects import NORMAL_95, wilson

ENOUGH = 10  # won leads, and lost ones; of fewer, nothing is said
BANDS = ((0, 19), (20, 39), (40, 59), (60, 79), (80, 100))
Finding = Literal["too little", "chance", "worse", "better"]


class Outcome(NamedTuple):
    """Closed leads that had this score before anybody worked on them."""

    score: int
    won: int
    lost: int


@dataclass(frozen=True)
class Band:
    low: int
    high: int
    won: int
    lost: int

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def share(self) -> float | None:
        return self.won / self.closed if self.closed else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.won, self.closed)


@dataclass(frozen=True)
class Calibration:
    bands: tuple[Band, ...]
    won: int
    lost: int
    auc: float = 0.5
    low: float = 0.0
    high: float = 1.0

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def finding(self) -> Finding:
        if self.won < ENOUGH or self.lost < ENOUGH:
            return "too little"
        if self.low > 0.5:
            return "better"
        return "worse" if self.high < 0.5 else "chance"


def calibrate(outcomes: Iterable[Outcome]) -> Calibration:
    known = [Outcome(*one) for one in outcomes]
    won, lost = sum(one.won for one in known), sum(one.lost for one in known)
    bands = tuple(band(low, high, known) for low, high in BANDS)
    if not won or not lost:
        return Calibration(bands, won, lost)
    found = area(known)
    low, high = interval(found, won, lost)
    return Calibration(bands, won, lost, found, low, high)


def band(low: int, high: int, known: Iterable[Outcome]) -> Band:
    within = [one for one in known if low <= one.score <= high]
    return Band(low, high, sum(one.won for one in within), sum(one.lost for one in within))


def area(outcomes: Iterable[Outcome]) -> float:
    """Mann and Whitney's count of pairs, score by score from below. There must be won and lost leads."""
    pairs, won, lost_below = 0.0, 0, 0
    for one in sorted(outcomes):
        pairs += one.won * (lost_below + one.lost / 2)
        won, lost_below = won + one.won, lost_below + one.lost
    return pairs / (won * lost_below)


def interval(auc: float, won: int, lost: int) -> tuple[float, float]:
    """The 95 % interval. Where every pair is in order the error is estimated as half a pair short of that, because
    the formula says zero there however few pairs there are."""
    most = 1 - 0.5 / (won * lost)
    a = min(most, max(1 - most, auc))
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    variance = (a * (1 - a) + (won - 1) * (q1 - a * a) + (lost - 1) * (q2 - a * a)) / (won * lost)
    reach = NORMAL_95 * sqrt(max(0.0, variance))
    return max(0.0, auc - reach), min(1.0, auc + reach)
