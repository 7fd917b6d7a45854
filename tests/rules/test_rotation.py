"""Whose turn it is: within a lead of the weighted share while a team stands, within a stated bound whatever happens."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.rotation import CATCH_UP, OWED, TURN, UNIT, Pick, Rotation, shares

A, B, C = 1, 2, 3
WEIGHTS = st.one_of(st.integers(1, 5), st.integers(1, 1000))


def team(*weights: int) -> Rotation:
    rotation = Rotation()
    for rep_id, weight in enumerate(weights, 1):
        rotation.join(rep_id, weight)
    return rotation


def equals(reps: int) -> Rotation:
    return team(*[1] * reps)


def deal(
    rotation: Rotation,
    able: Collection[int],
    leads: int,
    *,
    away: Collection[int] = (),
    make_up: int = 0,
    after: int = 0,
) -> list[Pick]:
    numbers = range(after + 1, after + leads + 1)
    picks = [rotation.deal(able, number=number, away=away, make_up=make_up) for number in numbers]
    return [pick for pick in picks if pick is not None]


def row(picks: list[Pick]) -> str:
    """The picks as a table's row: letters for reps, * for a catch-up, + for a lead made good."""
    marks = {TURN: "", CATCH_UP: "*", OWED: "+"}
    return " ".join("ABCDEFGH"[pick.rep_id - 1] + marks[pick.reason] for pick in picks)


def balances(rotation: Rotation) -> dict[int, Fraction]:
    """In leads."""
    return {rep_id: Fraction(place.balance, UNIT) for rep_id, place in rotation.places.items()}


def furthest(rotation: Rotation) -> Fraction:
    return max(abs(balance) for balance in balances(rotation).values())


def in_a_row(picks: list[Pick], rep_id: int) -> int:
    """How many leads this rep has at the start of the picks, before anyone else has one."""
    return next((number for number, pick in enumerate(picks) if pick.rep_id != rep_id), len(picks))


def within_a_run(reps: int) -> Fraction:
    """Tijdeman's bound, in leads."""
    return Fraction(0) if reps == 1 else 1 - Fraction(1, 2 * reps - 2)


# ---- small tables, worked by hand


@pytest.mark.parametrize(
    ("weights", "picks"),
    [
        ((1,), "A A A"),
        ((1, 1, 1), "A B C A B C"),
        ((3, 1), "A B A A A B A A"),
        ((2, 1, 1), "A B C A A B C A"),
        ((5, 1, 1), "A A B A C A A"),
    ],
)
def test_turns_of_a_standing_team(weights: tuple[int, ...], picks: str) -> None:
    rotation = team(*weights)
    assert row(deal(rotation, list(rotation.places), len(picks.split()))) == picks


def test_whoever_falls_more_than_a_lead_behind_goes_first_and_exactly_a_lead_is_not_more() -> None:
    rotation = team(3, 1, 1)
    picks = [
        pick for number in range(1, 10) if (pick := rotation.deal((A, B) if number % 2 else (A, C), number=number))
    ]
    # Before the 5th lead B is exactly one lead behind A, before the 6th C is 1.25, before the 9th B is 1.5.
    assert row(picks) == "A A A A A C* A A B*"
    assert balances(rotation) == {A: Fraction(-1, 4), B: Fraction(1, 4), C: Fraction(0)}


def test_a_returned_turn_is_made_good_at_once_and_the_turns_go_on_as_if_nothing_had_been() -> None:
    rotation = equals(3)
    assert row(deal(rotation, (A, B, C), 1)) == "A"
    rotation.owe(A)
    assert row(deal(rotation, (A, B, C), 4, after=1)) == "A+ B C A"


def test_the_largest_debt_is_made_good_first() -> None:
    rotation = equals(3)
    rotation.owe(B)
    rotation.owe(C, 2)
    assert row(deal(rotation, (A, B, C), 8)) == "C+ A B+ C C+ B A C"


def test_nobody_able_means_no_pick_and_nothing_is_counted() -> None:
    rotation = equals(2)
    rotation.owe(A, 2)
    deal(rotation, (A, B), 1)
    before = rotation.as_record()
    assert rotation.deal((), number=2, away=(A, B), make_up=3) is None
    assert rotation.as_record() == before


# ---- the first account: a standing team


@given(st.lists(WEIGHTS, min_size=1, max_size=12), st.integers(1, 250))
@example([1000, 1, 1, 1], 250)
@example([1] * 12, 120)
def test_nobody_strays_a_full_lead_from_their_share_while_the_same_reps_are_there(
    weights: list[int], leads: int
) -> None:
    rotation, total, had = team(*weights), sum(weights), Counter[int]()
    for number in range(1, leads + 1):
        pick = rotation.deal(range(1, len(weights) + 1), number=number)
        assert pick
        assert pick.reason == TURN, "from level balances nobody has to catch up"
        had[pick.rep_id] += 1
        for rep_id, weight in enumerate(weights, 1):
            assert abs(Fraction(number * weight, total) - had[rep_id]) <= within_a_run(len(weights)) < 1


