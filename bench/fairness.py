"""How far reps stray from their share of the leads: Dibs' rule beside round robin and others, and the worst there is.

`python -m bench fairness` prints the table and draws the plots of docs/fairness.md anew; with --quick it only prints.
Nothing here depends on time or on the machine: the same figures come out wherever it runs.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.adversary import Worst, worst_balance
from bench.fairness_plots import draw_coming_and_going, draw_standing, draw_worst
from bench.rivals import RULES, Rule
from bench.rows import Row, within

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
Curves = Mapping[str, Sequence[float]]  # of each rule: after so many leads, the furthest anyone was from their share

REPS, ZONES, LEADS_A_DAY, OPENS, CLOSES, DAY_OFF, A_DAY_AT_MOST = 12, (-5, 0, 1, 9), 30, 9, 18, 0.15, 5


def measure(*, quick: bool) -> Iterator[Row]:
    standing = standing_teams(teams=40 if quick else 400, leads=400)
    moving = teams_that_come_and_go(teams=4 if quick else 40, leads=1000)
    sizes = range(2, 5 if quick else 9)
    steps, starts = (40, 1) if quick else (70, 2)
    fixed = [worst_balance(reps, leavers=False, steps=steps * reps, starts=starts) for reps in sizes]
    leavers = [worst_balance(reps, leavers=True, steps=steps * reps, starts=1) for reps in sizes]
    if not quick:
        draw_standing(standing, PICTURES / "fairness-standing.svg")
        draw_coming_and_going(moving, REPS - 1, PICTURES / "fairness-coming-and-going.svg")
        draw_worst(fixed, leavers, PICTURES / "fairness-worst.svg")
    yield from rows("standing team", standing, 1)
    yield from rows(f"{REPS} reps come and go", moving, REPS - 1)
    yield from worst_rows("weights and absences", fixed)
    yield from worst_rows("and leavers", leavers)


def rows(what: str, curves: Curves, limit: float) -> Iterator[Row]:
    for rule, curve in curves.items():
        if rule == "Dibs":
            yield within(f"{what}, furthest from one's share, Dibs", max(curve), "leads", limit)
        else:
            yield Row(f"{what}, {rule}", max(curve), "leads", None, None, None, met=True)


def worst_rows(what: str, found: list[Worst]) -> Iterator[Row]:
    for worst in found:
        yield within(f"worst balance found, {worst.reps} reps, {what}", worst.found, "leads", worst.bound)


def standing_teams(*, teams: int, leads: int) -> Curves:
    """The same reps are there throughout: 2 to 12 of them, with weights alike or far apart."""
    dice = random.Random(1)  # noqa: S311 (figures must come out the same again)
    most = {rule: [0.0] * leads for rule in RULES}
    for _ in range(teams):
        highest = dice.choice((3, 10, 30))
        weights = {rep_id: dice.randint(1, highest) for rep_id in range(1, dice.randint(2, 12) + 1)}
        for name, make in RULES.items():
            for number, strayed in enumerate(balances(make(weights), weights, [list(weights)] * leads)):
                most[name][number] = max(most[name][number], strayed)
    return most


def balances(rule: Rule, weights: Mapping[int, int], able_ones: Sequence[Sequence[int]]) -> Iterator[float]:
    """After each lead, the furthest anyone is from their share of the leads that they could have had."""
    account = Account(weights)
    for able in able_ones:
        account.book(able, rule.deal(able))
        yield account.furthest()


class Account:
    """Kept outside the rules, the same for each of them."""

    def __init__(self, weights: Mapping[int, int]) -> None:
        self.weights = weights
        self.balance = dict.fromkeys(weights, 0.0)

    def book(self, able: Sequence[int], winner: int) -> None:
        total = sum(self.weights[rep_id] for rep_id in able)
        for rep_id in able:
            self.balance[rep_id] += self.weights[rep_id] / total
        self.balance[winner] -= 1

    def furthest(self) -> float:
        return max(map(abs, self.balance.values()))


@dataclass(frozen=True)
class Arrival:
    day: int
    hour: float  # UTC


def teams_that_come_and_go(*, teams: int, leads: int) -> Curves:
    """Reps in four zones, with office hours, days off and a cap on leads a day; leads at any hour."""
    most = {rule: [0.0] * leads for rule in RULES}
    for team in range(teams):
        dice = random.Random(team)  # noqa: S311 (figures must come out the same again)
        weights = {rep_id: dice.randint(1, 3) for rep_id in range(1, REPS + 1)}
        arrivals = [Arrival(number // LEADS_A_DAY, dice.uniform(0, 24)) for number in range(leads)]
        arrivals.sort(key=lambda arrival: (arrival.day, arrival.hour))
        off = {(rep_id, day) for rep_id in weights for day in range(leads) if dice.random() < DAY_OFF}
        for name, make in RULES.items():
            for number, strayed in enumerate(live(make(weights), weights, arrivals, off)):
                most[name][number] = max(most[name][number], strayed)
    return most


def live(
    rule: Rule, weights: Mapping[int, int], arrivals: Sequence[Arrival], off: set[tuple[int, int]]
) -> Iterator[float]:
    """The furthest from one's share after each arrival; a lead for which nobody is able goes to nobody."""
    account, had = Account(weights), dict[tuple[int, int], int]()
    for arrival in arrivals:
        able = [
            rep_id
            for rep_id in weights
            if OPENS <= (arrival.hour + ZONES[rep_id % len(ZONES)]) % 24 < CLOSES
            and (rep_id, arrival.day) not in off
            and had.get((rep_id, arrival.day), 0) < A_DAY_AT_MOST
        ]
        if able:
            winner = rule.deal(able)
            had[winner, arrival.day] = had.get((winner, arrival.day), 0) + 1
            account.book(able, winner)
        yield account.furthest()
