"""The buttons below a message nobody knows the fate of: for whose lead it is, once."""

import pytest

from bot import claims
from bot.contact.ports import Unknown
from bot.intake import capture
from bot.views import contact as views
from store.models import LeadMessage
from tests.handlers.desk import Desk
from tests.handlers.door import JANE, NOW
from tests.post import SAID_YES, Pigeons, deliver_from, write_from

ALICE, BOB, ERIN = "U0ALICE", "U0BOB", "U0ERIN"


@pytest.fixture
def doubted(office: Desk) -> Desk:
    """Message 1 went to Alice's lead, and the connection broke."""
    lead_id = capture.take_lead(office.services, {**JANE, "consent": SAID_YES}, key="k").lead_id
    claims.claim(office.services, ALICE, lead_id)
    write_from(office.services, lead_id, kind="rep")
    deliver_from(office.services, Pigeons(answers=[Unknown("it broke")]))
    return office


def status(desk: Desk) -> str:
    with desk.services.reading() as uow:
        message = uow.messages.get(1)
        assert isinstance(message, LeadMessage)
        return message.status


def test_it_is_sent_again_once_when_the_owner_says_so(doubted: Desk) -> None:
    assert "Alice sends it again" in doubted.press(ALICE, views.AGAIN, "1")
    assert status(doubted) == "waiting"
    assert "It is on its way again." in doubted.press(ALICE, views.AGAIN, "1")
    pigeons = Pigeons()
    assert deliver_from(doubted.services, pigeons) == ["Hello Jane"]
    assert "It did arrive." in doubted.press(ALICE, views.LEAVE, "1")
    assert status(doubted) == "sent"


def test_left_as_it_is_it_never_leaves_again(doubted: Desk) -> None:
    assert "Alice leaves it as it is" in doubted.press(ALICE, views.LEAVE, "1")
    assert "Somebody decided that already." in doubted.press(ALICE, views.AGAIN, "1")
    assert deliver_from(doubted.services, Pigeons()) == []
    assert status(doubted) == "doubtful"
    with doubted.services.reading() as uow:
        assert uow.messages.summary(NOW).doubtful == 0


@pytest.mark.parametrize("user", [BOB, ERIN])
def test_others_decide_nothing_about_it(doubted: Desk, user: str) -> None:
    before = doubted.rows()
    for action in (views.AGAIN, views.LEAVE):
        assert doubted.press(user, action, "1")
    assert doubted.rows() == before


@pytest.mark.parametrize("value", ["0", "777", "9" * 40, "", "None", "x", "1:1"])
def test_forged_values_change_nothing(doubted: Desk, value: str) -> None:
    before = doubted.rows()
    for action in (views.AGAIN, views.LEAVE):
        told = doubted.press(ALICE, action, value)
        assert told
        assert "Something went wrong" not in told
    assert doubted.rows() == before
