"""Once a day the seal of a team's ledger is posted where nobody can take it back, if there is anything new."""

import re
import threading

import pytest

from bot import people
from bot.ledger import verification, witness
from bot.outbox import SlackCall
from bot.playbook.playbook import Playbook, parse_playbook
from store.database import Database
from store.models import OutboxRow, Team
from tests.factories import ALICE, BOB, CHANNELS, PLAYBOOK, Office

TEXT = PLAYBOOK.read_text(encoding="utf-8")
SEALS = {**CHANNELS, "#seals": "C0SEALS"}


def with_settings(settings: str) -> Playbook:
    """The shipped playbook, with these lines for team smb."""
    team = 'name = "smb"\nchannel = "#leads-smb"\n'
    return parse_playbook(TEXT.replace(team, team + settings + "\n"), "the test's playbook")


def post(office: Office) -> int:
    """What the tick does; returns how many teams were due."""
    due = witness.due(office.services)
    for team_id in due:
        witness.post(office.services, team_id)
    return len(due)


def said(office: Office) -> list[str]:
    return office.lines("message")


def seal_of(office: Office) -> str:
    [team] = office.rows(Team, name="smb")
    return f"smb:{team.decisions_made}:{team.chain_head}"


def test_the_seal_is_posted_at_nine_and_whoever_reads_it_can_check_with_it(office: Office) -> None:
    office.lead()
    office.clock.set("2026-11-25T08:59:59+00:00")
    assert post(office) == 0
    office.clock.advance(seconds=1)
    assert post(office) == 1
    [row] = office.waiting("message")
    assert row.lane == "team:1"
    said_in_slack = office.render(row)
    assert isinstance(said_in_slack, SlackCall)
    assert said_in_slack.arguments["channel"] == "C0LEADSSMB"
    seal = seal_of(office)
    start = seal.split(":")[2][:12]
    sentence = f"Fairness ledger of smb: 4 decisions, seal {start}…. "
    assert said(office) == [f"{sentence}Anyone can check: python app.py verify --seal {seal}"]
    [posted] = re.findall(r"--seal (\S+)", said(office)[0])
    office.lead()
    assert verification.report(office.services, lambda _: None, seals=[posted])


def test_it_is_said_once_a_day_however_often_the_tick_comes(office: Office) -> None:
    office.lead()
    office.clock.advance(days=1)
    assert [post(office), post(office)] == [1, 0]
    office.lead()
    office.clock.advance(hours=9)
    assert post(office) == 0
    office.clock.set("2026-11-26T09:00:00+00:00")
    assert [post(office), post(office)] == [1, 0]
    assert len(said(office)) == 2


def test_nothing_is_said_when_nothing_was_decided_since_the_last_time(office: Office) -> None:
    office.lead()
    for _ in range(4):
        office.clock.advance(days=1)
        post(office)
    assert len(said(office)) == 1
    office.lead()
    office.clock.advance(days=1)
    assert post(office) == 1


def test_what_was_decided_after_nine_waits_for_tomorrow(office: Office) -> None:
    office.lead()
    assert post(office) == 0, "it is half past nine on the first day"


def test_a_team_without_decisions_has_nothing_to_vouch_for(database: Database) -> None:
    office = Office(database)
    office.clock.advance(days=1)
    assert post(office) == 0


def test_nine_is_nine_in_the_zone_of_the_team(database: Database) -> None:
    office = Office(database, ALICE, playbook=with_settings('zone = "Asia/Tokyo"'))
    office.clock.set("2026-11-24T23:59:59+00:00")
    assert post(office) == 0
    office.clock.set("2026-11-25T00:00:00+00:00")
    assert [post(office), post(office)] == [1, 0]


def test_a_channel_of_its_own_hears_it_once_slack_knows_it(database: Database) -> None:
    office = Office(database, ALICE, playbook=with_settings('witness = "#seals"'))
    office.clock.advance(days=1)
    assert post(office) == 0
    assert people.sync_teams(office.services, CHANNELS) == ["#seals"]
    assert people.channels(office.services.playbook) == ["#leads-smb", "#seals", "#leads-enterprise"]
    assert people.sync_teams(office.services, SEALS) == []
    assert people.sync_teams(office.services, {}) == [], "what is known stays known"
    assert post(office) == 1
    [row] = office.waiting("message")
    assert (row.lane, row.payload["slack_id"]) == ("witness:C0SEALS", "C0SEALS")


def test_without_one_it_follows_the_cards_to_the_channel_a_manager_chose(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        uow.people.team_for_decision(1).chosen_channel_id = "C0OTHER"
        uow.commit()
    office.clock.advance(days=1)
    assert post(office) == 1
    assert [row.payload["slack_id"] for row in office.waiting("message")] == ["C0OTHER"]


def test_a_team_that_the_playbook_does_not_know_any_more_is_left_alone(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        uow.people.team_for_decision(1).name = "former"
        uow.commit()
    office.clock.advance(days=1)
    assert post(office) == 0
    witness.post(office.services, 1)
    assert said(office) == []


def test_two_replicas_at_the_same_moment_and_one_after_a_restart_say_it_once(database: Database) -> None:
    office = Office(database, ALICE, BOB)
    office.clock.advance(days=1)
    barrier = threading.Barrier(2)

    def replica() -> None:
        barrier.wait()
        witness.post(office.services, 1)

    threads = [threading.Thread(target=replica) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    restarted = Office(database, at=office.clock.moment)
    assert post(restarted) == 0
    assert len(office.rows(OutboxRow, kind="message")) == 1


@pytest.mark.parametrize("days", [1, 3])
def test_a_late_start_says_what_is_true_then(office: Office, days: int) -> None:
    office.lead()
    office.clock.advance(days=days, hours=5)
    office.lead()
    assert post(office) == 1
    assert seal_of(office) in said(office)[0]
    office.clock.advance(days=1)
    assert post(office) == 0, "the one of today was vouched for already"
