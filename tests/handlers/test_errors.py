"""Something goes wrong: the person reads a plain sentence, the log has the rest, and Slack gets its answer."""

import re
import time
from collections.abc import Iterator
from io import StringIO

import pytest

from bot import claims
from bot.intake import capture
from bot.sandbox import Sandbox
from bot.views import cards, followup_forms, forms
from handlers.shortcuts import NEW_LEAD
from tests.handlers.desk import Desk, desk
from tests.handlers.door import JANE
from tests.handlers.test_intake_keys import writes_held

ALICE = "U0ALICE"
UNEXPECTED = re.compile(r"Something went wrong on my side, and it has been written down under ([0-9a-f]{8})")
BUSY = "The database did not answer in time, so nothing was changed. Please try again in a moment."
ACK_SECONDS = 3


@pytest.fixture
def own_lead(office: Desk) -> Desk:
    capture.take_lead(office.services, JANE | {"fields": {}}, key="jane")
    claims.claim(office.services, ALICE, 1)
    return office


def in_the_log(log: StringIO, told: str) -> bool:
    """The reference the person was given leads to the traceback."""
    reference = UNEXPECTED.search(told)
    written = log.getvalue()
    return bool(reference) and f"reference={reference[1]}" in written and "Traceback" in written if reference else False


# Slack refuses to open a view for a trigger it never gave: an error that no handler expects.


def test_in_a_command(own_lead: Desk, log: StringIO) -> None:
    assert in_the_log(log, own_lead.command(ALICE, "/lead new"))


def test_on_a_press_in_a_channel(own_lead: Desk, log: StringIO) -> None:
    assert in_the_log(log, own_lead.press(ALICE, cards.NOTE, "1"))


def test_on_a_press_on_the_home_tab_it_comes_as_a_message(own_lead: Desk, log: StringIO) -> None:
    assert in_the_log(log, own_lead.press(ALICE, "home.new_lead", "new", channel=None))


def test_in_a_shortcut(own_lead: Desk, log: StringIO) -> None:
    before = own_lead.count_told()
    answer = own_lead.send({**own_lead.interaction(ALICE, "shortcut"), "callback_id": NEW_LEAD})
    assert answer.status == 200
    assert in_the_log(log, own_lead.told(before))


def test_in_a_form_it_stands_on_the_first_field(own_lead: Desk, log: StringIO) -> None:
    errors = own_lead.submit(ALICE, followup_forms.FOLLOW_UP, "1", date="not a date", time="9", what="call")
    assert list(errors) == ["date"]
    assert in_the_log(log, errors["date"])


def test_an_event_comes_again_after_a_failure(own_lead: Desk, log: StringIO) -> None:
    assert own_lead.event("app_home_opened", tab="home").status == 500  # no user
    assert "Traceback" in log.getvalue()
    assert own_lead.event("app_home_opened", tab="home", user=ALICE).status == 200


def test_the_log_carries_no_text_of_leads_or_people(own_lead: Desk, log: StringIO) -> None:
    own_lead.submit(
        ALICE, followup_forms.FOLLOW_UP, "1", date="x", time="9", what="call jane@acme.example +49 30 901820"
    )
    own_lead.press(ALICE, cards.NOTE, "1")
    written = log.getvalue()
    assert "Traceback" in written
    for secret in ("jane@", "901820", own_lead.sandbox.bot_token, own_lead.sandbox.signing_secret):
        assert secret not in written


# While another program holds the database.


@pytest.fixture
def busy(database_url: str, slack: Sandbox) -> Iterator[Desk]:
    with desk(database_url, slack) as office:
        capture.take_lead(office.services, JANE | {"fields": {}}, key="jane")
        with writes_held(database_url):
            started = time.monotonic()
            yield office
            assert time.monotonic() - started < ACK_SECONDS, "Slack would have given up"


def test_a_busy_database_keeps_what_was_typed_in_the_form(busy: Desk) -> None:
    assert busy.submit(ALICE, forms.NOTE, "1", text="A long note") == {"text": BUSY}


def test_a_busy_database_is_said_in_the_answer_to_a_command(busy: Desk) -> None:
    assert BUSY in busy.command(ALICE, "/lead note #1 A long note")


@pytest.mark.parametrize(("channel", "method"), [("C0LEADSSMB", "chat.postEphemeral"), (None, "chat.postMessage")])
def test_a_busy_database_is_said_to_the_presser_directly(busy: Desk, channel: str | None, method: str) -> None:
    asked = busy.slack_was_asked(method)
    assert busy.press(ALICE, cards.CLAIM, "1", channel=channel) == ""
    assert busy.slack_was_asked(method) == asked + 1


def test_a_busy_database_makes_events_come_again(busy: Desk) -> None:
    reply = {"channel": "C0LEADSSMB", "user": ALICE, "ts": "2.0", "thread_ts": "1.0", "text": "Hello"}
    assert busy.event("message", **reply).status == 500


def test_when_slack_is_gone_too_the_log_says_so(database_url: str, log: StringIO) -> None:
    gone = Sandbox()
    gone.start()
    with desk(database_url, gone) as office:
        capture.take_lead(office.services, JANE | {"fields": {}}, key="jane")
        office.command(ALICE, "/lead help")  # the bot's own identity is known from here on
        gone.stop()
        with writes_held(database_url):
            assert office.send(office.pressed(ALICE, cards.CLAIM, "1")).status == 200
    assert "could not tell the person either" in log.getvalue()
