"""Looking into teams: who is there and in what state, whose turn it is, what waits, and how fair it was so far."""

from datetime import datetime

from bot import decisions, seats
from bot.actors import STRANGER, actor
from bot.errors import NotAllowedError
from bot.people import team_named
from bot.rules import eligibility
from bot.rules.dealing import LEAST_BUSY, OPEN_TO_ALL, Ask, Table
from bot.rules.policy import Actor, Subject, require
from bot.rules.rotation import CATCH_UP, OWED, TURN, UNIT
from bot.services import Services
from bot.views.decisions import because
from bot.views.teams import MOST_SHOWN, Offered, RepLine, TeamPage, Waiting
from bot.worktime import hours_of
from store.models import Rep, Team
from store.people import Seat
from store.teams import Record
from store.unit_of_work import UnitOfWork


def pages(services: Services, slack_id: str, name: str = "") -> list[TeamPage]:
    """The team of that name; without one, the actor's own teams, and all of them for a manager.

    Raises:
        NotAllowedError: the actor is in no team, or in none any more, and no manager.
        NotFoundError: there is no such team.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        if not who.is_manager and not who.team_ids:
            raise NotAllowedError(STRANGER)
        return [page_of(services, uow, team, who.time_zone) for team in meant(services, uow, who, name)]


def meant(services: Services, uow: UnitOfWork, who: Actor, name: str) -> list[Team]:
    if name:
        return [team_named(services, uow, name)]
    known = {team.name for team in services.playbook.teams}
    return [team for team in uow.people.teams() if team.name in known and (who.is_manager or team.id in who.team_ids)]


def page_of(services: Services, uow: UnitOfWork, team: Team, zone: str) -> TeamPage:
    now, rules, team_id = services.now(), services.playbook.team(team.name), team.id or 0
    taken = uow.people.seats(team_id)
    table = seats.table(services, uow, team, taken, now)
    records = uow.teams.records(team_id)
    chosen = [what for what, is_chosen in (("mode", team.mode), ("channel", team.chosen_channel_id)) if is_chosen]
    lines = tuple(rep_line(services, table, seat, records.get(seat.rep.id or 0, Record()), now) for seat in taken)
    names = {seat.rep.id: seat.rep.name for seat in taken}
    return TeamPage(
        team.name, team.mode or rules.mode, team.chosen_channel_id or team.channel_id, lines, zone, tuple(chosen),
        uow.teams.count_held(team_id), uow.teams.count_offers(team_id),
        names.get(next_up(table, team, team.mode or rules.mode, now), ""),
    )  # fmt: skip


def rep_line(services: Services, table: Table, seat: Seat, record: Record, now: datetime) -> RepLine:
    rep, place = seat.rep, table.rotation.places[seat.rep.id or 0]
    candidate = table.candidates[rep.id or 0]
    in_turn = record.dealt.get(TURN, 0) + record.dealt.get(CATCH_UP, 0)
    limits = candidate.limits
    caps = {name: limit for name in ("hour", "day", "week", "open", "offers") if (limit := getattr(limits, name))}
    return RepLine(
        rep.name, eligibility.obstacle(candidate, needs=frozenset(), now=now), seat.membership.weight, caps, rep.skills,
        hours_in_words(services, rep), sum(record.dealt.get(kind, 0) for kind in (TURN, CATCH_UP, OWED, LEAST_BUSY)),
        in_turn * UNIT + place.balance, place.balance, place.owed,
        record.ended.get("lapsed", 0), record.ended.get("passed", 0),
    )  # fmt: skip


def hours_in_words(services: Services, rep: Rep) -> str:
    hours = hours_of(services, rep)
    own = "" if rep.hours is None else f" on {' '.join(rep.hours['days'])}"
    holidays = f", {hours.holidays}" if hours.holidays else ""
    return f"{hours.starts:%H:%M}-{hours.ends:%H:%M}{own} {rep.time_zone}{holidays}"


def next_up(table: Table, team: Team, mode: str, now: datetime) -> int | None:
    """Who would get a lead that needs nothing in particular and came now; only the copy in memory moves on."""
    turns = "offer" if mode == OPEN_TO_ALL else mode
    return table.decide(Ask(turns), number=team.decisions_made + 1, now=now).winner


def queue(services: Services, slack_id: str, name: str = "") -> list[Waiting]:
    """The held leads of the team, or of all the actor's teams, with why each waits."""
    with services.reading() as uow:
        who = actor(uow, slack_id)
        found = []
        for team in own_teams(services, uow, who, name):
            for lead in uow.leads.held(team.id or 0, limit=MOST_SHOWN):
                decision = uow.ledger.latest_for(lead.id or 0)
                found.append(Waiting(lead, team.name, because(decisions.told(uow, decision)) if decision else ""))
        return found


def offers(services: Services, slack_id: str, name: str = "") -> tuple[list[Offered], str]:
    """The open offers of the team, or of all the actor's teams; and the actor's zone."""
    with services.reading() as uow:
        who = actor(uow, slack_id)
        found = [
            Offered(row.lead, team.name, row.rep.name, row.offer.expires_at)
            for team in own_teams(services, uow, who, name)
            for row in uow.teams.offers(team.id or 0, limit=MOST_SHOWN)
        ]
        return found, who.time_zone


def own_teams(services: Services, uow: UnitOfWork, who: Actor, name: str) -> list[Team]:
    """Where leads are named, only the team itself and managers look."""
    teams = meant(services, uow, who, name)
    for team in teams:
        require(who, "see_queue", Subject(team.id or 0, None))
    return teams
