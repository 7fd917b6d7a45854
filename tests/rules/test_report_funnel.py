"""The funnel by hand, and what holds for any."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.funnel import Staying, Step, bottleneck, narrowest, staying, steps
from bot.rules.reports.survival import Median

DAY = 86_400
ORDER = ("@arrived", "contacted", "qualified", "@won")


def test_a_funnel_by_hand() -> None:
    found = steps(
        ORDER, {"@arrived": (8, 0), "contacted": (6, 6 * 3600), "qualified": (2, 2 * DAY), "@won": (1, 9 * DAY)}
    )
    assert found == [
        Step("@arrived", 8, 1.0, 1.0, timedelta(0)), Step("contacted", 6, 0.75, 0.75, timedelta(hours=1)),
        Step("qualified", 2, 2 / 6, 0.25, timedelta(days=1)), Step("@won", 1, 0.5, 0.125, timedelta(days=9)),
    ]  # fmt: skip
    narrow = narrowest(found)
    assert narrow is not None
    assert narrow.name == "qualified"


def test_nobody_came() -> None:
    assert [(step.leads, step.of_all) for step in steps(ORDER, {})] == [(0, None)] * 4
    assert narrowest(steps(ORDER, {})) is None


def test_who_still_stands_there_counts_as_waiting() -> None:
    """Two left within a day; eight have been there for six days."""
    found = staying("qualified", [(DAY, 2, 0), (6 * DAY, 0, 8)])
    assert found.stays == 10
    assert found.long == pytest.approx(0.8)
    assert found.median.seconds is None


def test_the_bottleneck_is_where_the_largest_share_waits_long() -> None:
    nobody = Median(None, None, None)
    quick, slow = Staying("new", 90, Median(60, 60, 60), 0.1, 9), Staying("qualified", 40, nobody, 0.41, 16)
    few = Staying("offer", 3, nobody, 1.0, 3)
    assert bottleneck([quick, slow, few]) == slow
    assert bottleneck([quick, few]) is None


def test_nothing_is_said_of_longer_than_anybody_was_looked_at() -> None:
    """Six leads came a minute ago: whether they will wait for five days nobody knows."""
    found = staying("new", [(60, 0, 6)])
    assert found.long is None
    assert bottleneck([found]) is None
    gone = staying("new", [(60, 6, 0)])
    assert gone.long == 0


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_no_share_is_more_than_all_where_no_step_has_more_than_the_one_before(counts: list[int]) -> None:
    falling = sorted(counts, reverse=True)
    found = steps(ORDER, {name: (leads, 0) for name, leads in zip(ORDER, falling, strict=True)})
    assert [step.leads for step in found] == falling
    assert all(step.of_all is None or 0 <= step.of_all <= 1 for step in found)
    assert all(step.of_previous is None or 0 <= step.of_previous <= 1 for step in found)
