"""Four ways to deal leads out, behind one face: Dibs' rule and what teams use without it."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.rules.rotation import Rotation


class Rule(Protocol):
    def deal(self, able: Sequence[int]) -> int:
        """The rep who gets this lead; `able` is in ascending order and not empty."""
        ...


class Dibs:
    def __init__(self, weights: Mapping[int, int]) -> None:
        self.rotation = Rotation()
        self.dealt = 0
        for rep_id, weight in weights.items():
            self.rotation.join(rep_id, weight)

    def deal(self, able: Sequence[int]) -> int:
        self.dealt += 1
        pick = self.rotation.deal(able, number=self.dealt)
        assert pick
        return pick.rep_id


class SmoothWeightedRoundRobin:
    """As load balancers do it: everyone able gains their weight, the highest is picked and pays all weights."""

    def __init__(self, weights: Mapping[int, int]) -> None:
        self.weights = weights
        self.current = dict.fromkeys(weights, 0)

    def deal(self, able: Sequence[int]) -> int:
        for rep_id in able:
            self.current[rep_id] += self.weights[rep_id]
        winner = max(able, key=self.current.__getitem__)
        self.current[winner] -= sum(self.weights[rep_id] for rep_id in able)
        return winner


class RoundRobin:
    """The next in the list who is able; knows no weights."""

    def __init__(self, weights: Mapping[int, int]) -> None:
        self.last = max(weights)

    def deal(self, able: Sequence[int]) -> int:
        self.last = next((rep_id for rep_id in able if rep_id > self.last), able[0])
        return self.last


class Random:
    """A draw by weight."""

    def __init__(self, weights: Mapping[int, int]) -> None:
        self.weights = weights
        self.dice = random.Random(1)  # noqa: S311 (figures must come out the same again)

    def deal(self, able: Sequence[int]) -> int:
        return self.dice.choices(able, [self.weights[rep_id] for rep_id in able])[0]


RULES: Mapping[str, Callable[[Mapping[int, int]], Rule]] = {
    "Dibs": Dibs,
    "smooth weighted round robin": SmoothWeightedRoundRobin,
    "random draw": Random,
    "round robin": RoundRobin,
}
