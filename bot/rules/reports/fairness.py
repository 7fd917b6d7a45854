"""How far each rep was from their share of the leads that were dealt in turn: in whole numbers, as the ledger counts.

Share: of each lead, everyone who could take it has a part by weight, and the parts add up to one lead. What is dealt
in turn follows R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32, 1980; docs/fairness.md says
what that promises.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import sub
from typing import Any, Protocol

from bot.rules.dealing import LEAST_BUSY, OPEN_TO_ALL, REJECTED, Recorded
from bot.rules.replay import EVENTS, UNDONE, Line, nothing
from bot.rules.rotation import CATCH_UP, OWED, TURN, UNIT, Rotation, shares

IN_TURN = frozenset({TURN, CATCH_UP})
TOLD = frozenset({UNDONE})  # kinds of lines whose facts count


class Shared(Protocol):
    """A line, as far as shares follow from it: candidates in turn, facts where something was taken back."""

    @property
    def kind(self) -> str: ...
    @property
    def winner(self) -> int | None: ...
    @property
    def candidates(self) -> list[dict[str, Any]] | None: ...
    @property
    def facts(self) -> dict[str, Any] | None: ...


@dataclass
class Fair:
    """What one rep had of a team's leads."""

    dealt: int = 0  # in turn
    due: int = 0  # their parts of those, in billionths of a lead
    given_back: int = 0  # balance of leads that were taken back with their import, in billionths
    made_good: int = 0  # leads besides their turns, which they were owed

    @property
    def behind(self) -> float:
        """Leads; below 0 they are ahead."""
        return (self.due - self.dealt * UNIT + self.given_back) / UNIT


NOTHING = Fair()


def tallied(lines: Iterable[Shared], since: Mapping[int, Fair] | None = None) -> dict[int, Fair]:
    """By rep, whoever could take a lead or got one; with what they had of the lines before."""
    found = defaultdict(Fair, {rep_id: Fair(**vars(fair)) for rep_id, fair in (since or {}).items()})
    turns: Counter[tuple[tuple[int, int], ...]] = Counter()  # how often the same reps could take it, by weight
    for line in lines:
        if line.kind in IN_TURN:
            able = ((one["rep_id"], one["weight"]) for one in line.candidates or () if one["not"] is None)
            turns[tuple(sorted(able))] += 1
            found[line.winner or 0].dealt += 1
        elif line.kind == OWED:
            found[line.winner or 0].made_good += 1
        elif line.kind == UNDONE:
            for rep_id, balance, _owed, _missed in (line.facts or {})["changes"]:
                found[rep_id].given_back += balance
    for reps, times in turns.items():
        for (rep_id, _), part in zip(reps, shares([weight for _, weight in reps]), strict=True):
            found[rep_id].due += part * times
    return dict(found)


def less(found: Mapping[int, Fair], before: Mapping[int, Fair]) -> dict[int, Fair]:
    """What came after the lines that were before; of those of whom anything did."""
    rest = {
        rep_id: Fair(*map(sub, figures(fair), figures(before.get(rep_id, NOTHING)))) for rep_id, fair in found.items()
    }
    return {rep_id: fair for rep_id, fair in rest.items() if fair != NOTHING}


def listed(found: Mapping[int, Fair]) -> list[list[int]]:
    """As it is kept: of each rep who it is, and the figures."""
    return [[rep_id, *figures(found[rep_id])] for rep_id in sorted(found)]


def read(kept: Iterable[Sequence[int]]) -> dict[int, Fair]:
    return {rep_id: Fair(*told) for rep_id, *told in kept}


def figures(fair: Fair) -> Iterable[int]:
    return vars(fair).values()  # as astuple() does, ten times as fast


def still_owed(last: Recorded | None, later: Iterable[Line]) -> dict[int, int]:
    """How many leads are to be made good to each rep, after the last decision and what came behind it."""
    rotation = after(last) if last else Rotation()
    for line in later:
        EVENTS.get(line.kind, nothing)(rotation, line)
    return {rep_id: place.owed for rep_id, place in rotation.places.items() if place.owed}


def after(line: Recorded) -> Rotation:
    """The rotation as the decision left it."""
    rotation = line.rotation()
    moves = line.kind != REJECTED and line.mode not in (OPEN_TO_ALL, LEAST_BUSY)
    if moves and line.able:
        facts = line.facts
        rotation.deal(line.able, number=line.number, away=facts.get("away", ()), make_up=facts.get("make_up", 0))
    return rotation


def middle(counted: Counter[int]) -> float | None:
    """The median of what was counted."""
    before, half, values = 0, counted.total() / 2, sorted(+counted)
    for place, value in enumerate(values):
        before += counted[value]
        if before > half:
            return float(value)
        if before == half:
            return (value + values[place + 1]) / 2
    return None
