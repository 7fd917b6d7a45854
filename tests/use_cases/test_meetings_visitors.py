"""On the page that is public anybody is a stranger: they learn nothing of leads, and take no more than their share."""

from datetime import datetime, timedelta

import pytest

from bot.contact.outside import Outside
from bot.errors import InvalidInputError
from bot.meetings import booking, changing, feeds, outcomes
from bot.meetings.booking import FloodError, TakenError, Wanted
from bot.playbook.matching import Matching
from bot.playbook.sequences import Meetings
from store.database import Database
from store.models import Lead, Meeting
from tests.factories import ALICE, ERIN
from tests.use_cases.test_meetings import ANNA, LATER, TOMORROW, Desk, desk_over

GRACE = {"name": "Grace Hopper", "email": "grace@navy.example", "company": "Navy"}
SOMEBODY = {"email": "grace@navy.example"}  # who leaves the name empty


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = desk_over(database)
    desk.services.put_in_force(desk.services.playbook.model_copy(update={"matching": Matching()}))
    return desk


def visit(desk: Desk, raw: dict[str, str], at: datetime = TOMORROW, *, network: str = "", press: str = "") -> str:
    wanted = Wanted(at, "UTC", network=network, press=press)
    return booking.book_as_visitor(desk.services, desk.token, dict(raw), wanted)


def with_rules(desk: Desk, **rules: int) -> None:
    desk.services.put_in_force(desk.services.playbook.model_copy(update={"meetings": Meetings(**rules)}))


# --- what the rep learns of a lead that is another team's


@pytest.fixture
def theirs(desk: Desk) -> tuple[Desk, Meeting]:
    """Somebody books with Alice by the address of a lead of the team enterprise."""
    desk.office.seat(ERIN, "enterprise")
    desk.office.claimed_lead(ERIN, fields={"plan": "enterprise"}, **GRACE)
    desk.office.everything_left()
    visit(desk, SOMEBODY)
    return desk, desk.office.rows(Meeting)[0]


def test_of_a_lead_of_another_team_the_rep_is_shown_only_what_was_typed(theirs: tuple[Desk, Meeting]) -> None:
    desk, meeting = theirs
    assert desk.office.get(Lead, meeting.lead_id).name == "Grace Hopper"
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    desk.work()
    outcomes.tell(desk.services, ALICE.slack_id, meeting.id or 0, came=True, channel="D1", ts="1.0")
    edited = str([row.payload for row in desk.office.waiting("edit")])
    with desk.services.unit_of_work() as uow:
        page = uow.meetings.page(desk.rep_id)
    assert page is not None
    for shown in (str(desk.told()), edited, feeds.feed(desk.services, page.feed_token)):
        assert "grace@navy.example" in shown
        for secret in ("Grace Hopper", "Navy", "#1 "):
            assert secret not in shown


def test_it_is_theirs_to_cancel_all_the_same(theirs: tuple[Desk, Meeting]) -> None:
    desk, meeting = theirs
    _, guest, _ = changing.for_rep(desk.services, ALICE.slack_id, meeting.id or 0)
    assert (guest.title, guest.is_known) == ("grace@navy.example", False)
    told = changing.cancel_for_rep(desk.services, ALICE.slack_id, meeting.id or 0, "")
    assert told == "Cancelled: the meeting with grace@navy.example."


def test_why_no_letter_left_is_not_for_a_rep_who_may_not_know_the_lead(desk: Desk) -> None:
    desk.office.seat(ERIN, "enterprise")
    desk.office.claimed_lead(ERIN, fields={"plan": "enterprise"}, **GRACE)
    lead = desk.office.rows(Lead)[0]
    with desk.services.unit_of_work() as uow:
        uow.session.get_one(Lead, lead.id).email = ""
        uow.commit()
    booking.book(desk.services, desk.rep_id, lead.id or 0, Wanted(TOMORROW, "UTC"), by="page", guest="Typed")
    blocks = str([row.payload for row in desk.office.waiting("message") if row.payload["slack_id"] == ALICE.slack_id])
    assert "Typed" in blocks
    assert "no e-mail about it" not in blocks


def test_of_their_own_lead_they_are_shown_all(desk: Desk) -> None:
    visit(desk, ANNA)
    assert any("#1 Anna Smith booked a meeting with you" in line for line in desk.told())


# --- what whoever types an address learns


