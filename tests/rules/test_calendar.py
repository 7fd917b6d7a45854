"""Working hours in a person's own zone, through clock changes, skipped days and zones at both ends of the world."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.calendar import WorkingHours, at_local, next_local

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
OFFICE = WorkingHours(time(9), time(18), frozenset(range(5)))
NIGHT = WorkingHours(time(1, 30), time(2, 30), frozenset(range(7)))
ZONES = (
    BERLIN, "Europe/London", NEW_YORK, "America/St_Johns", "America/Sao_Paulo", "America/Havana", "Africa/Casablanca",
    "Asia/Kathmandu", "Asia/Gaza", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham",
    "Pacific/Kiritimati", "Antarctica/Troll", "UTC",
)  # fmt: skip
zones = st.sampled_from(ZONES)
moments = st.builds(datetime.fromtimestamp, st.integers(1_293_840_000, 2_143_152_000), tz=st.just(UTC))  # 2011 to 2037
# Clock changes are rare; around them is where it breaks.
changes = st.builds(
    lambda day, seconds: day + timedelta(seconds=seconds),
    st.sampled_from([
        datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 8, 6, tzinfo=UTC),
        datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC),
        datetime(2026, 10, 3, 15, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2018, 11, 4, 3, tzinfo=UTC),
    ]),
    st.integers(-36 * 3600, 36 * 3600),
)  # fmt: skip


@st.composite
def working_hours(draw: st.DrawFn) -> WorkingHours:
    starts, ends = sorted(draw(st.lists(st.integers(0, 24 * 4 - 1), min_size=2, max_size=2, unique=True)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return WorkingHours(quarter(starts), quarter(ends), days)


def quarter(number: int) -> time:
    return time(number // 4, number % 4 * 15)


@given(moments | changes, zones, working_hours())
@example(datetime(2026, 10, 25, 0, 40, tzinfo=UTC), BERLIN, WorkingHours(time(2, 45), time(2, 50), frozenset({6})))
@example(datetime(2026, 10, 25, 1, 5, tzinfo=UTC), BERLIN, WorkingHours(time(2, 15), time(2, 30), frozenset({6})))
@example(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), BERLIN, WorkingHours(time(2, 15), time(2, 45), frozenset({6})))
@example(datetime(2011, 12, 30, 5, tzinfo=UTC), "Pacific/Apia", WorkingHours(time(9), time(18), frozenset({4})))
def test_the_next_opening_is_within_hours_and_not_before_the_moment(
    moment: datetime, zone: str, hours: WorkingHours
) -> None:
    opening = hours.next_open(moment, zone)
    assert hours.cover(opening, zone)
    assert opening >= moment
    assert opening == moment or not hours.cover(moment, zone)


@given(moments, st.sampled_from(["Asia/Kathmandu", "Asia/Tokyo", "Pacific/Kiritimati", "UTC"]), working_hours())
def test_no_working_quarter_of_an_hour_is_skipped_on_the_way_to_the_next_opening(
    moment: datetime, zone: str, hours: WorkingHours
) -> None:
    opening = hours.next_open(moment, zone)
    step = moment
    while step < min(opening, moment + timedelta(days=2)):
        assert not hours.cover(step, zone)
        step += timedelta(minutes=5)


@pytest.mark.parametrize(
    ("moment", "zone", "opening"),
    [
        ("2026-11-24T09:30+00:00", BERLIN, "2026-11-24T10:30+01:00"),  # a Tuesday morning: at once
        ("2026-11-24T05:00+00:00", BERLIN, "2026-11-24T09:00+01:00"),
        ("2026-11-24T18:00+01:00", BERLIN, "2026-11-25T09:00+01:00"),  # the end itself is outside
        ("2026-11-27T19:00+01:00", BERLIN, "2026-11-30T09:00+01:00"),  # over the weekend
        ("2026-03-27T19:00+01:00", BERLIN, "2026-03-30T09:00+02:00"),  # and over the start of summer time
        ("2026-10-23T19:00+02:00", BERLIN, "2026-10-26T09:00+01:00"),  # and over its end
        ("2026-03-06T19:00-05:00", NEW_YORK, "2026-03-09T09:00-04:00"),
        ("2026-11-24T23:30+14:00", "Pacific/Kiritimati", "2026-11-25T09:00+14:00"),
    ],
)  # fmt: skip
def test_the_next_opening_by_the_clock_on_the_wall(moment: str, zone: str, opening: str) -> None:
    assert OFFICE.next_open(datetime.fromisoformat(moment), zone) == datetime.fromisoformat(opening)


def test_hours_that_a_clock_change_swallows_open_on_the_next_working_day() -> None:
    swallowed = WorkingHours(time(2, 15), time(2, 45), frozenset({5, 6}))
    opening = swallowed.next_open(datetime(2026, 3, 29, 0, tzinfo=UTC), BERLIN)
    assert opening.astimezone(ZoneInfo(BERLIN)).isoformat() == "2026-04-04T02:15:00+02:00"


def test_hours_that_come_twice_are_open_twice() -> None:
    second_pass = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 2:15 for the second time
    assert NIGHT.cover(second_pass, BERLIN)
    assert NIGHT.next_open(second_pass, BERLIN) == second_pass


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 3, 29), time(2, 30), "2026-03-29T03:30+02:00"),  # skipped: forward by the gap
        (date(2026, 10, 25), time(2, 30), "2026-10-25T02:30+02:00"),  # twice: the first
        (date(2026, 7, 1), time(9), "2026-07-01T09:00+02:00"),
        (date(2026, 12, 1), time(9), "2026-12-01T09:00+01:00"),
    ],
)  # fmt: skip
def test_a_wall_time_names_one_moment(day: date, at: time, moment: str) -> None:
    assert at_local(day, at, BERLIN) == datetime.fromisoformat(moment)


@given(moments | changes, st.integers(0, 24 * 4 - 1).map(quarter), zones)
@example(datetime(2026, 10, 25, 0, 40, tzinfo=UTC), time(2, 30), BERLIN)
@example(datetime(2011, 12, 30, 9, 59, tzinfo=UTC), time(23, 45), "Pacific/Apia")
def test_the_next_time_a_clock_shows_it_is_later_and_at_most_about_a_day_away(
    moment: datetime, at: time, zone: str
) -> None:
    found = next_local(moment, at, zone)
    assert moment < found <= moment + timedelta(hours=50)
    shown = found.astimezone(ZoneInfo(zone))
    # Where the clock skips that time, it shows it a gap later.
    assert shown.time() == at or shown.replace(tzinfo=None) > datetime.combine(shown.date(), at)


@given(moments | changes, zones, working_hours())
def test_a_working_day_is_found_on_or_after_the_day(moment: datetime, zone: str, hours: WorkingHours) -> None:
    day = moment.astimezone(ZoneInfo(zone)).date()
    found = hours.next_day(day)
    assert found.weekday() in hours.days
    assert day <= found < day + timedelta(days=7)
