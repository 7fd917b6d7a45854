"""The leaderboard's arithmetic: ranks, their mean, and what a single number cannot do."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.effects import wilson
from bot.rules.reports.reps import ENOUGH, Gathered, ranks, standing, standings

Lead = tuple[int | None, bool, int, bool]  # contacted after, in time, acts, is won
SOON, LATE, LATE_WON = (60, True, 1, False), (7200, False, 0, False), (7200, False, 0, True)
WON, WAITING = (60, True, 2, True), (None, False, 0, False)


def gathered(leads: Iterable[Lead], cents: int = 0) -> Gathered:
    found = Gathered(cents=cents)
    for contacted, in_time, acts, is_won in leads:
        found.leads, found.decided, found.in_time = found.leads + 1, found.decided + 1, found.in_time + in_time
        found.acts, found.won = found.acts + acts, found.won + is_won
        if contacted is not None:
            found.contacted[contacted] += 1
    return found


def test_equals_share_the_mean_of_their_places() -> None:
    assert ranks([5, 1, 5, 9]) == [2.5, 1, 2.5, 4]


@given(st.lists(st.integers(0, 5), max_size=12))
def test_all_ranks_sum_to_the_same_whatever_is_equal(values: list[int]) -> None:
    assert sum(ranks(values)) == pytest.approx(len(values) * (len(values) + 1) / 2)


def test_one_rep_by_hand() -> None:
    """Three contacted after a minute, one of them won; one that waits; one after two hours."""
    one = standing(7, gathered([SOON, SOON, WON, WAITING, LATE], 5000))
    assert (one.leads, one.response, one.in_time, one.acts, one.won) == (5, 60, 0.6, 0.8, 1)
    assert one.interval == wilson(1, 5)
    assert one.conversion == 0.2


def test_whoever_answers_at_once_but_wins_nothing_is_not_first() -> None:
    """Ranks in response, conversion and value: 1, 2, 2 against 2, 1, 1."""
    quick, good = gathered([SOON] * 10), gathered([LATE] * 5 + [LATE_WON] * 5, 90_000)
    found = standings({1: quick, 2: good})
    assert [one.rep_id for one in found] == [2, 1]
    assert [one.points for one in found] == pytest.approx([4 / 3, 5 / 3])


def test_two_lucky_wins_of_five_do_not_beat_forty_of_a_hundred() -> None:
    lucky, steady = gathered([WON] * 2 + [SOON] * 3), gathered([WON] * 40 + [SOON] * 60)
    found = {one.rep_id: one for one in standings({1: lucky, 2: steady})}
    assert found[1].conversion == found[2].conversion
    assert [found[rep].points for rep in (1, 2)] == pytest.approx([5 / 3, 4 / 3])


def test_few_leads_are_listed_last_and_not_ranked() -> None:
    few, many = gathered([WON] * (ENOUGH - 1), 1_000_000), gathered([WAITING] * ENOUGH)
    assert [(one.rep_id, one.points) for one in standings({1: few, 2: many})] == [(2, 1.0), (1, None)]


@given(st.dictionaries(st.integers(1, 9), st.lists(st.sampled_from([SOON, LATE, WON, WAITING]), max_size=9)))
def test_points_average_to_the_middle_rank(leads: dict[int, list[Lead]]) -> None:
    """However the reps did: nobody gains but what somebody else loses."""
    points = [one.points for one in standings({rep: gathered(of) for rep, of in leads.items()}) if one.points]
    assert sum(points) == pytest.approx(len(points) * (len(points) + 1) / 2)
