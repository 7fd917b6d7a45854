"""A team's life in any order of joins, leaves, weights, absences, returned turns and restarts, held to every bound."""

import json
from collections import Counter
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.rules.rotation import CATCH_UP, OWED, TURN, UNIT, Pick, Rotation

WEIGHTS = st.one_of(st.integers(1, 4), st.integers(1, 1000))
MOST_REPS = 7


class Team(RuleBasedStateMachine):
    """Keeps books of its own, in exact fractions, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.rotation = Rotation()
        self.number = 0
        self.ever = self.most_at_once = 0
        self.gone: list[int] = []  # balances of those who left, in units
        self.away: set[int] = set()
        self.debts = Counter[int]()
        self.repaid_last = False
        self.books: dict[int, Fraction] = {}  # the same balances, in leads
        self.run: tuple[tuple[int, int], ...] = ()
        self.run_turns = Counter[int]()

    @initialize(make_up=st.integers(0, 3), weights=st.lists(WEIGHTS, min_size=2, max_size=5))
    def start(self, make_up: int, weights: list[int]) -> None:
        self.make_up = make_up
        for weight in weights:
            self.add(weight)

    @precondition(lambda self: len(self.rotation.places) < MOST_REPS)
    @rule(weight=WEIGHTS)
    def join(self, weight: int) -> None:
        self.add(weight)

    def add(self, weight: int) -> None:
        self.ever += 1
        self.rotation.join(self.ever, weight)
        self.books[self.ever] = Fraction(0)
        self.most_at_once = max(self.most_at_once, len(self.rotation.places))

    @precondition(lambda self: len(self.rotation.places) > 1)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        rep_id = self.someone(data)
        self.gone.append(self.rotation.places[rep_id].balance)
        self.rotation.leave(rep_id)
        self.away.discard(rep_id)
        del self.debts[rep_id], self.books[rep_id]

    @rule(data=st.data(), weight=WEIGHTS)
    def set_weight(self, data: st.DataObject, weight: int) -> None:
        self.rotation.set_weight(self.someone(data), weight)

    @rule(data=st.data(), leads=st.integers(1, 3))
    def owe(self, data: st.DataObject, leads: int) -> None:
        rep_id = self.someone(data)
        self.rotation.owe(rep_id, leads)
        self.debts[rep_id] += leads

    @rule(data=st.data())
    def go_away(self, data: st.DataObject) -> None:
        self.away.add(self.someone(data))

    @precondition(lambda self: self.away)
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        self.away.discard(data.draw(st.sampled_from(sorted(self.away)), label="back"))

    @rule()
    def restart(self) -> None:
        self.rotation = Rotation.from_record(json.loads(json.dumps(self.rotation.as_record())))

    @precondition(lambda self: set(self.rotation.places) - self.away)
    @rule(data=st.data(), leads=st.integers(1, 12))
    def deal(self, data: st.DataObject, leads: int) -> None:
        there = sorted(set(self.rotation.places) - self.away)
        able = data.draw(st.lists(st.sampled_from(there), min_size=1, unique=True), label="able")
        for _ in range(leads):
            self.one_lead(able)

    def someone(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.rotation.places)), label="rep")

    def one_lead(self, able: list[int]) -> None:
        self.number += 1
        for rep_id, place in self.rotation.places.items():
            if rep_id not in self.away:
                self.debts[rep_id] += place.missed // UNIT
        before = {rep_id: place.balance for rep_id, place in self.rotation.places.items()}
        pick = self.rotation.deal(able, number=self.number, away=self.away, make_up=self.make_up)
        assert pick, "somebody is able"
        assert pick.rep_id in able
        owed = max(self.debts[rep_id] for rep_id in able)
        if owed and not self.repaid_last:
            self.made_good(pick, owed, before)
        else:
            self.dealt(pick, sorted(able))
        self.repaid_last = pick.reason == OWED

    def made_good(self, pick: Pick, owed: int, before: dict[int, int]) -> None:
        assert pick.reason == OWED
        assert self.debts[pick.rep_id] == owed, "the largest debt first"
        self.debts[pick.rep_id] -= 1
        assert before == {rep_id: place.balance for rep_id, place in self.rotation.places.items()}

    def dealt(self, pick: Pick, able: list[int]) -> None:
        weights = {rep_id: self.rotation.places[rep_id].weight for rep_id in able}
        total = sum(weights.values())
        for rep_id, weight in weights.items():
            self.books[rep_id] += Fraction(weight, total)
        behind = max(self.books[rep_id] for rep_id in able) - self.books[pick.rep_id]
        assert behind <= 1 + self.rounding(), "nobody is passed over who is more than a lead further behind"
        self.books[pick.rep_id] -= 1
        if self.run != tuple(weights.items()):
            self.run, self.run_turns = tuple(weights.items()), Counter()
        if pick.reason == TURN:
            self.run_turns[pick.rep_id] += 1
            self.the_run_is_within_tijdemans_bound(weights)
        else:
            assert pick.reason == CATCH_UP
            assert behind <= self.rounding(), "whoever catches up is furthest behind"

    def the_run_is_within_tijdemans_bound(self, weights: dict[int, int]) -> None:
        turns, total, reps = self.run_turns.total(), sum(weights.values()), len(weights)
        bound = 1 - Fraction(1, 2 * reps - 2) if reps > 1 else Fraction(0)
        for rep_id, weight in weights.items():
            assert abs(Fraction(turns * weight, total) - self.run_turns[rep_id]) <= bound

    def rounding(self) -> Fraction:
        """A unit for each lead dealt, on either side."""
        return Fraction(2 * self.number, UNIT)

    @invariant()
    def no_lead_is_counted_twice_or_not_at_all(self) -> None:
        assert sum(place.balance for place in self.rotation.places.values()) + sum(self.gone) == 0
        for rep_id, place in self.rotation.places.items():
            assert abs(Fraction(place.balance, UNIT) - self.books[rep_id]) <= self.rounding()

    @invariant()
    def every_group_of_reps_is_within_the_bound_of_those_who_ever_took_part(self) -> None:
        ordered = sorted([*self.gone, *(place.balance for place in self.rotation.places.values())])
        for size in range(1, self.ever):
            bound = size * (self.ever - size) * UNIT
            assert sum(ordered[-size:]) <= bound
            assert sum(ordered[:size]) >= -bound

    @invariant()
    def every_group_of_reps_is_within_the_bound_of_the_largest_team(self) -> None:
        ordered = sorted(place.balance for place in self.rotation.places.values())
        for size in range(1, len(ordered) + 1):
            bound = size * (2 * self.most_at_once - 1 - size) * UNIT
            assert sum(ordered[-size:]) <= bound
            assert sum(ordered[:size]) >= -bound

    @invariant()
    def debts_are_forgotten_by_nobody_and_absences_make_up_no_more_than_agreed(self) -> None:
        for rep_id, place in self.rotation.places.items():
            assert place.owed == self.debts[rep_id]
            assert 0 <= place.missed <= self.make_up * UNIT


TestTeam = Team.TestCase
TestTeam.settings = settings(max_examples=150, stateful_step_count=40)
