"""Whose turn it is: always someone who is there, evenly among those who are, and with a reason that names the rest."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import WorkingHours
from bot.rules.rotation import Candidate, Turn, next_turn, turn_taken_at

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALWAYS = WorkingHours(time(0), time(23, 59, 59, 999999), frozenset(range(7)))
OFFICE = WorkingHours(time(9), time(18), frozenset(range(5)))
NAMES = ("Alice", "Bob", "Carol", "Dave", "Eve", "Frank")
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo")


def rep(number: int, *, joined: datetime = NOON - timedelta(days=9), zone: str = "Europe/Berlin") -> Candidate:
    return Candidate(number, NAMES[number - 1], zone, turns=0, last_turn_at=None, joined_at=joined)


def named(turn: Turn) -> str | None:
    return turn.winner.name if turn.winner else None


@dataclass
class Rotation:
    """The team as its rows would hold it, one decision after another."""

    reps: dict[int, Candidate]
    now: datetime = NOON

    def decide(self, hours: WorkingHours = ALWAYS, had: frozenset[int] = frozenset()) -> Turn:
        seen = [replace(rep, had_this_lead="passed on" if rep.rep_id in had else None) for rep in self.reps.values()]
        turn = next_turn(seen, hours=hours, now=self.now)
        if turn.winner:
            taken_at = turn_taken_at(self.now, [rep.last_turn_at or rep.joined_at for rep in self.reps.values()])
            winner = self.reps[turn.winner.rep_id]
            self.reps[winner.rep_id] = replace(winner, turns=winner.turns + 1, last_turn_at=taken_at)
        return turn


@st.composite
def histories(draw: st.DrawFn) -> Rotation:
    """A team after any past of joins, absences, passes, leads in one instant and a clock that was set back."""
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=6, max_size=6))
    there = Rotation({1: rep(1, zone=zones[0])})
    for step in draw(
        st.lists(st.sampled_from(["join", "leave", "away", "back", "lead", "wait", "clock"]), max_size=40)
    ):
        someone = draw(st.sampled_from(sorted(there.reps)))
        match step:
            case "join":
                new = len(there.reps) + 1
                if new <= len(NAMES) and new not in there.reps:
                    there.reps[new] = rep(new, joined=there.now, zone=zones[new - 1])
            case "leave" if len(there.reps) > 1:
                del there.reps[someone]
            case "away":
                there.reps[someone] = replace(there.reps[someone], away_until=there.now + timedelta(hours=30))
            case "back":
                there.reps[someone] = replace(there.reps[someone], away_until=None)
            case "lead":
                there.decide(draw(st.sampled_from([ALWAYS, OFFICE])), draw(st.frozensets(st.integers(1, 6))))
            case "wait":
                there.now += timedelta(minutes=draw(st.integers(1, 3000)))
            case _:
                there.now -= timedelta(minutes=draw(st.integers(1, 90)))
    return there


@given(histories(), st.frozensets(st.integers(1, 6)), st.sampled_from([ALWAYS, OFFICE]))
def test_the_winner_is_always_someone_who_is_there(there: Rotation, had: frozenset[int], hours: WorkingHours) -> None:
    available = {
        rep.rep_id
        for rep in there.reps.values()
        if rep.rep_id not in had
        and hours.cover(there.now, rep.time_zone)
        and not (rep.away_until and rep.away_until > there.now)
    }
    turn = there.decide(hours, had)
    assert (turn.winner.rep_id in available) if turn.winner else not available


@given(histories(), st.lists(st.integers(0, 600), min_size=1, max_size=60))
def test_while_the_same_reps_are_there_nobody_is_a_full_lead_ahead(there: Rotation, pauses: list[int]) -> None:
    until = there.now + timedelta(seconds=sum(pauses))
    fixed = {
        number for number, rep in there.reps.items() if not rep.away_until or not there.now < rep.away_until
    }  # fmt: skip
    there.reps = {
        number: rep if number in fixed else replace(rep, away_until=until + timedelta(days=1))
        for number, rep in there.reps.items()
    }
    counts = Counter(dict.fromkeys(fixed, 0))
    for pause in pauses:
        winner = there.decide().winner
        if winner:
            counts[winner.rep_id] += 1
        assert not counts or max(counts.values()) - min(counts.values()) <= 1
        there.now += timedelta(seconds=pause)


@given(histories(), st.frozensets(st.integers(1, 6)))
def test_the_reason_names_whoever_stood_before_the_winner_and_why_not(there: Rotation, had: frozenset[int]) -> None:
    turn = there.decide(OFFICE, had)
    before = list(takewhile(lambda entry: not turn.winner or entry["rep_id"] != turn.winner.rep_id, turn.considered))
    named = [f"{there.reps[entry['rep_id']].name} {entry['excluded']}" in turn.reason for entry in before]
    # A reason that would not fit its column names the first and counts the rest.
    unnamed = named.count(False)
    assert named == sorted(named, reverse=True)
    assert (f"and {unnamed} more" in turn.reason) == bool(unnamed)


@given(histories())
def test_the_same_facts_give_the_same_decision_in_any_order(there: Rotation) -> None:
    candidates = list(there.reps.values())
    forwards = next_turn(candidates, hours=OFFICE, now=there.now)
    assert next_turn(candidates[::-1], hours=OFFICE, now=there.now) == forwards


def test_whoever_waited_longest_is_next() -> None:
    alice = replace(rep(1), last_turn_at=NOON - timedelta(hours=1), turns=3)
    bob = replace(rep(2), last_turn_at=NOON - timedelta(hours=2), turns=9)
    turn = next_turn([alice, bob], hours=ALWAYS, now=NOON)
    assert (named(turn), turn.reason) == ("Bob", "Bob has waited longest for a turn.")


def test_someone_new_waits_from_the_day_they_joined_and_gets_no_heap() -> None:
    there = Rotation({1: rep(1), 2: rep(2)})
    for _ in range(10):
        there.decide()
        there.now += timedelta(minutes=1)
    there.reps[3] = rep(3, joined=there.now)
    there.now += timedelta(minutes=1)
    assert [named(there.decide()) for _ in range(6)] == ["Alice", "Bob", "Carol"] * 2


def test_someone_back_from_holidays_is_next_once_and_gets_no_heap() -> None:
    there = Rotation({1: replace(rep(1), last_turn_at=NOON - timedelta(days=20)), 2: rep(2), 3: rep(3)})
    assert [named(there.decide()) for _ in range(6)] == ["Alice", "Bob", "Carol"] * 2


def test_leads_of_one_instant_are_dealt_round_whatever_the_past() -> None:
    veteran, newcomer = replace(rep(1), turns=50, last_turn_at=NOON), replace(rep(2), turns=1, last_turn_at=NOON)
    there = Rotation({1: veteran, 2: newcomer})
    assert [named(there.decide()) for _ in range(4)] == ["Bob", "Alice", "Bob", "Alice"]


def test_a_clock_set_back_does_not_give_one_rep_every_lead() -> None:
    there = Rotation({1: rep(1), 2: rep(2), 3: rep(3)})
    for _ in range(3):
        there.decide()
    there.now -= timedelta(hours=2)
    assert [named(there.decide()) for _ in range(6)] == ["Alice", "Bob", "Carol"] * 2


@pytest.mark.parametrize(
    ("bob", "why"),
    [
        (replace(rep(2), away_until=NOON + timedelta(days=1)), "Bob is away"),
        (replace(rep(2), had_this_lead="passed on"), "Bob passed on this lead"),
        (rep(2, zone="America/New_York"), "Bob is outside working hours"),
    ],
)
def test_the_reason_says_why_the_one_before_was_left_out(bob: Candidate, why: str) -> None:
    bob = replace(bob, last_turn_at=NOON - timedelta(days=1))
    alice = replace(rep(1), last_turn_at=NOON - timedelta(hours=1))
    turn = next_turn([alice, bob], hours=OFFICE, now=NOON)
    assert turn.reason == f"Alice has waited longest for a turn ({why})."


def test_nobody_free_is_said_with_everyones_reason() -> None:
    alice, bob = replace(rep(1), away_until=NOON + timedelta(days=1)), rep(2, zone="America/New_York")
    turn = next_turn([alice, bob], hours=OFFICE, now=NOON)
    assert (turn.winner, turn.reason) == (None, "Nobody is free: Alice is away; Bob is outside working hours.")


def test_a_team_without_reps_says_so() -> None:
    assert next_turn([], hours=OFFICE, now=NOON).reason == "The team has no reps yet."


def test_an_absence_ends_at_its_very_moment() -> None:
    assert named(next_turn([replace(rep(1), away_until=NOON)], hours=ALWAYS, now=NOON)) == "Alice"


def test_the_ledger_line_holds_counters_and_no_names() -> None:
    turn = next_turn([rep(1)], hours=ALWAYS, now=NOON)
    assert "Alice" not in str(turn.considered)
    assert turn.considered[0] == {
        "rep_id": 1, "time_zone": "Europe/Berlin", "turns": 0, "last_turn_at": None,
        "joined_at": "2026-11-15T12:00:00+00:00", "away_until": None, "excluded": None,
    }  # fmt: skip


def test_a_reason_stays_short_however_large_the_team() -> None:
    team = [replace(rep(1), rep_id=number, name="N" * 120, time_zone="America/New_York") for number in range(1, 60)]
    assert len(next_turn(team, hours=OFFICE, now=NOON).reason) <= 300
