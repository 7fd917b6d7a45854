"""A replay's shortcuts answer as what they stand for, and a small world goes as worked out by hand."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.playbook import Caps, Playbook, read_playbook
from bot.rules.calendar import WorkingHours
from bot.rules.cleaning.lead import CleanLead
from bot.rules.eligibility import Candidate, Limits, counted_since
from bot.rules.recorded import Arrival, Person, SeatChange, Start, TeamStart
from bot.rules.remembered import RememberedHours
from bot.rules.rotation import Rotation
from bot.rules.simulation import Simulation
from bot.rules.tally import Tally, percentile
from bot.rules.windows import Windows

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
NO_LIMITS = Limits()
OFFICE = WorkingHours(time(9), time(17), frozenset(range(5)))
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
moments = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
hours = st.builds(
    lambda day, starts, length, holidays: WorkingHours(
        time(starts), time(min(23, starts + length), 30), frozenset(day), holidays
    ),
    st.sets(st.integers(0, 6), min_size=1), st.integers(0, 22), st.integers(1, 20), st.sampled_from([None, "DE-BE"]),
)  # fmt: skip


@settings(max_examples=60)
@given(hours=hours, zone=st.sampled_from(ZONES), first=moments, steps=st.lists(st.integers(1, 3000), max_size=40))
def test_remembered_hours_answer_like_the_hours(
    hours: WorkingHours, zone: str, first: datetime, steps: list[int]
) -> None:
    remembered, now = RememberedHours(hours), first
    for step in steps:
        now += timedelta(minutes=step)
        assert remembered.cover(now, zone) == hours.cover(now, zone)
        assert remembered.next_open(now, zone) == hours.next_open(now, zone)


@settings(max_examples=60)
@given(zone=st.sampled_from(ZONES), first=moments, steps=st.lists(st.integers(1, 5000), max_size=40))
def test_windows_answer_like_the_caps_themselves(zone: str, first: datetime, steps: list[int]) -> None:
    windows, now = Windows(), first
    for step in steps:
        now += timedelta(minutes=step)
        for span in ("hour", "day", "week"):
            for window in ("rolling", "calendar"):
                assert windows.since(span, window, zone, now) == counted_since(span, window, zone, now)
            begins = windows.next_begins(span, zone, now)
            just_before = timedelta(microseconds=1)
            assert begins > now
            assert counted_since(span, "calendar", zone, begins) == begins - just_before
            assert counted_since(span, "calendar", zone, begins - just_before) < begins - just_before


def playbook() -> Playbook:
    found = read_playbook(Path(__file__).parents[2] / "playbook.toml")
    teams = tuple(one.model_copy(update={"caps": Caps(), "absence": "none"}) for one in found.teams)
    return found.model_copy(update={"teams": teams})


def start(*people: Person, limits: Limits = NO_LIMITS, changes: tuple[SeatChange, ...] = ()) -> Start:
    rotation = Rotation()
    for person in people:
        rotation.join(person.rep_id)
    seats = {person.rep_id: Candidate(person.rep_id, "UTC", OFFICE, limits) for person in people}
    teams = (TeamStart(1, "smb", rotation.as_record(), seats), TeamStart(2, "enterprise", {}, {}))
    return Start(NINE, teams, {person.rep_id: person for person in people}, changes)


def play(
    begins: Start, *hours: float, rules: Playbook | None = None, until: float = 200
) -> tuple[Tally, list[int | None]]:
    """Leads so many hours after nine; what was counted, and who got each."""
    got: dict[int, int | None] = {}
    simulation = Simulation(playbook(), begins, settled=got.__setitem__)
    for number, hour in enumerate(hours, start=1):
        at = NINE + timedelta(hours=hour)
        simulation.arrive(Arrival(number, at, CleanLead(name="Jane", email=f"{number}@x{number}.example"), at))
    tally = simulation.finish(NINE + timedelta(hours=until))
    return tally, [got[number] for number in range(1, len(hours) + 1)]


def test_two_reps_take_turns() -> None:
    tally, got = play(start(Person(1), Person(2)), 0, 1, 2, 3)
    assert got == [1, 2, 1, 2]
    assert (tally.leads, tally.dealt, tally.waiting) == (4, 4, 0)


def test_a_lead_of_the_night_is_dealt_when_somebody_begins() -> None:
    tally, got = play(start(Person(1)), 12)
    assert got == [1]
    assert (list(tally.until_dealt), tally.held_long) == ([12 * 60], 1)


def test_a_rolling_cap_frees_up_to_the_minute() -> None:
    limits = Limits(hour=1)
    tally, got = play(start(Person(1), limits=limits), 0, 0.25)
    assert got == [1, 1]
    assert list(tally.until_dealt) == [0, 45]


def test_a_calendar_cap_frees_up_when_the_hour_begins() -> None:
    tally, _ = play(start(Person(1), limits=Limits(hour=1, window="calendar")), 0.5, 0.75)
    assert list(tally.until_dealt) == [0, 15]


def test_a_cap_on_open_offers_frees_up_with_the_answer_and_one_on_open_leads_with_the_close() -> None:
    slow = Person(1, answers_after=timedelta(minutes=10), keeps_for=timedelta(minutes=30))
    offers, _ = play(start(slow, limits=Limits(offers=1)), 0, 0)
    leads, _ = play(start(slow, limits=Limits(offers=1, open=1)), 0, 0)
    assert list(offers.until_dealt) == [0, 10]
    assert list(offers.until_answer) == [10, 20]
    assert list(leads.until_dealt) == [0, 40]


def test_a_hotter_lead_goes_before_one_that_came_earlier() -> None:
    got: list[int] = []
    simulation = Simulation(playbook(), start(Person(1)), settled=lambda lead, _rep: got.append(lead))
    for number, rank in ((1, 0), (2, -60), (3, 60)):
        at = NINE + timedelta(hours=10, minutes=number)
        simulation.arrive(Arrival(number, at, CleanLead(name="Jane"), at + timedelta(minutes=rank)))
    simulation.finish(NINE + timedelta(days=2))
    assert got == [2, 1, 3]


def test_seats_that_are_taken_left_and_paused_count_from_then_on() -> None:
    def at(hour: float) -> datetime:
        return NINE + timedelta(hours=hour)

    changes = (
        SeatChange(at(1.5), 1, 2, is_paused=True), SeatChange(at(3.5), 1, 2, is_paused=False),
        SeatChange(at(5.5), 1, 2, is_seated=False),
    )  # fmt: skip
    _, got = play(start(Person(1), Person(2), changes=changes), 0, 1, 2, 3, 4, 5, 6, 7)
    assert got == [1, 2, 1, 1, 2, 1, 1, 1]


def test_the_longest_wait_is_working_time_without_a_lead_and_without_absences() -> None:
    away = Person(1, absences=((NINE + timedelta(hours=24), NINE + timedelta(hours=48)),))
    tally, _ = play(start(away), 0, 49, until=51)
    # Tuesday from nine to five; Wednesday away; an hour on Thursday, then two.
    assert tally.idle[1] == timedelta(hours=8)


@pytest.mark.parametrize(("values", "percent", "found"), [
    ([], 50, None), ([3], 90, 3), ([4, 1, 3, 2], 50, 2), (list(range(1, 11)), 90, 9), ([1, 2], 100, 2),
])  # fmt: skip
def test_percentiles(values: list[float], percent: int, found: float | None) -> None:
    tally = Tally()
    tally.until_dealt.extend(values)
    assert percentile(tally.until_dealt, percent) == found


arrivals = st.lists(st.floats(0, 60).map(lambda hour: round(hour, 1)), min_size=1, max_size=40).map(sorted)


@settings(max_examples=40)
@given(hours=arrivals, cap=st.integers(1, 4), window=st.sampled_from(["rolling", "calendar"]))
def test_every_lead_is_counted_once_and_a_second_run_is_the_same(hours: list[float], cap: int, window: str) -> None:
    people = [Person(number, timedelta(minutes=5), timedelta(hours=3)) for number in (1, 2, 3)]
    begins = start(*people, limits=Limits(hour=cap, open=2 * cap, window=window))
    tally, got = play(begins, *hours)
    assert tally.leads == len(hours) == tally.dealt + tally.waiting + tally.left_open + tally.for_nobody
    assert sum(tally.routes.values()) == sum(tally.teams.values()) == tally.leads
    assert sum(1 for winner in got if winner) == tally.dealt
    assert play(begins, *hours) == (tally, got)
