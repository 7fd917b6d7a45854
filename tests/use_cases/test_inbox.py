"""Events from Slack: kept first, worked off once, and one that cannot be worked off comes to an end."""

from contextlib import suppress
from typing import Any

import pytest

from bot import claims
from bot.errors import InvalidInputError
from bot.health import health
from bot.intake import capture, inbox
from handlers.clock import forget_settled
from store.models import InboxRow, Note
from tests.factories import ALICE, BOB, ERIN, Office

CHANNEL, CARD = "C0LEADSSMB", "1764000000.000100"


@pytest.fixture
def lead_id(office: Office) -> int:
    """A lead whose card stands in Slack."""
    lead_id = office.lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.card_channel, lead.card_ts = CHANNEL, CARD
        uow.commit()
    return lead_id


def reply(text: str = "She wants a demo", **given: str) -> dict[str, Any]:
    return {"channel": CHANNEL, "thread_ts": CARD, "user": BOB.slack_id, "text": text, **given}


def receive(office: Office, body: dict[str, Any], key: str = "Ev1") -> bool:
    return inbox.receive_event(office.services, key=key, kind=inbox.THREAD_REPLY, body=body)


def test_a_reply_in_a_cards_thread_becomes_a_note_and_nothing_is_posted_again(office: Office, lead_id: int) -> None:
    office.everything_left()
    receive(office, reply())
    assert office.work_off() == 1
    assert [(note.lead_id, note.text) for note in office.rows(Note)] == [(lead_id, "She wants a demo")]
    assert office.waiting("thread") == []
    [row] = office.rows(InboxRow, kind=inbox.THREAD_REPLY)
    assert (row.status, row.body) == ("done", {})


def test_the_same_event_twice_is_one_note(office: Office, lead_id: int) -> None:
    assert [receive(office, reply()), receive(office, reply())] == [True, False]
    office.work_off()
    assert receive(office, reply()) is False
    assert office.work_off() == 0
    assert len(office.rows(Note, lead_id=lead_id)) == 1


def test_two_events_with_the_same_words_are_two_notes(office: Office, lead_id: int) -> None:
    receive(office, reply(), "Ev1")
    receive(office, reply(), "Ev2")
    office.work_off()
    assert len(office.rows(Note, lead_id=lead_id)) == 2


@pytest.mark.parametrize(
    "body",
    [
        reply(user=ERIN.slack_id), reply(user="U0NOBODY"), reply(user=""), reply(thread_ts="1.0"),
        reply(channel="C0RANDOM"), reply("   "), reply("\x00"),
    ],
)  # fmt: skip
def test_what_strangers_say_or_what_says_nothing_is_turned_away_and_forgotten(
    office: Office, lead_id: int, body: dict[str, Any]
) -> None:
    receive(office, body)
    office.work_off()
    [row] = office.rows(InboxRow, kind=inbox.THREAD_REPLY)
    assert (row.status, row.body) == ("rejected", {})
    assert office.rows(Note, lead_id=lead_id) == []


def test_a_rep_of_another_team_leaves_no_note(office: Office, lead_id: int) -> None:
    office.seat(ERIN, "enterprise")
    receive(office, reply(user=ERIN.slack_id))
    office.work_off()
    assert office.rows(Note, lead_id=lead_id) == []


def test_a_row_that_cannot_be_worked_off_ends_after_five_attempts(office: Office) -> None:
    receive(office, {"not": "a reply"})
    for _ in range(inbox.MAX_ATTEMPTS):
        with pytest.raises(KeyError):
            office.work_off()
    office.work_off()
    [row] = office.rows(InboxRow, kind=inbox.THREAD_REPLY)
    assert (row.status, office.work_off()) == ("rejected", 0)


def test_a_row_that_cannot_be_worked_off_does_not_stop_the_next(office: Office, lead_id: int) -> None:
    receive(office, {"not": "a reply"}, "Ev1")
    receive(office, reply(), "Ev2")
    poison, good = inbox.waiting_events(office.services)
    with pytest.raises(KeyError):
        inbox.work_off(office.services, poison)
    inbox.work_off(office.services, good)
    assert len(office.rows(Note, lead_id=lead_id)) == 1


def test_a_failed_attempt_leaves_nothing_but_its_count(office: Office) -> None:
    receive(office, {"not": "a reply"})
    before = office.snapshot()
    with pytest.raises(KeyError):
        office.work_off()
    assert office.snapshot() == before
    assert office.rows(InboxRow, kind=inbox.THREAD_REPLY)[0].attempts == 1


def test_what_waits_is_counted_for_the_watchdog(office: Office, lead_id: int) -> None:
    receive(office, reply())
    assert health(office.services).inbox_waiting == 1
    office.work_off()
    assert health(office.services).inbox_waiting == 0


def test_a_colleagues_reply_to_a_claimed_lead_is_a_note_too(office: Office, lead_id: int) -> None:
    claims.claim(office.services, ALICE.slack_id, lead_id)
    receive(office, reply(user=BOB.slack_id))
    office.work_off()
    assert len(office.rows(Note, lead_id=lead_id)) == 1


def test_what_was_wrong_with_a_form_is_forgotten_after_a_month(office: Office) -> None:
    with suppress(InvalidInputError):
        capture.take_lead(office.services, {"name": ""}, key="broken")
    taken = office.lead()
    office.clock.advance(days=30)
    forget_settled(office.services)
    assert [row.status for row in office.rows(InboxRow) if row.kind == "lead"] == ["rejected", "done"]
    office.clock.advance(minutes=1)
    forget_settled(office.services)
    assert [row.answer["lead_id"] for row in office.rows(InboxRow) if row.kind == "lead"] == [taken]
