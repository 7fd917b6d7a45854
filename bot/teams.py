"""What managers decide about teams and seats: pauses, weights, caps, skills, hours, covers, modes and channels."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot import seats, speech
from bot.actors import actor
from bot.errors import InvalidInputError, NotFoundError, Problem
from bot.people import WEIGHT_MAX, Profile, known_rep, team_named, time_changed, whole
from bot.playbook.playbook import Mode
from bot.rules.calendar import known_calendar
from bot.rules.hours import read_hours
from bot.rules.numbers import fold
from bot.rules.policy import Actor, require
from bot.services import Services
from bot.views import teams as views
from store.models import Rep, Team
from store.people import Seat
from store.unit_of_work import UnitOfWork

CAPS = ("hour", "day", "week", "open", "offers")
MODES: tuple[str, ...] = get_args(Mode)
USUAL, NONE = "usual", "none"
CAP_MAX, SKILLS_MAX, SKILL_LENGTH = 10_000, 20, 40


@dataclass(frozen=True)
class SeatChange:
    """A seat that a manager changes, its team locked."""

    uow: UnitOfWork
    by: Actor
    team: Team
    seat: Seat
    now: datetime

    @property
    def name(self) -> str:
        return self.seat.rep.name

    def tell(self, what: str) -> None:
        tell(self.uow, self.by, self.seat.rep, what, self.now)


def tell(uow: UnitOfWork, by: Actor, rep: Rep, what: str, now: datetime) -> None:
    """One short message to the rep; none to a manager about themselves."""
    if rep.slack_id != by.slack_id:
        speech.tell(uow, rep.slack_id, views.decided(by.name, what), now)


@contextmanager
def seat_to_change(services: Services, slack_id: str, team_name: str, person: Profile) -> Iterator[SeatChange]:
    """Committed at the end of the block.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such team, or the person has no seat in it.
    """
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "manage_people")
        team = uow.people.team_for_decision(team_named(services, uow, team_name).id or 0)
        rep = uow.people.rep_by_slack_id(person.slack_id)
        membership = uow.people.membership(team.id or 0, rep.id or 0) if rep else None
        if rep is None or membership is None:
            raise NotFoundError(
                f"{person.name} is not in team {team.name}. First: /team add {team.name} @{person.name}"
            )
        now = services.now()
        yield SeatChange(uow, who, team, Seat(membership, rep, team.name), now)
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()


def pause(services: Services, slack_id: str, team_name: str, person: Profile) -> str:
    """No leads of this team until somebody resumes it."""
    with seat_to_change(services, slack_id, team_name, person) as change:
        team = change.team.name
        if not seats.pause(change.uow, change.team, change.seat, change.now):
            return f"{change.name} is paused in team {team} already."
        change.tell(f"paused you in team {team}: you get none of its leads until a manager resumes it.")
        return f"{change.name} is paused in team {team}. /team resume {team} @{change.name} ends it."


def resume(services: Services, slack_id: str, team_name: str, person: Profile) -> str:
    with seat_to_change(services, slack_id, team_name, person) as change:
        team = change.team.name
        if not seats.resume(change.uow, change.team, change.seat, change.now):
            return f"{change.name} is not paused in team {team}."
        change.tell(f"resumed you in team {team}: you get turns again.")
        return f"{change.name} gets turns again in team {team}."


def bring_back(services: Services, slack_id: str, team_name: str, person: Profile) -> str:
    """End a set-aside, as the rep could with /lead back."""
    with seat_to_change(services, slack_id, team_name, person) as change:
        team = change.team.name
        if not seats.take_back(change.uow, change.team, change.seat.rep.id or 0, change.now):
            return f"{change.name} is not set aside in team {team}."
        change.tell(f"took you back in team {team}: you get turns again.")
        return f"{change.name} gets turns again in team {team}."


def weigh(services: Services, slack_id: str, team_name: str, person: Profile, weight: str) -> str:
    """`weight` times the leads of a rep of weight 1."""
    number = whole(weight, "weight", 1, WEIGHT_MAX)
    with seat_to_change(services, slack_id, team_name, person) as change:
        team = change.team.name
        if change.seat.membership.weight == number:
            return f"{change.name} has weight {number} in team {team} already."
        seats.weigh(change.uow, change.team, change.seat, number, change.now)
        change.tell(f"gave you weight {number} in team {team}.")
        return f"{change.name} has weight {number} in team {team} from now on."


def cap(services: Services, slack_id: str, team_name: str, person: Profile, *, which: str, limit: str) -> str:
    """At most so many leads: a number, "none" for no limit, or "usual" for the playbook's."""
    if which not in CAPS:
        raise InvalidInputError([Problem("cap", f"There are five caps: {', '.join(CAPS)}.")])
    number = None if limit == USUAL else 0 if limit == NONE else whole(limit, "cap", 1, CAP_MAX)
    said = (
        f"has {which} cap {limit}"
        if number
        else f"has no {which} cap"
        if limit == NONE
        else f"has the usual {which} cap"
    )
    with seat_to_change(services, slack_id, team_name, person) as change:
        own = {name: value for name, value in change.seat.membership.caps.items() if name != which}
        # A new dictionary: a change within the old one would not be noticed.
        change.seat.membership.caps = own if number is None else {**own, which: number}
        change.tell(f"changed your limit in team {change.team.name}: {which} {limit}.")
        return f"{change.name} {said} in team {change.team.name}."


