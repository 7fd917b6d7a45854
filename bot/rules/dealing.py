"""Decides who gets a lead: pure, from what is known of a team's reps, and with everything a later check needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.rules import eligibility
from bot.rules.eligibility import Candidate, Obstacle
from bot.rules.rotation import OWED, UNIT, Pick, Place, Rotation, missed_of, shares

# How a lead may be dealt: offered in turn, assigned in turn, open to all, to the least busy, the account's owner first.
OFFER, AUTO, OPEN_TO_ALL, LEAST_BUSY, STICKY = "offer", "auto", "open", "least busy", "sticky"
# What a decision can come to, besides the rotation's own reasons and LEAST_BUSY.
OWNER, OPEN, HELD, REJECTED = "owner", "open", "held", "rejected"


@dataclass(frozen=True)
class Ask:
    """One lead that wants a rep."""

    mode: str = OFFER
    needs: frozenset[str] = frozenset()
    had: dict[int, str] = field(default_factory=dict)  # who had it before, and how that ended
    is_rejected: bool = False  # enough reps said that the lead itself is wrong


@dataclass(frozen=True)
class Verdict:
    kind: str
    winner: int | None
    candidates: list[dict[str, Any]]  # each as the decision saw them, who was furthest behind first
    facts: dict[str, Any]


class Table:
    """A team's rotation and the reps who sit around it."""

    def __init__(self, rotation: Rotation, candidates: Iterable[Candidate], *, make_up: int = 0) -> None:
        self.rotation = rotation
        self.candidates = {rep.rep_id: rep for rep in candidates if rep.rep_id in rotation.places}
        self._make_up = make_up

    def obstacles(self, ask: Ask, now: datetime) -> dict[int, Obstacle | None]:
        return {rep_id: self._obstacle(rep, ask, now) for rep_id, rep in self.candidates.items()}

    def anyone(self, ask: Ask, now: datetime) -> bool:
        """Whether somebody could take the lead now."""
        return any(self._obstacle(rep, ask, now) is None for rep in self.candidates.values())

    def _obstacle(self, rep: Candidate, ask: Ask, now: datetime) -> Obstacle | None:
        rep.had_this_lead = ask.had.get(rep.rep_id)
        return eligibility.obstacle(rep, needs=ask.needs, now=now)

    def decide(self, ask: Ask, *, number: int, now: datetime) -> Verdict:
        """Deal the lead as decision `number` of the team, and move the rotation on."""
        obstacles = self.obstacles(ask, now)
        able = [rep_id for rep_id, found in obstacles.items() if found is None]
        away = self._away(now)
        seen, facts = self._record(ask, obstacles), self._facts(ask, away)
        if ask.is_rejected or ask.mode == OPEN_TO_ALL:
            return Verdict(REJECTED if ask.is_rejected else OPEN, None, seen, facts)
        if not able:
            waits = any(found and found["is"] not in eligibility.FOR_GOOD for found in obstacles.values())
            return Verdict(HELD if waits else OPEN, None, seen, facts)
        if ask.mode == LEAST_BUSY:
            pick: Pick | None = Pick(least_busy(seen), LEAST_BUSY)
        else:
            pick = self.rotation.deal(able, number=number, away=away, make_up=self._make_up)
        if pick is None:
            raise AssertionError("the rotation found nobody among those who are able")
        return Verdict(pick.reason, pick.rep_id, seen, facts)

    def _away(self, now: datetime) -> list[int]:
        if not self._make_up:
            return []
        return [rep_id for rep_id, rep in self.candidates.items() if eligibility.is_absent(rep, now)]

    def _record(self, ask: Ask, obstacles: dict[int, Obstacle | None]) -> list[dict[str, Any]]:
        places = sorted((self.rotation.places[rep_id] for rep_id in self.candidates), key=furthest_behind_first)
        records: list[dict[str, Any]] = [{**place.as_record(), "not": obstacles[place.rep_id]} for place in places]
        if ask.mode == LEAST_BUSY:
            for record in records:
                rep = self.candidates[record["rep_id"]]
                record["busy"] = rep.open_leads + rep.open_offers
        return records

    def _facts(self, ask: Ask, away: list[int]) -> dict[str, Any]:
        facts: dict[str, Any] = {"run": self.rotation.run, "repaid_last": self.rotation.repaid_last}
        gone = sorted(self.rotation.places.keys() - self.candidates.keys())
        if gone:
            facts["gone"] = gone  # seated, but no longer with us: so that nobody can be left out unseen
        if ask.needs:
            facts["needs"] = sorted(ask.needs)
        if self._make_up:
            facts |= {"make_up": self._make_up, "away": away}
        return facts


