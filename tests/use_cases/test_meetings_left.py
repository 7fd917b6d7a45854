"""A rep leaves, goes away or loses the lead: whoever answers for it is asked once what becomes of the meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import handover, people, preferences
from bot.errors import DibsError, NotAllowedError
from bot.meetings import booking, pages, stranded
from bot.meetings.booking import NoPageError, Wanted
from bot.people import Profile
from bot.waiting import PATIENCE
from store.database import Database
from store.models import FollowUp, Lead, Meeting, MeetingSlot, Rep
from tests.factories import ALICE, BOB, CAROL, DANA
from tests.recorded import assert_recorded
from tests.use_cases.test_meetings import LATER, TOMORROW, Desk, desk_over, entry


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_over(database)


def asked(desk: Desk, who: Profile) -> list[str]:
    """The messages about meetings that are to be decided, as blocks."""
    return [
        str(row.payload["blocks"]) for row in desk.office.waiting("message")
        if row.payload["slack_id"] == who.slack_id and "has to decide about" in str(row.payload["blocks"])
    ]  # fmt: skip


def look(desk: Desk) -> int:
    return stranded.look(desk.services)


def leave(desk: Desk, who: Profile = ALICE) -> None:
    people.update_profile(desk.services, replace(who, is_active=False))


def away(desk: Desk, until: str, cover: str = "") -> None:
    preferences.go_away(desk.services, ALICE.slack_id, until, cover)


def meeting(desk: Desk, number: int | None) -> Meeting:
    return desk.office.get(Meeting, number or 0)


def rep(desk: Desk, who: Profile) -> int:
    return desk.office.rows(Rep, slack_id=who.slack_id)[0].id or 0


def assign(desk: Desk, lead_id: int, to: Profile = BOB) -> None:
    handover.assign(desk.services, DANA.slack_id, lead_id, to)


# --- who is asked


def test_while_all_is_well_nobody_is_asked(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    assert look(desk) == 0


def test_whoever_gets_the_lead_is_asked_once_about_its_meetings_together(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    desk.book(lead_id)
    desk.book(lead_id, LATER)
    assign(desk, lead_id)
    assert (look(desk), look(desk)) == (2, 0)
    (said,) = asked(desk, BOB)
    assert "it is with Alice, and the lead is not theirs" in said
    assert said.count("Take it over") == 2
    assert [asked(desk, who) for who in (ALICE, CAROL, DANA)] == [[], [], []]


def test_until_somebody_decides_whoever_was_to_come_keeps_the_promise(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    booked = desk.book(lead_id)
    assign(desk, lead_id)
    follow_up = desk.office.get(FollowUp, booked.follow_up_id or 0)
    assert (follow_up.rep_id, follow_up.is_lent) == (desk.rep_id, True)
    assign(desk, lead_id, ALICE)
    assert not desk.office.get(FollowUp, booked.follow_up_id or 0).is_lent
    assert look(desk) == 0


def test_a_leavers_meetings_are_asked_of_whoever_has_their_leads_then(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    desk.book(lead_id)
    leave(desk)
    assert look(desk) == 0  # it is being handed over
    desk.office.work_off()
    assert (desk.office.owner(lead_id), look(desk)) == ("Bob", 1)
    assert "who has left" in asked(desk, BOB)[0]
    assert asked(desk, DANA) == []


def test_what_is_too_soon_to_wait_for_that_is_asked_of_managers(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    leave(desk)
    desk.office.clock.advance(hours=1)
    assert look(desk) == 1
    assert len(asked(desk, DANA)) == 1


def test_whoever_covers_is_asked_about_what_lies_in_the_absence_and_nothing_else(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    desk.book(lead_id)
    desk.book(lead_id, LATER + timedelta(days=7))
    away(desk, "friday", BOB.slack_id)
    assert look(desk) == 1
    (said,) = asked(desk, BOB)
    assert "who is away then" in said
    assert "Dec" not in said


def test_without_a_cover_the_managers_are_asked(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    away(desk, "friday")
    assert look(desk) == 1
    assert len(asked(desk, DANA)) == 1


def test_while_away_no_time_is_offered(desk: Desk) -> None:
    away(desk, "friday 18:00")
    back = desk.office.rows(Rep, slack_id=ALICE.slack_id)[0].away_until
    found = booking.look(desk.services, desk.token, "", "").times
    assert back is not None
    assert found
    assert min(found) >= back


def test_the_owner_of_a_lead_that_booked_with_a_colleague_is_not_asked_for_that_alone(desk: Desk) -> None:
    desk.office.lead()
    lead_id = desk.office.claimed_lead(BOB, email="joe@acme.example", name="Joe Roe")
    desk.book(lead_id)
    assert look(desk) == 0
    away(desk, "friday")
    assert look(desk) == 1
    assert len(asked(desk, BOB)) == 1


def test_the_first_contact_does_not_rest_for_a_meeting_whose_rep_has_left(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    assert desk.office.get(Lead, booked.lead_id).response_from == desk.office.clock.now()
    stranded.take_over(desk.services, BOB.slack_id, booked.id or 0)
    rests = desk.office.get(Lead, booked.lead_id)
    assert (rests.response_from, rests.response_due_at) == (None, booked.ends_at + PATIENCE)


# --- what they do


@pytest.fixture
def left(desk: Desk) -> tuple[Desk, Meeting]:
    """Alice has left, and Jane, who meets her tomorrow, is Bob's now."""
    booked = desk.book(desk.office.claimed_lead())
    assign(desk, booked.lead_id)
    leave(desk)
    desk.office.work_off()
    look(desk)
    return desk, booked


