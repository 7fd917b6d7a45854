"""People come into a team's channel and leave it: managers are asked about the one, the other takes the seat away."""

from bot import leavers, seats, speech
from bot.people import Profile
from bot.services import Services
from bot.views.handover import left_channel, newcomer
from store.models import InboxRow, Team
from store.unit_of_work import UnitOfWork

JOINED, LEFT = "member_joined", "member_left"


def is_a_teams(services: Services, channel_id: str) -> bool:
    """Whether some team's leads are posted there."""
    with services.reading() as uow:
        return bool(teams_of(services, uow, channel_id))


def teams_of(services: Services, uow: UnitOfWork, channel_id: str) -> list[Team]:
    known = {team.name for team in services.playbook.teams}
    return [team for team in uow.teams.of_channel(channel_id) if team.name in known]


def as_body(channel_id: str, person: Profile) -> dict[str, str]:
    return {"channel": channel_id, "user": person.slack_id, "name": person.name, "cannot_sell": person.cannot_sell}


def record_joined(services: Services, uow: UnitOfWork, row: InboxRow) -> None:
    """Each manager is asked whether the newcomer is to get turns: once for each person and team, and seat lost."""
    slack_id, now = row.body["user"], services.now()
    rep = uow.people.rep_by_slack_id(slack_id)
    for team in teams_of(services, uow, row.body["channel"]):
        has_seat = rep is not None and uow.people.membership(team.id or 0, rep.id or 0) is not None
        if has_seat or row.body["cannot_sell"]:
            continue
        key = newcomer_key(row, team)
        if uow.inbox.receive(InboxRow(key=key, kind="newcomer", status="done", received_at=now)):
            asked = newcomer(row.body["name"], slack_id, team=team.name, team_id=team.id or 0)
            for manager in uow.people.managers():
                speech.tell(uow, manager.slack_id, asked, now)


def newcomer_key(row: InboxRow, team: Team) -> str:
    return f"newcomer:{row.body['channel']}:{row.body['user']}:{team.id}"


def record_left(services: Services, uow: UnitOfWork, row: InboxRow) -> None:
    """Whoever does not see a team's leads any more gets none, and what they have of that team goes to others.

    Perhaps it was a slip: they are told, and managers are asked anew when they come back.
    """
    now = services.now()
    rep = uow.people.rep_by_slack_id(row.body["user"])
    if rep is None:
        return
    left = [
        team for team in teams_of(services, uow, row.body["channel"])
        if seats.leave(uow, uow.people.team_for_decision(team.id or 0), rep, now)
    ]  # fmt: skip
    if not left:
        return
    for team in left:
        uow.inbox.forget(newcomer_key(row, team))
    names, ids = " and ".join(team.name for team in left), [team.id or 0 for team in left]
    leavers.begin(
        uow, rep, why=f"left the channel of team {names}", now=now, key=str(row.id), team_ids=ids, has_seats=False
    )
    speech.tell(uow, rep.slack_id, left_channel(name_of(services, row.body["channel"], left), names), now)
    speech.refresh_home(uow, rep.slack_id, now)


def name_of(services: Services, channel_id: str, teams: list[Team]) -> str:
    """As the playbook names it; one that a manager chose is known by its number only."""
    named = (services.playbook.team(team.name).channel for team in teams if team.channel_id == channel_id)
    return next(named, "the channel")
