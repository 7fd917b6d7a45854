"""Comparing two texts: the statistic is scipy's, and looking after every message claims no more than it may."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import barnard_exact, binomtest, norm  # type: ignore[import-untyped]

from bot.rules.effects import wilson
from bot.rules.sequences.experiments import (
    ALPHA,
    ENOUGH_ANSWERS,
    ENOUGH_EACH,
    SPREAD,
    Arm,
    assigned,
    compared,
    deviation,
    fingerprint,
    reach,
    verdict,
)

LOOKS, RUNS = 4000, 600
MONTE_CARLO = 3 * sqrt(ALPHA * (1 - ALPHA) / RUNS)  # three standard errors of a measured share of ALPHA


def tables() -> st.SearchStrategy[tuple[Arm, Arm]]:
    def arm(name: str) -> st.SearchStrategy[Arm]:
        return st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda hits: Arm(name, n, hits)))

    return st.tuples(arm(""), arm("b"))


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_difference_in_deviations_is_scipys_wald_statistic(table: tuple[Arm, Arm]) -> None:
    """Of the table with one answer and one silence more in each arm, as Agresti and Caffo advise."""
    first, second = table
    found = compared(first, second).difference / deviation(first, second)
    counts = [[second.answered + 1, first.answered + 1],
              [second.sent - second.answered + 1, first.sent - first.answered + 1]]  # fmt: skip
    theirs = barnard_exact(np.array(counts), pooled=False, n=2).statistic
    assert abs(found) == pytest.approx(abs(theirs), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_one_share_is_scipys(table: tuple[int, int]) -> None:
    hits, of = table
    theirs = binomtest(hits, of).proportion_ci(method="wilson")
    assert wilson(hits, of) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.floats(1e-7, 0.25), st.floats(0.001, 0.5))
def test_the_interval_ends_where_the_mixture_reaches_one_in_alpha(variance: float, alpha: float) -> None:
    """The likelihood ratio, as Johari et al. write it, of a difference at the very end of the interval."""
    edge, wide = reach(variance, alpha), variance + SPREAD**2
    mixture = norm.logpdf(edge, scale=sqrt(wide)) - norm.logpdf(edge, scale=sqrt(variance))
    assert mixture == pytest.approx(log(1 / alpha), rel=1e-9)


def watched(first: float, second: float, *, seed: int) -> tuple[float, float, float]:
    """How often looking after every message claims a difference: by our rule, by the naive one; and the median look."""
    draw = np.random.default_rng(seed)
    is_second = draw.random((RUNS, LOOKS)) < 0.5
    answers = draw.random((RUNS, LOOKS)) < np.where(is_second, second, first)
    looks = np.arange(1, LOOKS + 1)
    many_b, hits_b = is_second.cumsum(1), (answers & is_second).cumsum(1)
    many_a, hits = looks - many_b, answers.cumsum(1)
    hits_a = hits - hits_b
    share_a, share_b = (hits_a + 1) / (many_a + 2), (hits_b + 1) / (many_b + 2)
    variance = share_a * (1 - share_a) / (many_a + 2) + share_b * (1 - share_b) / (many_b + 2)
    wide = variance + SPREAD**2
    edge = np.sqrt(variance * wide / SPREAD**2 * (2 * np.log(1 / ALPHA) + np.log(wide / variance)))
    may = (np.minimum(many_a, many_b) >= ENOUGH_EACH) & (hits >= ENOUGH_ANSWERS)
    ours = may & (np.abs(share_b - share_a) > edge)
    naive = may & (np.abs(share_b - share_a) > norm.ppf(1 - ALPHA / 2) * np.sqrt(variance))
    claimed = ours.any(1)
    when = np.where(claimed, ours.argmax(1), LOOKS)
    for run, look in draw.integers(0, (RUNS, LOOKS), size=(200, 2)):
        counts = many_a[run, look], hits_a[run, look], many_b[run, look], hits_b[run, look]
        assert_same_rule([int(count) for count in counts], float(edge[run, look]), claimed=bool(ours[run, look]))
    return float(claimed.mean()), float(naive.any(1).mean()), float(np.median(when))


def assert_same_rule(counts: list[int], edge: float, *, claimed: bool) -> None:
    """What is simulated in one go is the rule that decides."""
    many_a, hits_a, many_b, hits_b = counts
    found = compared(Arm("", many_a, hits_a), Arm("b", many_b, hits_b))
    assert found.is_told_apart == claimed
    assert reach(deviation(found.first, found.second) ** 2) == pytest.approx(edge)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_looking_after_every_message_finds_no_difference_where_there_is_none(share: float) -> None:
    ours, naive, _ = watched(share, share, seed=20261122)
    assert ours <= ALPHA + MONTE_CARLO
    assert naive > ALPHA + 5 * MONTE_CARLO, "the test that everybody repeats would have passed as well"


@pytest.mark.parametrize(("first", "second"), [(0.10, 0.15), (0.05, 0.09)])
def test_a_difference_of_some_points_is_found_in_most_cases(first: float, second: float) -> None:
    ours, _, when = watched(first, second, seed=20261122)
    assert ours >= 0.9
    assert when < LOOKS / 2


def test_of_few_messages_nothing_is_said() -> None:
    found = verdict([Arm("", ENOUGH_EACH - 1, 0), Arm("b", ENOUGH_EACH - 1, ENOUGH_EACH - 1)])
    assert (found.is_early, found.winner) == (True, None)
    assert (found.pairs[0].low, found.pairs[0].high) == (-1, 1)


def test_the_winner_is_answered_more_often_than_each_of_the_others() -> None:
    arms = [Arm("", 2000, 200), Arm("short", 2000, 400), Arm("long", 2000, 210)]
    found = verdict(arms)
    assert found.winner is arms[1]
    assert len(found.pairs) == 3


def test_of_two_that_are_equally_good_the_first_is_taken_and_the_third_is_out() -> None:
    early = verdict([Arm("", 2000, 100), Arm("short", 2000, 400), Arm("long", 2000, 405)])
    assert early.winner is None
    assert 0 < early.more < 100_000
    late = verdict([Arm("", 20_000, 1000), Arm("short", 20_000, 4000), Arm("long", 20_000, 4050)])
    assert late.winner
    assert (late.winner.name, late.is_alike) == ("short", True)


def test_texts_that_are_answered_alike_are_called_so_when_that_is_known() -> None:
    assert verdict([Arm("", 6000, 600), Arm("b", 6000, 606)]).is_alike
    assert verdict([Arm("", 600, 60), Arm("b", 600, 61)]).winner is None


def test_the_mistake_is_shared_by_all_pairs() -> None:
    two = compared(Arm("", 900, 90), Arm("b", 900, 99))
    three = verdict([Arm("", 900, 90), Arm("b", 900, 99), Arm("c", 900, 95)]).pairs[0]
    assert three.low < two.low < two.high < three.high


def test_how_many_more_it_takes_comes_true() -> None:
    early = verdict([Arm("", 500, 50), Arm("b", 500, 75)])
    each = 500 + early.more // 2 + 1
    assert early.winner is None
    assert verdict([Arm("", each, each // 10), Arm("b", each, each * 15 // 100)]).winner is not None


def test_everybody_keeps_their_text_and_each_text_has_as_many() -> None:
    names = ("", "short", "long")
    drawn = [assigned("salt", f"welcome:hello:{lead}", names) for lead in range(30_000)]
    assert drawn[:50] == [assigned("salt", f"welcome:hello:{lead}", names) for lead in range(50)]
    assert all(abs(drawn.count(name) - 10_000) < 400 for name in names)  # five deviations
    other = [assigned("salt", f"welcome:bye:{lead}", names) for lead in range(30_000)]
    both = sum(one == two for one, two in zip(drawn, other, strict=True))
    assert abs(both - 10_000) < 400, "what somebody gets in one step must say nothing of another"


def test_another_text_is_another_experiment() -> None:
    assert fingerprint([("", "Hello", "Text")]) != fingerprint([("", "Hello", "Text!")])
    assert fingerprint([("", "a", "b")]) != fingerprint([("", "ab", "")])