def test_whoever_takes_it_over_has_its_time_and_the_lead_is_told(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    stranded.take_over(desk.services, BOB.slack_id, booked.id or 0)
    stranded.take_over(desk.services, BOB.slack_id, booked.id or 0)  # pressed twice
    now = meeting(desk, booked.id)
    assert (now.rep_id, now.starts_at, now.status) == (rep(desk, BOB), TOMORROW, "booked")
    assert {(one.rep_id, one.at) for one in desk.office.rows(MeetingSlot)} == {
        (rep(desk, BOB), TOMORROW), (rep(desk, BOB), TOMORROW + timedelta(minutes=15)),
    }  # fmt: skip
    first, letter = desk.letters()
    assert "Alice cannot be there: Bob meets you instead" in letter.text
    before, after = (entry(one).walk("VEVENT")[0] for one in (first, letter))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"], after["SUMMARY"]) == (0, 1, "Meeting with Bob")
    (follow_up,) = desk.office.rows(FollowUp, lead_id=booked.lead_id, status="open")
    assert (follow_up.rep_id, follow_up.due_at, follow_up.is_lent) == (rep(desk, BOB), TOMORROW, False)
    assert any("Bob took over the meeting with Alice" in line for line in desk.office.lines())
    assert look(desk) == 0
    assert_recorded(desk.services)


def test_of_several_who_were_asked_the_first_decides_and_the_meeting_stays_theirs(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    stranded.take_over(desk.services, BOB.slack_id, booked.id or 0)
    for act in (stranded.take_over, stranded.ask_for_another):
        with pytest.raises(DibsError, match="Nothing is to be decided"):
            act(desk.services, DANA.slack_id, booked.id or 0)
    now = meeting(desk, booked.id)
    assert (now.rep_id, now.status, len(desk.letters())) == (rep(desk, BOB), "booked", 2)


def test_nobody_takes_over_what_meets_something_of_theirs(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    with desk.services.unit_of_work() as uow:
        token = pages.page_of(uow, rep(desk, BOB)).token
        uow.commit()
    theirs = booking.book_as_visitor(
        desk.services, token, {"email": "ben@globex.example"}, Wanted(TOMORROW, "UTC")
    )  # fmt: skip
    with pytest.raises(DibsError, match="You have something at that time"):
        stranded.take_over(desk.services, BOB.slack_id, booked.id or 0)
    assert meeting(desk, booked.id).rep_id == desk.rep_id
    assert desk.office.rows(Meeting, key=theirs)[0].rep_id == rep(desk, BOB)


def test_they_are_asked_to_pick_another_time_with_whoever_asks(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    stranded.ask_for_another(desk.services, BOB.slack_id, booked.id or 0)
    assert meeting(desk, booked.id).status == "cancelled"
    assert desk.office.rows(MeetingSlot) == []
    letter = desk.letters()[-1]
    assert "Alice cannot keep your meeting" in letter.text
    assert (entry(letter)["METHOD"], letter.rep_id) == ("CANCEL", rep(desk, BOB))
    token, signed = letter.text.split("https://dibs.example/book/")[1].split()[0].split("/")
    found = booking.look(desk.services, token, signed, "")
    assert (found.host, found.guest) == ("Bob", "Jane")
    assert TOMORROW in found.times


def test_what_is_left_is_not_asked_again(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    stranded.leave_it(desk.services, BOB.slack_id, booked.id or 0)
    assert meeting(desk, booked.id).status == "booked"
    assert look(desk) == 0
    assign(desk, booked.lead_id, CAROL)
    assert look(desk) == 1  # somebody else answers for it now


def test_a_colleague_whose_lead_it_is_not_decides_nothing(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    for act in (stranded.take_over, stranded.ask_for_another, stranded.leave_it):
        with pytest.raises(NotAllowedError):
            act(desk.services, CAROL.slack_id, booked.id or 0)
    assert meeting(desk, booked.id).rep_id == desk.rep_id


def test_after_it_was_decided_the_message_says_so(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    stranded.leave_it(desk.services, BOB.slack_id, booked.id or 0)
    stranded.correct(desk.services, BOB.slack_id, [booked.id or 0, 777], channel="D1", ts="1.0")
    (row,) = desk.office.waiting("edit")
    assert "It stays as it is" in str(row.payload["blocks"])
    assert "Take it over" not in str(row.payload["blocks"])
    stranded.correct(desk.services, CAROL.slack_id, [booked.id or 0], channel="D1", ts="2.0")
    assert len(desk.office.waiting("edit")) == 1  # nothing of it is hers to see


def test_two_replicas_ask_once(left: tuple[Desk, Meeting]) -> None:
    desk, booked = left
    with desk.services.unit_of_work() as uow:
        assert not uow.meetings.note(booked.id or 0, "", "left:1")
        assert uow.meetings.note(booked.id or 0, meeting(desk, booked.id).told, "left:1")


def test_the_page_of_somebody_who_left_says_so_and_takes_no_booking(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    signed = desk.signed(lead_id)
    leave(desk)
    for link in ("", signed):
        with pytest.raises(NoPageError, match="Alice has left"):
            booking.look(desk.services, desk.token, link, "")
    with pytest.raises(NoPageError, match="Alice has left"):
        booking.book_as_visitor(desk.services, desk.token, {"email": "a@b.example"}, Wanted(TOMORROW, "UTC"))
    assert [one.id for one in desk.office.rows(Lead)] == [lead_id]
