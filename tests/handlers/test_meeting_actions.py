"""Buttons and forms about meetings: only whose meeting it is may press, and a rep looks after their own page alone."""

from datetime import timedelta

import pytest

from bot.contact.outside import Outside
from bot.intake import capture
from bot.meetings import booking, pages
from bot.meetings.booking import Wanted
from bot.sandbox import Sandbox
from bot.views import meetings as views
from bot.views import meetings_left as left
from store.models import BookingPage, Meeting, Rep
from tests.handlers.desk import Desk
from tests.handlers.door import JANE, NOW

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
BOOKED = "1"
AT = NOW.replace(hour=14, minute=0)
FORGED = ("0", "-1", "777", "9" * 40, "", "None", "x", "1:1", "²")


@pytest.fixture
def booked(office: Desk, slack: Sandbox) -> Desk:
    """Jane has a meeting with Alice."""
    assert slack.url
    office.services.outside = Outside("https://dibs.example")
    lead_id = capture.take_lead(office.services, {**JANE, "fields": {}}, key="jane").lead_id
    with office.services.unit_of_work() as uow:
        rep = uow.people.rep_by_slack_id(ALICE)
        assert rep is not None
        pages.page_of(uow, rep.id or 0)
        uow.commit()
    booking.book(office.services, rep.id or 0, lead_id, Wanted(AT, "UTC"), by="link")
    return office


def meeting(office: Desk) -> Meeting:
    with office.services.reading() as uow:
        found = uow.meetings.get(int(BOOKED))
        assert found is not None
        return found


def page(office: Desk, slack_id: str = ALICE) -> BookingPage | None:
    with office.services.reading() as uow:
        rep = uow.people.rep_by_slack_id(slack_id)
        assert isinstance(rep, Rep)
        return uow.meetings.page(rep.id or 0)


def after_it(office: Desk) -> None:
    office.services.now = lambda: AT + timedelta(hours=1)


def test_the_rep_says_how_it_went_once(booked: Desk) -> None:
    after_it(booked)
    booked.press(ALICE, views.NO_SHOW, BOOKED)
    assert meeting(booked).status == "no-show"
    booked.press(ALICE, views.HELD, BOOKED)
    assert meeting(booked).status == "no-show"


def test_the_rep_cancels_in_a_form(booked: Desk) -> None:
    opened = booked.slack_was_asked("views.open")
    booked.press(ALICE, views.CANCEL, BOOKED)
    assert booked.slack_was_asked("views.open") == opened + 1
    assert booked.submit(ALICE, views.CANCEL_FORM, BOOKED, why="ill") == {}
    assert meeting(booked).status == "cancelled"
    assert "was cancelled" in booked.press(ALICE, views.CANCEL, BOOKED)


@pytest.mark.parametrize("user", [BOB, CAROL, ERIN])
def test_a_meeting_of_others_is_nobody_elses_to_settle(booked: Desk, user: str) -> None:
    after_it(booked)
    before = booked.rows()
    for told in (
        booked.press(user, views.HELD, BOOKED), booked.press(user, views.NO_SHOW, BOOKED),
        booked.press(user, views.CANCEL, BOOKED), str(booked.submit(user, views.CANCEL_FORM, BOOKED, why="x")),
    ):  # fmt: skip
        assert told not in ("", "{}")
    assert booked.rows() == before


@pytest.mark.parametrize("value", FORGED)
def test_forged_values_change_nothing(booked: Desk, value: str) -> None:
    before = booked.rows()
    for action in (views.HELD, views.NO_SHOW, views.CANCEL):
        told = booked.press(ALICE, action, value)
        assert told
        assert "Something went wrong" not in told
    assert booked.submit(ALICE, views.CANCEL_FORM, value, why="x") != {}
    assert booked.rows() == before


def test_booking_shows_the_links_and_one_leads_own(booked: Desk) -> None:
    own = page(booked)
    assert own is not None
    said = booked.command(ALICE, "/lead booking")
    assert f"https://dibs.example/book/{own.token}" in said
    assert f"https://dibs.example/calendars/{own.feed_token}.ics" in said
    assert f"https://dibs.example/book/{own.token}/" in booked.command(ALICE, "/lead booking #1")


def test_a_page_is_closed_and_opened_by_its_own_rep(booked: Desk) -> None:
    assert "closed: nobody can book" in booked.press(ALICE, views.SWITCH, "close")
    own = page(booked)
    assert own is not None
    assert not own.is_open
    assert "is open" in booked.press(ALICE, views.SWITCH, "open")
    booked.press(BOB, views.SWITCH, "close")
    own = page(booked)
    assert own is not None
    assert own.is_open


