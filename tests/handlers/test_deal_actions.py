"""The forms about stages and deals: what they ask follows the chosen stage, and nobody else gets anything from them."""

import json
from typing import Any

import pytest

from bot import claims
from bot.intake import capture
from bot.playbook.playbook import read_playbook
from bot.views import cards, deals, stages
from tests.factories import PLAYBOOK, everyone_new
from tests.handlers.desk import Desk
from tests.handlers.door import JANE

ALICE, BOB, CAROL, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0ERIN"
STRANGER, OTHER_TEAM = "You are not in a sales team yet", "There is no such lead in your teams"
NOT_OWNER = "This lead belongs to Alice"


@pytest.fixture
def there(office: Desk) -> Desk:
    """Lead 1 is Alice's, and the stages ask for what the shipped playbook asks for."""
    shipped = read_playbook(PLAYBOOK).stages
    office.services.put_in_force(everyone_new().model_copy(update={"stages": shipped}))
    capture.take_lead(office.services, {**JANE, "fields": {}}, key="one")
    claims.claim(office.services, ALICE, 1)
    return office


def choose(office: Desk, user: str, stage: str, *, about: str = "1:new") -> str:
    """Another stage is chosen in the open form."""
    body = office.pressed(user, stages.CHOOSE, stage, channel=None)
    body["actions"][0] = {"type": "static_select", "action_id": stages.CHOOSE, "block_id": "stage",
                          "selected_option": {"value": stage}}  # fmt: skip
    body["view"] = {"id": "V1", "hash": "1.a", "private_metadata": about, "state": {"values": {}}, "blocks": []}
    before = office.count_told()
    assert office.send(body).status == 200
    return office.told(before)


def test_choosing_a_stage_changes_the_open_form(there: Desk) -> None:
    before = there.slack_was_asked("views.update")
    assert choose(there, ALICE, "qualified") == "", "a form that is closed by now is no mistake"
    assert there.slack_was_asked("views.update") == before + 1


@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (CAROL, OTHER_TEAM), (BOB, NOT_OWNER)])
def test_nobody_else_learns_anything_by_choosing(there: Desk, user: str, refusal: str) -> None:
    before, asked = there.rows(), there.slack_was_asked("views.update")
    assert refusal in choose(there, user, "qualified")
    assert (there.rows(), there.slack_was_asked("views.update")) == (before, asked)


@pytest.mark.parametrize("about", ["", "x", "1;DROP", "9" * 40, "0:new", ":new", "\x00:new"])
def test_a_forged_form_changes_nothing(there: Desk, about: str) -> None:
    before = there.rows()
    assert "went wrong" not in choose(there, ALICE, "qualified", about=about)
    for form, values in ((stages.STAGE, {"stage": "lost"}), (deals.DEAL, {"opportunity.amount": "5"})):
        assert "went wrong" not in str(there.submit(ALICE, form, about, **values))
    assert there.rows() == before


def test_a_typed_stage_that_lacks_something_opens_the_form(there: Desk) -> None:
    before, asked = there.rows(), there.slack_was_asked("views.open")
    there.command(ALICE, "/lead stage #1 qualified")
    there.command(ALICE, "/lead stage #1")
    assert there.slack_was_asked("views.open") == asked + 2
    assert there.rows() == before
    assert "moved from new to contacted" in there.command(ALICE, "/lead stage #1 contacted")
    assert "already in contacted" in there.command(ALICE, "/lead stage #1 contacted")


def test_a_form_sent_before_it_caught_up_asks_instead_of_refusing(there: Desk) -> None:
    answer = there.send(there.submitted(ALICE, stages.STAGE, "1:new", stage="qualified"))
    shown: dict[str, Any] = json.loads(str(answer.body))
    assert shown["response_action"] == "update"
    assert "answers.need" in [block.get("block_id") for block in shown["view"]["blocks"]]


def test_what_is_wrong_in_the_form_is_said_on_its_field(there: Desk) -> None:
    wrong = {"stage": "proposal", "opportunity.amount": "1.500k"}
    assert "1,500 or 1,500,000" in there.submit(ALICE, stages.STAGE, "1:new", **wrong)["opportunity.amount"]


def test_whoever_was_overtaken_is_told_on_the_form(there: Desk) -> None:
    there.command(ALICE, "/lead stage #1 contacted")
    told = there.submit(ALICE, stages.STAGE, "1:new", **{"stage": "lost", "lost.reason": "price"})
    assert "Alice moved it from new to contacted meanwhile" in told["stage"]


@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (CAROL, OTHER_TEAM), (BOB, NOT_OWNER)])
def test_threads_are_posted_again_by_the_owner_alone(there: Desk, user: str, refusal: str) -> None:
    before, asked = there.rows(), there.slack_was_asked("conversations.replies")
    assert refusal in there.command(user, "/lead rebuild #1")
    assert (there.rows(), there.slack_was_asked("conversations.replies")) == (before, asked)
    assert "no card yet" in there.command(ALICE, "/lead rebuild #1")


def test_the_button_on_the_card_opens_the_form(there: Desk) -> None:
    asked = there.slack_was_asked("views.open")
    there.press(ALICE, cards.STAGE, "1")
    assert there.slack_was_asked("views.open") == asked + 1
