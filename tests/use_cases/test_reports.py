"""What managers ask: numbers that add up, and what is late; for managers only."""

import json
from datetime import timedelta

import pytest

from bot.errors import NotAllowedError
from bot.pipeline import move_stage
from bot.reports import lists as reports
from bot.views.kit import Message
from tests.factories import ALICE, BOB, DANA, ERIN, TUESDAY, WHY, Office


def table(message: Message) -> list[list[str]]:
    [found] = [block for block in message.blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in found["rows"]]


def words(message: Message) -> str:
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


@pytest.mark.parametrize("ask", [reports.pipeline_report, reports.overdue_report])
@pytest.mark.parametrize("who", [ALICE, ERIN])
def test_reports_are_for_managers(office: Office, ask: object, who: object) -> None:
    assert callable(ask)
    with pytest.raises(NotAllowedError):
        ask(office.services, getattr(who, "slack_id", ""))


def test_the_pipeline_counts_each_teams_leads_by_stage_and_adds_up(office: Office) -> None:
    won = office.claimed_lead(ALICE)
    move_stage(office.services, ALICE.slack_id, won, "won")
    office.claimed_lead(BOB)
    office.lead()
    office.lead(fields={"plan": "enterprise"})
    report = reports.pipeline_report(office.services, DANA.slack_id)
    assert table(report) == [
        ["Team", "new", "contacted", "qualified", "proposal", "won", "lost", "All"],
        ["enterprise", "1", "0", "0", "0", "0", "0", "1"],
        ["smb", "2", "0", "0", "0", "1", "0", "3"],
        ["All teams", "3", "0", "0", "0", "1", "0", "4"],
    ]
    assert report.text == "Pipeline. 3 open leads, 2 without an owner."


def test_an_empty_pipeline_is_all_noughts(office: Office) -> None:
    report = reports.pipeline_report(office.services, DANA.slack_id)
    assert {cell for row in table(report)[1:] for cell in row[1:]} == {"0"}


def test_the_overdue_report_names_the_rep_the_lead_and_how_late(office: Office) -> None:
    office.follow_up(office.claimed_lead(ALICE), TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=3)
    report = reports.overdue_report(office.services, DANA.slack_id)
    assert report.text == "Overdue. 1 follow-up overdue, 0 leads without an owner."
    assert "Alice" in words(report)
    assert "call her: #1 Jane Doe, Acme" in words(report)
    assert "2 hours late" in words(report)


def test_a_lead_that_nobody_wants_is_in_the_overdue_report_and_one_on_offer_is_not(office: Office) -> None:
    office.lead(name="On offer")
    office.lead(name="Nobodys", fields={"plan": "enterprise"})
    report = reports.overdue_report(office.services, DANA.slack_id)
    assert report.text == "Overdue. 0 follow-ups overdue, 1 lead without an owner."
    assert "Nobodys" in words(report)
    assert "On offer" not in words(report)


def test_nothing_overdue_is_said_so(office: Office) -> None:
    office.claimed_lead(ALICE)
    assert "Nothing is overdue" in reports.overdue_report(office.services, DANA.slack_id).text


def test_follow_ups_of_closed_leads_are_not_overdue(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=1))
    move_stage(office.services, ALICE.slack_id, lead_id, "lost", WHY)
    office.clock.advance(days=2)
    assert "Nothing is overdue" in reports.overdue_report(office.services, DANA.slack_id).text
