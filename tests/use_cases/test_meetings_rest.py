"""A lead whose meeting lies ahead is looked after: nobody asks for a first contact, tells of neglect, or takes it."""

from datetime import timedelta

import pytest

from bot import neglect, notes, waiting
from bot.errors import DibsError
from bot.meetings import changing, outcomes
from bot.meetings.booking import Wanted
from bot.playbook.playbook import FollowUps, Response
from handlers.clock import climb_ladders
from store.database import Database
from store.models import FollowUp, Lead, OutboxRow
from tests.factories import ALICE, BOB
from tests.recorded import assert_recorded
from tests.use_cases.test_meetings import LATER, TOMORROW, Desk, desk_over

USED = timedelta(minutes=20)  # of the clock, before the lead books


@pytest.fixture
def desk(database: Database) -> Desk:
    """Alice's team is to be in touch within half an hour, and she has a lead that waits for it."""
    desk = desk_over(database)
    playbook = desk.services.playbook
    ladder = Response(remind=30, manager=60, next=90)
    teams = tuple(one.model_copy(update={"response": ladder}) for one in playbook.teams)
    desk.services.put_in_force(playbook.model_copy(update={"teams": teams, "follow_ups": FollowUps(first_contact=60)}))
    return desk


def waiting_lead(desk: Desk) -> int:
    lead_id = desk.office.claimed_lead()
    desk.office.clock.advance(minutes=20)
    return lead_id


def lead(desk: Desk, lead_id: int) -> Lead:
    return desk.office.get(Lead, lead_id)


def open_steps(desk: Desk, lead_id: int) -> list[str]:
    return [one.what for one in desk.office.rows(FollowUp, lead_id=lead_id, status="open")]


def climb(desk: Desk, **span: float) -> int:
    """How many messages about first contacts leave meanwhile."""
    before = len(desk.office.rows(OutboxRow, kind="first contact"))
    desk.office.clock.advance(**span)
    climb_ladders(desk.services)
    climb_ladders(desk.services)
    return len(desk.office.rows(OutboxRow, kind="first contact")) - before


