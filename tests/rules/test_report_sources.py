"""What leads cost: parts of spend by days and by leads, and what came back."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.sources import Source, of_days, spread, whole

FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))


def test_ten_of_thirty_days_are_a_third() -> None:
    assert of_days(30_000, FIRST, date(2026, 12, 1), date(2026, 11, 21), date(2026, 12, 31)) == 10_000


def test_days_outside_cost_nothing() -> None:
    assert of_days(30_000, FIRST, date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)) == 0
    assert of_days(30_000, FIRST, date(2026, 12, 1), date(2026, 12, 5), date(2026, 11, 5)) == 0


@given(st.integers(0, 10**9), st.integers(1, 60), st.lists(DAYS, max_size=5))
def test_however_a_time_is_cut_up_its_parts_sum_to_the_whole(cents: int, days: int, cuts: list[date]) -> None:
    ends = FIRST + timedelta(days=days)
    edges = sorted([date(2026, 10, 1), *cuts, date(2027, 12, 1)])
    parts = [of_days(cents, FIRST, ends, *pair) for pair in pairwise(edges)]
    assert sum(parts) == cents
    assert min(parts) >= 0


@given(st.integers(0, 10**9), st.dictionaries(st.integers(1, 9), st.integers(0, 50), min_size=1))
def test_what_is_shared_out_by_leads_sums_to_the_whole(cents: int, leads: dict[int, int]) -> None:
    parts = spread(cents, leads)
    assert sum(parts.values()) == (cents if sum(leads.values()) else 0)
    assert all(parts[team] == 0 for team, count in leads.items() if not count)


def test_one_source_by_hand() -> None:
    """20 leads, 8 of them MQLs of which sales took 6; 2 won for 3,000.00, after 1,200.00 were spent."""
    one = Source("webinar", leads=20, mqls=8, accepted=6, won=2, value=300_000, spend=120_000)
    assert (one.mql_share, one.accepted_share) == (0.4, 0.75)
    assert (one.per_lead, one.per_win, one.return_) == (6_000, 60_000, 1.5)


def test_what_was_not_spent_has_no_cost_and_no_return() -> None:
    one = Source("referral", leads=3, won=1, value=100)
    assert (one.per_lead, one.per_win, one.return_) == (None, None, None)
    assert Source("fair", spend=500).return_ == -1


def test_the_whole_is_the_sum() -> None:
    total = whole([Source("a", leads=2, won=1, value=5, spend=3), Source("b", leads=1, spend=1), Source("c", mqls=1)])
    assert (total.leads, total.mqls, total.won, total.value, total.spend) == (3, 1, 1, 5, 4)
    assert whole([Source("a"), Source("b")]).spend is None
    assert whole([Source("a", value=8, spend=4)]).return_ == pytest.approx(1)
