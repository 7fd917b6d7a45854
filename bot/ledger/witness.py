"""Posts the seal of each team's ledger once a day, where nobody who runs the database can take it back."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.playbook.playbook import Playbook
from bot.rules.calendar import at_local
from bot.services import Services
from bot.views import witness
from store.models import InboxRow, Team
from store.unit_of_work import UnitOfWork

POSTED_AT = time(9)  # in the team's zone


def due(services: Services) -> list[int]:
    """The ids of teams whose seal has not been posted today, though there were decisions up to nine. Locks nothing."""
    now = services.now()
    with services.reading() as uow:
        return [team.id or 0 for team in uow.people.teams() if is_due(services.playbook, uow, team, now)]


def is_due(playbook: Playbook, uow: UnitOfWork, team: Team, now: datetime) -> bool:
    nine = nine_of(playbook, team, now)
    if nine is None or now < nine or not channel_of(playbook, team) or uow.inbox.answered(key_of_day(team, nine)):
        return False
    newest = uow.ledger.newest_before(team.id or 0, nine.astimezone(UTC))
    return newest > 0 and uow.inbox.answered(key_of_head(team, newest)) is None


def post(services: Services, team_id: int) -> None:
    """Say how far the ledger goes, once a day and once for each head, however many replicas try."""
    now = services.now()
    with services.unit_of_work() as uow:
        team = uow.people.team(team_id)
        nine, channel = nine_of(services.playbook, team, now), channel_of(services.playbook, team)
        if nine is None or not channel:
            return
        for key in (key_of_day(team, nine), key_of_head(team, team.decisions_made)):
            if not uow.inbox.receive(InboxRow(key=key, kind="witness", status="done", received_at=now)):
                return
        # In its usual lane, so that the channel is never spoken to twice at one time.
        lane = f"team:{team_id}" if channel == cards_channel(team) else f"witness:{channel}"
        said = witness.head(team.name, team.decisions_made, team.chain_head)
        uow.outbox.add(kind="message", lane=lane, payload={"slack_id": channel, **said.as_payload()}, now=now)
        uow.commit()


def nine_of(playbook: Playbook, team: Team, now: datetime) -> datetime | None:
    """Today's, in the team's zone; None for a team that the playbook does not know any more."""
    known = next((known for known in playbook.teams if known.name == team.name), None)
    if known is None:
        return None
    zone = ZoneInfo(known.zone)
    return at_local(now.astimezone(zone).date(), POSTED_AT, known.zone).astimezone(zone)


def channel_of(playbook: Playbook, team: Team) -> str | None:
    """Slack's id; where the playbook names no other channel, the seal goes wherever the team's cards go."""
    rules = playbook.team(team.name)
    return cards_channel(team) if rules.witness == rules.channel else team.witness_id


def cards_channel(team: Team) -> str | None:
    return team.chosen_channel_id or team.channel_id


def key_of_day(team: Team, nine: datetime) -> str:
    return f"witness:{team.name}:{nine:%Y-%m-%d}"


def key_of_head(team: Team, number: int) -> str:
    return f"witness:{team.name}:{number}"
