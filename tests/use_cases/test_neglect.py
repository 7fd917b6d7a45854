"""Follow-ups left lying: managers hear of it, and at last a colleague may take the lead over."""

from datetime import timedelta

import pytest

from bot import followups, neglect
from bot.errors import DibsError, NotAllowedError
from bot.outbox import Skip, SlackCall
from store.models import Decision, FollowUp, OutboxRow
from tests.factories import ALICE, BOB, DANA, Office
from tests.use_cases.test_followups import NOON, due
from tests.use_cases.test_reminders import speak

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


def test_managers_hear_of_it_once_and_together(office: Office) -> None:
    left_lying(office, TWO_WORKING_DAYS)
    assert neglect.tell_managers(office.services) == 1
    assert told(office) == ["1 follow-up has been left lying."]
    office.clock.advance(hours=1)
    assert neglect.tell_managers(office.services) == 0


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
