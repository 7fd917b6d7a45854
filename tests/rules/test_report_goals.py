"""Goals as people write them, and their pace."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import WorkingHours
from bot.rules.reports.goals import Progress, UnclearGoalError, Wish, passed, read_goal

TEAMS, PEOPLE = ("smb", "Key accounts"), {"U0ALICE": "Alice", "U0BOB": "Bob Roe"}
HOURS = WorkingHours(time(9), time(17), frozenset(range(5)))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = MONDAY + timedelta(days=7)


def read(words: str) -> Wish:
    return read_goal(words, "EUR", TEAMS, PEOPLE)


@pytest.mark.parametrize(("words", "wanted"), [
    ("won value 50k per month team:smb", Wish("won value", 5_000_000, "month", "EUR", "smb")),
    ("20 mqls a week", Wish("mqls", 20, "week")),
    ("leads 1,000 per quarter", Wish("leads", 1000, "quarter")),
    ("5 wins each month @U0ALICE", Wish("won", 5, "month", person="U0ALICE")),
    ('weekly 3 SQLs team:"key accounts"', Wish("sqls", 3, "week", team="Key accounts")),
    ('revenue $1.5m / year rep:"bob roe"', Wish("won value", 150_000_000, "year", "USD", person="U0BOB")),
    ("40 first contacts every week", Wish("contacted", 40, "week")),
])  # fmt: skip
def test_words(words: str, wanted: Wish) -> None:
    assert read(words) == wanted


@pytest.mark.parametrize(("words", "why"), [
    ("", "in which time"), ("20 mqls", "in which time"), ("20 per week", "what is to be reached"),
    ("20 mqs a week", "Did you mean “mqls”"), ("mqls a week", "how much"), ("0 mqls a week", "more than nothing"),
    ("2.5 mqls a week", "whole numbers"), ("20 EUR mqls a week", "whole numbers"), ("-2 mqls a week", "less than"),
    ("20 mqls a week team:smbb", "Did you mean “smb”"), ("20 mqls a week rep:carol", "do not know the rep"),
    ("20 mqls a week team:smb @U0ALICE", "one of them"), ("20 mqls or 30 a week", "one amount"),
])  # fmt: skip
def test_words_that_name_no_goal(words: str, why: str) -> None:
    with pytest.raises(UnclearGoalError, match=why):
        read(words)


@pytest.mark.parametrize(("moment", "share"), [
    (timedelta(0), 0), (timedelta(hours=9), 0), (timedelta(hours=13), 0.1), (timedelta(days=1), 0.2),
    (timedelta(days=2, hours=17), 0.6), (timedelta(days=5), 1), (timedelta(days=6), 1), (timedelta(days=30), 1),
])  # fmt: skip
def test_of_a_working_week_a_day_is_a_fifth(moment: timedelta, share: float) -> None:
    assert passed(HOURS, "UTC", MONDAY, WEEK, MONDAY + moment) == pytest.approx(share)


def test_where_nobody_works_all_time_counts() -> None:
    saturday = MONDAY + timedelta(days=5)
    assert passed(HOURS, "UTC", saturday, WEEK, saturday + timedelta(days=1)) == 0.5


@pytest.mark.parametrize(("reached", "share", "state", "forecast"), [
    (10, 0.25, "ahead", 40), (5, 0.25, "on pace", 20), (4, 0.25, "behind", 16), (20, 0.25, "reached", 80),
    (19, 1.0, "missed", 19), (0, 0.0, "just begun", None), (3, 0.0, "just begun", None), (0, 0.5, "behind", 0),
])  # fmt: skip
def test_twenty_are_to_be_reached(reached: int, share: float, state: str, forecast: float | None) -> None:
    progress = Progress(20, reached, share)
    assert (progress.state, progress.forecast) == (state, forecast)
    assert progress.expected == 20 * share


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=9))
def test_pace_never_falls(seconds: list[int]) -> None:
    found = [passed(HOURS, "UTC", MONDAY, WEEK, MONDAY + timedelta(seconds=one)) for one in sorted(seconds)]
    assert found == sorted(found)
    assert all(0 <= one <= 1 for one in found)
