"""Who brought the deal: six usual ways of sharing it out among the touches that led to it, in whole millionths.

As they are named and defined by vendors and in the literature: first and last touch, linear, time decay with a
half-life, position-based (40 % first, 40 % last, 20 % those between; also “U-shaped”) and W-shaped (30 % each for the
first touch, the one that made it a lead and the one that made it an opportunity, 10 % for the others): Kannan,
Reinartz and Verhoef, “The path to purchase and attribution modeling”, International Journal of Research in Marketing
33, 2016, pages 449 to 456. None of them measures cause; where they differ is what a report should show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WHOLE = 1_000_000
HALF_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Journey:
    """The touches of everyone on the buying committee before the win, in the order in which they happened."""

    touches: Sequence[datetime]
    won_at: datetime
    became_lead_at: datetime
    became_deal_at: datetime | None = None


Model = Callable[[Journey], list[float]]


def first(journey: Journey) -> list[float]:
    return anchored(len(journey.touches), {0: 1.0})


def last(journey: Journey) -> list[float]:
    return anchored(len(journey.touches), {len(journey.touches) - 1: 1.0})


def linear(journey: Journey) -> list[float]:
    return [1.0] * len(journey.touches)


def time_decay(journey: Journey) -> list[float]:
    """A touch counts half as much for each week before the win; counted from the last one, so that none vanishes."""
    newest = journey.touches[-1]
    return [2.0 ** -((newest - at) / HALF_LIFE) for at in journey.touches]


def position_based(journey: Journey) -> list[float]:
    number = len(journey.touches)
    if number < 3:
        return linear(journey)
    return [0.4, *[0.2 / (number - 2)] * (number - 2), 0.4]


def w_shaped(journey: Journey) -> list[float]:
    """What made it a lead or a deal is the last touch until then; where several fall on one touch, it has them all."""
    anchors = [0, upto(journey, journey.became_lead_at)]
    if journey.became_deal_at is not None:
        anchors.append(upto(journey, journey.became_deal_at))
    weights = [0.0] * len(journey.touches)
    for anchor in anchors:
        weights[anchor] += 0.9 / len(anchors)
    others = [index for index in range(len(weights)) if index not in anchors] or anchors
    for index in others:
        weights[index] += 0.1 / len(others)
    return weights


def upto(journey: Journey, moment: datetime) -> int:
    """The last touch until then; the first if all came later."""
    return max(sum(at <= moment for at in journey.touches) - 1, 0)


def anchored(number: int, shares: dict[int, float]) -> list[float]:
    return [shares.get(index, 0.0) for index in range(number)]


MODELS: dict[str, Model] = {
    "first": first, "last": last, "linear": linear, "time-decay": time_decay, "position-based": position_based,
    "w-shaped": w_shaped,
}  # fmt: skip


def credited(model: str, journey: Journey) -> list[int]:
    """Each touch's share of the deal in millionths, which sum to a million exactly; nothing where there are none."""
    return shared(MODELS[model](journey)) if journey.touches else []


def shared(weights: Sequence[float], whole: int = WHOLE) -> list[int]:
    """Whole numbers in the weights' proportions that sum to `whole`: what is over goes to the largest remainders."""
    total = sum(weights)
    exact = [weight / total * whole for weight in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: whole - sum(parts)]:
        parts[index] += 1
    return parts
