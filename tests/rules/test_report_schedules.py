"""When a report comes by itself: in words and back, and as moments on every clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.schedules import (
    NoScheduleError,
    Rhythm,
    clock_of,
    last_moment,
    next_moment,
    on_the_wall,
    parted,
    spoken,
    written,
)

NINE = time(9)
# What people type, the report's words in it, and what it means.
WORDS = {
    "weekly every monday 9:00": ("weekly", Rhythm("week", 0, NINE)),
    "funnel last week every 1st 8:30": ("funnel last week", Rhythm("month", 1, time(8, 30))),
    "speed daily 17:00": ("speed", Rhythm("day", 0, time(17))),
    "weekly weekly on fridays at 16.30": ("weekly", Rhythm("week", 4, time(16, 30))),
    "pipeline team:smb monthly on the 15th at 9": ("pipeline team:smb", Rhythm("month", 15, NINE)),
    "pipeline every Wed 5pm": ("pipeline", Rhythm("week", 2, time(17))),
    "pipeline each day 12am": ("pipeline", Rhythm("day", 0, time(0))),
    "goals every last day of the month": ("goals", Rhythm("month", 31, NINE)),
    "reps weekly": ("reps", Rhythm("week", 0, NINE)),
    "weekly monthly": ("weekly", Rhythm("month", 1, NINE)),
}
NOT_UNDERSTOOD = (
    "weekly", "funnel last week", "funnel every", "funnel every blue moon", "funnel every monday 25:00",
    "funnel every monday 9:00 10:00", "funnel every monday tuesday", "every monday 9:00", "funnel every 32nd", "",
    "funnel every day monday 13pm",
)  # fmt: skip
ZONES = (
    "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC",
    "Africa/Cairo", "America/Havana",
)  # fmt: skip
clocks = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
rhythms = st.one_of(
    st.builds(Rhythm, st.just("day"), st.just(0), clocks),
    st.builds(Rhythm, st.just("week"), st.integers(0, 6), clocks),
    st.builds(Rhythm, st.just("month"), st.integers(1, 31), clocks),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("words", WORDS)
def test_what_people_type(words: str) -> None:
    assert parted(words) == WORDS[words]


@pytest.mark.parametrize("words", NOT_UNDERSTOOD)
def test_what_is_no_schedule_gets_a_sentence_with_an_example(words: str) -> None:
    with pytest.raises(NoScheduleError, match=r"every monday 9:00"):
        parted(words)


@given(rhythms)
def test_a_rhythm_in_words_is_the_same_rhythm(rhythm: Rhythm) -> None:
    assert parted(f"funnel last week {written(rhythm)}") == ("funnel last week", rhythm)


@given(rhythms, st.sampled_from(ZONES), moments)
def test_the_next_moment_is_later_on_the_right_day_and_at_the_right_time(
    rhythm: Rhythm, zone: str, after: datetime
) -> None:
    moment = next_moment(rhythm, zone, after)
    assert moment > after
    local = moment.astimezone(ZoneInfo(zone))
    assert is_its_day(rhythm, local.date())
    if local.time() != rhythm.at:  # the clock jumped over it: this is the first moment behind the jump
        before = (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
        assert before.time() < rhythm.at < local.time() or before.date() < local.date()


@given(rhythms, st.sampled_from(ZONES), moments)
def test_every_day_week_or_month_has_exactly_one(rhythm: Rhythm, zone: str, after: datetime) -> None:
    found = [next_moment(rhythm, zone, after)]
    for _ in range(40):
        found.append(next_moment(rhythm, zone, found[-1]))
    numbers = [number_of_period(rhythm, moment.astimezone(ZoneInfo(zone)).date()) for moment in found]
    assert numbers == list(range(numbers[0], numbers[0] + len(found)))


@given(rhythms, st.sampled_from(ZONES), moments)
def test_the_last_moment_is_the_one_before_the_next(rhythm: Rhythm, zone: str, at: datetime) -> None:
    last = last_moment(rhythm, zone, at)
    assert last <= at < next_moment(rhythm, zone, last) == next_moment(rhythm, zone, at)
    assert last_moment(rhythm, zone, last) == last


def is_its_day(rhythm: Rhythm, day: date) -> bool:
    if rhythm.every == "week":
        return day.weekday() == rhythm.day
    is_last = (day + timedelta(days=1)).day == 1
    return rhythm.every == "day" or day.day == rhythm.day or (is_last and day.day < rhythm.day)


def number_of_period(rhythm: Rhythm, day: date) -> int:
    if rhythm.every == "month":
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7 if rhythm.every == "week" else day.toordinal()


def test_a_time_that_the_clock_skips_is_the_first_moment_that_exists() -> None:
    assert on_the_wall(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert on_the_wall(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_it_is_spoken_of_in_plain_words() -> None:
    assert spoken(Rhythm("week", 0, NINE)) == "every Monday at 9:00"
    assert spoken(Rhythm("day", 0, time(17, 5))) == "every day at 17:05"
    assert spoken(Rhythm("month", 22, NINE)) == "every 22nd of the month at 9:00"
    assert spoken(Rhythm("month", 31, NINE)) == "on the last day of the month at 9:00"


@pytest.mark.parametrize("word", ["9:60", "24", "13pm", "0am", "x", "9:0", "٩", ""])
def test_what_is_no_time_of_day(word: str) -> None:
    assert clock_of(word) is None