def test_a_booked_meeting_takes_the_place_of_the_first_contact_and_its_clock_rests(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    assert open_steps(desk, lead_id) == ["First contact"]
    desk.book(lead_id, LATER)
    assert open_steps(desk, lead_id) == ["the meeting they booked"]
    found = lead(desk, lead_id)
    assert waiting.is_resting(found)
    assert (found.first_contact_at, found.response_waited) == (None, USED.total_seconds())
    assert climb(desk, days=1) == 0
    assert desk.office.owner(lead_id) == "Alice"
    assert lead(desk, lead_id).response_waited == USED.total_seconds()


def test_without_a_meeting_the_same_lead_would_have_climbed(desk: Desk) -> None:
    waiting_lead(desk)
    assert climb(desk, days=1) > 0


def test_a_moved_meeting_lets_it_rest_until_then(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    meeting = desk.book(lead_id)
    before = lead(desk, lead_id).response_due_at
    changing.move(desk.services, meeting.key, Wanted(LATER, "UTC"))
    assert before == TOMORROW + timedelta(minutes=30) + waiting.PATIENCE
    assert lead(desk, lead_id).response_due_at == LATER + timedelta(minutes=30) + waiting.PATIENCE


def test_a_cancelled_meeting_lets_it_run_on_from_where_it_stood(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    meeting = desk.book(lead_id, LATER)
    desk.office.clock.advance(hours=3)
    changing.cancel(desk.services, meeting.key)
    found = lead(desk, lead_id)
    assert (waiting.is_running(found), found.response_used) == (True, USED.total_seconds())
    assert found.response_due_at == desk.office.clock.moment + timedelta(minutes=10)  # of the half hour
    assert open_steps(desk, lead_id) == ["First contact"]
    assert climb(desk, minutes=10) == 1
    assert_recorded(desk.services)


def test_of_two_meetings_the_other_one_still_counts(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    desk.book(lead_id, LATER)
    changing.cancel(desk.services, desk.book(lead_id).key)
    assert waiting.is_resting(lead(desk, lead_id))
    assert open_steps(desk, lead_id) == ["the meeting they booked"]


def test_a_no_show_lets_it_run_on_and_a_first_contact_is_planned(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    meeting = desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    outcomes.tell(desk.services, ALICE.slack_id, meeting.id or 0, came=False)
    assert waiting.is_running(lead(desk, lead_id))
    assert open_steps(desk, lead_id) == ["First contact"]
    assert lead(desk, lead_id).first_contact_at is None


def test_once_it_took_place_that_was_the_first_contact_and_the_days_before_it_do_not_count_as_waiting(
    desk: Desk,
) -> None:
    lead_id = waiting_lead(desk)
    meeting = desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(hours=1)
    outcomes.tell(desk.services, ALICE.slack_id, meeting.id or 0, came=True)
    found = lead(desk, lead_id)
    assert (found.first_contact_at, found.response_waited) == (desk.office.clock.moment, USED.total_seconds())
    assert not waiting.awaits_contact(found)


def test_whoever_calls_before_the_meeting_was_in_touch_then(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    desk.book(lead_id, LATER)
    desk.office.clock.advance(hours=2)
    notes.add_note(desk.services, ALICE.slack_id, lead_id, "Called her", key="n")
    assert lead(desk, lead_id).first_contact_at == desk.office.clock.moment


def test_if_nobody_says_how_it_went_it_runs_on_after_a_day(desk: Desk) -> None:
    lead_id = waiting_lead(desk)
    desk.book(lead_id)
    desk.office.clock.moment = TOMORROW + timedelta(minutes=30)
    assert climb(desk, hours=23, minutes=59) == 0
    assert waiting.is_resting(lead(desk, lead_id))
    climb(desk, minutes=1)
    assert waiting.is_running(lead(desk, lead_id))
    assert lead(desk, lead_id).response_used == USED.total_seconds()
    assert climb(desk, minutes=10) == 1


# --- follow-ups left lying


@pytest.fixture
def late(desk: Desk) -> tuple[Desk, int, int]:
    """Alice promised a call and let it lie; it is about to climb."""
    desk.services.put_in_force(desk.services.playbook.model_copy(update={"follow_ups": FollowUps()}))
    lead_id = waiting_lead(desk)
    return desk, lead_id, desk.office.follow_up(lead_id, desk.office.clock.moment + timedelta(hours=1))


def go_on(desk: Desk, days: float) -> None:
    for _ in range(int(days * 4)):
        desk.office.clock.advance(hours=6)
        desk.office.fire_reminders()


def is_for_managers(desk: Desk, follow_up_id: int) -> bool:
    return desk.office.get(FollowUp, follow_up_id).managers_hear != "no"


def test_neither_managers_nor_the_team_are_told_while_a_meeting_lies_ahead(late: tuple[Desk, int, int]) -> None:
    desk, lead_id, follow_up_id = late
    meeting = desk.book(lead_id, LATER + timedelta(days=12))
    go_on(desk, 10)
    assert not is_for_managers(desk, follow_up_id)
    assert desk.office.owner(lead_id) == "Alice"
    changing.cancel(desk.services, meeting.key)
    go_on(desk, 3)
    assert is_for_managers(desk, follow_up_id)


def test_nobody_takes_over_a_lead_whose_meeting_lies_ahead(late: tuple[Desk, int, int]) -> None:
    desk, lead_id, follow_up_id = late
    go_on(desk, 6)
    assert is_for_managers(desk, follow_up_id)
    desk.book(lead_id, desk.office.clock.moment.replace(hour=13, minute=30) + timedelta(days=2))
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(desk.services, BOB.slack_id, follow_up_id)
    assert neglect.tell_managers(desk.services) == 0
