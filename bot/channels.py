"""People come into a team's channel and leave it: managers are asked about the one, the other takes the seat away."""

from bot import leavers, speech
from bot.people import Profile
from bot.services import Services
from bot.views.handover import newcomer
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
    """Each manager is asked, once for each person and team, whether the newcomer is to get turns."""
    slack_id, now = row.body["user"], services.now()
    rep = uow.people.rep_by_slack_id(slack_id)
    for team in teams_of(services, uow, row.body["channel"]):
        has_seat = rep is not None and uow.people.membership(team.id or 0, rep.id or 0) is not None
        if has_seat or row.body["cannot_sell"]:
            continue
        key = f"newcomer:{row.body['channel']}:{slack_id}:{team.id}"
        if uow.inbox.receive(InboxRow(key=key, kind="newcomer", status="done", received_at=now)):
            asked = newcomer(row.body["name"], slack_id, team=team.name, team_id=team.id or 0)
            for manager in uow.people.managers():
                speech.tell(uow, manager.slack_id, asked, now)


def record_left(services: Services, uow: UnitOfWork, row: InboxRow) -> None:
    """Whoever does not see a team's leads any more gets none, and what they have of that team goes to others."""
    rep = uow.people.rep_by_slack_id(row.body["user"])
    if rep is None:
        return
    seats = set(uow.teams.seats_of(rep.id or 0))
    left = [team for team in teams_of(services, uow, row.body["channel"]) if team.id in seats]
    if left:
        why = f"left the channel of team {' and '.join(team.name for team in left)}"
        leavers.begin(uow, rep, why=why, now=services.now(), key=str(row.id), team_ids=[team.id or 0 for team in left])
