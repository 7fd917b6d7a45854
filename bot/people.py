"""Teams, reps and managers: who sells where, and who is away."""

from dataclasses import dataclass
from datetime import datetime

from bot import covers, digests, leavers, reminders, seats, speech
from bot.actors import actor
from bot.errors import InvalidInputError, NotFoundError, Problem
from bot.playbook.playbook import Playbook
from bot.rules.policy import require
from bot.rules.when.reading import read_when
from bot.services import Services
from bot.views.teams import decided
from store.models import Rep, Team
from store.unit_of_work import UnitOfWork

WEIGHT_MAX = 100


@dataclass(frozen=True)
class Profile:
    """A person as Slack knows them."""

    slack_id: str
    name: str
    time_zone: str
    is_active: bool = True
    cannot_sell: str = ""  # what keeps them from ever getting a turn, like "a bot"
    language: str = ""  # in which they use Slack, if dates can be read in it


def sync_teams(services: Services, channel_ids: dict[str, str]) -> list[str]:
    """Bring the playbook's teams into the database; returns the channels that Slack does not know (yet)."""
    with services.unit_of_work() as uow:
        missing = []
        for team in services.playbook.teams:
            kept = uow.people.remember_team(
                team.name, channel_id=channel_ids.get(team.channel), witness_id=channel_ids.get(team.witness)
            )
            missing += [team.channel] if not kept.channel_id else []
            missing += [team.witness] if not kept.witness_id and team.witness != team.channel else []
        uow.commit()
    return missing


def channels(playbook: Playbook) -> list[str]:
    """Every channel that the playbook names, once."""
    return list(dict.fromkeys(name for team in playbook.teams for name in (team.channel, team.witness)))


def sync_managers(services: Services, profiles: list[Profile]) -> None:
    """The people named in the settings are the managers; whoever is no longer named is a rep again."""
    named = {who.slack_id for who in profiles}
    with services.unit_of_work() as uow:
        for former in uow.people.managers():
            former.role = "manager" if former.slack_id in named else "rep"
        for who in profiles:
            manager = remember(services, uow, who, role="manager")
            manager.is_active = who.is_active
        uow.commit()


def remember(services: Services, uow: UnitOfWork, person: Profile, *, role: str | None = None) -> Rep:
    """The person as a rep; the language that they chose for their dates stays, whatever Slack's is."""
    rep = uow.people.remember_rep(person.slack_id, name=person.name, time_zone=person.time_zone, role=role)
    rep.language = rep.language or person.language
    if rep.digest_due_at is None:
        digests.plan(services, rep, services.now())
    return rep


def everyone(services: Services) -> list[str]:
    """The Slack ids of all who are thought to be here; some may have left while Dibs was not running."""
    with services.reading() as uow:
        return uow.people.active_slack_ids()


def add_founding_rep(services: Services, team_names: list[str], person: Profile) -> None:
    """Seat someone without an acting manager: how the very first people get in, from the command line."""
    with services.unit_of_work() as uow:
        rep = remember(services, uow, person)
        for name in team_names:
            team = uow.people.team_for_decision(team_named(services, uow, name).id or 0)
            seats.join(uow, team, rep, services.now())
        uow.commit()


def require_manager(services: Services, slack_id: str) -> None:
    """Asked before Slack is, on behalf of somebody who may not.

    Raises:
        NotAllowedError: the actor is no manager.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_people")


def team_to_fill(services: Services, slack_id: str, team_id: int) -> str:
    """The name of the team that the actor wants to seat somebody in.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such team.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_people")
        name = next((team.name for team in uow.people.teams() if team.id == team_id), "")
        return team_named(services, uow, name).name


def add_to_team(services: Services, slack_id: str, team_name: str, person: Profile, weight: str = "") -> str:
    """A manager seats someone in a team's rotation; by `weight` they get so many times the leads of others.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: the playbook has no such team.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "manage_people")
        team = team_named(services, uow, team_name)
        if person.cannot_sell:
            raise InvalidInputError([Problem("person", f"{person.name} is {person.cannot_sell} and cannot get turns.")])
        rep = remember(services, uow, person)
        share = whole(weight or "1", "weight", 1, WEIGHT_MAX)
        if not seats.join(uow, uow.people.team_for_decision(team.id or 0), rep, now, weight=share):
            return f"{rep.name} is in team {team.name} already."
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()
        turns = f"{share} turns for every one of others" if share > 1 else "a turn like everyone else"
        return f"{rep.name} is in team {team.name} now and gets {turns}."


def whole(text: str, field: str, least: int, most: int) -> int:
    """The number that was typed.

    Raises:
        InvalidInputError: it is none, or out of bounds.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise InvalidInputError([Problem(field, f"Say the {field} as a whole number from {least} to {most}.")])
    return int(text)


def remove_from_team(services: Services, slack_id: str, team_name: str, person: Profile) -> str:
    """A manager takes someone's seat away; what they own stays theirs, and what they were offered is dealt again."""
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "manage_people")
        team = team_named(services, uow, team_name)
        rep = uow.people.rep_by_slack_id(person.slack_id)
        if rep is None or not seats.leave(uow, uow.people.team_for_decision(team.id or 0), rep, now):
            return f"{person.name} is not in team {team.name}."
        leavers.begin(
            uow, rep, why=f"left team {team.name}", now=now, team_ids=[team.id or 0], told=(),
            has_seats=False, offers_only=True,
        )  # fmt: skip
        if rep.slack_id != slack_id:
            said = f"took your seat in team {team.name} away. Leads that you own stay yours."
            speech.tell(uow, rep.slack_id, decided(who.name, said), now)
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()
        return f"{rep.name} left team {team.name}. Leads that {rep.name} owns stay with {rep.name}."


