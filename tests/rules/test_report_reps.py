"""The leaderboard's arithmetic: ranks, their mean, and what a single number cannot do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.effects import wilson
from bot.rules.reports.reps import ENOUGH, Gathered, Lead, ranks, standing, standings

SOON, LATE = Lead(60, None, True, 1, False), Lead(7200, None, False, 0, False)
WON, WAITING = Lead(60, None, True, 2, True), Lead(None, 3600, False, 0, False)


def test_equals_share_the_mean_of_their_places() -> None:
    assert ranks([5, 1, 5, 9]) == [2.5, 1, 2.5, 4]


@given(st.lists(st.integers(0, 5), max_size=12))
def test_all_ranks_sum_to_the_same_whatever_is_equal(values: list[int]) -> None:
    assert sum(ranks(values)) == pytest.approx(len(values) * (len(values) + 1) / 2)


def test_one_rep_by_hand() -> None:
    """Three contacted after a minute, one of them won; one that waits; one after two hours."""
    one = standing(7, Gathered([SOON, SOON, WON, WAITING, LATE], 5000))
    assert (one.leads, one.response, one.in_time, one.acts, one.won) == (5, 60, 0.6, 0.8, 1)
    assert one.interval == wilson(1, 5)
    assert one.conversion == 0.2


def test_whoever_answers_at_once_but_wins_nothing_is_not_first() -> None:
    """Ranks in response, conversion and value: 1, 2, 2 against 2, 1, 1."""
    quick, good = Gathered([SOON] * 10), Gathered([LATE] * 5 + [Lead(7200, None, False, 0, True)] * 5, 90_000)
    found = standings({1: quick, 2: good})
    assert [one.rep_id for one in found] == [2, 1]
    assert [one.points for one in found] == pytest.approx([4 / 3, 5 / 3])


def test_two_lucky_wins_of_five_do_not_beat_forty_of_a_hundred() -> None:
    lucky, steady = Gathered([WON] * 2 + [SOON] * 3), Gathered([WON] * 40 + [SOON] * 60)
    found = {one.rep_id: one for one in standings({1: lucky, 2: steady})}
    assert found[1].conversion == found[2].conversion
    assert [found[rep].points for rep in (1, 2)] == pytest.approx([5 / 3, 4 / 3])


def test_few_leads_are_listed_last_and_not_ranked() -> None:
    few, many = Gathered([WON] * (ENOUGH - 1), 1_000_000), Gathered([WAITING] * ENOUGH)
    assert [(one.rep_id, one.points) for one in standings({1: few, 2: many})] == [(2, 1.0), (1, None)]


@given(st.dictionaries(st.integers(1, 9), st.lists(st.sampled_from([SOON, LATE, WON, WAITING]), max_size=9)))
def test_points_average_to_the_middle_rank(leads: dict[int, list[Lead]]) -> None:
    """However the reps did: nobody gains but what somebody else loses."""
    points = [one.points for one in standings({rep: Gathered(of) for rep, of in leads.items()}) if one.points]
    assert sum(points) == pytest.approx(len(points) * (len(points) + 1) / 2)
