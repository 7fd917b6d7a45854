"""Plays a team's ledger again, line by line, and says what differs in the first that is not as the rules make it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.rules import eligibility
from bot.rules.dealing import HELD, LEAST_BUSY, OPEN_TO_ALL, OWNER, REJECTED, Recorded, furthest_behind_first
from bot.rules.rotation import RULE, Rotation

# Lines that move turns without being decisions. Others of that sort only tell who could be asked when.
JOINED, LEFT, WEIGHED, RETURNED, UNDONE = "joined", "left", "weighed", "returned", "undone"
# What can differ, besides a figure of a rep or of the rotation, which differs by its own name.
RULES, SEATS, ORDER, OBSTACLE, ABSENCE, WINNER, UNREADABLE = (
    "rules", "seats", "order", "obstacle", "absence", "winner", "unreadable",
)  # fmt: skip
# What a line that was written by somebody else can make of reading it.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class Line(Recorded):
    """One line of the ledger, as far as it can be recomputed."""

    rule: str
    at: datetime


@dataclass(frozen=True)
class Difference:
    """What a line says, and what the lines before it make of the same thing."""

    what: str
    recorded: Any = None
    computed: Any = None
    rep_id: int | None = None


class Replay:
    """The rotation of one team, recomputed from nothing. Feed it every line, in order."""

    def __init__(self) -> None:
        self.rotation = Rotation()

    def feed(self, line: Line) -> Difference | None:
        """Check the line against all before it, and move on; after a difference nothing more can be told."""
        try:
            if line.rule:
                return self._decision(line)
            EVENTS.get(line.kind, nothing)(self.rotation, line)
        except MALFORMED as error:
            return Difference(UNREADABLE, recorded=type(error).__name__)
        return None

    def ends_as(self, record: dict[str, Any]) -> Difference | None:
        """Whether the rotation that the team goes on with is the one that its lines lead to."""
        try:
            kept = Rotation.from_record(record).as_record()
        except MALFORMED as error:
            return Difference(UNREADABLE, recorded=type(error).__name__)
        computed = self.rotation.as_record()
        if kept["places"] == computed["places"]:
            return next((Difference(n, kept[n], computed[n]) for n in ("run", "repaid_last") if kept[n] != computed[n]),
                        None)  # fmt: skip
        ours, theirs = ({place["rep_id"]: place for place in found["places"]} for found in (computed, kept))
        if ours.keys() != theirs.keys():
            return Difference(SEATS, sorted(theirs), sorted(ours))
        return next(found for rep_id in ours if (found := first_figure(theirs[rep_id], ours[rep_id])))

    def _decision(self, line: Line) -> Difference | None:
        if line.rule != RULE:
            return Difference(RULES, line.rule, RULE)
        if line.kind == OWNER:
            # Outside the rotation; another lead, which the line names, is the reason.
            is_whole = line.winner is not None and not line.candidates and line.facts["because"] > 0
            return None if is_whole else Difference(WINNER, (line.kind, line.winner), (HELD, None))
        return self._rotation(line) or self._figures(line) or self._obstacles(line) or self._outcome(line)

    def _rotation(self, line: Line) -> Difference | None:
        facts, rotation = line.facts, self.rotation
        if facts["run"] != rotation.run:
            return Difference("run", facts["run"], rotation.run)
        if facts["repaid_last"] != rotation.repaid_last:
            return Difference("repaid_last", facts["repaid_last"], rotation.repaid_last)
        listed = sorted([record["rep_id"] for record in line.candidates] + facts.get("gone", []))
        seated = sorted(rotation.places)
        return Difference(SEATS, listed, seated) if listed != seated else None

    def _figures(self, line: Line) -> Difference | None:
        is_counted = line.mode == LEAST_BUSY
        places = []
        for record in line.candidates:
            place = self.rotation.places[record["rep_id"]]
            places.append(place)
            expected = place.as_record()
            expected["not"] = record["not"]
            if is_counted:
                expected["busy"] = record["busy"]
            if record != expected:
                return first_figure(record, expected)
        order = [furthest_behind_first(place) for place in places]
        if order != sorted(order):
            ids = [place.rep_id for place in places]
            return Difference(ORDER, ids, sorted(ids, key=lambda i: furthest_behind_first(self.rotation.places[i])))
        return None

    def _obstacles(self, line: Line) -> Difference | None:
        needs, away = frozenset(line.facts.get("needs", ())), line.facts.get("away", ())
        makes_up, found = bool(line.facts.get("make_up")), {}
        for record in line.candidates:
            obstacle = found[record["rep_id"]] = record["not"]
            if obstacle is None:
                continue
            if not eligibility.stands(obstacle, line.at) or not needs.issuperset(obstacle.get("missing", ())):
                return Difference(OBSTACLE, obstacle, None, record["rep_id"])
            if makes_up and obstacle["is"] in eligibility.ABSENT and record["rep_id"] not in away:
                return Difference(ABSENCE, None, obstacle["is"], record["rep_id"])
        present = next((rep_id for rep_id in away if found[rep_id] is None), None)
        return Difference(ABSENCE, "away", None, present) if present is not None else None

    def _outcome(self, line: Line) -> Difference | None:
        able, facts = line.able, line.facts
        if line.kind == REJECTED or line.mode in (OPEN_TO_ALL, LEAST_BUSY) or not able:
            again = (REJECTED, None) if line.kind == REJECTED else line.again()
        else:
            # The same as line.again(), of which every figure has been checked by now, and it moves the turns on.
            pick = self.rotation.deal(
                able, number=line.number, away=facts.get("away", ()), make_up=facts.get("make_up", 0)
            )
            again = (pick.reason, pick.rep_id) if pick else (HELD, None)
        return Difference(WINNER, (line.kind, line.winner), again) if again != (line.kind, line.winner) else None


def first_figure(record: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
    """The first figure of the rep that is not as it is computed."""
    names = [*expected, *sorted(record.keys() - expected.keys())]
    return next(
        (
            Difference(name, record.get(name), expected.get(name), expected["rep_id"])
            for name in names
            if name not in record or name not in expected or record[name] != expected[name]
        ),
        None,
    )


def nothing(_turns: Rotation, _line: Line) -> None:
    """A line that moves no turns."""


EVENTS: dict[str, Callable[[Rotation, Line], None]] = {
    JOINED: lambda turns, line: turns.join(line.facts["rep"], line.facts["weight"]),
    LEFT: lambda turns, line: turns.leave(line.facts["rep"]),
    WEIGHED: lambda turns, line: turns.set_weight(line.facts["rep"], line.facts["weight"]),
    RETURNED: lambda turns, line: turns.owe(line.facts["rep"], number=line.number),
    UNDONE: lambda turns, line: turns.take_back(line.facts["changes"]),
}
