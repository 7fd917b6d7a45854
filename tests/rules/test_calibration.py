"""Whether a score tells won from lost, beside the plainest ways to count it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calibration import Outcome, area, calibrate, interval

outcomes = st.lists(
    st.builds(Outcome, st.integers(0, 100), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8,
    unique_by=lambda one: one.score,
).filter(lambda found: sum(one.won for one in found) > 0 < sum(one.lost for one in found))  # fmt: skip


@given(outcomes)
def test_the_area_is_the_share_of_pairs_in_order(known: list[Outcome]) -> None:
    won = [one.score for one in known for _ in range(one.won)]
    lost = [one.score for one in known for _ in range(one.lost)]
    pairs = [(w > x) + (w == x) / 2 for w, x in product(won, lost)]
    assert area(known) == pytest.approx(sum(pairs) / len(pairs))


def test_the_interval_is_that_of_hanley_and_mcneil() -> None:
    # Their own example: 51 abnormal and 58 normal images, area 0.893, standard error 0.032.
    low, high = interval(0.893, 51, 58)
    assert (high - low) / 2 / 1.96 == pytest.approx(0.032, abs=0.0015)


def test_a_few_pairs_in_order_are_no_certainty() -> None:
    low, high = interval(1.0, 3, 3)
    assert low < 0.9
    assert high == 1.0


@pytest.mark.parametrize(
    ("known", "finding"),
    [
        ([Outcome(80, 9, 0), Outcome(20, 0, 50)], "too little"),
        ([Outcome(80, 40, 10), Outcome(20, 10, 40)], "better"),
        ([Outcome(80, 10, 40), Outcome(20, 40, 10)], "worse"),
        ([Outcome(80, 20, 20), Outcome(20, 20, 20)], "chance"),
        ([], "too little"),
    ],
)
def test_what_is_found_is_said_plainly(known: list[Outcome], finding: str) -> None:
    assert calibrate(known).finding == finding


def test_every_closed_lead_is_in_one_band() -> None:
    found = calibrate(Outcome(score, 1, 2) for score in range(101))
    assert (sum(band.won for band in found.bands), sum(band.lost for band in found.bands)) == (101, 202)
    assert found.bands[0].share == pytest.approx(1 / 3)