def team_named(services: Services, uow: UnitOfWork, name: str) -> Team:
    team = uow.people.team_named(name)
    if team is None or name.lower() not in {known.name for known in services.playbook.teams}:
        known_names = ", ".join(known.name for known in services.playbook.teams)
        raise NotFoundError(f"There is no team “{name[:40]}”. The teams are {known_names}.")
    return team


def go_away(services: Services, slack_id: str, words: str) -> datetime:
    """No offers for the actor until the time the words name.

    Raises:
        UnclearTimeError: the words name no moment to come.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        if not words.strip():
            raise InvalidInputError([Problem("until", "Say until when, like: /lead away until monday")])
        rep = uow.people.rep(who.rep_id)
        starts, language = services.playbook.hours.starts, rep.language or "en"
        until = read_when(words, now=now, zone=who.time_zone, day_starts=starts, language=language).moment
        uow.people.begin_absence(rep, now, until)
        time_changed(services, uow, rep, now)
        uow.commit()
        return until


def come_back(services: Services, slack_id: str) -> str:
    """Not away any more, and not set aside by any team. Returns a sentence."""
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        rep = uow.people.rep(who.rep_id)
        uow.people.end_absence(rep, now)
        time_changed(services, uow, rep, now)
        teams = seats.come_back(uow, who.rep_id, now)
        uow.commit()
        return "Welcome back. You get turns again" + (f" in {' and '.join(teams)}." if teams else ".")


def time_changed(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    """The rep works at other times than before: what waits for them waits for other moments, and cards say so."""
    covers.show(uow, rep, now)
    reminders.replan_of(services, uow, rep, now)
    digests.plan(services, rep, now)
    speech.refresh_home(uow, rep.slack_id, now)


def absences_over(services: Services) -> list[int]:
    """The reps who are back without having said so."""
    with services.reading() as uow:
        return uow.teams.absences_over(services.now())


def end_absence(services: Services, rep_id: int) -> None:
    """The time away is over: their cards name no cover any more."""
    now = services.now()
    with services.unit_of_work() as uow:
        rep = uow.people.rep(rep_id)
        if rep.away_until is None or rep.away_until > now:
            return
        rep.away_until = None
        time_changed(services, uow, rep, now)
        uow.commit()


def set_cover(services: Services, slack_id: str, person: Profile, other: Profile | None) -> str:
    """A manager says who works for the person while they are away; None for nobody.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: one of them is no rep, or the other is no colleague of theirs.
    """
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "manage_people")
        rep = known_rep(uow, person)
        said = cover_for(services, uow, rep, known_rep(uow, other) if other else None)
        uow.commit()
        return said


def name_cover(services: Services, slack_id: str, other: Profile | None) -> str:
    """The actor says who works for them while they are away: a colleague of one of their teams, or a manager.

    Raises:
        NotFoundError: the other is no such colleague.
    """
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        cover = known_rep(uow, other) if other else None
        said = cover_for(services, uow, uow.people.rep(who.rep_id), cover)
        uow.commit()
        return said


def cover_for(services: Services, uow: UnitOfWork, rep: Rep, cover: Rep | None) -> str:
    now = services.now()
    if cover is not None and cover.id == rep.id:
        raise InvalidInputError([Problem("cover", f"{rep.name} cannot cover for {rep.name}. Name somebody else.")])
    if cover is not None and not covers.may_cover(uow, rep, cover):
        raise NotFoundError(f"{cover.name} is in no team with {rep.name}. Name a colleague, or a manager.")
    covers.show(uow, rep, now)
    rep.cover_id = cover.id if cover else None
    covers.show(uow, rep, now)
    reminders.replan_of(services, uow, rep, now)  # what waited for the rep's return is the cover's to hear now
    if cover is None:
        return f"Nobody covers for {rep.name}."
    return f"{cover.name} covers for {rep.name}, whenever {rep.name} is away."


def cover_name(services: Services, slack_id: str) -> str | None:
    """Who works for the actor now, while they are away."""
    with services.reading() as uow:
        cover = covers.cover_of(uow, uow.people.rep(actor(uow, slack_id).rep_id), services.now())
        return cover.name if cover else None


def known_rep(uow: UnitOfWork, person: Profile) -> Rep:
    """Somebody who is there already.

    Raises:
        NotFoundError: they are in no team, or gone.
    """
    rep = uow.people.rep_by_slack_id(person.slack_id)
    if rep is None or not rep.is_active:
        raise NotFoundError(f"{person.name} is in no team yet. First: /team add <team> @{person.name}")
    return rep


def update_profile(services: Services, person: Profile) -> None:
    """Slack says that someone's name or zone changed, or that they left, so that others get their leads."""
    with services.unit_of_work() as uow:
        known = uow.people.rep_by_slack_id(person.slack_id)
        if known:
            was_here = known.is_active
            has_moved = known.time_zone != person.time_zone
            rep = remember(services, uow, person)
            rep.is_active = person.is_active
            if has_moved:
                time_changed(services, uow, rep, services.now())
            speech.refresh_home(uow, rep.slack_id, services.now())
            if was_here and not rep.is_active:
                leavers.begin(uow, rep, why="left the workspace", now=services.now())
            uow.commit()


def zone_of(services: Services, slack_id: str) -> str:
    """The actor's own time zone."""
    with services.reading() as uow:
        return actor(uow, slack_id).time_zone
