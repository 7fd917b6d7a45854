"""The survival curve: by hand, beside a statistics package, and what no curve may do."""

import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from bot.rules.effects import wilson
from bot.rules.reports.survival import Median, median, share_within, survival

TIMES = st.lists(st.integers(1, 30), max_size=40)


def test_a_curve_by_hand() -> None:
    """Five leads: reached after 1, 2 and 4 minutes; two wait, for 2 and for 5 minutes so far."""
    points = survival({60: 1, 120: 1, 240: 1}, {120: 1, 300: 1})
    assert [(point.seconds, round(point.waiting, 4), point.at_risk) for point in points] == [
        (60, 0.8, 5), (120, 0.6, 4), (240, 0.3, 2)
    ]  # fmt: skip
    assert median(points).seconds == 240
    assert share_within(points, 120) == pytest.approx(0.4)
    assert share_within(points, 59) == 0


def test_a_median_that_nobody_knows_yet() -> None:
    assert median(survival({60: 1}, {300: 99})) == Median(None, None, None)
    assert survival({}, {300: 9}) == []


def test_leaving_out_those_who_wait_would_flatter() -> None:
    took, waits = {60: 5, 600: 5}, {3600: 10}
    assert median(survival(took, {})).seconds == 60
    assert median(survival(took, waits)).seconds == 600


@given(TIMES, TIMES)
def test_agrees_with_a_statistics_package(took: list[int], waits: list[int]) -> None:
    points = survival(Counter(took), Counter(waits))
    if not took:
        assert points == []
        return
    curve = stats.ecdf(stats.CensoredData(uncensored=took, right=waits)).sf
    low, high = bounds(curve)
    at = {time: index for index, time in enumerate(curve.quantiles)}
    for point in points:
        index = at[point.seconds]
        assert point.waiting == pytest.approx(curve.probabilities[index])
        if 1e-9 < point.waiting < 1:
            assert point.low == pytest.approx(low[index])
            assert point.high == pytest.approx(high[index])


def bounds(curve: Any) -> tuple[Any, Any]:
    """The package warns that there are none where nobody waits any more."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = curve.confidence_interval(method="log-log")
    return interval.low.probabilities, interval.high.probabilities


@given(TIMES, TIMES)
def test_never_rises_and_stays_inside_its_interval(took: list[int], waits: list[int]) -> None:
    points = survival(Counter(took), Counter(waits))
    shares = [1.0, *(point.waiting for point in points)]
    assert shares == sorted(shares, reverse=True)
    assert all(
        0 <= point.low <= point.waiting + 1e-12 and point.waiting <= point.high + 1e-12 <= 1 + 2e-12 for point in points
    )


@given(of=st.integers(1, 3000), data=st.data())
def test_the_interval_of_a_share_is_a_statistics_packages_too(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    theirs = stats.binomtest(hits, of).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(hits, of) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