def test_place_and_calendar_are_saved_or_refused_on_the_field(booked: Desk) -> None:
    opened = booked.slack_was_asked("views.open")
    booked.press(ALICE, views.CHANGE, "change")
    assert booked.slack_was_asked("views.open") == opened + 1
    for wrong in ("http://cal.example/x.ics", "ftp://x", "https://user:pw@cal.example/x", "https://cal.example:22/x"):
        assert "calendar_url" in booked.submit(ALICE, views.PAGE_FORM, "", place="Room 1", calendar_url=wrong), wrong
    assert booked.submit(ALICE, views.PAGE_FORM, "", place="Room 1", calendar_url="webcal://cal.example/x.ics") == {}
    own = page(booked)
    assert own is not None
    assert (own.place, own.calendar_url, own.fetch_at) == ("Room 1", "https://cal.example/x.ics", NOW)
    said = booked.command(ALICE, "/lead booking")
    assert "cal.example" in said
    assert "x.ics" not in said.replace(f"{own.feed_token}.ics", "")


def test_new_addresses_end_the_old_ones(booked: Desk) -> None:
    before = page(booked)
    booked.press(ALICE, views.RENEW, "renew")
    assert booked.submit(ALICE, views.RENEW_FORM, "", which=views.BOTH) == {}
    after = page(booked)
    assert before is not None
    assert after is not None
    assert {before.token, before.feed_token}.isdisjoint({after.token, after.feed_token})


@pytest.mark.parametrize("action", [views.SWITCH, views.CHANGE, views.RENEW])
def test_a_stranger_has_no_page(booked: Desk, action: str) -> None:
    before = booked.rows()
    assert "You are not in a sales team yet" in booked.press(ERIN, action, "open")
    assert "You are not in a sales team yet" in str(booked.submit(ERIN, views.RENEW_FORM, "", which="both"))
    assert booked.rows() == before


# --- where they meet, and meetings whose rep is not there


def test_where_they_meet_is_set_in_a_form_by_the_rep_alone(booked: Desk) -> None:
    opened = booked.slack_was_asked("views.open")
    booked.press(ALICE, views.PLACE, BOOKED)
    assert booked.slack_was_asked("views.open") == opened + 1
    assert booked.submit(ALICE, views.PLACE_FORM, BOOKED, place="https://meet.example/a") == {}
    assert "place" in booked.submit(ALICE, views.PLACE_FORM, BOOKED, place=" ")
    assert meeting(booked).place == "https://meet.example/a"
    before = booked.rows()
    for user in (BOB, CAROL, ERIN):
        assert booked.press(user, views.PLACE, BOOKED)
        assert booked.submit(user, views.PLACE_FORM, BOOKED, place="x") != {}
    assert booked.rows() == before


@pytest.mark.parametrize("action", [left.TAKE, left.ASK, left.LEAVE])
def test_what_becomes_of_a_meeting_is_for_nobody_else_to_decide(booked: Desk, action: str) -> None:
    before = booked.rows()
    for user in (BOB, CAROL, ERIN):
        assert booked.press(user, action, "1|1")
    for value in (*FORGED, "1|", "1|x", "|", "777|1", "1|1,-1"):
        told = booked.press(ALICE, action, value)
        assert told
        assert "Something went wrong" not in told
    assert booked.rows() == before


def alice_is_away(office: Desk) -> None:
    with office.services.unit_of_work() as uow:
        rep = uow.people.rep_by_slack_id(ALICE)
        assert rep is not None
        rep.away_until = AT + timedelta(days=1)
        uow.commit()


def test_a_manager_takes_it_over_and_the_message_says_so(booked: Desk) -> None:
    alice_is_away(booked)
    booked.press(DANA, left.TAKE, "1|1")
    with booked.services.reading() as uow:
        assert uow.people.rep(meeting(booked).rep_id).slack_id == DANA
    assert meeting(booked).revision == 1


def test_a_manager_cannot_take_over_a_meeting_with_which_all_is_well(booked: Desk) -> None:
    before = meeting(booked)
    for button in (left.TAKE, left.ASK):
        booked.press(DANA, button, "1|1")
    assert meeting(booked) == before


def test_a_manager_asks_for_another_time_or_leaves_it(booked: Desk) -> None:
    alice_is_away(booked)
    booked.press(DANA, left.LEAVE, "1|1")
    assert (meeting(booked).status, meeting(booked).told) == ("booked", ":kept")
    booked.press(DANA, left.ASK, "1|1")
    assert meeting(booked).status == "cancelled"