def furthest_behind_first(place: Place) -> tuple[int, int, int]:
    return -place.balance, place.last_turn, place.rep_id


def least_busy(seen: list[dict[str, Any]]) -> int:
    """Of those who can take it, whoever has least to do for their weight; furthest behind first among equals."""
    able = [record for record in seen if record["not"] is None]
    return int(min(able, key=lambda record: record["busy"] / record["weight"])["rep_id"])


@dataclass(frozen=True)
class Recorded:
    """A decision read back from the ledger."""

    kind: str
    number: int
    mode: str
    winner: int | None
    candidates: list[dict[str, Any]]
    facts: dict[str, Any]

    @property
    def able(self) -> list[int]:
        return [record["rep_id"] for record in self.candidates if record["not"] is None]

    def rotation(self) -> Rotation:
        """The rotation as it stood before this decision."""
        places = [Place(**{name: record[name] for name in PLACE_FIELDS}) for record in self.candidates]
        return Rotation(places, run=self.facts["run"], repaid_last=self.facts["repaid_last"])

    def pick(self, able: list[int]) -> Pick | None:
        """Whose turn it would have been among those."""
        facts = self.facts
        return self.rotation().deal(
            able, number=self.number, away=facts.get("away", ()), make_up=facts.get("make_up", 0)
        )

    def again(self) -> tuple[str, int | None]:
        """The kind and the winner, computed anew from what was recorded."""
        if self.kind in (OWNER, REJECTED):
            return self.kind, self.winner
        if self.mode == OPEN_TO_ALL:
            return OPEN, None
        if not self.able:
            waits = any(record["not"]["is"] not in eligibility.FOR_GOOD for record in self.candidates)
            return HELD if waits else OPEN, None
        if self.mode == LEAST_BUSY:
            return LEAST_BUSY, least_busy(self.candidates)
        pick = self.pick(self.able)
        return (pick.reason, pick.rep_id) if pick else (HELD, None)

    def taken_back(self) -> list[tuple[int, int, int, int]]:
        """What taking this decision back changes of each rep: balance, leads owed, and what the absent missed."""
        if self.kind == OWED:
            return [(self.winner or 0, 0, 1, 0)]
        weights = {record["rep_id"]: record["weight"] for record in self.candidates}
        able = sorted(self.able)
        parts = zip(able, shares([weights[rep_id] for rep_id in able]), strict=True)
        found = [(rep_id, UNIT * (rep_id == self.winner) - part, 0, 0) for rep_id, part in parts]
        total = sum(weights[rep_id] for rep_id in able)
        return found + [
            (rep_id, 0, 0, -missed_of(weights[rep_id], total)) for rep_id in self.facts.get("away", ())
        ]  # fmt: skip

    def passed_over(self) -> list[dict[str, Any]]:
        """The records of those whose lead it would have been, had nothing stood in their way."""
        if self.winner is None or self.mode == LEAST_BUSY or self.kind == OWNER:
            return []
        kept_out = [record for record in self.candidates if record["not"] is not None]
        return [
            record for record in kept_out
            if (pick := self.pick([*self.able, record["rep_id"]])) and pick.rep_id == record["rep_id"]
        ]  # fmt: skip


PLACE_FIELDS = tuple(Place.__dataclass_fields__)  # what else is recorded of a candidate is not the rotation's
