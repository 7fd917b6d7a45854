"""What is late now, and what nobody owns."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot import pipeline
from bot.reports.overdue import OVERDUE, behind
from bot.rules.reports.report import Report
from store.models import FollowUp
from store.reporting.overdue import MOST
from tests.factories import ALICE, TUESDAY, WHY, Office
from tests.reporting import ask, asked, plain, said

TODAY = date(2026, 11, 24), date(2026, 11, 25)


def overdue(office: Office, **more: Any) -> Report:
    return ask(office, OVERDUE, *TODAY, **more)


@pytest.fixture
def late(office: Office) -> int:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=3)
    return lead_id


def test_it_names_the_rep_the_lead_and_how_late(office: Office, late: int) -> None:
    report = overdue(office)
    assert said(report) == "1 follow-up overdue, 0 leads without an owner."
    [[rep, what, lead, by]] = plain(report)
    assert (rep, what, lead) == ("Alice", "call her", "#1 Jane Doe, Acme")
    assert by == pytest.approx(timedelta(hours=2), abs=timedelta(seconds=1))
    with asked(office, OVERDUE, *TODAY) as one:
        assert behind(one, str(late)) == [late]
        assert behind(one, str(late + 1)) == []


def test_it_is_narrowed_down(office: Office, late: int) -> None:
    rep_id = next(row.rep_id for row in office.rows(FollowUp))
    assert len(plain(overdue(office, rep_ids={rep_id}))) == 1
    assert plain(overdue(office, rep_ids={rep_id + 1})) == []
    assert plain(overdue(office, sources={"fair"})) == []


def test_a_lead_that_nobody_wants_is_in_it_and_one_on_offer_is_not(office: Office) -> None:
    office.lead(name="On offer")
    office.lead(name="Nobodys", fields={"plan": "enterprise"})
    report = overdue(office)
    assert said(report) == "0 follow-ups overdue, 1 lead without an owner."
    assert [row[:3] for row in plain(report)] == [["nobody", "Needs an owner", "#2 Nobodys, Acme"]]
    assert plain(overdue(office, rep_ids={1})) == []


def test_what_is_not_listed_any_more_is_counted_and_opened_all_the_same(office: Office, late: int) -> None:
    last = office.lead(name="Last")
    rep_id = office.rows(FollowUp)[0].rep_id

    def ask_again(lead_id: int, due_at: datetime) -> dict[str, Any]:
        return {"lead_id": lead_id, "rep_id": rep_id, "due_at": due_at, "created_at": TUESDAY, "what": "ask again"}

    many = [ask_again(late, TUESDAY + timedelta(seconds=number)) for number in range(MOST)]
    with office.services.database.engine.begin() as connection:
        connection.execute(insert(FollowUp), [*many, ask_again(last, TUESDAY + timedelta(hours=2))])
    report = overdue(office)
    assert said(report) == "1,002 follow-ups overdue, 0 leads without an owner."
    assert len(plain(report)) == MOST
    assert {row[2] for row in plain(report)} == {"#1 Jane Doe, Acme"}
    assert report.notes[1:] == (("Of each, the 1,000 that have waited longest are listed.",),)
    with asked(office, OVERDUE, *TODAY) as one:
        assert behind(one, str(last)) == [last]


def test_nothing_is_overdue(office: Office) -> None:
    office.claimed_lead(ALICE)
    report = overdue(office)
    assert said(report) == "Nothing is overdue, and every open lead has an owner or an open offer."
    assert (plain(report), report.notes) == ([], ())


def test_follow_ups_of_closed_leads_are_not_overdue(office: Office, late: int) -> None:
    pipeline.move_stage(office.services, ALICE.slack_id, late, "lost", WHY)
    office.clock.advance(days=2)
    assert "Nothing is overdue" in said(overdue(office))
