"""How far leads got, how long they stood in each stage, and where most of them wait too long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.rules.reports.survival import Median, median, share_within, survival

LONG = timedelta(days=5)
FEWEST = 5  # who have been seen there for so long; of fewer nothing is called a bottleneck
NOTICEABLE = 0.2  # the share that waits long, from which on it is worth a sentence


@dataclass(frozen=True)
class Step:
    """How many of the leads that arrived reached this; shares are from 0 to 1, None where there is nothing to share."""

    name: str
    leads: int
    of_previous: float | None
    of_all: float | None
    took: timedelta | None  # from arrival, on average


def steps(order: Sequence[str], reached: Mapping[str, tuple[int, int]]) -> list[Step]:
    """`reached`: of each step, how many leads and the sum of their seconds since they arrived."""
    found: list[Step] = []
    for name in order:
        leads, seconds = reached.get(name, (0, 0))
        before = found[-1].leads if found else leads
        everybody = found[0].leads if found else leads
        took = timedelta(seconds=round(seconds / leads)) if leads else None
        found.append(Step(name, leads, share(leads, before), share(leads, everybody), took))
    return found


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def narrowest(found: Sequence[Step]) -> Step | None:
    """The step that loses most of those who came to the one before."""
    losing = [step for step in found[1:] if step.of_previous is not None]
    return min(losing, key=lambda step: step.of_previous or 0.0, default=None)


@dataclass(frozen=True)
class Staying:
    """How long leads stand in a stage; those who are still there count as waiting."""

    stage: str
    stays: int
    median: Median  # in seconds
    long: float | None  # the share that stands there longer than LONG; nobody knows while none has been there so long
    watched: int = 0  # those who have been seen there for so long


def staying(stage: str, times: Iterable[tuple[int, int, int]]) -> Staying:
    """`times`: seconds, how many left after them, and how many have been there for so long and still are."""
    took, waits = dict[int, int](), dict[int, int]()
    for seconds, left, still in times:
        took[seconds] = took.get(seconds, 0) + left
        waits[seconds] = waits.get(seconds, 0) + still
    points = survival(took, waits)
    stays, limit = sum(took.values()) + sum(waits.values()), int(LONG.total_seconds())
    watched = sum(number for seconds, number in (*took.items(), *waits.items()) if seconds >= limit)
    long = 1 - share_within(points, limit)
    return Staying(stage, stays, median(points), long if watched or long == 0 else None, watched)


def bottleneck(found: Iterable[Staying]) -> Staying | None:
    """The stage where the largest share waits long, if that is worth a sentence."""
    slow = [one for one in found if one.watched >= FEWEST and (one.long or 0) >= NOTICEABLE]
    return max(slow, key=lambda one: (one.long or 0, one.stays), default=None)
