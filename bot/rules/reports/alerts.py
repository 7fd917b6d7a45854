"""When a figure has crossed its line: leads nobody claims, a share out of its usual band, a source that fell silent.

The band is the score interval of Wilson (bot/rules/effects.py). That two such intervals of 95 % do not touch is far
rarer by chance than one time in twenty: N. Schenker and J. F. Gentleman, “On judging the significance of differences
by examining the overlap between confidence intervals”, The American Statistician 55, 2001, pages 182 to 186. How often
an alert is false is measured in tests/rules/test_report_alerts.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bot.rules.effects import wilson

ENOUGH, ENOUGH_BEFORE = 30, 120  # leads of the week, and of the weeks before it; of fewer nothing is said
WEEKS_BEFORE = 8
EXPECTED = 9.0  # leads that should have come by now: that none comes by chance is e^-9, one in 8,000
LEAST_SILENCE = 1.0  # working days
DAYS_BEFORE = 56  # by which it is known what is usual of a source
FEWEST_DAYS = 10  # working days of them
WITHIN = {"contacted": timedelta(days=3), "won": timedelta(days=30)}  # every lead is given as long to get there


def crossed(before: Collection[str], over: Collection[str]) -> list[str]:
    """What is over its line now and was not at the last look; what came back inside may cross again."""
    return sorted(set(over) - set(before))


@dataclass(frozen=True)
class Share:
    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def band(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)


def fell_out(week: Share, usual: Share) -> bool:
    """Whether the week's share is below its usual band, by more than so few leads can tell."""
    if week.of < ENOUGH or usual.of < ENOUGH_BEFORE:
        return False
    return week.band[1] < usual.band[0]


@dataclass(frozen=True)
class Silence:
    """Of one source: how many leads it usually sends on a working day, and for how many such days it sent none."""

    source: str
    a_day: float
    days: float

    @property
    def expected(self) -> float:
        return self.a_day * self.days


def usual_of(counts: Sequence[int]) -> float:
    """What comes on a usual working day: the median, so that one import or one campaign is not taken for it."""
    return float(median(counts)) if len(counts) >= FEWEST_DAYS else 0.0


def is_silent(one: Silence, at_least: float) -> bool:
    """Whether a source that usually sends so many a day should long have sent one."""
    return one.a_day >= at_least and one.days >= LEAST_SILENCE and one.expected >= EXPECTED
