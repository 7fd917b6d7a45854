"""A report's chart becomes one that Slack takes: in units people read, within limits, and saying what it leaves out."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.reports.report import Chart, Series
from bot.sandbox.blocks import problems
from bot.views.charts import OTHERS, all_drawn, drawn, labels
from bot.views.plainer import plainer, spoken

MONTHS = tuple(f"month {number}" for number in range(30))


def chart(shape: Any, *values: tuple[float, ...], names: tuple[str, ...] = (), **given: Any) -> Chart:
    series = tuple(Series(f"series {place}", each) for place, each in enumerate(values))
    return Chart(shape, "Leads", names or MONTHS[: len(values[0])], series, **given)


def values(found: Any, series: int = 0) -> list[float]:
    return [point["value"] for point in found.block["chart"]["series"][series]["data"]]


@pytest.mark.parametrize(
    ("unit", "value", "shown", "label"),
    [
        ("percent", 0.414, 41.4, "%"), ("money", 1_200_050, 12_000, "EUR"), ("duration", 5400, 90, "minutes"),
        ("duration", 14_400, 4, "hours"), ("duration", 432_000, 5, "days"), ("duration", 45, 45, "seconds"),
    ],
)  # fmt: skip
def test_values_are_drawn_in_the_unit_that_people_read(unit: Any, value: float, shown: float, label: str) -> None:
    found = drawn(chart("bar", (value, 0), unit=unit, currency="EUR"))
    assert found is not None
    assert values(found)[0] == shown
    assert found.block["chart"]["axis_config"]["y_label"] == label


def test_of_too_many_sources_the_largest_stay_in_their_order_and_the_rest_is_summed() -> None:
    found = drawn(chart("bar", tuple(float(number) for number in range(30))))
    assert found is not None
    names = found.block["chart"]["axis_config"]["categories"]
    assert names == [*MONTHS[11:], OTHERS]
    assert values(found)[-1] == sum(range(11))
    assert found.note == "The chart sums up all but the largest 19 as “others”."


def test_of_too_many_days_the_latest_stay() -> None:
    found = drawn(chart("line", tuple(float(number) for number in range(1, 31))))
    assert found is not None
    assert found.block["chart"]["axis_config"]["categories"] == list(MONTHS[10:])
    assert found.note == "The chart shows the latest 20 of 30."


def test_shares_and_medians_are_never_summed_into_others() -> None:
    found = drawn(chart("bar", (0.5,) * 30, unit="percent"))
    assert found is not None
    assert OTHERS not in found.block["chart"]["axis_config"]["categories"]
    assert found.note == "The chart shows the first 20 of 30."


def test_a_pie_has_no_part_of_nothing() -> None:
    found = drawn(chart("pie", (3.0, 0.0, 1.0), names=("website", "fair", "webinar")))
    assert found is not None
    assert found.block["chart"]["segments"] == [{"label": "website", "value": 3}, {"label": "webinar", "value": 1}]


def test_what_is_below_nothing_makes_bars_of_a_pie() -> None:
    found = drawn(chart("pie", (3.0, -1.0)))
    assert found is not None
    assert found.block["chart"]["type"] == "bar"


@pytest.mark.parametrize("empty", [(), (0.0, 0.0), (float("nan"), 1.0), (float("inf"),)])
def test_nothing_is_drawn_of_nothing(empty: tuple[float, ...]) -> None:
    assert drawn(chart("bar", empty, names=MONTHS[: len(empty)])) is None


def test_a_series_with_gaps_is_not_drawn() -> None:
    assert drawn(replace(chart("line", (1.0, 2.0)), categories=MONTHS[:3])) is None


def test_two_names_that_begin_alike_stay_two() -> None:
    long = "Enterprise Software Holding "
    assert labels([long + "East", long + "West", long, ""]) == [
        "Enterprise Software…", "Enterprise Softwar 2", "Enterprise Softwar 3", "—",
    ]  # fmt: skip


shapes = st.sampled_from(["bar", "line", "area", "pie"])
units = st.sampled_from(["count", "percent", "money", "duration", "number"])
numbers = st.floats(-1e12, 1e12) | st.integers(0, 10**9).map(float)


@settings(max_examples=50)
@given(shape=shapes, unit=units, width=st.integers(1, 40), data=st.data())
def test_whatever_there_is_to_draw_slack_takes(shape: Any, unit: Any, width: int, data: st.DataObject) -> None:
    names = st.text(max_size=30)
    row = st.tuples(*[numbers] * width)
    count = data.draw(st.integers(1, 15))
    series = tuple(Series(data.draw(names), data.draw(row)) for _ in range(count))
    value = Chart(shape, data.draw(names), tuple(data.draw(names) for _ in range(width)), series, unit, "EUR")
    blocks = [each.block for each in all_drawn((value, value, value))]
    assert problems(blocks, "message") == []
    assert problems(plainer(blocks), "message") == []
    assert all(0 < len(spoken(block)) <= 1000 for block in blocks)