@given(st.lists(WEIGHTS, min_size=1, max_size=8).filter(lambda weights: sum(weights) <= 400))
def test_after_as_many_leads_as_the_weights_add_up_to_everyone_has_had_their_weight(weights: list[int]) -> None:
    had = Counter(pick.rep_id for pick in deal(team(*weights), range(1, len(weights) + 1), sum(weights)))
    assert [had[rep_id] for rep_id in range(1, len(weights) + 1)] == weights


def smooth_weighted_round_robin(weights: list[int], leads: int) -> Iterator[int]:
    """The usual rule of load balancers: whoever is furthest behind."""
    current, total = [0] * len(weights), sum(weights)
    for _ in range(leads):
        current = [have + weight for have, weight in zip(current, weights, strict=True)]
        winner = max(range(len(weights)), key=current.__getitem__)
        current[winner] -= total
        yield winner + 1


def strayed(weights: list[int], winners: list[int]) -> Fraction:
    """The furthest anyone ever was from their share, in leads."""
    had, total, most = Counter[int](), sum(weights), Fraction(0)
    for number, winner in enumerate(winners, 1):
        had[winner] += 1
        offs = (abs(Fraction(number * weight, total) - had[rep_id]) for rep_id, weight in enumerate(weights, 1))
        most = max(most, *offs)
    return most


def test_smooth_weighted_round_robin_strays_more_than_a_lead_where_this_rule_does_not() -> None:
    weights = [1, 29, 8, 1, 29]
    leads = sum(weights)
    assert strayed(weights, list(smooth_weighted_round_robin(weights, leads))) > 1
    ours = [pick.rep_id for pick in deal(team(*weights), range(1, len(weights) + 1), leads)]
    assert strayed(weights, ours) <= within_a_run(len(weights))


# ---- the second account: reps come and go


def worst_by_pairs(rotation: Rotation, *, sweeps: int, replace_lowest: bool = False) -> Fraction:
    """Drive balances apart: neighbours meet alone, with weights that just keep the one ahead from the lead."""
    number, newest, worst = 0, max(rotation.places), Fraction(0)
    for _ in range(sweeps):
        order = sorted(rotation.places, key=lambda rep_id: -rotation.places[rep_id].balance)
        for high, low in pairwise(order):
            gap = balances(rotation)[high] - balances(rotation)[low]
            share = min(499, int(1000 * (1 - gap / 2)))
            if share > 0:
                number += 1
                scale = 1 + number % 2  # other numbers, so that a new run starts
                rotation.set_weight(high, scale * share)
                rotation.set_weight(low, scale * (1000 - share))
                rotation.deal((high, low), number=number)
                worst = max(worst, furthest(rotation))
        lowest = min(rotation.places, key=lambda rep_id: rotation.places[rep_id].balance)
        if replace_lowest and rotation.places[lowest].balance < 0:
            rotation.leave(lowest)
            newest += 1
            rotation.join(newest)
    return worst


@pytest.mark.parametrize("reps", range(2, 7))
def test_the_bound_over_all_changes_is_one_lead_less_than_there_are_reps_and_is_nearly_reached(reps: int) -> None:
    worst = worst_by_pairs(equals(reps), sweeps=60)
    assert Fraction(9, 10) * (reps - 1) < worst <= reps - 1


@pytest.mark.parametrize("reps", range(2, 6))
def test_with_reps_leaving_for_good_the_bound_is_twice_that_and_is_nearly_reached(reps: int) -> None:
    worst = worst_by_pairs(equals(reps), sweeps=200, replace_lowest=True)
    assert Fraction(9, 10) * 2 * (reps - 1) < worst <= 2 * (reps - 1)


@st.composite
def histories(draw: st.DrawFn, reps: int) -> list[tuple[list[int], list[int]]]:
    """Who was able, and everyone's weights, decision by decision."""
    able = st.lists(st.integers(1, reps), min_size=1, unique=True)
    weights = st.lists(WEIGHTS, min_size=reps, max_size=reps)
    return draw(st.lists(st.tuples(able, weights), max_size=60))


def live(rotation: Rotation, history: list[tuple[list[int], list[int]]]) -> None:
    for number, (able, weights) in enumerate(history, 1):
        for rep_id, weight in enumerate(weights, 1):
            rotation.set_weight(rep_id, weight)
        rotation.deal(able, number=number)


@given(st.integers(2, 6).flatmap(lambda reps: st.tuples(st.just(reps), histories(reps))))
def test_whatever_comes_and_goes_nobody_strays_further_than_there_are_other_reps(
    past: tuple[int, list[tuple[list[int], list[int]]]],
) -> None:
    reps, history = past
    rotation = equals(reps)
    live(rotation, history)
    assert sum(balances(rotation).values()) == 0
    for size in range(1, reps + 1):
        for some in combinations(balances(rotation).values(), size):
            assert abs(sum(some, Fraction(0))) <= size * (reps - size)


# ---- newcomers, and those who were away


