"""Lines that the rules made are recomputed; one that they did not make is noticed, with what is wrong about it."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import replay
from bot.rules.calendar import WorkingHours
from bot.rules.dealing import LEAST_BUSY, OFFER, OPEN_TO_ALL, PLACE_FIELDS, Ask, Table
from bot.rules.eligibility import Candidate, Limits
from bot.rules.replay import Difference, Line, Replay
from bot.rules.rotation import RULE, Rotation

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALWAYS = WorkingHours(time(0), time(23, 59), frozenset(range(7)))
SKILL = frozenset({"german"})


@dataclass
class Ledger:
    """Writes lines as the use cases do."""

    rotation: Rotation = field(default_factory=Rotation)
    lines: list[Line] = field(default_factory=list)

    def decide(self, candidates: list[Candidate], ask: Ask = Ask()) -> Line:  # noqa: B008 (frozen)
        table = Table(self.rotation, candidates, make_up=2)
        verdict = table.decide(ask, number=len(self.lines) + 1, now=NOON)
        return self.add(
            verdict.kind, mode=ask.mode, winner=verdict.winner, candidates=verdict.candidates, facts=verdict.facts
        )

    def change(self, kind: str, rep_id: int, **facts: Any) -> Line:
        line = self.add(kind, rule="", mode="", facts={"rep": rep_id, **facts})
        replay.EVENTS.get(kind, replay.nothing)(self.rotation, line)
        return line

    def add(self, kind: str, **said: Any) -> Line:
        kept = {"mode": OFFER, "winner": None, "candidates": [], "facts": {}, "rule": RULE, **deepcopy(said)}
        line = Line(kind=kind, number=len(self.lines) + 1, at=NOON, **kept)
        self.lines.append(line)
        return line


def rep(rep_id: int, **given: Any) -> Candidate:
    return Candidate(rep_id, "UTC", ALWAYS, **given)


def three() -> Ledger:
    """Three reps, of whom the third has twice the weight, and four leads."""
    ledger = Ledger()
    for rep_id in (1, 2, 3):
        ledger.change("joined", rep_id, weight=1 + rep_id // 3)
    for _ in range(4):
        ledger.decide([rep(1), rep(2), rep(3)])
    return ledger


def first_difference(lines: list[Line]) -> tuple[int, Difference] | None:
    player = Replay()
    return next(((line.number, found) for line in lines if (found := player.feed(line))), None)


@st.composite
def states(draw: st.DrawFn) -> list[Candidate]:
    """Up to four reps, each with anything or nothing in their way."""
    return [
        draw(st.sampled_from([
            rep(rep_id), rep(rep_id, skills=SKILL), rep(rep_id, is_paused=True), rep(rep_id, is_set_aside=True),
            rep(rep_id, away_until=NOON + timedelta(days=1)), rep(rep_id, limits=Limits(day=1), taken={"day": 1}),
            rep(rep_id, limits=Limits(offers=1), open_offers=1), rep(rep_id, open_leads=rep_id),
        ]))
        for rep_id in draw(st.sets(st.integers(1, 4)))
    ]  # fmt: skip


ASKS = st.builds(
    Ask, mode=st.sampled_from([OFFER, OFFER, OFFER, OPEN_TO_ALL, LEAST_BUSY]),
    needs=st.sampled_from([frozenset[str](), frozenset[str](), SKILL]),
    had=st.dictionaries(st.integers(1, 4), st.just("passed"), max_size=1),
    is_rejected=st.sampled_from([False] * 9 + [True]),
)  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("lead"), states(), ASKS), st.tuples(st.just("lead"), states(), ASKS),
    st.tuples(
        st.sampled_from(["joined", "left", "weighed", "returned", "paused"]), st.integers(1, 4), st.integers(1, 3)
    ),
)  # fmt: skip


@given(steps=st.lists(STEPS, max_size=40))
@settings(max_examples=200)
def test_whatever_the_rules_write_is_recomputed_to_the_end(steps: list[Any]) -> None:
    ledger = Ledger()
    for kind, who, more in steps:
        if kind == "lead":
            ledger.decide(who, more)
        elif kind != "weighed" or who in ledger.rotation.places:
            ledger.change(kind, who, weight=more)
    player = Replay()
    assert [found for line in ledger.lines if (found := player.feed(line))] == []
    assert player.ends_as(ledger.rotation.as_record()) is None


@pytest.mark.parametrize("figure", [name for name in PLACE_FIELDS if name != "rep_id"])
@pytest.mark.parametrize("number", [4, 5, 6, 7])
def test_a_figure_that_is_off_by_one_is_told_with_what_it_should_be(figure: str, number: int) -> None:
    lines = three().lines
    record = lines[number - 1].candidates[1]
    right = record[figure]
    record[figure] += 1
    assert first_difference(lines) == (number, Difference(figure, right + 1, right, record["rep_id"]))


def test_another_winner_is_told_beside_the_right_one() -> None:
    lines = three().lines
    told = lines[5]
    other = next(record["rep_id"] for record in told.candidates if record["rep_id"] != told.winner)
    lines[5] = replace(told, winner=other)
    assert first_difference(lines) == (6, Difference("winner", ("turn", other), ("turn", told.winner)))


def test_nobody_with_a_seat_can_be_left_out() -> None:
    ledger = three()
    ledger.lines[4].candidates.pop()
    found = first_difference(ledger.lines)
    assert found
    assert (found[0], found[1].what, found[1].computed) == (5, "seats", [1, 2, 3])


def test_whoever_has_a_seat_but_left_slack_is_named() -> None:
    ledger = three()
    line = ledger.decide([rep(1), rep(3)])
    assert line.facts["gone"] == [2]
    assert first_difference(ledger.lines) is None
    line.facts["gone"] = []
    assert first_difference(ledger.lines) == (8, Difference("seats", [1, 3], [1, 2, 3]))


@pytest.mark.parametrize(
    "facts",
    [{}, {"run": 1}, {"run": "", "repaid_last": False, "gone": 7}, {"run": "", "repaid_last": False, "away": [99]}],
)
def test_what_cannot_be_read_is_a_difference_and_no_crash(facts: dict[str, Any]) -> None:
    lines = three().lines
    lines[3] = replace(lines[3], facts=facts)
    found = first_difference(lines)
    assert found
    assert found[0] == 4


def test_a_line_by_rules_to_come_is_not_judged_by_those_of_today() -> None:
    lines = three().lines
    lines[3] = replace(lines[3], rule="chairman/2")
    assert first_difference(lines) == (4, Difference("rules", "chairman/2", RULE))


def test_an_owner_gets_a_lead_because_of_another_lead_and_moves_no_turn() -> None:
    ledger = three()
    ledger.add("owner", winner=2, facts={"because": 17})
    ledger.decide([rep(1), rep(2), rep(3)])
    assert first_difference(ledger.lines) is None
    ledger.lines[7] = replace(ledger.lines[7], facts={})
    assert first_difference(ledger.lines) == (8, Difference("unreadable", "KeyError"))


def test_turns_that_were_changed_without_a_line_are_found_at_the_end() -> None:
    ledger = three()
    player = Replay()
    for line in ledger.lines:
        player.feed(line)
    ledger.rotation.owe(2, number=3)
    assert player.ends_as(ledger.rotation.as_record()) == Difference("owed", 1, 0, 2)
    ledger.rotation.leave(2)
    assert player.ends_as(ledger.rotation.as_record()) == Difference("seats", [1, 3], [1, 2, 3])
    assert player.ends_as({"places": [{"name": "Alice"}]}) == Difference("unreadable", "TypeError")
