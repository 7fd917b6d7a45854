"""Who can take a lead now: tables of cases, and the figures that prove each obstacle."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.rules.calendar import WorkingHours
from bot.rules.eligibility import Candidate, Limits, counted_since, is_absent, obstacle, stands

WEEKDAYS = frozenset(range(5))
HOURS = WorkingHours(time(9), time(18), WEEKDAYS)
GERMAN = WorkingHours(time(9), time(18), WEEKDAYS, "DE")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
NONE: frozenset[str] = frozenset()


def rep(**given: Any) -> Candidate:
    return Candidate(**{"rep_id": 1, "time_zone": "UTC", "hours": HOURS, **given})


def found(candidate: Candidate, *, needs: frozenset[str] = NONE, now: datetime = NOON) -> str | None:
    """What stands in the way, once its own figures were seen to prove it."""
    standing = obstacle(candidate, needs=needs, now=now)
    assert standing is None or stands(standing, now)
    return standing["is"] if standing else None


def test_a_rep_at_work_with_nothing_in_the_way_can_take_a_lead() -> None:
    assert found(rep()) is None


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"had_this_lead": "passed"}, "had it"),
        ({"is_paused": True}, "paused"),
        ({"is_set_aside": True}, "set aside"),
        ({"away_until": NOON + timedelta(microseconds=1)}, "away"),
        ({"away_until": NOON}, None),
        ({"time_zone": "Asia/Tokyo"}, "hours"),
        ({"limits": Limits(offers=2), "open_offers": 2}, "offers"),
        ({"limits": Limits(offers=2), "open_offers": 1}, None),
        ({"limits": Limits(open=25), "open_leads": 25}, "open leads"),
        ({"limits": Limits(open=25), "open_leads": 24}, None),
        ({"limits": Limits(day=5), "taken": {"day": 5}}, "cap"),
        ({"limits": Limits(day=5), "taken": {"day": 4}}, None),
        ({"limits": Limits(hour=1, week=9), "taken": {"hour": 0, "week": 9}}, "cap"),
    ],
)
def test_what_stands_in_the_way(given: dict[str, Any], cause: str | None) -> None:
    assert found(rep(**given)) == cause


def test_a_rep_needs_every_skill_of_the_lead() -> None:
    assert found(rep(skills=frozenset({"german"})), needs=frozenset({"german", "enterprise"})) == "skills"
    assert found(rep(skills=frozenset({"german", "enterprise"})), needs=frozenset({"german"})) is None


@pytest.mark.parametrize(
    ("now", "zone", "hours", "cause"),
    [
        ("2026-03-29T07:30+00:00", "Europe/Berlin", WorkingHours(time(9), time(18), frozenset({6})), None),
        ("2026-03-29T06:59+00:00", "Europe/Berlin", WorkingHours(time(9), time(18), frozenset({6})), "hours"),
        ("2026-10-25T08:00+00:00", "Europe/Berlin", WorkingHours(time(9), time(18), frozenset({6})), None),
        ("2026-10-25T07:59+00:00", "Europe/Berlin", WorkingHours(time(9), time(18), frozenset({6})), "hours"),
        ("2028-02-29T12:00+00:00", "UTC", HOURS, None),
        ("2026-12-25T12:00+00:00", "Europe/Berlin", GERMAN, "holiday"),
        ("2026-12-25T12:00+00:00", "Europe/Berlin", HOURS, None),
        # The holiday is the rep's own day, not the world's.
        ("2026-12-24T23:30+00:00", "Asia/Tokyo", WorkingHours(time(8), time(18), WEEKDAYS, "DE"), "holiday"),
        # Whoever moves is at work where they are now.
        ("2026-11-24T16:00+00:00", "Europe/Berlin", HOURS, None),
        ("2026-11-24T16:00+00:00", "Asia/Dubai", HOURS, "hours"),
        ("2026-11-24T16:00+00:00", "America/New_York", HOURS, None),
    ],
)
def test_days_that_are_not_like_others(now: str, zone: str, hours: WorkingHours, cause: str | None) -> None:
    assert found(rep(time_zone=zone, hours=hours), now=datetime.fromisoformat(now)) == cause


def test_a_clock_set_back_an_hour_gives_the_earlier_answer_again() -> None:
    opening = datetime(2026, 11, 24, 9, tzinfo=UTC)
    moments = [opening, opening + timedelta(hours=1), opening, opening - timedelta(minutes=1)]
    assert [found(rep(), now=now) for now in moments] == [None, None, None, "hours"]


@pytest.mark.parametrize(
    ("span", "zone", "now", "since"),
    [
        ("hour", "UTC", "2026-11-24T12:34:56+00:00", "2026-11-24T12:00+00:00"),
        ("hour", "Asia/Kolkata", "2026-11-24T12:34+00:00", "2026-11-24T12:30+00:00"),
        ("day", "Europe/Berlin", "2026-11-24T12:00+00:00", "2026-11-23T23:00+00:00"),
        ("day", "America/New_York", "2026-11-24T03:00+00:00", "2026-11-23T05:00+00:00"),
        ("week", "Europe/Berlin", "2026-11-26T12:00+00:00", "2026-11-22T23:00+00:00"),
        ("week", "Europe/Berlin", "2026-10-26T12:00+00:00", "2026-10-25T23:00+00:00"),
        ("day", "Europe/Berlin", "2026-10-25T12:00+00:00", "2026-10-24T22:00+00:00"),
    ],
)
def test_a_calendar_window_begins_with_the_reps_own_hour_day_or_week(
    span: str, zone: str, now: str, since: str
) -> None:
    counted = counted_since(span, "calendar", zone, datetime.fromisoformat(now))
    assert counted + timedelta(microseconds=1) == datetime.fromisoformat(since)


def test_a_rolling_window_is_just_so_long() -> None:
    spans = [NOON - counted_since(span, "rolling", "UTC", NOON) for span in ("hour", "day", "week")]
    assert spans == [timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)]


def test_only_holidays_and_time_away_are_absences() -> None:
    assert is_absent(rep(away_until=NOON + timedelta(days=1)), NOON)
    assert is_absent(rep(hours=GERMAN), datetime(2026, 12, 25, 12, tzinfo=UTC))
    assert not is_absent(rep(time_zone="Asia/Tokyo"), NOON)
    assert not is_absent(rep(is_paused=True), NOON)


def test_figures_that_do_not_prove_the_obstacle_are_seen() -> None:
    assert not stands({"is": "cap", "span": "day", "limit": 5, "has": 4}, NOON)
    assert not stands({"is": "away", "until": NOON.isoformat()}, NOON)
    assert not stands({"is": "made up"}, NOON)
