"""The reps and the team tables of a replay, as they are at one moment of it."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.rules.dealing import Ask, Table
from bot.rules.eligibility import Candidate
from bot.rules.recorded import Person, SeatChange, TeamStart
from bot.rules.remembered import RememberedHours
from bot.rules.rotation import Rotation
from bot.rules.tally import Idleness


class Pending(NamedTuple):
    """A lead on its way to a rep; they sort as they wait."""

    rank: datetime
    lead_id: int
    came_at: datetime
    ask: Ask
    keys: tuple[tuple[str, str], ...]


class Rep:
    """One rep as time goes on, with their candidate at each team's table."""

    def __init__(self, person: Person, at: datetime) -> None:
        self.person = person
        self.taken = list(person.taken)
        self.offers, self.leads = person.offers, person.leads
        self.away_until: datetime | None = None
        self.candidates: list[Candidate] = []
        self.teams: list[Seats] = []
        self.idle = Idleness(at)

    def carries(self, offers: int, leads: int) -> None:
        self.offers += offers
        self.leads += leads
        for candidate in self.candidates:
            candidate.open_offers, candidate.open_leads = self.offers, self.leads

    def goes_away(self, until: datetime | None) -> None:
        self.away_until = until
        for candidate in self.candidates:
            candidate.away_until = until

    def is_away(self, now: datetime) -> bool:
        return self.away_until is not None and self.away_until > now

    def could_work(self, now: datetime) -> bool:
        """Neither away nor out of every team."""
        return not self.is_away(now) and any(team.wants(self.person.rep_id) for team in self.teams)


class Seats:
    """One team as time goes on."""

    def __init__(self, start: TeamStart, make_up: int) -> None:
        self.team_id, self.name, self.mode = start.team_id, start.name, start.mode
        self.rotation = Rotation.from_record(start.rotation)
        self.known = {
            rep_id: replace(candidate, taken={}, hours=RememberedHours(candidate.hours))
            for rep_id, candidate in start.candidates.items()
        }
        self.number = start.decisions
        self.held: list[Pending] = []
        self.wakes_at: datetime | None = None
        self._make_up = make_up
        self.sit_down()

    def sit_down(self) -> None:
        """Whoever has a place sits at the table."""
        self.table = Table(self.rotation, self.known.values(), make_up=self._make_up)
        self.capped = [
            (rep_id, rep, rep.limits.spans) for rep_id, rep in self.table.candidates.items() if rep.limits.spans
        ]

    def wants(self, rep_id: int) -> bool:
        rep = self.table.candidates.get(rep_id)
        return rep is not None and not rep.is_paused and not rep.is_set_aside

    def apply(self, change: SeatChange) -> None:
        if change.is_seated:
            self.rotation.join(change.rep_id, change.weight or 1)
        elif change.is_seated is False:
            self.rotation.leave(change.rep_id)
        elif change.weight is not None and change.rep_id in self.rotation.places:
            self.rotation.set_weight(change.rep_id, change.weight)
        rep = self.known.get(change.rep_id)
        if rep is not None:
            rep.is_paused = rep.is_paused if change.is_paused is None else change.is_paused
            rep.is_set_aside = rep.is_set_aside if change.is_set_aside is None else change.is_set_aside
        self.sit_down()
