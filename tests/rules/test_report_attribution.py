"""Sharing a won deal out among its touches: by hand, and what holds for every model."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.attribution import MODELS, WHOLE, Journey, credited, shared

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def days(*numbers: float, lead: float = 0, deal: float | None = None) -> Journey:
    at = [START + timedelta(days=number) for number in numbers]
    became = START + timedelta(days=deal) if deal is not None else None
    return Journey(at, START + timedelta(days=60), START + timedelta(days=lead), became)


@pytest.mark.parametrize(("model", "wanted"), [
    ("first", [100, 0, 0, 0]), ("last", [0, 0, 0, 100]), ("linear", [25, 25, 25, 25]),
    ("position-based", [40, 10, 10, 40]), ("w-shaped", [30, 30, 10, 30]),
])  # fmt: skip
def test_four_touches_by_hand(model: str, wanted: list[int]) -> None:
    """An ad, the form that made it a lead, a webinar, the call after which it became a deal."""
    assert credited(model, days(0, 7, 14, 28, lead=7, deal=28)) == [share * 10_000 for share in wanted]


def test_a_week_halves_in_time_decay() -> None:
    assert credited("time-decay", days(0, 7, 14)) == [142_857, 285_714, 571_429]


def test_one_touch_has_it_all_in_every_model() -> None:
    assert {model: credited(model, days(3)) for model in MODELS} == {model: [WHOLE] for model in MODELS}


def test_no_touch_no_credit() -> None:
    assert all(credited(model, days()) == [] for model in MODELS)


def test_two_touches_share_a_position_based_deal() -> None:
    assert credited("position-based", days(0, 1)) == [500_000, 500_000]


def test_what_made_it_a_lead_and_a_deal_at_once_has_both_shares() -> None:
    assert credited("w-shaped", days(0, 7, 14, lead=8, deal=9)) == [300_000, 600_000, 100_000]


@given(
    st.sampled_from(sorted(MODELS)), st.lists(st.floats(0, 900), min_size=1, max_size=60), st.floats(-5, 900),
    st.none() | st.floats(-5, 900),
)  # fmt: skip
def test_credits_are_one_deal_in_every_model(model: str, at: list[float], lead: float, deal: float | None) -> None:
    found = credited(model, days(*sorted(at), lead=lead, deal=deal))
    assert sum(found) == WHOLE
    assert all(share >= 0 for share in found)
    assert len(found) == len(at)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40))
def test_nothing_is_more_than_one_millionth_off(weights: list[float]) -> None:
    parts = shared(weights)
    assert sum(parts) == WHOLE
    assert all(abs(part - weight / sum(weights) * WHOLE) < 1.001 for part, weight in zip(parts, weights, strict=True))
