"""Deals recorded leads once more under a playbook, as production would: pure, and without a look at what comes later.

Table and Rotation are production's own. What is simulated is the time around them: seats and absences as they were
recorded, caps that free up, leads that wait until somebody begins work. An offered lead is claimed after its rep's
usual delay and closed after their usual time with a lead; nobody passes, and no offer lapses.
"""

import heapq
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import count

from bot.playbook.playbook import Playbook
from bot.rules.dealing import AUTO, HELD, OPEN_TO_ALL, STICKY, Ask
from bot.rules.eligibility import CAP, HOLIDAY, HOURS, SPANS, Candidate, obstacle
from bot.rules.recorded import Arrival, Owned, SeatChange, Start, TeamStart
from bot.rules.routing import route
from bot.rules.scoring import POINT_OF_SCORE, score_with
from bot.rules.simulated import Pending, Rep, Seats
from bot.rules.tally import Idleness, Tally
from bot.rules.windows import Windows

LOOKED_AT = 1000  # of the held leads, so many from the front, as in production
EARLIER_LEADS = 20  # of a person or account, so many are asked for an owner
ANYTHING = Ask()


class Simulation:
    """Feed it arrivals in order, then `finish`. `settled` hears of every lead once: its number, and who got it."""

    def __init__(
        self, playbook: Playbook, start: Start, *, settled: Callable[[int, int | None], None] = lambda _lead, _rep: None
    ) -> None:
        self.tally = Tally()
        self._playbook, self._settled, self._now = playbook, settled, start.at
        self._windows = Windows()
        self._reps = {rep_id: Rep(person, start.at) for rep_id, person in start.people.items()}
        self._teams = {team.team_id: self._seat(team) for team in start.teams}
        self._by_name = {team.name: team for team in self._teams.values()}
        self._owned: dict[tuple[str, str], list[Owned]] = {}
        self._order = count()
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._expect(start)

    def arrive(self, arrival: Arrival) -> None:
        """The next recorded lead; `at` does not go back."""
        self._advance(arrival.at)
        came_at, lead = arrival.came_at or arrival.at, arrival.lead
        score = score_with(lead, self._playbook.scoring, arrival.engagement)
        where = route(lead, self._playbook, came_at, score=score)
        self.tally.leads += 1
        self.tally.routes[where.reason] += 1
        named = (("account", arrival.account), ("email", lead.email), ("phone", lead.phone))
        keys = tuple((kind, value) for kind, value in named if value)
        team = self._by_name[where.team]
        mode = where.mode if where.names_mode or not team.mode else team.mode
        pending = Pending(arrival.rank - score * POINT_OF_SCORE, arrival.lead_id, came_at, Ask(mode, where.needs), keys)
        known = self._owner(pending, arrival.owned, sticky=where.mode == STICKY)
        if known:
            self._give(pending, known)
            return
        self.tally.teams[team.name] += 1
        self._deal(team, pending)

    def finish(self, at: datetime) -> Tally:
        """The replay ends; what waits still waits."""
        self._advance(at)
        for team in self._teams.values():
            for pending in team.held:
                self.tally.still_waits(self._now - pending.came_at)
                self._settled(pending.lead_id, None)
        for rep_id, rep in self._reps.items():
            self._rest(rep)
            self.tally.idle[rep_id] = rep.idle.longest
        return self.tally

    # --- dealing

    def _deal(self, team: Seats, pending: Pending) -> None:
        team.number += 1
        self._count_taken(team)
        verdict = team.table.decide(pending.ask, number=team.number, now=self._now)
        if verdict.winner is not None:
            self._hand_over(team, pending, self._reps[verdict.winner])
        elif verdict.kind == HELD:
            insort(team.held, pending)
            if team.wakes_at is None:
                self._wake_later(team, team.table.candidates)
        else:
            self.tally.goes_to_nobody(on_purpose=pending.ask.mode == OPEN_TO_ALL)
            self._settled(pending.lead_id, None)

    def _hand_over(self, team: Seats, pending: Pending, rep: Rep) -> None:
        self._reaches(pending, rep)
        if pending.ask.mode == AUTO:
            self._owns(team, pending, rep, offers=0)
        else:
            rep.carries(1, 0)
            self._at(self._now + rep.person.answers_after, partial(self._claims, team, pending, rep))

    def _reaches(self, pending: Pending, rep: Rep) -> None:
        rep.taken.append(self._now)
        self._rest(rep)
        rep.idle.begins(self._now)
        waited = self._now - pending.came_at
        self.tally.reaches(rep.person.rep_id, waited, waited + rep.person.answers_after)
        self._settled(pending.lead_id, rep.person.rep_id)

    def _claims(self, team: Seats, pending: Pending, rep: Rep) -> None:
        self._owns(team, pending, rep, offers=-1)
        self._freed(rep)

    def _owns(self, team: Seats, pending: Pending, rep: Rep, *, offers: int) -> None:
        rep.carries(offers, 1)
        owned = Owned(pending.lead_id, rep.person.rep_id, team.team_id)
        for key in pending.keys:
            self._owned.setdefault(key, []).append(owned)
        if rep.person.keeps_for is not None:
            self._at(self._now + rep.person.keeps_for, partial(self._changes_load, rep, 0, -1))

    def _owner(self, pending: Pending, before: Iterable[Owned], *, sticky: bool) -> Owned | None:
        """Whose the lead is by rights, as bot/owners.py decides it."""
        if not (self._playbook.routing.existing_owner or sticky):
            return None
        found = {*before, *(owned for key in pending.keys for owned in self._owned.get(key, ())[-EARLIER_LEADS:])}
        return next((one for one in sorted(found, reverse=True)[:EARLIER_LEADS] if self._still_theirs(one)), None)

    def _still_theirs(self, owned: Owned) -> bool:
        rep, team = self._reps.get(owned.rep_id), self._teams.get(owned.team_id)
        if rep is None or team is None or not rep.person.is_active or not team.wants(owned.rep_id):
            return False
        cover = self._reps.get(rep.person.cover_id or 0)
        is_covered = cover is not None and cover.person.is_active and not cover.is_away(self._now)
        return is_covered or not rep.is_away(self._now)

    def _give(self, pending: Pending, known: Owned) -> None:
        team, rep = self._teams[known.team_id], self._reps[known.rep_id]
        team.number += 1
        self.tally.teams[team.name] += 1
        self.tally.to_owner += 1
        self._reaches(pending, rep)
        self._owns(team, pending, rep, offers=0)

    # --- waiting leads

    def _drain(self, team: Seats, whose: Iterable[int]) -> None:
        """Deal what waits as far as there is somebody; `whose` chance may have come sooner than was thought."""
        while team.held and self._deal_some(team):
            pass
        if team.held:
            self._wake_later(team, whose)

    def _deal_some(self, team: Seats) -> bool:
        self._count_taken(team)
        if not team.table.anyone(ANYTHING, self._now):
            return False
        nobody_has: set[frozenset[str]] = set()
        dealt = []
        for place, pending in enumerate(team.held[:LOOKED_AT]):
            if pending.ask.needs in nobody_has:
                continue
            if team.table.anyone(pending.ask, self._now):
                self._deal(team, pending)
                self._count_taken(team)
                dealt.append(place)
            else:
                nobody_has.add(pending.ask.needs)
        for place in reversed(dealt):
            del team.held[place]
        return bool(dealt)

    def _wake_later(self, team: Seats, whose: Iterable[int]) -> None:
        """Look again when the first of those reps may take a lead because time has passed."""
        seated = (team.table.candidates.get(rep_id) for rep_id in whose)
        chances = [chance for rep in seated if rep is not None and (chance := self._chance(rep))]
        soonest = min(chances, default=None)
        if soonest is not None and (team.wakes_at is None or soonest < team.wakes_at):
            team.wakes_at = soonest
            self._at(soonest, partial(self._wake, team, soonest))

    def _wake(self, team: Seats, at: datetime) -> None:
        if team.wakes_at == at:
            team.wakes_at = None
            self._drain(team, tuple(team.table.candidates))

    def _chance(self, rep: Candidate) -> datetime | None:
        """When time alone may remove what stands in the way; None if something has to happen, and is waited for."""
        found = obstacle(rep, needs=frozenset(), now=self._now)
        if found is None:
            return None
        if found["is"] in (HOURS, HOLIDAY):
            return rep.hours.next_open(self._now, rep.time_zone)
        if found["is"] != CAP:
            return None
        span: str = found["span"]
        if rep.limits.window == "rolling":
            return self._reps[rep.rep_id].taken[-int(found["limit"])] + SPANS[span]
        return self._windows.next_begins(span, rep.time_zone, self._now)

    def _count_taken(self, team: Seats) -> None:
        for rep_id, rep, spans in team.capped:
            taken = self._reps[rep_id].taken
            for span in spans:
                since = self._windows.since(span, rep.limits.window, rep.time_zone, self._now)
                rep.taken[span] = len(taken) - bisect_right(taken, since)

    # --- what happens around

    def _seat(self, start: TeamStart) -> Seats:
        known = {team.name: team for team in self._playbook.teams}
        team = Seats(start, known[start.name].make_up_cap if start.name in known else 0)
        for rep_id, candidate in team.known.items():
            rep = self._reps[rep_id]
            rep.candidates.append(candidate)
            rep.teams.append(team)
            rep.carries(0, 0)
        return team

    def _expect(self, start: Start) -> None:
        for change in start.changes:
            self._at(change.at, partial(self._changes_seat, change))
        for rep in self._reps.values():
            for begins, ends in rep.person.absences:
                self._at(begins, partial(self._changes_absence, rep, ends))
                self._at(ends, partial(self._changes_absence, rep, None))
            for at, offers, leads in rep.person.changes:
                self._at(at, partial(self._changes_load, rep, offers, leads))
        self._advance(start.at)
        for rep in self._reps.values():
            rep.idle = Idleness(start.at if rep.could_work(start.at) else None)

    def _at(self, at: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), happens))

    def _advance(self, to: datetime) -> None:
        """Everything that happens until then, happens."""
        while self._events and self._events[0][0] <= to:
            at, _, happens = heapq.heappop(self._events)
            self._now = max(self._now, at)
            happens()
        self._now = max(self._now, to)

    def _changes_seat(self, change: SeatChange) -> None:
        team, rep = self._teams[change.team_id], self._reps[change.rep_id]
        team.apply(change)
        self._comes_or_goes(rep)

    def _changes_absence(self, rep: Rep, until: datetime | None) -> None:
        # The end of an absence that a later one has replaced says nothing.
        if until is not None or (rep.away_until is not None and rep.away_until <= self._now):
            rep.goes_away(until)
            self._comes_or_goes(rep)

    def _comes_or_goes(self, rep: Rep) -> None:
        if rep.could_work(self._now):
            if rep.idle.since is None:
                rep.idle.begins(self._now)
        else:
            self._rest(rep)
        self._freed(rep)

    def _changes_load(self, rep: Rep, offers: int, leads: int) -> None:
        rep.carries(offers, leads)
        self._freed(rep)

    def _freed(self, rep: Rep) -> None:
        for team in rep.teams:
            if team.held:
                self._drain(team, (rep.person.rep_id,))

    def _rest(self, rep: Rep) -> None:
        """A stretch without a lead is over."""
        if rep.candidates:
            rep.idle.ends(self._now, rep.candidates[0].hours, rep.candidates[0].time_zone)