@given(st.integers(1, 6).flatmap(lambda reps: st.tuples(st.just(reps), histories(reps))))
def test_a_newcomer_gets_at_most_two_leads_in_a_row_when_everyone_is_there(
    past: tuple[int, list[tuple[list[int], list[int]]]],
) -> None:
    reps, history = past
    rotation = equals(reps)
    live(rotation, history)
    newcomer = reps + 1
    rotation.join(newcomer)
    for rep_id in rotation.places:
        rotation.set_weight(rep_id, 1)
    picks = deal(rotation, list(rotation.places), 5 * newcomer, after=len(history))
    assert max(in_a_row(picks[start:], newcomer) for start in range(len(picks))) <= 2


@given(st.integers(1, 6).flatmap(lambda reps: st.tuples(st.just(reps), histories(reps), st.integers(1, reps))))
def test_a_newcomer_alone_with_someone_far_ahead_gets_at_most_a_lead_for_each_rep(
    past: tuple[int, list[tuple[list[int], list[int]]], int],
) -> None:
    reps, history, other = past
    rotation = equals(reps)
    live(rotation, history)
    newcomer = reps + 1
    rotation.join(newcomer)
    rotation.set_weight(other, 1)
    assert in_a_row(deal(rotation, (other, newcomer), reps + 2, after=len(history)), newcomer) <= reps + 1


def test_joining_twice_changes_nothing() -> None:
    rotation = equals(2)
    deal(rotation, (A, B), 3)
    before = rotation.as_record()
    rotation.join(A)
    assert rotation.as_record() == before


@pytest.mark.parametrize("gone", [10, 100])
def test_someone_who_left_and_came_back_starts_like_any_newcomer(gone: int) -> None:
    rotation = equals(2)
    deal(rotation, (A, B), gone)
    rotation.leave(B)
    rotation.join(B)
    assert row(deal(rotation, (A, B), 6, after=gone)) == "B A B A B A"


@pytest.mark.parametrize(("make_up", "made_up"), [(0, 0), (1, 1), (3, 3), (9, 4)])
def test_what_was_missed_while_away_is_made_up_as_far_as_the_team_wants(make_up: int, made_up: int) -> None:
    rotation = equals(2)
    deal(rotation, (A,), 8, away=(B,), make_up=make_up)
    picks = deal(rotation, (A, B), 12, make_up=make_up, after=8)
    assert [pick.rep_id for pick in picks if pick.reason == OWED] == [B] * made_up


@pytest.mark.parametrize("others", [2, 5, 6])
def test_a_whole_lead_missed_in_equal_parts_is_a_whole_lead(others: int) -> None:
    rotation = equals(others + 1)
    deal(rotation, range(1, others + 1), others + 1, away=(others + 1,), make_up=1)
    assert [pick.reason for pick in deal(rotation, (others + 1,), 2, make_up=1, after=others + 1)] == [OWED, TURN]


def test_a_debt_survives_an_absence() -> None:
    rotation = equals(2)
    rotation.owe(B, 2)
    deal(rotation, (A,), 5, away=(B,), make_up=0)
    assert row(deal(rotation, (A, B), 5, after=5)) == "B+ A B+ B A"


def test_absence_leaves_a_balance_as_it_was() -> None:
    rotation = equals(3)
    deal(rotation, (A, B, C), 1)
    before = balances(rotation)[C]
    deal(rotation, (A, B), 7, away=(C,), make_up=3, after=1)
    assert balances(rotation)[C] == before


# ---- what every pick rests on


@given(st.lists(WEIGHTS, min_size=1, max_size=40))
def test_shares_add_up_to_one_lead_and_are_exact_to_a_unit(weights: list[int]) -> None:
    parts = shares(weights)
    assert sum(parts) == UNIT
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(UNIT * weight, sum(weights))) <= 1


@given(st.integers(2, 5).flatmap(lambda reps: st.tuples(st.just(reps), histories(reps), histories(reps))))
def test_the_same_facts_give_the_same_picks_in_any_order_and_after_a_restart(
    past: tuple[int, list[tuple[list[int], list[int]]], list[tuple[list[int], list[int]]]],
) -> None:
    reps, before, after = past
    rotation = equals(reps)
    live(rotation, before)
    copy, restarted = rotation.copy(), Rotation.from_record(json.loads(json.dumps(rotation.as_record())))
    live(rotation, after)
    live(copy, [(able[::-1], weights) for able, weights in after])
    live(restarted, after)
    assert rotation.as_record() == copy.as_record() == restarted.as_record()


def test_a_copy_is_a_thing_of_its_own() -> None:
    rotation = equals(2)
    before = rotation.as_record()
    deal(rotation.copy(), (A, B), 3)
    assert rotation.as_record() == before


def test_what_was_missed_is_not_made_up_once_the_policy_says_no_make_up() -> None:
    rotation = equals(3)
    deal(rotation, (A, B), 20, away=(C,), make_up=3)
    assert {pick.reason for pick in deal(rotation, (A, B, C), 6, after=20)} == {TURN}


@pytest.mark.parametrize("weight", [0, -1])
def test_a_weight_is_a_whole_number_from_one(weight: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        equals(2).set_weight(A, weight)
