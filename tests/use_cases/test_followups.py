"""Follow-ups and their reminders: said once, at work, and only while they are true."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot import claims, followups, people
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.outbox import Skip, SlackCall, Wait
from bot.pipeline import move_stage
from store.models import FollowUp, OutboxRow
from tests.factories import ALICE, BOB, DANA, TUESDAY, WHY, Office

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def due(office: Office, at: datetime = NOON, *, what: str = "call her") -> int:
    """A follow-up of Alice about her lead."""
    return office.follow_up(office.claimed_lead(ALICE), at, what=what)


def fired(office: Office, at: datetime) -> list[OutboxRow]:
    """The reminders that are about to be sent once it is that time."""
    office.clock.moment = at
    office.fire_reminders()
    return office.waiting("reminder")


def test_a_promise_is_kept_said_in_the_thread_and_reminded_of_at_its_time(office: Office) -> None:
    follow_up_id = due(office)
    [reminder] = office.reminders(follow_up_id)
    assert (reminder.due_at, reminder.fire_at, reminder.status) == (NOON, NOON, "waiting")
    assert office.lines()[-1] == "⏰ Alice will follow up Tue 24 Nov 2026, 12:00 UTC: call her."


def test_a_reminder_is_sent_once_and_not_a_moment_too_early(office: Office) -> None:
    due(office)
    assert fired(office, NOON - timedelta(microseconds=1)) == []
    [row] = fired(office, NOON)
    said = office.render(row)
    assert isinstance(said, SlackCall)
    assert (said.method, said.channel) == ("chat.postMessage", ALICE.slack_id)
    assert "call her, #1 Jane Doe, Acme" in said.arguments["text"]
    assert office.fire_reminders() == 0
    assert len(office.waiting("reminder")) == 1


@pytest.mark.parametrize(
    ("asked", "fires"),
    [
        (berlin(24, 20), berlin(25, 9)),  # in the evening: the next morning
        (berlin(28, 12), berlin(30, 9)),  # on Saturday: on Monday
        (berlin(25, 7), berlin(25, 9)),
        (berlin(25, 9), berlin(25, 9)),
        (berlin(25, 18), berlin(26, 9)),
    ],
)
def test_a_reminder_waits_for_the_reps_working_hours(office: Office, asked: datetime, fires: datetime) -> None:
    follow_up_id = due(office, asked)
    assert office.reminders(follow_up_id)[0].fire_at == fires


def test_a_reminder_held_up_until_the_night_waits_for_the_morning(office: Office) -> None:
    due(office, berlin(24, 17, 59))
    [row] = fired(office, berlin(24, 17, 59))
    office.clock.moment = berlin(24, 18, 1)
    held = office.render(row)
    assert isinstance(held, Wait)
    assert held.reason == "the rep's working day is over"
    office.clock.moment = berlin(25, 9)
    assert isinstance(office.render(row), SlackCall)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("between", ["done", "won", "lost", "released", "snoozed"])
def test_what_is_no_longer_true_when_it_would_leave_is_not_said(office: Office, between: str) -> None:
    follow_up_id = due(office)
    [row] = fired(office, NOON)
    match between:
        case "done":
            office.done(follow_up_id)
        case "won" | "lost":
            move_stage(office.services, ALICE.slack_id, 1, between, WHY)
        case "released":
            claims.release(office.services, ALICE.slack_id, 1)
        case _:
            followups.snooze(office.services, ALICE.slack_id, follow_up_id, "tomorrow")
    assert isinstance(office.render(row), Skip)


@pytest.mark.parametrize("between", ["done", "won", "lost", "released", "snoozed"])
def test_a_reminder_already_sent_is_edited_to_what_is_true(office: Office, between: str) -> None:
    follow_up_id = due(office)
    fired(office, NOON)
    office.everything_left()
    match between:
        case "done":
            office.done(follow_up_id)
        case "won" | "lost":
            move_stage(office.services, ALICE.slack_id, 1, between, WHY)
        case "released":
            claims.release(office.services, ALICE.slack_id, 1)
        case _:
            followups.snooze(office.services, ALICE.slack_id, follow_up_id, "tomorrow")
    [row] = office.waiting("dm")
    said = office.render(row)
    assert isinstance(said, SlackCall)
    words = {"done": "✅ Done", "snoozed": "💤 Later"}.get(between, "No longer needed")
    assert (said.method, said.arguments["text"].startswith(words)) == ("chat.update", True)
    assert "follow_up" not in {block.get("block_id") for block in said.arguments["blocks"]}


@pytest.mark.parametrize(
    ("until", "moment"),
    [("1h", NOON + timedelta(hours=1)), ("tomorrow", berlin(25, 9)), ("week", berlin(1, 9, month=12))],
)
def test_a_snoozed_follow_up_is_reminded_of_again_at_the_new_time(office: Office, until: str, moment: datetime) -> None:
    follow_up_id = due(office)
    fired(office, NOON)
    followups.snooze(office.services, ALICE.slack_id, follow_up_id, until)
    assert office.get(FollowUp, follow_up_id).due_at == moment
    waiting = [reminder for reminder in office.reminders(follow_up_id) if reminder.status == "waiting"]
    assert [reminder.due_at for reminder in waiting] == [moment]


def test_snoozing_twice_to_the_same_time_reminds_once(office: Office) -> None:
    follow_up_id = due(office)
    fired(office, NOON)
    office.everything_left()
    for _ in range(2):
        followups.snooze(office.services, ALICE.slack_id, follow_up_id, "tomorrow")
    office.everything_left()
    assert len(fired(office, berlin(25, 9))) == 1
    assert isinstance(office.render(office.waiting("reminder")[0]), SlackCall)


def test_snoozing_away_and_back_reminds_once(office: Office) -> None:
    follow_up_id = due(office)
    for until in ("tomorrow", "week", "tomorrow"):
        followups.snooze(office.services, ALICE.slack_id, follow_up_id, until)
    assert [row.status for row in office.reminders(follow_up_id)] == ["dropped", "waiting", "dropped"]


@pytest.mark.parametrize(("friday", "monday"), [((27, 3), (30, 3)), ((23, 10), (26, 10))])
def test_nine_oclock_stays_nine_oclock_over_a_clock_change(
    office: Office, friday: tuple[int, int], monday: tuple[int, int]
) -> None:
    office.clock.moment = berlin(friday[0], 10, month=friday[1])
    follow_up_id = due(office, berlin(friday[0], 19, month=friday[1]))
    assert office.reminders(follow_up_id)[0].fire_at == berlin(monday[0], 9, month=monday[1])
    office.clock.moment = berlin(monday[0], 9, month=monday[1])
    assert office.fire_reminders() == 1


@pytest.mark.sqlite_alone
def test_done_ends_it_and_the_thread_says_so(office: Office) -> None:
    follow_up_id = due(office)
    office.done(follow_up_id)
    assert office.get(FollowUp, follow_up_id).status == "done"
    assert [row.status for row in office.reminders(follow_up_id)] == ["dropped"]
    assert office.lines()[-1] == "✅ Alice followed up: call her."
    assert fired(office, NOON) == []


def test_done_twice_is_harmless(office: Office) -> None:
    follow_up_id = due(office)
    office.done(follow_up_id)
    before = office.snapshot()
    for again in (office.done, partial(followups.snooze, office.services, ALICE.slack_id, until="1h")):
        with pytest.raises(DibsError, match="was done already"):
            again(follow_up_id=follow_up_id)
    assert office.snapshot() == before


def test_the_same_form_sent_twice_makes_one_follow_up(office: Office) -> None:
    lead_id = office.claimed_lead()
    for _ in range(2):
        followups.set_follow_up(office.services, ALICE.slack_id, lead_id, NOON, "call", key="view-1")
    assert len(office.rows(FollowUp)) == 1


def test_a_time_that_has_passed_is_refused_on_its_field(office: Office) -> None:
    lead_id = office.claimed_lead()
    with pytest.raises(InvalidInputError, match="date: This time has already passed"):
        followups.set_follow_up(office.services, ALICE.slack_id, lead_id, TUESDAY, "call", key="k")


@pytest.mark.sqlite_alone
def test_nobody_promises_for_a_lead_that_is_not_theirs(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        followups.set_follow_up(office.services, BOB.slack_id, lead_id, NOON, "call", key="k")


@pytest.mark.sqlite_alone
def test_a_managers_follow_up_reminds_the_owner(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, NOON, by=DANA)
    [row] = fired(office, NOON)
    said = office.render(row)
    assert isinstance(said, SlackCall)
    assert said.channel == ALICE.slack_id


@pytest.mark.sqlite_alone
def test_a_follow_up_nobody_would_be_reminded_of_is_refused(office: Office) -> None:
    unowned, closed = office.lead(), office.claimed_lead(BOB)
    move_stage(office.services, BOB.slack_id, closed, "won")
    with pytest.raises(DibsError, match="has no owner"):
        office.follow_up(unowned, NOON, by=DANA)
    with pytest.raises(DibsError, match=r"is closed \(won\)"):
        office.follow_up(closed, NOON, by=BOB)
    assert office.rows(FollowUp) == []


@pytest.mark.sqlite_alone
def test_only_the_rep_or_a_manager_settles_a_promise(office: Office) -> None:
    follow_up_id = due(office)
    with pytest.raises(NotAllowedError):
        office.done(follow_up_id, by=BOB)
    with pytest.raises(NotAllowedError):
        office.done(999, by=BOB)
    assert office.done(follow_up_id, by=DANA) == "Done: #1 Jane Doe, Acme."


def test_the_pickers_are_read_in_the_reps_own_zone(office: Office) -> None:
    assert followups.local_moment(office.services, ALICE.slack_id, "2026-11-25", "09:00") == berlin(25, 9)
    assert followups.local_moment(office.services, BOB.slack_id, "2026-11-25", "09:00") == berlin(25, 10)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("day", "at", "field"), [("", "09:00", "date"), ("2026-11-25", "", "time"), ("9999-12-31", "23:59", "date")]
)
def test_what_the_pickers_cannot_mean_is_refused_on_its_field(office: Office, day: str, at: str, field: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        followups.local_moment(office.services, ALICE.slack_id, day, at)
    assert [problem.field for problem in told.value.problems] == [field]


def test_the_suggested_time_is_the_next_working_morning(office: Office) -> None:
    assert followups.suggested_time(office.services, ALICE.slack_id) == berlin(25, 9)
    office.clock.moment = berlin(27, 15)
    assert followups.suggested_time(office.services, ALICE.slack_id) == berlin(30, 9)


@pytest.mark.sqlite_alone
def test_a_snooze_that_is_none_is_refused(office: Office) -> None:
    follow_up_id = due(office)
    with pytest.raises(DibsError, match="already passed"):
        followups.snooze(office.services, ALICE.slack_id, follow_up_id, "forever")


def test_a_rep_who_moved_to_another_zone_is_not_woken(office: Office) -> None:
    follow_up_id = due(office, berlin(25, 10))
    people.update_profile(office.services, people.Profile(ALICE.slack_id, "Alice", "America/New_York"))
    assert fired(office, berlin(25, 10)) == []
    assert office.reminders(follow_up_id)[0].fire_at == berlin(25, 15)  # nine o'clock in New York
    [row] = fired(office, berlin(25, 15))
    people.update_profile(office.services, people.Profile(ALICE.slack_id, "Alice", "Asia/Tokyo"))
    assert isinstance(office.render(row), Wait)


def test_a_reminder_answered_while_it_is_on_its_way_is_edited_all_the_same(office: Office) -> None:
    follow_up_id = due(office)
    [row] = fired(office, NOON)
    with office.services.unit_of_work() as uow:  # Slack shows it already; where it stands is not written down yet
        uow.outbox.row(row.id or 0).status = "sending"
        uow.commit()
    office.done(follow_up_id)
    assert [waiting.kind for waiting in office.waiting("dm")] == ["dm"]


@pytest.mark.sqlite_alone
def test_the_thread_says_whom_a_manager_asked_to_follow_up(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, NOON, by=DANA)
    assert "Dana asks Alice to follow up" in office.lines()[-1]


@pytest.mark.sqlite_alone
def test_what_is_to_do_is_refused_rather_than_cut(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(InvalidInputError, match="300 characters"):
        followups.set_follow_up(office.services, ALICE.slack_id, lead_id, NOON, "x" * 301, key="long")
