"""Which text of a step is answered more often, told honestly however often anybody looks: pure.

Intervals are a confidence sequence: all of them together miss the truth with a chance of at most ALPHA, so a look after
every message is as good as one at the end. They invert the mixture sequential probability ratio test, by R. Johari,
P. Koomen, L. Pekelis and D. Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", Operations Research 70
(2022), 1806-1821; see also S. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric,
nonasymptotic confidence sequences", Annals of Statistics 49 (2021), 1055-1080. The test takes a mean to be normal, so
nothing is said of few messages, and each arm is given one answer and one silence more than it has: A. Agresti and
B. Caffo, The American Statistician 54 (2000), 280-288. tests/rules/test_experiments.py measures what comes of that.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, log, sqrt

ALPHA = 0.05  # the chance that a difference is claimed where there is none, over all looks and all pairs
SPREAD = 0.05  # how large differences are expected to be: the deviation of the mixture
WORTH = 0.03  # a smaller difference is not worth knowing
ENOUGH_EACH, ENOUGH_ANSWERS = 50, 10  # before that, nothing is said: messages of each, answers of both
MOST_MORE = 1_000_000


@dataclass(frozen=True)
class Arm:
    """One of the texts, the messages whose time to answer is over, and how many of them were answered."""

    name: str  # "" is the step's own text
    sent: int
    answered: int

    @property
    def share(self) -> float:
        """With one answer and one silence more than there were."""
        return (self.answered + 1) / (self.sent + 2)

    @property
    def variance(self) -> float:
        """Of that share."""
        return self.share * (1 - self.share) / (self.sent + 2)


@dataclass(frozen=True)
class Compared:
    """How much more often the second is answered than the first: a difference of shares with its interval."""

    first: Arm
    second: Arm
    difference: float
    low: float
    high: float

    @property
    def is_told_apart(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def is_alike(self) -> bool:
        return self.low > -WORTH and self.high < WORTH


@dataclass(frozen=True)
class Verdict:
    """What can be said now: which text the rest gets, or that it takes about so many messages more."""

    pairs: tuple[Compared, ...]
    winner: Arm | None = None  # of several that are equally good, the first
    is_alike: bool = False  # there are several, and no difference between them that is worth knowing
    more: int = 0  # of all texts together, if it goes on like this

    @property
    def is_early(self) -> bool:
        """Too few to say anything, even how many more it takes."""
        return any(pair.low == -1 and pair.high == 1 for pair in self.pairs)


def deviation(first: Arm, second: Arm) -> float:
    """Of the difference of the two shares."""
    return sqrt(first.variance + second.variance)


def reach(variance: float, alpha: float = ALPHA) -> float:
    """How far the interval goes to either side of a difference that varies so much."""
    wide = variance + SPREAD**2
    return sqrt(variance * wide / SPREAD**2 * (2 * log(1 / alpha) + log(wide / variance)))


def compared(first: Arm, second: Arm, alpha: float = ALPHA) -> Compared:
    difference = second.share - first.share
    too_few = min(first.sent, second.sent) < ENOUGH_EACH or first.answered + second.answered < ENOUGH_ANSWERS
    if too_few:
        return Compared(first, second, difference, -1.0, 1.0)
    wide = reach(deviation(first, second) ** 2, alpha)
    return Compared(first, second, difference, max(-1.0, difference - wide), min(1.0, difference + wide))


def verdict(arms: Sequence[Arm]) -> Verdict:
    """It is decided when all that are not beaten are alike; the chance of a mistake is shared by all pairs."""
    number = len(arms) * (len(arms) - 1) // 2
    if not number:
        return Verdict(())
    alpha = ALPHA / number
    pairs = tuple(compared(first, second, alpha) for first, second in combinations(arms, 2))
    beaten = [pair.first if pair.low > 0 else pair.second for pair in pairs if pair.is_told_apart]
    best = [arm for arm in arms if arm not in beaten]
    if all(pair.is_alike for pair in pairs if pair.first in best and pair.second in best):
        return Verdict(pairs, best[0], is_alike=len(best) > 1)
    return Verdict(pairs, more=still_needed(arms, alpha))


def still_needed(arms: Sequence[Arm], alpha: float) -> int:
    """About so many messages more, if the shares stay as they are: until the best two are told apart, or alike."""
    shares = sorted((arm.share for arm in arms), reverse=True)
    gap = shares[0] - shares[1]
    # What ends it sooner: that they are told apart by their distance, or that no distance worth knowing is left.
    wanted = max(gap, WORTH - gap)
    spread = shares[0] * (1 - shares[0]) + shares[1] * (1 - shares[1])
    low, high = 1, MOST_MORE
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reach(spread / middle, alpha) < wanted else (middle + 1, high)
    least = ceil(ENOUGH_ANSWERS / max(sum(shares[:2]), 1e-9))
    each = max(low, ENOUGH_EACH, min(least, MOST_MORE))
    return max(len(arms), sum(max(0, each - arm.sent) for arm in arms))


def assigned(salt: str, about: str, names: Sequence[str]) -> str:
    """One of the names, always the same `about` one lead at one step; each name comes as often as any other."""
    drawn = hmac.digest(salt.encode(), about.encode(), hashlib.sha256)
    return names[int.from_bytes(drawn[:8], "big") % len(names)]


def fingerprint(texts: Sequence[tuple[str, str, str]]) -> str:
    """Of what is compared: names, subjects and bodies. Another text makes another experiment."""
    said = "\x1f".join(part for text in texts for part in text)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