def test_who_has_enough_hears_so_by_a_letter_and_whoever_typed_the_address_does_not(desk: Desk) -> None:
    for number in range(5):
        assert visit(desk, ANNA, TOMORROW + timedelta(minutes=30 * number))
    assert [visit(desk, ANNA, LATER), visit(desk, ANNA, LATER, press="again")] == ["", ""]
    assert len(desk.office.rows(Meeting)) == 5
    (letter,) = [one for one in desk.letters() if one.subject.startswith("This meeting was not booked")]
    assert letter.text.count("https://dibs.example/meetings/") == 5
    assert "Thursday, 26 November 2026 at 13:30" in letter.text


def test_one_that_was_cancelled_makes_room(desk: Desk) -> None:
    with_rules(desk, visitor_bookings=1)
    key = visit(desk, ANNA)
    assert visit(desk, ANNA, LATER) == ""
    changing.cancel(desk.services, key)
    assert visit(desk, ANNA, LATER) != ""


def test_without_letters_nothing_is_refused_for_the_sake_of_an_address(desk: Desk) -> None:
    desk.services.outside = Outside("https://dibs.example")
    with_rules(desk, visitor_bookings=1)
    assert visit(desk, ANNA)
    assert visit(desk, ANNA, LATER)


def test_a_mistake_or_a_taken_time_is_told_alike_whoever_it_is(desk: Desk) -> None:
    desk.office.lead(**GRACE)
    for raw in (GRACE, {"email": "nobody@knows.example"}):
        with pytest.raises(TakenError, match="taken just now"):
            visit(desk, raw, TOMORROW.replace(hour=2))
        with pytest.raises(InvalidInputError, match="Where shall we confirm it"):
            visit(desk, {**raw, "email": ""})


# --- how much strangers take


def people(number: int) -> dict[str, str]:
    return {"email": f"p{number}@globex.example"}


def test_from_one_network_so_many_meetings_are_booked_a_day(desk: Desk) -> None:
    with_rules(desk, visitor_bookings=1, visitor_share=100)
    most = booking.MANY_SHARE_IT
    for number in range(most):
        visit(desk, people(number), TOMORROW + timedelta(minutes=30 * number), network="203.0.113.7")
    with pytest.raises(FloodError, match="your network today"):
        visit(desk, people(most), LATER, network="203.0.113.7")
    assert len(desk.office.rows(Lead)) == most  # nobody who was refused became a lead
    assert visit(desk, people(most), LATER, network="203.0.113.8")
    desk.office.clock.advance(days=1, seconds=1)
    assert visit(desk, people(most + 1), LATER + timedelta(minutes=30), network="203.0.113.7")


def test_where_it_came_from_can_be_counted_and_not_read(desk: Desk) -> None:
    visit(desk, ANNA, network="203.0.113.7")
    (meeting,) = desk.office.rows(Meeting)
    assert len(meeting.network) == 64
    assert "203" not in meeting.network or "113" not in meeting.network


def test_strangers_take_half_of_a_day_and_whoever_has_a_link_any_of_it(desk: Desk) -> None:
    taken = 0
    while times := [at for at in booking.look(desk.services, desk.token, "", "").times if at.date() == TOMORROW.date()]:
        visit(desk, people(taken), times[0])
        taken += 1
    hours = desk.services.playbook.hours
    minutes = (hours.ends.hour - hours.starts.hour) * 60 + hours.ends.minute - hours.starts.minute
    assert taken == minutes // 2 // 30
    lead_id = desk.office.lead(email="jo@acme.example", name="Jo Roe")
    found = booking.look(desk.services, desk.token, desk.signed(lead_id), "").times
    mine = [at for at in found if at.date() == TOMORROW.date()]
    assert mine
    assert desk.book(lead_id, mine[0]).status == "booked"
    with pytest.raises(TakenError):
        visit(desk, people(99), mine[-1])


def test_one_meeting_a_day_is_always_theirs(desk: Desk) -> None:
    with_rules(desk, visitor_share=5, minutes=120)
    assert visit(desk, ANNA)
    with pytest.raises(TakenError):
        visit(desk, people(1), TOMORROW + timedelta(hours=3))
    assert visit(desk, people(1), LATER)


# --- where they meet


def test_the_rep_says_where_and_the_lead_is_told_once(desk: Desk) -> None:
    meeting = desk.book(desk.office.claimed_lead())
    assert "No place is set yet" in str([row.payload for row in desk.office.waiting("message")])
    for _ in range(2):
        changing.set_place(desk.services, ALICE.slack_id, meeting.id or 0, " https://meet.example/alice ")
    assert desk.office.get(Meeting, meeting.id or 0).place == "https://meet.example/alice"
    letter = desk.letters()[-1]
    assert (len(desk.letters()), "Where: https://meet.example/alice" in letter.text) == (2, True)
    with pytest.raises(InvalidInputError, match="Write a video link"):
        changing.set_place(desk.services, ALICE.slack_id, meeting.id or 0, " ")
