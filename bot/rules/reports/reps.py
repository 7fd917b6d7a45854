"""A leaderboard that no single number can win: response, conversion and value, each by rank, and the mean of the ranks.

The mean of ranks orders like Borda's count (J.-C. de Borda, "Mémoire sur les élections au scrutin", Histoire de
l'Académie Royale des Sciences, 1781). Conversion enters by the lower end of its 95 % interval (E. B. Wilson, Journal of
the American Statistical Association 22, 1927), so that two lucky wins of two leads do not beat forty of a hundred. The
median is of all leads: one that nobody was in touch with counts as later than those that somebody was.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median as middle

from bot.rules.effects import wilson
from bot.rules.reports.survival import middle as middle_of

ENOUGH = 5  # leads; with fewer nobody is ranked
LEAST_OTHERS = 5  # reps whose figures a median hides in; the middle one of three would be a colleague's own


@dataclass(frozen=True)
class Standing:
    rep_id: int
    leads: int = 0
    response: int | None = None  # seconds, median; None: less than half were contacted
    in_time: float | None = None
    acts: float | None = None  # per lead
    won: int = 0
    interval: tuple[float, float] = (0.0, 1.0)  # of the share that was won
    cents: int = 0
    points: float | None = None  # mean of ranks; None: not ranked

    @property
    def conversion(self) -> float | None:
        return self.won / self.leads if self.leads else None


@dataclass
class Gathered:
    """What is known of a rep; seconds count from when a lead became theirs."""

    leads: int = 0
    before: int = 0  # somebody had been in touch with these before
    contacted: Counter[int] = field(default_factory=Counter)  # by after how long
    decided: int = 0  # contacted, or too late for it
    in_time: int = 0
    acts: int = 0  # notes and follow-ups done
    won: int = 0
    cents: int = 0


def standings(gathered: Mapping[int, Gathered]) -> list[Standing]:
    """The ranked first, best first; then the others by what they won."""
    found = [standing(rep_id, one) for rep_id, one in gathered.items()]
    ranked = with_points([one for one in found if one.leads >= ENOUGH])
    others = [one for one in found if one.leads < ENOUGH]
    return [
        *sorted(ranked, key=lambda one: (one.points or 0, -one.cents, one.rep_id)),
        *sorted(others, key=lambda one: (-one.cents, -one.leads, one.rep_id)),
    ]


def standing(rep_id: int, one: Gathered) -> Standing:
    return Standing(
        rep_id, one.leads, middle_of(one.contacted, one.leads - one.before),
        one.in_time / one.decided if one.decided else None, one.acts / one.leads if one.leads else None, one.won,
        wilson(one.won, one.leads), one.cents,
    )  # fmt: skip


def with_points(found: Sequence[Standing]) -> list[Standing]:
    """The mean of the ranks in response, conversion's lower bound and value."""
    orders = (
        ranks([float("inf") if one.response is None else one.response for one in found]),
        ranks([-one.interval[0] for one in found]),
        ranks([-one.cents for one in found]),
    )
    return [replace(one, points=sum(places) / len(orders)) for one, *places in zip(found, *orders, strict=True)]


def ranks(values: Sequence[float]) -> list[float]:
    """1 for the least; equals share the mean of their places, so that the sum of all ranks is always the same."""
    below = [sum(other < value for other in values) for value in values]
    return [less + (1 + sum(other == value for other in values)) / 2 for less, value in zip(below, values, strict=True)]


def typical(found: Iterable[Standing], what: Callable[[Standing], float | None], reader: int) -> float | None:
    """The median of what is known, if it is known of enough reps besides the one who reads it."""
    known = {one.rep_id: value for one in found if (value := what(one)) is not None}
    return middle(known.values()) if len(known.keys() - {reader}) >= LEAST_OTHERS else None