@contextmanager
def rep_to_change(services: Services, slack_id: str, person: Profile) -> Iterator[tuple[UnitOfWork, Rep]]:
    """Somebody that a manager changes; committed at the end of the block."""
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "manage_people")
        yield uow, known_rep(uow, person)
        uow.commit()


def set_skills(services: Services, slack_id: str, person: Profile, words: str) -> str:
    """What the rep can do and speaks, by commas; "none" for nothing."""
    named = [] if fold(words) == NONE else [skill for part in words.split(",") if (skill := fold(part))]
    if not named and fold(words) != NONE:
        raise InvalidInputError([Problem("skills", "Say the skills, with commas between them, or none.")])
    if len(named) > SKILLS_MAX or any(len(skill) > SKILL_LENGTH for skill in named):
        raise InvalidInputError([Problem("skills", f"At most {SKILLS_MAX} skills of {SKILL_LENGTH} characters.")])
    asked = frozenset[str]().union(*(rule.needs for rule in services.playbook.routes))
    with rep_to_change(services, slack_id, person) as (_, rep):
        rep.skills = sorted(set(named))
        unknown = [skill for skill in rep.skills if skill not in asked]
        unused = f" No route asks for {', '.join(unknown)}." if unknown else ""
        return f"{rep.name} has: {', '.join(rep.skills) or 'no skills'}.{unused}"


def set_hours(services: Services, slack_id: str, person: Profile, words: str) -> str:
    """Hours of the rep's own, in their zone, or the playbook's again.

    Raises:
        UnclearHoursError: the words name none.
    """
    hours = None if fold(words) == USUAL else read_hours(words)
    with rep_to_change(services, slack_id, person) as (uow, rep):
        rep.hours = hours
        time_changed(services, uow, rep, services.now())
        return f"{rep.name} works {words.strip() if hours else 'the usual hours'}, {rep.time_zone} time."


def set_holidays(services: Services, slack_id: str, person: Profile, calendar: str) -> str:
    """The public holidays where the rep is, or the playbook's again."""
    own = None if fold(calendar) == USUAL else calendar.upper()
    if own is not None and not known_calendar(own):
        reason = f"I know no holiday calendar “{calendar[:20]}”. Write it like FR, or DE-BE for a part of a country."
        raise InvalidInputError([Problem("holidays", reason)])
    with rep_to_change(services, slack_id, person) as (uow, rep):
        rep.holidays = own
        time_changed(services, uow, rep, services.now())
        return f"{rep.name} has {f'the holidays of {own}' if own else 'the usual holidays'}."


@contextmanager
def team_to_change(services: Services, slack_id: str, team_name: str) -> Iterator[tuple[UnitOfWork, Team]]:
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "manage_people")
        yield uow, uow.people.team_for_decision(team_named(services, uow, team_name).id or 0)
        speech.refresh_watched_homes(uow, services.now())
        uow.commit()


def set_mode(services: Services, slack_id: str, team_name: str, words: str) -> str:
    """How the team's leads find their rep from now on, where the route does not say."""
    mode = fold(words).replace("-", " ")
    if mode not in (*MODES, USUAL):
        raise InvalidInputError([Problem("mode", f"The modes are {', '.join(MODES)}, and usual for the playbook's.")])
    with team_to_change(services, slack_id, team_name) as (_, team):
        team.mode = None if mode == USUAL else mode
        said = team.mode or f"{services.playbook.team(team.name).mode}, as the playbook says"
        return f"Team {team.name} deals new leads in mode {said}."


def set_channel(services: Services, slack_id: str, team_name: str, channel_id: str | None) -> str:
    """Where new cards of the team go; None is the playbook's channel."""
    with team_to_change(services, slack_id, team_name) as (uow, team):
        team.chosen_channel_id = channel_id if channel_id != team.channel_id else None
        uow.outbox.unpark(f"team:{team.id}", services.now())  # cards that the old channel refused leave at once
        where = "the channel you named" if team.chosen_channel_id else "the playbook's channel"
        return f"New cards of team {team.name} go to {where}. Cards that are out stay where they are."
