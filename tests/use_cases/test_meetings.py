"""A lead books, moves and cancels: no two have a time, everybody hears of it, and what hangs from it follows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from icalendar import Calendar

from bot import timeline
from bot.contact.outside import Outside
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.mailing import composing
from bot.mailing.mime import as_mail
from bot.meetings import booking, changing, outcomes, pages, telling
from bot.meetings.booking import NoPageError, TakenError, Wanted
from bot.playbook.matching import Matching
from bot.playbook.playbook import read_playbook
from bot.sequences import rendering
from bot.services import Services
from store.database import Database
from store.models import (
    BookingPage,
    Enrolment,
    FollowUp,
    Lead,
    LeadMessage,
    Meeting,
    MeetingSlot,
    Rep,
    Touch,
)
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, Office
from tests.recorded import assert_recorded
from tests.replicas import all_at_once

OUTSIDE = Outside("https://dibs.example", "Acme Sales <sales@acme.example>", "", frozenset({"email"}))
TOMORROW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # 11:00 in Berlin
LATER = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
ANNA = {"name": "Anna Smith", "email": "anna@globex.example"}


@dataclass
class Desk:
    """An office whose Alice has an open page."""

    office: Office
    services: Services
    token: str
    rep_id: int

    def signed(self, lead_id: int) -> str:
        with self.services.unit_of_work() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            link = pages.link_for(self.services, uow, self.rep_id, lead)
            uow.commit()
        return link.rpartition("/")[2]

    def book(self, lead_id: int, at: datetime = TOMORROW, *, zone: str = "Europe/Berlin", words: str = "") -> Meeting:
        key = booking.book_by_link(self.services, self.token, self.signed(lead_id), Wanted(at, zone, words))
        return self.office.rows(Meeting, key=key)[0]

    def letters(self) -> list[LeadMessage]:
        return self.office.rows(LeadMessage)

    def told(self, rep_id: str = ALICE.slack_id) -> list[str]:
        return [row.payload["text"] for row in self.office.waiting("message") if row.payload["slack_id"] == rep_id]

    def work(self) -> int:
        found = outcomes.due(self.services)
        for number in found:
            outcomes.advance(self.services, number)
        return len(found)


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_over(database)


def desk_over(database: Database) -> Desk:
    office = Office(database, ALICE, BOB, CAROL)
    office.services.outside = OUTSIDE
    rep = office.rows(Rep, slack_id=ALICE.slack_id)[0]
    with office.services.unit_of_work() as uow:
        token = pages.page_of(uow, rep.id or 0).token
        uow.commit()
    return Desk(office, office.services, token, rep.id or 0)


def entry(letter: LeadMessage) -> Calendar:
    return Calendar.from_ical(letter.attachments[0]["content"])


# --- booking


def test_a_lead_books_by_its_own_link_and_everybody_hears_of_it(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    desk.office.everything_left()
    meeting = desk.book(lead_id, words="the price <@U0BOB>")
    assert (meeting.starts_at, meeting.ends_at) == (TOMORROW, TOMORROW + timedelta(minutes=30))
    assert [one.at for one in desk.office.rows(MeetingSlot)] == [TOMORROW, TOMORROW + timedelta(minutes=15)]
    assert any("Jane Doe" in line and "booked a meeting with you" in line for line in desk.told())
    assert any("booked a meeting with Alice" in line for line in desk.office.lines())
    (letter,) = desk.letters()
    assert letter.kind == "meeting"
    assert letter.basis == "they booked the meeting on 24 Nov 2026"
    assert "Wednesday, 25 November 2026 at 11:00 (Berlin time)" in letter.subject
    assert f"https://dibs.example/meetings/{meeting.key}" in letter.text
    assert_recorded(desk.services)


def test_a_booking_is_a_touch_once_and_a_follow_up_that_reminds_the_rep(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    meeting = desk.book(lead_id)
    assert [touch.kind for touch in desk.office.rows(Touch, lead_id=lead_id)].count("meeting") == 1
    follow_up = desk.office.get(FollowUp, meeting.follow_up_id or 0)
    assert (follow_up.kind, follow_up.due_at, follow_up.is_lent) == ("meeting", TOMORROW, False)
    (reminder,) = desk.office.reminders(follow_up.id or 0)
    assert reminder.fire_at == TOMORROW - timedelta(minutes=15)


@pytest.mark.sqlite_alone
def test_the_letter_carries_an_entry_that_calendars_take_over(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    calendar = entry(desk.letters()[0])
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert (event.decoded("DTSTART"), event["SEQUENCE"]) == (TOMORROW, 0)
    assert event["ATTENDEE"] == "mailto:jane@acme.example"
    assert desk.letters()[0].attachments[0]["type"] == "text/calendar; method=REQUEST"


@pytest.mark.sqlite_alone
def test_on_the_wire_the_entry_is_one_that_mail_programs_answer(desk: Desk) -> None:
    lead = desk.office.get(Lead, desk.office.claimed_lead())
    desk.book(lead.id or 0)
    with desk.services.unit_of_work() as uow:
        parcel = composing.letter(desk.services, uow, desk.letters()[0], lead, "jane@acme.example")
    sent = message_from_bytes(as_mail(parcel), policy=default)
    (file,) = sent.iter_attachments()
    assert (file.get_content_type(), file.get_param("method"), file.get_filename()) == (
        "text/calendar", "REQUEST", "meeting.ics",
    )  # fmt: skip
    assert Calendar.from_ical(file.get_content()).walk("VEVENT")[0].decoded("DTSTART") == TOMORROW
    assert sent["From"] == "Alice from Acme Sales <sales@acme.example>"


def test_the_same_press_again_books_once(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    first = desk.book(lead_id)
    assert desk.book(lead_id).id == first.id
    assert len(desk.office.rows(Meeting)) == 1
    assert len(desk.letters()) == 1


def test_a_time_that_somebody_has_is_offered_to_nobody_else(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    other = desk.office.lead(email="joe@acme.example", name="Joe Roe")
    with pytest.raises(TakenError, match="taken just now"):
        desk.book(other)
    assert TOMORROW not in booking.look(desk.services, desk.token, "", "").times
    assert len(desk.office.rows(Meeting)) == 1


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    "at",
    [datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC),
     datetime(2026, 11, 28, 10, tzinfo=UTC), datetime(2027, 11, 25, 10, tzinfo=UTC),
     datetime(2026, 11, 25, 10, 7, tzinfo=UTC)],
    ids=["too soon", "at night", "Saturday", "too far", "no round time"],
)  # fmt: skip
def test_what_is_not_on_offer_cannot_be_booked(desk: Desk, at: datetime) -> None:
    with pytest.raises(TakenError):
        desk.book(desk.office.claimed_lead(), at)
    assert desk.office.rows(Meeting) == []


@pytest.mark.sqlite_alone
def test_a_lead_of_nobody_is_the_reps_with_whom_it_booked(desk: Desk) -> None:
    lead_id = desk.office.lead()
    desk.book(lead_id)
    assert desk.office.owner(lead_id) == "Alice"
    assert desk.office.offered_to(lead_id) is None
    assert_recorded(desk.services)


@pytest.mark.sqlite_alone
def test_a_colleagues_lead_stays_theirs_and_the_meeting_is_lent(desk: Desk) -> None:
    desk.office.lead()  # Alice's turn
    lead_id = desk.office.claimed_lead(BOB, email="joe@acme.example", name="Joe Roe")
    meeting = desk.book(lead_id)
    assert desk.office.owner(lead_id) == "Bob"
    assert desk.office.get(FollowUp, meeting.follow_up_id or 0).is_lent
    assert any("booked a meeting with you" in line for line in desk.told())


def test_nobody_has_more_than_three_meetings_to_come(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    for number in range(3):
        desk.book(lead_id, TOMORROW + timedelta(hours=number))
    with pytest.raises(Exception, match="several meetings already"):
        desk.book(lead_id, LATER)


# --- who may


@pytest.mark.sqlite_alone
def test_a_link_of_another_rep_or_a_forged_one_opens_nothing(desk: Desk) -> None:
    signed = desk.signed(desk.office.claimed_lead())
    bob = desk.office.rows(Rep, slack_id=BOB.slack_id)[0]
    with desk.services.unit_of_work() as uow:
        other = pages.page_of(uow, bob.id or 0).token
        uow.commit()
    for token, link in ((other, signed), (desk.token, signed[:-2] + "xx"), ("x" * 24, signed), (desk.token, "a.b")):
        with pytest.raises(NoPageError):
            booking.look(desk.services, token, link, "")


def test_a_closed_page_shows_nothing(desk: Desk) -> None:
    with desk.services.unit_of_work() as uow:
        page = uow.meetings.page(desk.rep_id)
        assert page is not None
        page.is_open = False
        uow.commit()
    with pytest.raises(NoPageError):
        booking.look(desk.services, desk.token, "", "")


# --- the public page


@pytest.mark.sqlite_alone
def test_a_stranger_becomes_a_lead_of_the_source_booking_and_has_the_meeting(desk: Desk) -> None:
    key = booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(TOMORROW, "America/New_York"))
    (meeting,) = desk.office.rows(Meeting, key=key)
    lead = desk.office.get(Lead, meeting.lead_id)
    assert (lead.name, lead.source, desk.office.owner(lead.id or 0)) == ("Anna Smith", "booking", "Alice")
    assert lead.profile["time_zone"] == "America/New_York"
    assert not lead.consent
    assert "at 05:00 (New York time)" in desk.letters()[0].subject
    assert_recorded(desk.services)


@pytest.mark.sqlite_alone
def test_without_an_address_nobody_books_and_no_lead_is_made(desk: Desk) -> None:
    with pytest.raises(InvalidInputError):
        booking.book_as_visitor(desk.services, desk.token, {"name": "Anna"}, Wanted(TOMORROW, "UTC"))
    assert desk.office.rows(Lead) == []


def test_whoever_is_late_is_no_lead_yet(desk: Desk) -> None:
    with pytest.raises(TakenError):
        booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(TOMORROW.replace(hour=2), "UTC"))
    assert desk.office.rows(Lead) == []


@pytest.mark.sqlite_alone
def test_whoever_wants_what_a_visitor_has_is_no_lead_yet_either(desk: Desk) -> None:
    booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(TOMORROW, "UTC"))
    with pytest.raises(TakenError):
        booking.book_as_visitor(desk.services, desk.token, {"email": "ben@globex.example"}, Wanted(TOMORROW, "UTC"))
    assert [lead.name for lead in desk.office.rows(Lead)] == ["Anna Smith"]


def test_a_visitor_who_presses_twice_has_one_meeting(desk: Desk) -> None:
    wanted = Wanted(TOMORROW, "UTC", press="of this one page")
    keys = {booking.book_as_visitor(desk.services, desk.token, dict(ANNA), wanted) for _ in range(2)}
    assert len(keys) == len(desk.office.rows(Meeting)) == len(desk.office.rows(Lead)) == 1


def test_whoever_knows_an_address_and_a_time_does_not_get_the_meeting_of_somebody_else(database: Database) -> None:
    desk = desk_over(database)
    desk.services.put_in_force(desk.services.playbook.model_copy(update={"matching": Matching()}))
    booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(TOMORROW, "UTC", press="of Anna's page"))
    stranger = {"email": ANNA["email"]}
    booking.book_as_visitor(desk.services, desk.token, stranger, Wanted(LATER, "UTC", press="of the stranger's"))
    assert len({one.lead_id for one in desk.office.rows(Meeting)}) == 1
    for raw, press in ((stranger, "of the stranger's"), (stranger, ""), (dict(ANNA), "guessed"), (dict(ANNA), "")):
        with pytest.raises(TakenError):
            booking.book_as_visitor(desk.services, desk.token, raw, Wanted(TOMORROW, "UTC", press=press))


def test_nobody_is_flooded_with_letters_by_whoever_books_in_their_name(desk: Desk) -> None:
    for _ in range(telling.MOST_A_DAY):
        key = booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(TOMORROW, "UTC"))
        changing.cancel(desk.services, key)
    assert len(desk.letters()) == telling.MOST_A_DAY
    assert "Make sure that it was them" in next(text for text in blocks_said(desk) if "one too many" in text)
    desk.office.clock.advance(days=1, seconds=1)
    booking.book_as_visitor(desk.services, desk.token, dict(ANNA), Wanted(LATER, "UTC"))
    assert len(desk.letters()) == telling.MOST_A_DAY + 1


def blocks_said(desk: Desk) -> list[str]:
    return [str(row.payload) for row in desk.office.waiting("message")]


@pytest.mark.sqlite_alone
def test_a_meeting_is_not_moved_for_ever(desk: Desk) -> None:
    key, times = desk.book(desk.office.claimed_lead()).key, (LATER, TOMORROW)
    for number in range(changing.MOST_MOVES):
        changing.move(desk.services, key, Wanted(times[number % 2], "UTC"))
    with pytest.raises(DibsError, match="moved very often"):
        changing.move(desk.services, key, Wanted(LATER, "UTC"))


@pytest.mark.sqlite_alone
def test_strangers_do_not_write_to_the_whole_world_by_one_page(desk: Desk) -> None:
    first = desk.office.rows(Meeting, key=booking.book_as_visitor(
        desk.services, desk.token, dict(ANNA), Wanted(LATER, "UTC")
    ))[0]  # fmt: skip
    with desk.services.unit_of_work() as uow:
        for number in range(booking.MOST_A_DAY - 1):
            uow.meetings.add(Meeting(**first.model_dump(exclude={"id", "key", "once", "status"}), status="cancelled",
                                     key=f"another {number}"))  # fmt: skip
        uow.commit()
    with pytest.raises(DibsError, match="Very many people"):
        booking.book_as_visitor(desk.services, desk.token, {"email": "ben@globex.example"}, Wanted(TOMORROW, "UTC"))
    assert [lead.name for lead in desk.office.rows(Lead)] == ["Anna Smith"]
    assert desk.book(desk.office.lead()).status == "booked"  # whoever has a link of their own is not hindered


# --- many at once


def test_of_many_who_want_one_time_exactly_one_has_it(desk: Desk) -> None:
    leads = [desk.office.lead(email=f"p{n}@acme.example", name=f"P {n}") for n in range(8)]
    links = {number: desk.signed(number) for number in leads}
    turn, won, lost = iter(leads), [], []

    def want() -> None:
        number = next(turn)
        try:
            won.append(booking.book_by_link(desk.services, desk.token, links[number], Wanted(TOMORROW, "UTC")))
        except TakenError:
            lost.append(number)

    all_at_once(want, replicas=8)
    assert (len(won), len(lost)) == (1, 7)
    assert len(desk.office.rows(Meeting)) == 1
    assert len(desk.office.rows(MeetingSlot)) == 2
    assert len(desk.letters()) == 1


def test_two_replicas_never_give_overlapping_times(database: Database, database_url: str) -> None:
    desk, replica = desk_over(database), Database(database_url)
    others = Services(replica, desk.services.playbook, desk.services.now, outside=OUTSIDE)
    leads = [desk.office.lead(email=f"p{n}@acme.example", name=f"P {n}") for n in range(8)]
    links = {number: desk.signed(number) for number in leads}
    turns = iter([(number, (desk.services, others)[place % 2], TOMORROW + timedelta(minutes=30 * (place % 3)))
                  for place, number in enumerate(leads)])  # fmt: skip

    def want() -> None:
        number, services, at = next(turns)
        try:
            booking.book_by_link(services, desk.token, links[number], Wanted(at, "UTC"))
        except TakenError:
            return

    all_at_once(want, replicas=8)
    replica.close()
    meetings = sorted(desk.office.rows(Meeting), key=lambda one: one.starts_at)
    assert [one.starts_at for one in meetings] == [TOMORROW + timedelta(minutes=30 * n) for n in range(3)]


# --- moving and cancelling


def test_a_moved_meeting_frees_its_time_and_takes_everything_along(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    desk.office.everything_left()
    changing.move(desk.services, meeting.key, Wanted(LATER, "Europe/Berlin"))
    moved = desk.office.get(Meeting, meeting.id or 0)
    assert (moved.starts_at, moved.revision, moved.status) == (LATER, 1, "booked")
    assert desk.office.get(FollowUp, meeting.follow_up_id or 0).due_at == LATER
    assert {one.at for one in desk.office.rows(MeetingSlot)} == {LATER, LATER + timedelta(minutes=15)}
    assert any("moved the meeting with you" in line for line in desk.told())
    first, second = desk.letters()
    assert second.subject.startswith("Moved:")
    before, after = (entry(one).walk("VEVENT")[0] for one in (first, second))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


@pytest.mark.sqlite_alone
def test_a_meeting_is_not_moved_to_where_another_is(desk: Desk) -> None:
    first = desk.book(desk.office.claimed_lead())
    second = desk.book(desk.office.lead(email="joe@acme.example", name="Joe Roe"), LATER)
    with pytest.raises(TakenError):
        changing.move(desk.services, second.key, Wanted(TOMORROW, "UTC"))
    assert desk.office.get(Meeting, second.id or 0).starts_at == LATER
    assert {one.meeting_id for one in desk.office.rows(MeetingSlot)} == {first.id, second.id}
    assert len(desk.office.rows(MeetingSlot)) == 4


def test_a_meeting_may_be_moved_by_half_its_length(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    changing.move(desk.services, meeting.key, Wanted(TOMORROW + timedelta(minutes=30), "UTC"))
    assert desk.office.get(Meeting, meeting.id or 0).starts_at == TOMORROW + timedelta(minutes=30)


def test_a_cancelled_meeting_frees_its_time_and_is_taken_out_of_the_calendar(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    changing.cancel(desk.services, meeting.key)
    changing.cancel(desk.services, meeting.key)  # pressed twice
    assert desk.office.get(Meeting, meeting.id or 0).status == "cancelled"
    assert desk.office.rows(MeetingSlot) == []
    assert desk.office.get(FollowUp, meeting.follow_up_id or 0).status == "cancelled"
    letter = desk.letters()[-1]
    assert len(desk.letters()) == 2
    assert (entry(letter)["METHOD"], entry(letter).walk("VEVENT")[0]["SEQUENCE"]) == ("CANCEL", 1)
    assert "https://dibs.example/book/" in letter.text
    assert TOMORROW in booking.look(desk.services, desk.token, "", "").times


def test_the_same_time_can_be_booked_again_after_it_was_cancelled(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    changing.cancel(desk.services, desk.book(lead_id).key)
    assert desk.book(lead_id).status == "booked"
    assert len(desk.office.rows(Meeting)) == 2


def test_the_links_are_over_once_the_meeting_begins(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    desk.office.clock.moment = TOMORROW
    with pytest.raises(changing.OverError, match="has begun"):
        changing.cancel(desk.services, meeting.key)
    with pytest.raises(changing.OverError):
        changing.move(desk.services, meeting.key, Wanted(LATER, "UTC"))
    with pytest.raises(changing.NoMeetingError):
        changing.look(desk.services, "x" * 32)


@pytest.mark.sqlite_alone
def test_a_rep_cancels_and_the_lead_is_told_but_others_may_not(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    for stranger in (BOB, CAROL):
        with pytest.raises(NotAllowedError):
            changing.cancel_for_rep(desk.services, stranger.slack_id, meeting.id or 0, "")
    said = changing.cancel_for_rep(desk.services, ALICE.slack_id, meeting.id or 0, "ill")
    assert said == "Cancelled: the meeting with Jane Doe."
    assert "Alice had to cancel" in desk.letters()[-1].text
    assert "ill" not in desk.letters()[-1].text
    assert any("(ill)" in line for line in desk.office.lines())


# --- before and after


def test_the_lead_is_reminded_once_and_not_of_a_cancelled_one(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    desk.office.clock.moment = TOMORROW - timedelta(minutes=61)
    assert desk.work() == 0
    desk.office.clock.advance(minutes=1)
    assert (desk.work(), desk.work()) == (1, 0)
    assert desk.letters()[-1].subject.startswith("Soon:")
    assert len(desk.letters()) == 2


def test_after_the_end_the_rep_is_asked_once(desk: Desk) -> None:
    desk.book(desk.office.claimed_lead())
    desk.office.clock.moment = TOMORROW + timedelta(minutes=30)
    desk.office.everything_left()
    assert (desk.work(), desk.work()) == (1, 0)
    assert [line for line in desk.told() if line.startswith("How did your meeting")]


def test_whoever_did_not_come_is_no_show_once_and_the_follow_up_is_done(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    meeting = desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    desk.work()
    for came in (False, True):
        outcomes.tell(desk.services, ALICE.slack_id, meeting.id or 0, came=came, channel="D1", ts="1.0")
    assert desk.office.get(Meeting, meeting.id or 0).status == "no-show"
    follow_up = desk.office.get(FollowUp, meeting.follow_up_id or 0)
    assert (follow_up.status, follow_up.outcome) == ("done", "no answer")
    assert [touch.kind for touch in desk.office.rows(Touch, lead_id=lead_id)].count("meeting") == 1
    assert any("did not come" in line for line in desk.office.lines())


def with_sequences(desk: Desk) -> None:
    shipped = read_playbook(PLAYBOOK).sequences
    desk.services.put_in_force(desk.services.playbook.model_copy(update={"sequences": shipped}))


@pytest.mark.sqlite_alone
def test_a_booking_ends_the_sequence_that_asked_for_it(desk: Desk) -> None:
    with_sequences(desk)
    lead_id = desk.office.claimed_lead()  # who agreed to e-mail, and is welcomed
    assert [one.status for one in desk.office.rows(Enrolment, lead_id=lead_id)] == ["active"]
    desk.book(lead_id)
    assert [one.status for one in desk.office.rows(Enrolment, lead_id=lead_id)] == ["left"]


def test_a_no_show_begins_the_sequence_for_those(desk: Desk) -> None:
    with_sequences(desk)
    lead_id = desk.office.claimed_lead()
    meeting = desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    outcomes.tell(desk.services, ALICE.slack_id, meeting.id or 0, came=False)
    assert [one.sequence for one in desk.office.rows(Enrolment, status="active")] == ["no-show"]


@pytest.mark.sqlite_alone
def test_the_link_in_a_sequence_is_the_owners_and_none_while_the_page_is_closed(desk: Desk) -> None:
    lead = desk.office.get(Lead, desk.office.claimed_lead())
    with desk.services.unit_of_work() as uow:
        link = rendering.booking_link(desk.services, uow, lead)
        assert link.startswith(f"https://dibs.example/book/{desk.token}/")
        page = uow.meetings.page(desk.rep_id)
        assert page is not None
        page.is_open = False
        uow.session.add(page)
        assert rendering.booking_link(desk.services, uow, lead) == ""
        uow.commit()


@pytest.mark.sqlite_alone
def test_the_leads_story_tells_of_booking_and_of_what_came_of_it(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    changing.cancel(desk.services, desk.book(lead_id).key)
    told = [entry.words for entry in timeline.page(desk.services, ALICE.slack_id, lead_id).entries]
    assert "arranged a meeting: with Alice, booked for Wed 25 Nov 2026, 11:00 (Europe/Berlin)" in told
    assert "the meeting with Alice of 25 Nov 2026, 10:00 UTC was cancelled" in told


def test_a_meeting_that_took_place_is_the_first_contact(desk: Desk) -> None:
    lead_id = desk.office.claimed_lead()
    meeting = desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    outcomes.tell(desk.services, DANA.slack_id, meeting.id or 0, came=True)
    assert desk.office.get(Meeting, meeting.id or 0).status == "held"
    assert_recorded(desk.services)


@pytest.mark.sqlite_alone
def test_nobody_is_asked_what_they_said_when_they_closed_the_follow_up(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    desk.office.clock.moment = TOMORROW + timedelta(minutes=20)
    desk.office.done(meeting.follow_up_id or 0, went="reached")
    desk.office.clock.advance(minutes=20)
    desk.work()
    assert desk.office.get(Meeting, meeting.id or 0).status == "held"
    assert not [line for line in desk.told() if line.startswith("How did your meeting")]


@pytest.mark.sqlite_alone
def test_without_e_mail_the_rep_is_told_that_the_lead_was_not(desk: Desk) -> None:
    desk.services.outside = Outside("https://dibs.example")
    desk.book(desk.office.claimed_lead())
    assert desk.letters() == []
    (row,) = [row for row in desk.office.waiting("message") if "booked a meeting" in row.payload["text"]]
    assert "e-mail is not set up here" in str(row.payload["blocks"])


def test_a_page_is_made_once(desk: Desk) -> None:
    with desk.services.unit_of_work() as uow:
        assert pages.page_of(uow, desk.rep_id).token == desk.token
    assert len(desk.office.rows(BookingPage)) == 1
