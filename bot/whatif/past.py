"""Reads what a replay begins with: who sat where, in which turn, with how much to do, and how they usually work."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any, TypeVar

from bot import seats
from bot.decisions import recorded
from bot.playbook.playbook import Playbook
from bot.rules.dealing import OWNER
from bot.rules.eligibility import Candidate
from bot.rules.recorded import LoadChange, Person, SeatChange, Start, TeamStart
from bot.rules.replay import JOINED, LEFT, RETURNED, UNDONE, WEIGHED
from bot.rules.rotation import CATCH_UP, OWED, TURN, Rotation
from bot.seats import CAME_BACK, PAUSED, RESUMED, SET_ASIDE
from bot.services import Services
from store.history import Event, Span
from store.models import Absence, Membership, Rep, Team
from store.people import Seat
from store.unit_of_work import UnitOfWork

COUNTED = timedelta(days=8)  # longer than the longest window of a cap
UNKNOWN_DELAY = timedelta(minutes=5)  # of an answer, where nobody has ever claimed an offer
Usual = TypeVar("Usual", timedelta, None)
TURNS = frozenset({TURN, OWED, CATCH_UP})
# What each line says about a seat.
SAYS: dict[str, dict[str, Any]] = {
    JOINED: {"is_seated": True, "is_paused": False, "is_set_aside": False}, LEFT: {"is_seated": False}, WEIGHED: {},
    PAUSED: {"is_paused": True}, RESUMED: {"is_paused": False},
    SET_ASIDE: {"is_set_aside": True}, CAME_BACK: {"is_set_aside": False},
}  # fmt: skip


@dataclass(frozen=True)
class TeamPast:
    """A team's turns and seats as they were when the replay begins, and what changed them afterwards."""

    team: Team
    rotation: Rotation
    decisions: int
    paused: frozenset[int]
    set_aside: frozenset[int]
    changes: tuple[SeatChange, ...]

    @property
    def sits_at_any_time(self) -> set[int]:
        return set(self.rotation.places) | {change.rep_id for change in self.changes}


@dataclass(frozen=True)
class Past:
    """Everything that is the same whichever playbook is tried."""

    since: datetime
    until: datetime
    teams: tuple[TeamPast, ...]
    reps: dict[int, Rep]
    memberships: dict[tuple[int, int], Membership]  # by team and rep, as they are now
    people: dict[int, Person]


def read_past(uow: UnitOfWork, since: datetime, until: datetime) -> Past:
    teams = tuple(team_past(uow, team, since, until) for team in uow.people.teams())
    reps = {rep.id or 0: rep for rep in uow.history.reps()}
    memberships = {(one.team_id, one.rep_id): one for one in uow.history.memberships()}
    return Past(since, until, teams, reps, memberships, people(uow, teams, reps, since, until))


def team_past(uow: UnitOfWork, team: Team, since: datetime, until: datetime) -> TeamPast:
    last = uow.history.last_decision(team.id or 0, since, but={OWNER})
    rotation, number = Rotation(), 0
    if last is not None:
        # The line has the turns before it; dealing once more has those after it.
        decision, number, facts = recorded(last), last.number, last.facts
        rotation = decision.rotation()
        if decision.kind in TURNS:
            rotation.deal(decision.able, number=number, away=facts.get("away", ()), make_up=facts.get("make_up", 0))
    events = [event for event in uow.history.events(team.id or 0) if event.at <= until]
    before = [event for event in events if event.at < since]
    paused, set_aside, seated = fold_seats(before)
    for rep_id, weight in seated.items():
        rotation.join(rep_id, weight)  # those who were not with us for a while are in no decision
    for event in before:
        if event.number > number:
            move(rotation, event)
    changes = tuple(seat_change(event) for event in events if event.at >= since and event.kind in SAYS)
    return TeamPast(team, rotation, max([number, *(event.number for event in before)]), paused, set_aside, changes)


def fold_seats(events: Iterable[Event]) -> tuple[frozenset[int], frozenset[int], dict[int, int]]:
    """Who was paused, who was set aside, and who had a seat, with which weight."""
    paused, set_aside, seated = set[int](), set[int](), dict[int, int]()
    for event in events:
        if event.kind == UNDONE:
            continue
        rep_id, says = int(event.facts["rep"]), SAYS.get(event.kind, {})
        for group, flag in ((paused, says.get("is_paused")), (set_aside, says.get("is_set_aside"))):
            if flag is not None:
                (group.add if flag else group.discard)(rep_id)
        if says.get("is_seated") is False:
            seated.pop(rep_id, None)
        elif event.kind in (JOINED, WEIGHED):
            seated[rep_id] = int(event.facts["weight"])
    return frozenset(paused), frozenset(set_aside), seated


def move(rotation: Rotation, event: Event) -> None:
    if event.kind == UNDONE:
        rotation.take_back(event.facts["changes"])
        return
    rep_id = int(event.facts["rep"])
    if event.kind == JOINED:
        rotation.join(rep_id, int(event.facts["weight"]))
    elif event.kind == LEFT:
        rotation.leave(rep_id)
    elif event.kind == WEIGHED and rep_id in rotation.places:
        rotation.set_weight(rep_id, int(event.facts["weight"]))
    elif event.kind == RETURNED:
        rotation.owe(rep_id, number=event.number)


