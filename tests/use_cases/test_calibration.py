"""Scores beside what was won: when asked, and to managers once a week when there is news."""

from datetime import timedelta

import pytest

from bot import claims, pipeline
from bot.errors import NotAllowedError
from bot.qualification import calibration, scoring
from bot.rules.scoring import Receipt
from store.database import Database
from store.models import Evaluation, Lead
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office

pytestmark = pytest.mark.sqlite_alone


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB)


def closed(office: Office, *, won: int, lost: int, score: int) -> None:
    """Leads that arrived with the score, written as their rows: how they were worked on is others' test."""
    with office.services.unit_of_work() as uow:
        for stage in ["won"] * won + ["lost"] * lost:
            lead = Lead(name="X", team_id=1, stage=stage, created_at=TUESDAY, closed_at=TUESDAY)
            uow.session.add(lead)
            uow.session.flush()
            for found, cause in ((score, scoring.ARRIVED), (100 - score, scoring.TOUCH)):
                values = scoring.record(office.services, lead.id or 0, Receipt(found), cause=cause, now=TUESDAY)
                uow.session.add(Evaluation(**values))
        uow.commit()


def test_leads_are_counted_by_the_score_they_arrived_with(office: Office) -> None:
    closed(office, won=30, lost=10, score=85)
    closed(office, won=10, lost=30, score=10)
    said = calibration.report(office.services, DANA.slack_id)
    assert said.text.startswith(
        "Scores and wins. 40 leads won, 40 lost. The score tells won from lost better than chance."
    )
    rows = [[cell["text"] for cell in row] for row in said.blocks[1]["rows"]]
    assert rows[1][:4] == ["0 to 19", "40", "10", "25 %"]
    assert rows[5][:4] == ["80 to 100", "40", "30", "75 %"]


def test_a_lead_that_was_really_worked_on_is_counted(office: Office) -> None:
    office.lead(fields={"score": 70})
    claims.claim(office.services, ALICE.slack_id, 1)
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "lost", {"lost.reason": "price"})
    with office.services.reading() as uow:
        found = calibration.of_closed(office.services, uow)
    assert (found.won, found.lost, found.bands[3].lost) == (0, 1, 1)


@pytest.mark.both_databases
def test_managers_hear_once_a_week_when_there_is_news(office: Office) -> None:
    closed(office, won=30, lost=10, score=85)
    closed(office, won=10, lost=30, score=10)
    assert calibration.tell_weekly(office.services) == 1
    assert calibration.tell_weekly(office.services) == 0
    office.clock.advance(days=7)
    assert calibration.tell_weekly(office.services) == 0  # nothing new
    closed(office, won=5, lost=5, score=50)
    assert calibration.tell_weekly(office.services) == 0  # this week was looked at
    office.clock.advance(days=7)
    assert calibration.tell_weekly(office.services) == 1
    assert len(office.lines("message")) == 2


def test_nobody_is_told_that_too_little_is_known(office: Office) -> None:
    closed(office, won=3, lost=3, score=50)
    assert calibration.tell_weekly(office.services) == 0
    assert "Too little is known" in calibration.report(office.services, DANA.slack_id).text


def test_it_waits_for_the_managers_working_hours(office: Office) -> None:
    closed(office, won=30, lost=30, score=85)
    office.clock.advance(hours=12)
    assert calibration.tell_weekly(office.services) == 0
    office.clock.moment = TUESDAY + timedelta(days=1)
    assert calibration.tell_weekly(office.services) == 1
    assert "no better than chance" in office.lines("message")[0]


def test_only_managers_ask(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        calibration.report(office.services, ALICE.slack_id)
