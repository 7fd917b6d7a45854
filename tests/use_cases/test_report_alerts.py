"""Alerts: once for each crossing, within working hours, in figures, for managers alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import claims, people
from bot.errors import NotAllowedError
from bot.outbox import Skip
from bot.people import Profile
from bot.reports import alerts, schedules
from store.database import Database
from store.models import Reached, ReportAlert
from store.reporting.recording import ARRIVED, CONTACTED
from tests.factories import ALICE, DANA, Office
from tests.replicas import all_at_once

SMB = "C0LEADSSMB"


def set_alert(office: Office, words: str, channel: str = "") -> int:
    alerts.alert(office.services, DANA.slack_id, words, channel)
    return office.rows(ReportAlert)[-1].id or 0


def tick(office: Office) -> list[str]:
    """What the alerts say at this look."""
    before = len(office.waiting("report"))
    for number in alerts.due(office.services):
        alerts.look(office.services, number)
    return [row.payload["text"] for row in office.waiting("report")[before:]]


def pass_minutes(office: Office, minutes: int) -> list[str]:
    """What is said at the looks of that time: one in the middle, one at the end, and one more right after it."""
    said = []
    for part in (minutes // 2, minutes - minutes // 2, 0):
        office.clock.advance(minutes=part)
        said += tick(office)
    return said


# --- unclaimed


def test_a_lead_that_nobody_claims_is_told_once_and_the_next_only_after_all_were_claimed(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    first = office.lead()
    assert pass_minutes(office, 44) == []
    (said,) = pass_minutes(office, 1)
    assert said.startswith("1 lead has waited over 45 working minutes for somebody to claim it")
    second = office.lead(name="Mary", email="m@x.example")
    assert pass_minutes(office, 60) == []
    for lead_id in (first, second):
        claims.claim(office.services, DANA.slack_id, lead_id)
    assert pass_minutes(office, 2) == []
    assert not office.rows(ReportAlert)[0].is_over
    office.lead(name="Lou", email="l@x.example")
    assert len(pass_minutes(office, 46)) == 1


def test_all_leads_of_a_look_are_one_message_with_what_to_do(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    for name in ("Ann", "Bea", "Cid"):
        office.lead(name=name, email=f"{name}@x.example")
    office.clock.advance(minutes=50)
    (said,) = tick(office)
    assert said.startswith("3 leads have waited over 45 working minutes")
    blocks = str(office.waiting("report")[0].payload["blocks"])
    assert "/lead assign #1 @rep" in blocks
    assert "the alert “unclaimed 45”, set up by Dana" in blocks
    assert "Ann" in blocks


def test_in_a_channel_nobody_is_named(office: Office) -> None:
    set_alert(office, "unclaimed 45", SMB)
    office.lead(name="Ann")
    office.clock.advance(minutes=50)
    tick(office)
    blocks = str(office.waiting("report")[0].payload)
    assert "Team smb: " in blocks
    assert "Ann" not in blocks


def test_minutes_at_night_do_not_count_and_nobody_is_woken(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    office.clock.set("2026-11-24T23:00+00:00")
    office.lead()
    tick(office)
    office.clock.set("2026-11-25T05:00+00:00")
    assert tick(office) == []
    assert office.rows(ReportAlert)[0].next_at == datetime(2026, 11, 25, 8, tzinfo=UTC), "when Dana's day begins"
    office.clock.set("2026-11-25T09:30+00:00")
    assert tick(office) == []
    office.clock.set("2026-11-25T09:50+00:00")
    assert len(tick(office)) == 1


def test_a_lead_that_was_given_back_waits_from_then_on(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    lead_id = office.claimed_lead(ALICE)
    office.clock.advance(minutes=100)
    assert tick(office) == []
    claims.release(office.services, ALICE.slack_id, lead_id, "")
    office.clock.advance(minutes=40)
    assert tick(office) == []
    office.clock.advance(minutes=10)
    assert len(tick(office)) == 1


def test_what_was_claimed_before_it_left_is_not_said(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    lead_id = office.lead()
    office.clock.advance(minutes=50)
    tick(office)
    claims.claim(office.services, DANA.slack_id, lead_id)
    assert isinstance(office.render(office.waiting("report")[0]), Skip)


def test_of_one_team_only(office: Office) -> None:
    set_alert(office, "unclaimed 45 team:enterprise")
    office.lead()
    office.clock.advance(minutes=50)
    assert tick(office) == []


def test_two_replicas_tell_one_crossing_once(office: Office) -> None:
    number = set_alert(office, "unclaimed 45")
    office.lead()
    office.clock.advance(minutes=50)
    all_at_once(lambda: alerts.look(office.services, number))
    assert len(office.waiting("report")) == 1


# --- a share, and a source


def arrivals(office: Office, days_ago: int, count: int, contacted: int = 0, source: str = "website") -> None:
    """Leads that came on one day, as they are written down; some had their first contact after an hour."""
    at = office.clock.now() - timedelta(days=days_ago)
    with office.services.unit_of_work() as uow:
        for lead_id in range(count):
            row: dict[str, Any] = {
                "lead_id": 1,
                "at": at,
                "noted_at": at,
                "arrived_at": at,
                "team_id": 1,
                "source": source,
            }
            gone: dict[str, Any] = {
                "gone_at": office.clock.now() + timedelta(days=400 + lead_id)
            }  # one number stands for all
            uow.session.add(Reached(step=ARRIVED, **row, **gone))
            if lead_id < contacted:
                uow.session.add(Reached(step=CONTACTED, seconds=3600, **row, **gone))
        uow.commit()


@pytest.fixture
def history(database: Database) -> Office:
    """Nine weeks of ten leads on each working day, of which six have their first contact in time."""
    office = Office(database, ALICE)
    office.claimed_lead(ALICE)
    for days_ago in range(11, 67):
        if (office.clock.now() - timedelta(days=days_ago)).weekday() < 5:
            arrivals(office, days_ago, 10, contacted=6)
    return office


def test_a_share_that_falls_out_of_its_band_is_told_with_its_figures_once(history: Office) -> None:
    set_alert(history, "conversion contacted")
    assert tick(history) == []
    for days_ago in range(3, 11):
        arrivals(history, days_ago, 10, contacted=2)
    history.clock.advance(days=1)
    (said,) = tick(history)
    assert said.startswith("Only 20 % of the leads that arrived from 15 November to 21 November had a first contact")
    blocks = str(history.waiting("report")[0].payload["blocks"])
    assert "Of 70 leads, within 3 days of their arrival." in blocks
    assert "/report speed 2026-11-15..2026-11-21 vs previous" in blocks
    history.clock.advance(days=1)
    assert tick(history) == []
    for days_ago in range(4, 12):
        arrivals(history, days_ago, 40, contacted=26)
    history.clock.advance(days=1)
    assert tick(history) == []
    assert not history.rows(ReportAlert)[0].is_over


def test_a_share_of_few_leads_says_nothing(history: Office) -> None:
    set_alert(history, "conversion contacted")
    arrivals(history, 5, 20, contacted=0)
    assert tick(history) == []


def test_a_source_that_fell_silent_is_told_by_its_name_and_each_by_itself(history: Office) -> None:
    for days_ago in range(1, 60):
        arrivals(history, days_ago, 4, source="fair")
    set_alert(history, "silence 3")
    (said,) = tick(history)
    assert said.startswith("No lead comes from website any more")
    assert "usually 10 a day" in str(history.waiting("report")[0].payload["blocks"])
    history.clock.advance(days=1)
    assert tick(history) == []
    history.clock.advance(days=2)
    (said,) = tick(history)
    assert said.startswith("No lead comes from fair any more")
    arrivals(history, 0, 1)
    history.clock.advance(hours=1)
    assert tick(history) == []
    assert history.rows(ReportAlert)[0].facts == {"over": ["fair"]}


def test_of_one_source_only(history: Office) -> None:
    for days_ago in range(9, 60):
        arrivals(history, days_ago, 4, source="fair")
    arrivals(history, 0, 1)
    history.clock.advance(minutes=1)
    set_alert(history, "silence 3 source:website")
    assert tick(history) == []


# --- in whose right, muted and removed


def test_only_managers_set_alerts(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        alerts.alert(office.services, ALICE.slack_id, "unclaimed 45")
    assert office.rows(ReportAlert) == []


def test_the_same_alert_is_set_once(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    set_alert(office, "unclaimed 45 minutes")
    assert len(office.rows(ReportAlert)) == 1


def test_an_alert_whose_maker_is_no_manager_any_more_stops_and_a_manager_hears_of_it(office: Office) -> None:
    set_alert(office, "unclaimed 45")
    office.lead()
    people.sync_managers(office.services, [Profile("U0FAY", "Fay", "Europe/Berlin")])
    office.clock.advance(minutes=50)
    assert tick(office) == []
    (told,) = office.waiting("message")
    assert told.payload["slack_id"] == "U0FAY"
    office.clock.advance(minutes=50)
    assert tick(office) == []
    assert len(office.waiting("message")) == 1


def test_a_muted_alert_looks_on_in_silence_and_a_removed_one_does_not_look(office: Office) -> None:
    number = set_alert(office, "unclaimed 45")
    schedules.mute(office.services, DANA.slack_id, number, ReportAlert)
    office.lead()
    office.clock.advance(minutes=50)
    assert tick(office) == []
    assert office.rows(ReportAlert)[0].is_over
    (line,) = alerts.lines(office.services, DANA.slack_id)
    assert (line.words, line.is_muted, line.is_over) == ("unclaimed 45", True, True)
    schedules.remove(office.services, DANA.slack_id, number, ReportAlert)
    assert alerts.due(office.services) == []
    assert alerts.lines(office.services, DANA.slack_id) == ()
