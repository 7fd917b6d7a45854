"""How long it takes, honestly: those who still wait count as waiting, not as never having been there.

Kaplan and Meier's estimator (Journal of the American Statistical Association 53, 1958, pages 457 to 481) with
Greenwood's variance and, so that no bound leaves 0 to 1, the log-log interval (Kalbfleisch and Prentice, The
Statistical Analysis of Failure Time Data, 2002, section 1.4). A median's interval is where the curve's interval crosses
a half (Brookmeyer and Crowley, Biometrics 38, 1982, pages 29 to 41).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from bot.rules.effects import NORMAL_95


@dataclass(frozen=True)
class Point:
    """After `seconds`, the share that still waits lies between `low` and `high` with 95 % confidence."""

    seconds: int
    waiting: float
    low: float
    high: float
    at_risk: int  # who had not been reached before, and was looked at for so long


def survival(took: Mapping[int, int], waits: Mapping[int, int]) -> list[Point]:
    """The share that still waits after each time at which somebody was reached.

    `took`: how many were reached after so many seconds; `waits`: how many have waited so long without. Who was
    looked at for exactly as long as somebody took counts as waiting then.
    """
    at_risk = sum(took.values()) + sum(waits.values())
    points, share, spread = [], 1.0, 0.0
    for seconds in sorted({*took, *waits}):
        reached = took.get(seconds, 0)
        if reached:
            share *= 1 - reached / at_risk
            spread += reached / (at_risk * (at_risk - reached)) if at_risk > reached else 0.0
            low, high = interval(share, spread)
            points.append(Point(seconds, share, low, high, at_risk))
        at_risk -= reached + waits.get(seconds, 0)
    return points


def interval(share: float, spread: float) -> tuple[float, float]:
    """95 %, by the log of the log; `spread` is Greenwood's sum."""
    if share >= 1.0:
        return 1.0, 1.0
    if share <= 0.0:
        return 0.0, 0.0
    width = NORMAL_95 * sqrt(spread) / abs(log(share))
    return share ** exp(width), share ** exp(-width)


@dataclass(frozen=True)
class Median:
    """In seconds; None where more than half wait longer than anybody was looked at."""

    seconds: int | None
    low: int | None
    high: int | None


def median(points: Iterable[Point]) -> Median:
    """The first time after which at most half still wait."""
    known = list(points)

    def first(bound: str) -> int | None:
        return next((point.seconds for point in known if getattr(point, bound) <= 0.5), None)

    return Median(first("waiting"), first("low"), first("high"))


def middle(took: Mapping[int, int], of: int) -> int | None:
    """How long it had taken until half of so many were through, the others counting as later; None while fewer are."""
    through = 0
    for seconds in sorted(took):
        through += took[seconds]
        if through * 2 >= of:
            return seconds
    return None


def share_within(points: Iterable[Point], seconds: float) -> float:
    """Of all, those who were reached within so many seconds."""
    waiting = 1.0
    for point in points:
        if point.seconds > seconds:
            break
        waiting = point.waiting
    return 1 - waiting
