"""The buttons under "Could this be a lead?": for people of a sales team, once."""

import pytest

from bot.intake import mail
from bot.sandbox import Sandbox
from bot.views import suggestions
from tests.handlers.desk import Desk
from tests.use_cases.test_mail import LETTER

ALICE, BOB, ERIN = "U0ALICE", "U0BOB", "U0ERIN"
ASKED = "1"


@pytest.fixture
def asked(office: Desk, slack: Sandbox) -> Desk:
    assert mail.take_mail(office.services, LETTER, key="k")
    assert slack.url
    return office


def make(asked: Desk, user: str, value: str = ASKED) -> dict[str, str]:
    return asked.submit(user, suggestions.MAKE_FORM, value, name="Jane Doe", email="jane@acme.example")


def test_the_form_opens_and_makes_a_lead_once(asked: Desk) -> None:
    opened = asked.slack_was_asked("views.open")
    asked.press(ALICE, suggestions.MAKE, ASKED)
    assert asked.slack_was_asked("views.open") == opened + 1
    assert make(asked, ALICE) == {}
    before = asked.rows()
    for again in (asked.press(BOB, suggestions.MAKE, ASKED), asked.press(BOB, suggestions.DROP, ASKED)):
        assert "Alice made Jane Doe a lead" in again
    make(asked, BOB)
    assert asked.rows() == before


def test_what_is_not_a_lead_is_dropped_once(asked: Desk) -> None:
    asked.press(ALICE, suggestions.DROP, ASKED)
    before = asked.rows()
    assert "Alice said that Jane Doe is not a lead" in asked.press(BOB, suggestions.MAKE, ASKED)
    make(asked, BOB)
    assert asked.rows() == before


@pytest.mark.parametrize("value", ["0", "-1", "777", "9" * 40, "", "None", "x", "1:1", "²"])
def test_forged_values_and_strangers_change_nothing(asked: Desk, value: str) -> None:
    before = asked.rows()
    for told in (asked.press(ALICE, suggestions.MAKE, value), asked.press(ALICE, suggestions.DROP, value)):
        assert told
        assert "Something went wrong" not in told
    make(asked, ALICE, value)
    assert "not in a sales team" in asked.press(ERIN, suggestions.DROP, ASKED)
    assert "Jane" not in asked.press(ERIN, suggestions.MAKE, ASKED)
    make(asked, ERIN)
    assert asked.rows() == before
