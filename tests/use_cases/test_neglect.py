"""Follow-ups left lying: managers hear of it, and at last a colleague may take the lead over."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot import followups, neglect, people, pipeline, seats
from bot.errors import DibsError, NotAllowedError
from bot.outbox import Skip, SlackCall, Wait
from store.models import Decision, FollowUp, Offer, OutboxRow, Rep, Team
from tests.factories import ALICE, BOB, DANA, Office
from tests.use_cases.test_followups import NOON, due
from tests.use_cases.test_reminders import speak

pytestmark = pytest.mark.sqlite_alone

TWO_WORKING_DAYS, FOUR_WORKING_DAYS = timedelta(days=2), timedelta(days=6)  # over a weekend


def left_lying(office: Office, until: timedelta = FOUR_WORKING_DAYS) -> int:
    """A follow-up that Alice was reminded of, hour by hour, until then."""
    follow_up_id = due(office)
    for hour in range(int(until.total_seconds()) // 3600 + 1):
        speak(office, NOON + timedelta(hours=hour))
    return follow_up_id


def told(office: Office) -> list[str]:
    calls = [office.render(row) for row in office.waiting("neglect")]
    return [call.arguments["text"] for call in calls if isinstance(call, SlackCall)]


@pytest.mark.both_databases
def test_managers_hear_of_it_once_and_together(office: Office) -> None:
    left_lying(office, TWO_WORKING_DAYS)
    assert neglect.tell_managers(office.services) == 1
    assert told(office) == ["1 follow-up has been left lying."]
    office.clock.advance(hours=1)
    assert neglect.tell_managers(office.services) == 0


@pytest.mark.both_databases
def test_nobody_hears_of_what_is_merely_late(office: Office) -> None:
    left_lying(office, TWO_WORKING_DAYS - timedelta(hours=1))
    assert neglect.tell_managers(office.services) == 0


def test_managers_are_not_woken(office: Office) -> None:
    left_lying(office, TWO_WORKING_DAYS)
    office.clock.moment = NOON + timedelta(days=2, hours=12)
    assert neglect.tell_managers(office.services) == 0
    office.clock.moment = NOON + timedelta(days=3)
    assert neglect.tell_managers(office.services) == 1


def test_what_is_done_before_it_leaves_is_not_told(office: Office) -> None:
    follow_up_id = left_lying(office, TWO_WORKING_DAYS)
    neglect.tell_managers(office.services)
    office.done(follow_up_id)
    [row] = office.waiting("neglect")
    assert isinstance(office.render(row), Skip)


def test_what_is_put_off_before_managers_hear_is_not_told(office: Office) -> None:
    follow_up_id = left_lying(office, TWO_WORKING_DAYS)
    followups.snooze(office.services, ALICE.slack_id, follow_up_id, "tomorrow")
    assert neglect.tell_managers(office.services) == 0


@pytest.mark.both_databases
def test_at_last_a_colleague_takes_the_lead_over_and_is_reminded(office: Office) -> None:
    follow_up_id = left_lying(office)
    offers = [row for row in office.rows(OutboxRow, kind="thread") if "take the lead over" in row.payload["text"]]
    assert len(offers) == 1
    assert neglect.take_over(office.services, BOB.slack_id, follow_up_id) == "#1 Jane Doe, Acme is yours now."
    assert office.owner(1) == "Bob"
    assert office.lines()[-1] == "Bob took it over from Alice."
    assert [line.facts.get("by") for line in office.rows(Decision, kind="assigned")] == [3]
    follow_up = office.get(FollowUp, follow_up_id)
    assert (follow_up.status, follow_up.due_at) == ("open", office.clock.moment)


def test_only_one_takes_it_over(office: Office) -> None:
    follow_up_id = left_lying(office)
    neglect.take_over(office.services, BOB.slack_id, follow_up_id)
    assert neglect.take_over(office.services, BOB.slack_id, follow_up_id) == "#1 Jane Doe, Acme is yours already."
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(office.services, ALICE.slack_id, follow_up_id)


@pytest.mark.parametrize("changed", ["snoozed", "done", "not yet"])
def test_an_old_button_takes_nothing_from_somebody_who_looks_after_it(office: Office, changed: str) -> None:
    follow_up_id = left_lying(office, TWO_WORKING_DAYS if changed == "not yet" else FOUR_WORKING_DAYS)
    if changed == "snoozed":
        followups.snooze(office.services, ALICE.slack_id, follow_up_id, "1h")
    elif changed == "done":
        office.done(follow_up_id)
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(office.services, BOB.slack_id, follow_up_id)
    assert office.owner(1) == "Alice"


def test_strangers_and_managers_without_a_seat_take_nothing_over(office: Office) -> None:
    follow_up_id = left_lying(office)
    with pytest.raises(DibsError, match="with a seat"):
        neglect.take_over(office.services, DANA.slack_id, follow_up_id)
    with pytest.raises(NotAllowedError):
        neglect.take_over(office.services, "U0NOBODY", follow_up_id)


def test_a_lead_that_its_owner_has_worked_on_since_stays_with_them(office: Office) -> None:
    follow_up_id = left_lying(office)
    pipeline.add_note(office.services, ALICE.slack_id, 1, "called her, the offer goes out today", key="n")
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(office.services, BOB.slack_id, follow_up_id)
    assert office.owner(1) == "Alice"


def test_a_lead_whose_owner_is_covered_for_stays_with_them(office: Office) -> None:
    follow_up_id = left_lying(office)
    people.go_away(office.services, ALICE.slack_id, "until 24 dec")
    people.name_cover(office.services, ALICE.slack_id, BOB)
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(office.services, BOB.slack_id, follow_up_id)
    people.name_cover(office.services, ALICE.slack_id, None)
    assert neglect.take_over(office.services, BOB.slack_id, follow_up_id) == "#1 Jane Doe, Acme is yours now."


def test_a_word_that_was_dropped_was_not_said(office: Office) -> None:
    follow_up_id = left_lying(office, FOUR_WORKING_DAYS - timedelta(hours=1))
    followups.not_needed(office.services, ALICE.slack_id, follow_up_id)
    followups.undo(office.services, ALICE.slack_id, follow_up_id)
    with pytest.raises(DibsError, match="looked after again"):
        neglect.take_over(office.services, BOB.slack_id, follow_up_id)


def pause(office: Office, *, is_set_aside: bool) -> None:
    with office.services.unit_of_work() as uow:
        [team] = [team for team in uow.people.teams() if team.name == "smb"]
        locked = uow.people.team_for_decision(team.id or 0)
        [seat] = [seat for seat in uow.people.seats(team.id or 0) if seat.rep.name == "Bob"]
        if is_set_aside:
            seat.membership.set_aside_at = office.clock.now()
        else:
            seats.pause(uow, locked, seat, office.clock.now())
        uow.commit()


@pytest.mark.parametrize(("make", "words"), [
    (lambda office: people.go_away(office.services, BOB.slack_id, "4 weeks"), "/lead back first"),
    (lambda office: pause(office, is_set_aside=True), "/lead back first"),
    (lambda office: pause(office, is_set_aside=False), "has paused your leads"),
])  # fmt: skip
def test_whoever_takes_no_leads_takes_none_over(office: Office, make: Callable[[Office], object], words: str) -> None:
    follow_up_id = left_lying(office)
    make(office)
    with pytest.raises(DibsError, match=words):
        neglect.take_over(office.services, BOB.slack_id, follow_up_id)


def test_what_is_taken_over_counts_as_taken_but_moves_no_turns(office: Office) -> None:
    follow_up_id = left_lying(office)
    before = office.rows(Team, name="smb")[0].rotation
    neglect.take_over(office.services, BOB.slack_id, follow_up_id)
    assert office.rows(Team, name="smb")[0].rotation == before
    [bob] = office.rows(Rep, name="Bob")
    assert [offer.status for offer in office.rows(Offer, rep_id=bob.id)] == ["claimed"]


def test_managers_elsewhere_hear_of_it_in_their_own_hours(office: Office) -> None:
    people.sync_managers(office.services, [DANA, people.Profile("U0YUKI", "Yuki", "Asia/Tokyo")])
    left_lying(office, TWO_WORKING_DAYS)
    assert neglect.tell_managers(office.services) == 1
    calls = {row.lane: office.render(row) for row in office.waiting("neglect")}
    assert isinstance(calls["user:U0DANA"], SlackCall)
    assert isinstance(calls["user:U0YUKI"], Wait)
    office.clock.advance(hours=14)  # 11:00 in Tokyo
    [row] = [row for row in office.waiting("neglect") if row.lane == "user:U0YUKI"]
    assert isinstance(office.render(row), SlackCall)
