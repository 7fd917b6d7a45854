"""When the morning digest comes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import WorkingHours
from bot.rules.digests import digest_hours, last_working_day, next_digest

HOURS = WorkingHours(time(9), time(18), frozenset(range(5)), "DE")
BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda span: datetime(2026, 1, 1, tzinfo=UTC) + span)


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        (time(9), berlin(11, 24, 8, 59), berlin(11, 24, 9)),
        (time(9), berlin(11, 24, 9), berlin(11, 25, 9)),
        (time(8, 30), berlin(11, 24, 9), berlin(11, 25, 8, 30)),  # before work, because they chose so
        (time(19), berlin(11, 24, 9), berlin(11, 24, 19)),
        (time(9), berlin(11, 27, 12), berlin(11, 30, 9)),  # Friday: Monday
        (time(9), berlin(12, 24, 12), berlin(12, 28, 9)),  # over Christmas
        (time(9), berlin(3, 27, 12), berlin(3, 30, 9)),  # over the clock change
        (time(9), berlin(10, 23, 12), berlin(10, 26, 9)),
    ],
)
def test_the_digest_comes_on_working_days_at_its_time(at: time, now: datetime, due: datetime) -> None:
    assert next_digest(digest_hours(HOURS, at), "Europe/Berlin", at, now=now) == due


def test_the_playbooks_time_before_work_means_when_work_begins() -> None:
    assert next_digest(digest_hours(HOURS, None), "Europe/Berlin", time(7), now=berlin(11, 24, 6)) == berlin(11, 24, 9)


@given(
    MOMENTS, st.times().map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(["Europe/Berlin", "America/Santiago", "Africa/Casablanca", "Asia/Tehran", "Pacific/Apia"]),
)  # fmt: skip
def test_there_is_always_a_next_one_within_the_week(now: datetime, at: time, zone: str) -> None:
    hours = WorkingHours(time(9), time(18), frozenset(range(5)))
    due = next_digest(digest_hours(hours, at), zone, at, now=now)
    assert now < due
    assert (due - now).days <= 4
    assert due.astimezone(ZoneInfo(zone)).weekday() < 5


def test_the_working_day_before() -> None:
    assert last_working_day(HOURS, date(2026, 11, 24)) == date(2026, 11, 23)
    assert last_working_day(HOURS, date(2026, 11, 23)) == date(2026, 11, 20)
