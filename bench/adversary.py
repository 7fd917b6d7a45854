"""Looks for the worst that coming and going can do to a balance: a beam search that starts anew several times."""

import random
from dataclasses import dataclass

from bot.rules.rotation import UNIT, Rotation

BEAM, TRIES = 12, 16


@dataclass(frozen=True)
class Worst:
    reps: int
    bound: int
    found: float  # leads


@dataclass
class Line:
    """One course of events: who was able, with which weights, and who was replaced."""

    rotation: Rotation
    newest: int
    lift: int = 0  # units added to every balance, so that replacing the lowest counts as progress
    number: int = 0

    def spread(self) -> int:
        return sum((place.balance + self.lift) ** 2 for place in self.rotation.places.values())

    def furthest(self) -> int:
        return max(abs(place.balance) for place in self.rotation.places.values())

    def shape(self) -> tuple[int, ...]:
        """Balances to a thousandth of a lead, whoever has them."""
        return tuple(sorted(place.balance // (UNIT // 1000) for place in self.rotation.places.values()))


def worst_balance(reps: int, *, leavers: bool, steps: int, starts: int) -> Worst:
    """The furthest any balance got. With `leavers` any rep may be replaced for good by a newcomer."""
    dice = random.Random(1000 * reps + leavers)  # noqa: S311 (figures must come out the same again)
    found = max(search(reps, dice, leavers=leavers, steps=steps) for _ in range(starts))
    return Worst(reps, (2 if leavers else 1) * (reps - 1), found / UNIT)


def search(reps: int, dice: random.Random, *, leavers: bool, steps: int) -> int:
    first = Line(Rotation(), reps, lift=reps * UNIT if leavers else 0)
    for rep_id in range(1, reps + 1):
        first.rotation.join(rep_id)
    beam, found = [first], 0
    for _ in range(steps):
        lines = beam + [after(line, dice, leavers=leavers) for line in beam for _ in range(TRIES)]
        lines.sort(key=Line.spread, reverse=True)
        found = max(found, *(line.furthest() for line in lines))
        beam = list({line.shape(): line for line in reversed(lines)}.values())[::-1][:BEAM]
        beam.sort(key=Line.spread, reverse=True)
    return found


def after(line: Line, dice: random.Random, *, leavers: bool) -> Line:
    """One more event: somebody is replaced, or a few reps are able, with weights of any size, and get a lead or two."""
    rotation, newest = line.rotation.copy(), line.newest
    if leavers and dice.random() < 0.1:
        lowest = min(rotation.places.values(), key=lambda place: place.balance)
        rotation.leave(lowest.rep_id if dice.random() < 0.8 else dice.choice(sorted(rotation.places)))
        newest += 1
        rotation.join(newest)
    size = min(len(rotation.places), 2 + int(dice.expovariate(1.5)))
    able = dice.sample(sorted(rotation.places), size)
    for rep_id in able:
        rotation.set_weight(rep_id, int(1000 ** dice.random()))
    number = line.number
    for _ in range(dice.choice((1, 1, 2))):
        number += 1
        rotation.deal(able, number=number)
    return Line(rotation, newest, line.lift, number)
