"""When a lead without a first contact is spoken of: in working time, in order, and never outside hours."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.calendar import WorkingHours
from bot.rules.response import MANAGER, NEXT, REMIND, Due, Ladder, Stretch, next_step

BERLIN, NEW_YORK, KATHMANDU = "Europe/Berlin", "America/New_York", "Asia/Kathmandu"
OFFICE = WorkingHours(time(9), time(18), frozenset(range(5)))
BERLIN_OFFICE = WorkingHours(time(9), time(18), frozenset(range(5)), "DE-BE")
SUNDAYS_TOO = WorkingHours(time(1), time(6), frozenset(range(7)))
USUAL: Ladder = (30, 120, 480)


def at(moment: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def climbed(ladder: Ladder, stretch: Stretch) -> list[Due]:
    """Every step, each taken when it is due."""
    found, taken = [], 0
    while (due := next_step(ladder, stretch, taken)) is not None:
        found.append(due)
        taken = due.step
    return found


CASES = {
    "within a day": (OFFICE, BERLIN, "2026-11-24T09:30", "2026-11-24T10:00", "2026-11-24T11:30", "2026-11-24T17:30"),
    "over night": (OFFICE, BERLIN, "2026-11-24T17:45", "2026-11-25T09:15", "2026-11-25T10:45", "2026-11-25T16:45"),
    "from the night": (OFFICE, BERLIN, "2026-11-24T23:00", "2026-11-25T09:30", "2026-11-25T11:00", "2026-11-25T17:00"),
    "over a weekend": (OFFICE, BERLIN, "2026-11-27T17:45", "2026-11-30T09:15", "2026-11-30T10:45", "2026-11-30T16:45"),
    "from a weekend": (OFFICE, BERLIN, "2026-11-28T12:00", "2026-11-30T09:30", "2026-11-30T11:00", "2026-11-30T17:00"),
    "not at the last stroke of the day but the next morning": (
        OFFICE, BERLIN, "2026-11-24T17:30", "2026-11-25T09:00", "2026-11-25T10:30", "2026-11-25T16:30"),
    "over a holiday": (
        BERLIN_OFFICE, BERLIN, "2026-04-30T17:45", "2026-05-04T09:15", "2026-05-04T10:45", "2026-05-04T16:45"),
    "the same day where there are no holidays": (
        OFFICE, BERLIN, "2026-04-30T17:45", "2026-05-01T09:15", "2026-05-01T10:45", "2026-05-01T16:45"),
    "while the clocks go forward": (
        SUNDAYS_TOO, BERLIN, "2026-03-29T01:45", "2026-03-29T03:15", "2026-03-29T04:45", "2026-03-30T05:45"),
    "while the clocks go back": (
        SUNDAYS_TOO, BERLIN, "2026-10-25T01:45", "2026-10-25T02:15", "2026-10-25T02:45", "2026-10-26T03:45"),
    "of a quarter's zone": (
        OFFICE, KATHMANDU, "2026-11-24T17:45", "2026-11-25T09:15", "2026-11-25T10:45", "2026-11-25T16:45"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_step_is_due_after_its_working_minutes(name: str) -> None:
    hours, zone, since, *due = CASES[name]
    expected = [at(moment, zone) for moment in due]
    if name == "while the clocks go back":
        expected[1] += timedelta(hours=1)  # the second time that it is 2:45
    found = climbed(USUAL, Stretch(at(since, zone), hours, zone))
    assert found == [Due(moment, step) for step, moment in enumerate(expected, start=1)]


def test_time_counts_in_the_owners_zone_not_where_the_lead_came_in() -> None:
    arrived = at("2026-11-24T10:00", BERLIN)  # four in the morning in New York
    assert next_step(USUAL, Stretch(arrived, OFFICE, BERLIN), 0) == (at("2026-11-24T10:30", BERLIN), REMIND)
    assert next_step(USUAL, Stretch(arrived, OFFICE, NEW_YORK), 0) == (at("2026-11-24T09:30", NEW_YORK), REMIND)


@pytest.mark.parametrize(
    ("ladder", "steps"),
    [
        ((None, None, None), []), ((30, None, None), [REMIND]), ((None, 120, None), [MANAGER]),
        ((None, None, 480), [NEXT]), ((30, None, 480), [REMIND, NEXT]), (USUAL, [REMIND, MANAGER, NEXT]),
    ],
)  # fmt: skip
def test_a_step_without_minutes_is_never_taken(ladder: Ladder, steps: list[int]) -> None:
    assert [due.step for due in climbed(ladder, Stretch(at("2026-11-24T09:00"), OFFICE, BERLIN))] == steps


@pytest.mark.parametrize(
    ("changed", "taken", "expected"),
    [
        ((60, 120, 480), 0, Due(at("2026-11-24T10:00"), REMIND)),  # more time than there was
        ((5, 120, 480), 0, Due(at("2026-11-24T09:05"), REMIND)),
        ((None, 120, 480), 0, Due(at("2026-11-24T11:00"), MANAGER)),  # the step that was planned is gone
        ((60, 240, 480), 1, Due(at("2026-11-24T13:00"), MANAGER)),  # what was taken is not taken again
        ((60, None, None), 1, None),
        ((None, None, None), 2, None),
        (USUAL, 3, None),
    ],
)
def test_a_changed_playbook_counts_from_the_next_step_on(changed: Ladder, taken: int, expected: Due | None) -> None:
    assert next_step(changed, Stretch(at("2026-11-24T09:00"), OFFICE, BERLIN), taken) == expected


def test_what_an_offer_used_goes_along_with_it_and_a_new_owner_begins_with_none() -> None:
    moved = Stretch(at("2026-11-24T10:00"), OFFICE, BERLIN, used=timedelta(minutes=25))
    assert next_step(USUAL, moved, 0) == (at("2026-11-24T10:05"), REMIND)
    assert next_step(USUAL, Stretch(at("2026-11-24T10:00"), OFFICE, BERLIN), 0) == (at("2026-11-24T10:30"), REMIND)


def test_more_was_used_than_the_step_takes_so_it_is_due_at_once_but_within_hours() -> None:
    used = timedelta(hours=3)
    evening, noon = at("2026-11-24T20:00"), at("2026-11-24T12:00")
    assert next_step(USUAL, Stretch(noon, OFFICE, BERLIN, used), 1) == (noon, MANAGER)
    assert next_step(USUAL, Stretch(evening, OFFICE, BERLIN, used), 1) == (at("2026-11-25T09:00"), MANAGER)


def test_after_a_step_that_came_late_the_next_keeps_its_distance() -> None:
    stretch = Stretch(at("2026-11-24T09:00"), OFFICE, BERLIN)
    late = at("2026-11-24T15:00")
    assert next_step(USUAL, stretch, REMIND) == (at("2026-11-24T11:00"), MANAGER)
    assert next_step(USUAL, stretch, REMIND, late_at=late) == (at("2026-11-24T16:30"), MANAGER)
    assert next_step(USUAL, stretch, MANAGER, late_at=late) == (at("2026-11-25T12:00"), NEXT)


def test_a_step_that_came_late_brings_no_other_forward() -> None:
    stretch = Stretch(at("2026-11-24T09:00"), OFFICE, BERLIN)
    assert next_step(USUAL, stretch, REMIND, late_at=at("2026-11-24T09:20")) == (at("2026-11-24T11:00"), MANAGER)


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        ("2026-11-24T17:30", 20), ("2026-11-24T17:44", 34), ("2026-11-24T23:00", 50), ("2026-11-25T09:10", 60),
        ("2026-11-24T17:29", 20), ("2026-11-23T09:00", 20),  # the clock was set back
    ],
)  # fmt: skip
def test_time_waited_is_working_time_and_never_runs_backwards(now: str, minutes: int) -> None:
    stretch = Stretch(at("2026-11-24T17:30"), OFFICE, BERLIN, used=timedelta(minutes=20))
    assert stretch.counted(at(now)) == timedelta(minutes=minutes)


moments = st.builds(datetime.fromtimestamp, st.integers(1_735_689_600, 1_893_456_000), tz=st.just(UTC))  # 2025 to 2029
zones = st.sampled_from([BERLIN, NEW_YORK, KATHMANDU, "Asia/Tokyo", "Australia/Lord_Howe", "America/Havana", "UTC"])
ladders = st.builds(
    lambda minutes, kept: tuple(m if keep else None for m, keep in zip(sorted(minutes), kept, strict=True)),
    st.lists(st.integers(1, 3000), min_size=3, max_size=3, unique=True),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
used = st.builds(timedelta, minutes=st.integers(0, 3000))


@st.composite
def working_hours(draw: st.DrawFn) -> WorkingHours:
    starts, ends = sorted(draw(st.lists(st.integers(0, 24 * 4 - 1), min_size=2, max_size=2, unique=True)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    clock = [time(number // 4, number % 4 * 15) for number in (starts, ends)]
    return WorkingHours(clock[0], clock[1], days, draw(st.sampled_from([None, "DE-BE", "US-CA", "JP"])))


stretches = st.builds(Stretch, moments, working_hours(), zones, used)


@given(stretches, ladders)
@example(Stretch(at("2026-11-24T17:30"), OFFICE, BERLIN), USUAL)
def test_steps_come_in_order_within_hours_and_not_before_their_working_time(stretch: Stretch, ladder: Ladder) -> None:
    found = climbed(ladder, stretch)
    assert [due.step for due in found] == [step for step, minutes in enumerate(ladder, start=1) if minutes]
    for due in found:
        assert stretch.hours.cover(due.at, stretch.zone)
        assert due.at >= stretch.since
        minutes = ladder[due.step - 1]
        assert minutes is not None
        assert stretch.counted(due.at) >= timedelta(minutes=minutes)
        assert stretch.counted(due.at) == max(timedelta(minutes=minutes), stretch.used)
    assert all(earlier.at <= later.at for earlier, later in pairwise(found))


@given(stretches, ladders, st.integers(0, 2), moments)
def test_a_step_after_a_late_one_is_within_hours_too_and_never_sooner(
    stretch: Stretch, ladder: Ladder, taken: int, late_at: datetime
) -> None:
    planned, moved = next_step(ladder, stretch, taken), next_step(ladder, stretch, taken, late_at=late_at)
    if planned is None or moved is None:
        assert planned is moved
        return
    assert moved.step == planned.step
    assert moved.at >= max(planned.at, late_at if taken else planned.at)
    assert stretch.hours.cover(moved.at, stretch.zone)
