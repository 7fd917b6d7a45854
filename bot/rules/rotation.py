"""Whose turn it is: Tijdeman's chairman assignment while the same reps can take leads, and debts repaid across changes.

Two accounts are kept for each rep. The run counts turns since the set of reps who can take a lead, or their weights,
last changed: within a run nobody strays a full lead from their weighted share (R. Tijdeman, "The chairman assignment
problem", Discrete Mathematics 32, 1980). The balance runs on through all changes: whoever falls a whole lead behind
the one whose turn it would be goes first. That keeps every balance within N - 1 leads for the N reps who ever took
part, and within 2(N - 1) for the most who did at one time. docs/fairness.md has the proofs. All arithmetic is on whole
numbers, so anyone can recompute it to the last digit.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

RULE = "chairman/1"
UNIT = 1_000_000_000  # one lead, in the units that balances are kept in

TURN, OWED, CATCH_UP = "turn", "owed", "catch-up"


@dataclass
class Place:
    """What the rotation remembers of one rep."""

    rep_id: int
    weight: int = 1
    balance: int = 0  # their share of the leads dealt while they could take one, less those they had; in units
    run_turns: int = 0  # turns in this run
    owed: int = 0  # leads to be made good outside the rotation
    owed_from: int = 0  # number of the decision that the newest such debt comes from
    missed: int = 0  # their share of what was dealt while they were away, as far as it is made up; in units
    last_turn: int = 0  # number of the decision that gave them their last lead; 0 when there was none

    def as_record(self) -> dict[str, int]:
        return dict(vars(self))  # as asdict() does, ten times as fast


@dataclass(frozen=True)
class Pick:
    rep_id: int
    reason: str  # TURN, OWED or CATCH_UP


class Rotation:
    """One team's places. `deal` is the only thing that moves turns on."""

    def __init__(self, places: Iterable[Place] = (), *, run: str = "", repaid_last: bool = False) -> None:
        self.places = {place.rep_id: place for place in places}
        self.run = run  # which reps, with which weights, the run is about
        self.repaid_last = repaid_last

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Rotation":
        places = (Place(**place) for place in record.get("places", ()))
        return cls(places, run=record.get("run", ""), repaid_last=record.get("repaid_last", False))

    def as_record(self) -> dict[str, Any]:
        places = [self.places[rep_id].as_record() for rep_id in sorted(self.places)]
        return {"run": self.run, "repaid_last": self.repaid_last, "places": places}

    def copy(self) -> "Rotation":
        return Rotation((replace(p) for p in self.places.values()), run=self.run, repaid_last=self.repaid_last)

    def join(self, rep_id: int, weight: int = 1) -> None:
        """A newcomer starts level: owed nothing and owing nothing, so that nobody is flooded.

        Raises:
            ValueError: the weight is not a positive number.
        """
        refuse_weight(weight)
        self.places.setdefault(rep_id, Place(rep_id, weight))

    def leave(self, rep_id: int) -> None:
        self.places.pop(rep_id, None)
        self.run = ""  # whoever leaves and comes back starts a new run, for everyone

    def set_weight(self, rep_id: int, weight: int) -> None:
        refuse_weight(weight)
        self.places[rep_id].weight = weight

    def owe(self, rep_id: int, leads: int = 1, *, number: int = 0) -> None:
        """Make good a turn that was lost through no fault of the rep, as decision `number` says."""
        if rep_id in self.places:
            self.places[rep_id].owed += leads
            self.places[rep_id].owed_from = number

    def take_back(self, changes: Iterable[Sequence[int]]) -> None:
        """As if some leads had never been dealt: of each rep what balance, debts and missed leads change by."""
        for rep_id, balance, owed, missed in changes:
            place = self.places.get(rep_id)
            if place is not None:
                place.balance += balance
                place.owed += owed
                place.missed = max(0, place.missed + missed)
        self.run = ""  # its turns were counted with those leads

    def deal(self, able: Collection[int], *, number: int, away: Collection[int] = (), make_up: int = 0) -> Pick | None:
        """Give one lead to one of the reps who are `able` to take it, and count it; None when there are none.

        `number` is the decision's number. Reps who are `away` gather what they miss, up to `make_up` leads.
        """
        if not able:
            return None
        self._welcome_back(away, number, make_up)
        places = [self.places[rep_id] for rep_id in sorted(able)]
        creditor = None if self.repaid_last else owed_most(places)
        self.repaid_last = creditor is not None
        if creditor is not None:
            creditor.owed -= 1
            creditor.last_turn = number
            return Pick(creditor.rep_id, OWED)
        return self._turn(places, number, away, make_up)

    def _welcome_back(self, away: Collection[int], number: int, make_up: int) -> None:
        for place in self.places.values():
            if place.missed and place.rep_id not in away:
                # The policy of today counts: it may have changed while they were away.
                leads = min(place.missed // UNIT, make_up)
                place.missed = 0
                if leads:
                    self.owe(place.rep_id, leads, number=number)

    def _turn(self, places: list[Place], number: int, away: Collection[int], make_up: int) -> Pick:
        self._keep_or_start_run(places)
        total = sum(place.weight for place in places)
        for place, share in zip(places, shares([p.weight for p in places]), strict=True):
            place.balance += share
        chosen, reason = chairman(places), TURN
        most = furthest_behind(places)
        if most.balance - chosen.balance > UNIT:
            chosen, reason = most, CATCH_UP
        else:
            chosen.run_turns += 1
        chosen.balance -= UNIT
        chosen.last_turn = number
        for rep_id in away:
            place = self.places[rep_id]
            place.missed = min(place.missed + missed_of(place.weight, total), make_up * UNIT)
        return Pick(chosen.rep_id, reason)

    def _keep_or_start_run(self, places: list[Place]) -> None:
        run = name_of_run(places)
        if run != self.run:
            self.run = run
            for place in places:
                place.run_turns = 0


def chairman(places: list[Place]) -> Place:
    """Tijdeman's choice: of the reps whose turn may come now, the one whose turn must come soonest.

    With n reps and t turns in the run, u = t * weight / total - turns is what a rep is behind. A turn may come when
    u reaches 1/(2n-2), and must come before u exceeds 1 - 1/(2n-2). Everything is multiplied by total * (2n-2).
    """
    if len(places) == 1:
        return places[0]
    total, scale = sum(place.weight for place in places), 2 * len(places) - 2
    turn = sum(place.run_turns for place in places) + 1
    whole = math.lcm(*{place.weight for place in places})  # so that divisions by weights stay exact

    def behind(place: Place) -> int:
        return scale * (place.weight * turn - place.run_turns * total)

    def deadline(place: Place) -> tuple[int, int, int, int]:
        # How many turns later it would be too late; equal deadlines fall to the larger balance, then the longest wait.
        slack = (scale - 1) * total - behind(place)
        return slack * (whole // place.weight), -place.balance, place.last_turn, place.rep_id

    return min((place for place in places if behind(place) >= total), key=deadline)


def refuse_weight(weight: int) -> None:
    if weight < 1:
        raise ValueError("a weight is a whole number from 1")


def furthest_behind(places: list[Place]) -> Place:
    return min(places, key=lambda place: (-place.balance, place.last_turn, place.rep_id))


def owed_most(places: list[Place]) -> Place | None:
    """Whoever has most leads to be made good. Only every other lead is, so that a debt never floods anybody."""
    owed = [place for place in places if place.owed > 0]
    return min(owed, key=lambda place: (-place.owed, place.last_turn, place.rep_id), default=None)


def shares(weights: list[int]) -> list[int]:
    """One lead, divided by weight into whole units without a remainder."""
    total = sum(weights)
    parts = [UNIT * weight // total for weight in weights]
    left = UNIT - sum(parts)
    return [part + (place < left) for place, part in enumerate(parts)]


def missed_of(weight: int, total: int) -> int:
    """What somebody who is away would have had of one lead, had they been there; rounded up: three thirds are one."""
    return -(-UNIT * weight // (total + weight))


def name_of_run(places: list[Place]) -> str:
    """The same for the same reps with the same weights."""
    listed = ",".join(f"{place.rep_id}:{place.weight}" for place in places)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]