def seat_change(event: Event) -> SeatChange:
    return SeatChange(
        event.at, event.team_id, int(event.facts["rep"]), weight=event.facts.get("weight"), **SAYS[event.kind]
    )


def people(
    uow: UnitOfWork, teams: Iterable[TeamPast], reps: dict[int, Rep], since: datetime, until: datetime
) -> dict[int, Person]:
    colleagues = {rep_id: set[int]() for rep_id in reps}
    for team in teams:
        for rep_id in team.sits_at_any_time & reps.keys():
            colleagues[rep_id] |= team.sits_at_any_time
    answers, keeps = spans(uow.history.answered(since)), spans(uow.history.closed(since))
    taken = defaultdict[int, list[datetime]](list)
    for rep_id, at in uow.history.taken(since - COUNTED, since):
        taken[rep_id].append(at)
    absences = defaultdict[int, list[tuple[datetime, datetime]]](list)
    for absence in uow.people.absences(since):
        if absence.starts_at < min(absence.ends_at, until):
            goes_on(absences[absence.rep_id], absence)
    found = {
        rep_id: Person(
            rep_id, usual(answers, rep_id, colleagues[rep_id], UNKNOWN_DELAY), usual(keeps, rep_id, set(keeps), None),
            is_active=rep.is_active, cover_id=rep.cover_id, taken=tuple(taken[rep_id]),
            absences=tuple(absences[rep_id]),
        )
        for rep_id, rep in reps.items()
    }  # fmt: skip
    return with_loads(uow, found, since)


def goes_on(absences: list[tuple[datetime, datetime]], absence: Absence) -> None:
    """One that begins as another ends is the same: nobody was back for an instant."""
    begins = absence.starts_at
    if absences and absences[-1][1] >= begins:
        begins = absences.pop()[0]
    absences.append((begins, absence.ends_at))


def spans(found: Iterable[Span]) -> dict[int, list[timedelta]]:
    by_rep = defaultdict[int, list[timedelta]](list)
    for one in found:
        if one.ended is not None:
            by_rep[one.rep_id].append(one.ended - one.began)
    return by_rep


def usual(found: dict[int, list[timedelta]], rep_id: int, colleagues: set[int], otherwise: Usual) -> timedelta | Usual:
    """The rep's own median; their colleagues' where they have none."""
    own = found.get(rep_id) or [span for other in sorted(colleagues) for span in found.get(other, ())]
    return median_low(own) if own else otherwise


def with_loads(uow: UnitOfWork, found: dict[int, Person], since: datetime) -> dict[int, Person]:
    """The leads and offers that everybody has as the replay begins, and when they let go of them."""
    offers, leads = defaultdict[int, int](int), defaultdict[int, int](int)
    changes = defaultdict[int, list[LoadChange]](list)
    for span, was_claimed in uow.history.offers_open_at(since):
        offers[span.rep_id] += 1
        if span.ended is not None:
            changes[span.rep_id].append(LoadChange(span.ended, -1, int(was_claimed)))
            keeps = found[span.rep_id].keeps_for
            if was_claimed and keeps is not None:
                changes[span.rep_id].append(LoadChange(span.ended + keeps, 0, -1))
    for span in uow.history.leads_owned_at(since):
        leads[span.rep_id] += 1
        if span.ended is not None:
            changes[span.rep_id].append(LoadChange(span.ended, 0, -1))
    return {
        rep_id: replace(person, offers=offers[rep_id], leads=leads[rep_id], changes=tuple(changes[rep_id]))
        for rep_id, person in found.items()
    }


def start(services: Services, past: Past, playbook: Playbook) -> Start:
    """The past as a replay under this playbook begins with it."""
    rules = Services(services.database, playbook, services.now)
    known = {team.name for team in playbook.teams}
    teams = [team_start(rules, past, team) for team in past.teams if team.team.name in known]
    there = {team.name for team in teams}
    # A team that only this playbook has: nobody sits in it yet.
    new = (TeamStart(-number, name, {}, {}) for number, name in enumerate(sorted(known - there), start=1))
    kept = {team.team_id for team in teams}
    changes = sorted(
        (change for team in past.teams for change in team.changes if change.team_id in kept), key=lambda one: one.at
    )
    return Start(past.since, (*teams, *new), past.people, tuple(changes))


def team_start(rules: Services, past: Past, team: TeamPast) -> TeamStart:
    there = [past.reps[rep_id] for rep_id in sorted(team.sits_at_any_time & past.reps.keys())]
    candidates = {rep.id or 0: candidate(rules, past, team, rep) for rep in there if rep.is_active}
    return TeamStart(
        team.team.id or 0, team.team.name, team.rotation.as_record(), candidates, team.team.mode, team.decisions
    )


def candidate(rules: Services, past: Past, team: TeamPast, rep: Rep) -> Candidate:
    """Hours, skills and limits as they are now; the seat as it was."""
    rep_id, team_id = rep.id or 0, team.team.id or 0
    membership = past.memberships.get((team_id, rep_id)) or Membership(
        team_id=team_id, rep_id=rep_id, joined_at=past.since
    )
    found = seats.candidate(rules, Seat(membership, rep, team.team.name))
    return replace(
        found, is_paused=rep_id in team.paused, is_set_aside=rep_id in team.set_aside, away_until=None,
        open_leads=0, open_offers=0, taken={},
    )  # fmt: skip
