"""/sequence and its buttons, as Slack sends them: whose they are, and what is told to everybody else."""

import json
from itertools import product
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from bot import claims, consents
from bot.intake import capture, inbox
from bot.playbook import versions
from bot.rules.consent import Said
from bot.sequences import advancing, commanding, editing
from bot.views import approvals, sequence_forms, sequence_lead, sequence_many, sequence_stats, sequences
from store.models import Enrolment, Experiment, LeadMessage, PlaybookVersion
from tests.factories import PLAYBOOK
from tests.handlers.desk import Desk
from tests.handlers.door import JANE, NOW
from tests.sequences import OUTSIDE, playbook_with

ALICE, BOB, CAROL, DANA = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA"
ASKS = """
[[sequences]]
name = "warm"
[[sequences.steps]]
kind = "email"
name = "hello"
subject = "Hello {{ first_name }}"
text = "Still there, {{ first_name }}?"
approval = true
variants = [{ name = "short", subject = "Hi" }]
[[sequences.steps]]
kind = "wait"
days = 3
"""
Row = TypeVar("Row", bound=SQLModel)
NOT_OWNER, MANAGERS_ONLY = "This lead belongs to Alice", "Only managers can do this"


@pytest.fixture
def there(office: Desk) -> Desk:
    """Alice's lead 1, who may be e-mailed, and the sequence that asks before it writes."""
    services = office.services
    services.put_in_force(playbook_with(ASKS))
    services.outside = OUTSIDE
    capture.take_lead(services, {**JANE, "fields": {}}, key="jane")
    claims.claim(services, ALICE, 1)
    consents.record(services, ALICE, 1, Said("email", True, "consent", "on the phone"), key="yes")
    return office


def held(there: Desk) -> str:
    """The number of a message that waits for a yes."""
    commanding.enrol(there.services, ALICE, 1, "warm")
    for number in advancing.due(there.services):
        advancing.advance(there.services, number)
    return str(message(there).id)


def one(there: Desk, model: type[Row], **equal: str) -> Row:
    with there.services.reading() as uow:
        return uow.session.exec(select(model).filter_by(**equal)).one()


def message(there: Desk) -> LeadMessage:
    return one(there, LeadMessage)


def statuses(there: Desk) -> list[str]:
    with there.services.reading() as uow:
        return [one.status for one in uow.enrolments.of_lead(1)]


def test_everybody_in_the_team_may_look_and_strangers_learn_nothing(there: Desk) -> None:
    for words in ("", "list", "show warm", "preview #1 warm", "stats warm"):
        assert "warm" in there.command(BOB, f"/sequence {words}")
    for words in ("list", "show warm", "show cold", "preview #1 warm", "stats cold", "enrol #1 cold", "pause warm"):
        assert there.command("U0NOBODY", f"/sequence {words}").count("You are not in a sales team yet") == 1
        assert "There are: warm" not in there.command("U0NOBODY", f"/sequence {words}")


def test_a_colleague_does_not_steer_a_lead_of_others(there: Desk) -> None:
    before = there.rows()
    for verb in ("enrol #1 warm", "stop #1", "pause #1", "resume #1"):
        assert NOT_OWNER in there.command(BOB, f"/sequence {verb}")
        assert "There is no such lead in your teams" in there.command(CAROL, f"/sequence {verb}")
    assert there.rows()["enrolment"] == before["enrolment"]


def test_one_lead_is_steered_by_commands(there: Desk) -> None:
    assert "is in the sequence warm now" in there.command(ALICE, "/sequence enrol #1 warm")
    assert "is paused in the sequence warm" in there.command(ALICE, '/sequence pause "Jane Doe"')
    assert "goes on in the sequence warm" in there.command(ALICE, "/sequence resume #1 warm")
    assert "left the sequence warm" in there.command(DANA, "/sequence stop #1")
    assert statuses(there) == ["left"]


def test_one_lead_is_steered_by_buttons(there: Desk) -> None:
    assert there.submit(ALICE, sequence_lead.FORM, "1", name="cold") != {}
    assert there.submit(ALICE, sequence_lead.FORM, "1", name="warm") == {}
    for action_id, status in (
        (sequence_lead.PAUSE, "paused"), (sequence_lead.RESUME, "active"), (sequence_lead.STOP, "left")
    ):  # fmt: skip
        assert NOT_OWNER in there.press(BOB, action_id, "1:warm")
        there.press(ALICE, action_id, "1:warm")
        assert statuses(there) == [status]


def test_forged_buttons_are_answered_with_a_sentence(there: Desk) -> None:
    values = ("", ":", "x:warm", "1:" + "w" * 2000, "99999999999:warm", "٤:warm", "warm|x|1", "warm|99|1", "|")
    pressed = (sequence_lead.STOP, sequences.EDIT, sequence_many.YES, sequence_stats.TAKE, approvals.SEND)
    for action_id, forged in product(pressed, values):
        said = there.press(DANA, action_id, forged)
        assert said
        assert "Something went wrong" not in said


def test_many_are_enrolled_after_a_yes_of_a_manager_alone(there: Desk) -> None:
    asked = there.command(DANA, "/sequence enrol stage:new warm")
    assert "1 lead would come into the sequence warm" in asked
    assert MANAGERS_ONLY in there.command(ALICE, "/sequence enrol stage:new warm")
    assert MANAGERS_ONLY in there.press(ALICE, sequence_many.YES, "warm|stage:new")
    assert "Nobody was enrolled" in there.press(DANA, sequence_many.NO, "-")
    assert "I tell you here" in there.press(DANA, sequence_many.YES, "warm|stage:new")
    for row_id in inbox.waiting_events(there.services):
        inbox.work_off(there.services, row_id)
    assert statuses(there) == ["active"]


def test_only_managers_rest_a_whole_sequence(there: Desk) -> None:
    commanding.enrol(there.services, ALICE, 1, "warm")
    assert MANAGERS_ONLY in there.command(ALICE, "/sequence pause warm")
    assert "1 lead in warm is paused now" in there.command(DANA, "/sequence pause warm")
    assert statuses(there) == ["paused"]
    assert "1 lead in warm is going on now" in there.command(DANA, "/sequence resume warm")


def test_a_manager_edits_a_step_in_a_form(there: Desk) -> None:
    text = PLAYBOOK.read_text(encoding="utf-8")
    there.services.put_in_force(versions.checked(there.services, text, "text"))
    versions.record_file(there.services, text)
    place = f"{there.services.playbook.version}:0:welcome"
    assert MANAGERS_ONLY in there.press(ALICE, sequences.EDIT, place)
    opened = there.slack_was_asked("views.open")
    there.press(DANA, sequences.EDIT, place)
    assert there.slack_was_asked("views.open") == opened + 1
    changed = {**editing.form(there.services, DANA, place).fields, "subject": "Hello there"}
    assert MANAGERS_ONLY in json.dumps(there.submit(ALICE, sequence_forms.EDIT_FORM, place, **changed))
    assert there.submit(DANA, sequence_forms.EDIT_FORM, place, **changed) == {}
    assert 'subject = "Hello there"' in one(there, PlaybookVersion, status="draft").text


def test_a_manager_alone_ends_a_comparison(there: Desk) -> None:
    assert MANAGERS_ONLY in there.press(BOB, sequence_stats.TAKE, "warm|0|1")
    assert "everybody gets the text “short”" in there.press(DANA, sequence_stats.TAKE, "warm|0|1")
    assert one(there, Experiment).winner == "short"


def test_a_held_message_is_sent_skipped_or_edited_by_its_owner(there: Desk) -> None:
    number = held(there)
    for action_id in (approvals.SEND, approvals.EDIT, approvals.SKIP):
        assert NOT_OWNER in there.press(BOB, action_id, number)
    assert NOT_OWNER in json.dumps(there.submit(BOB, approvals.FORM, number, subject="x", text="y"))
    opened = there.slack_was_asked("views.open")
    there.press(ALICE, approvals.EDIT, number)
    assert there.slack_was_asked("views.open") == opened + 1
    there.submit(ALICE, approvals.FORM, number, subject="Dear Jane", text="My words")
    assert (message(there).subject, message(there).status) == ("Dear Jane", "waiting")
    assert "Alice changed it and sent it on its way" in there.press(DANA, approvals.SKIP, number)


@pytest.mark.parametrize(("action_id", "status"), [(approvals.SEND, "waiting"), (approvals.SKIP, "skipped")])
def test_pressed_twice_it_counts_once(there: Desk, action_id: str, status: str) -> None:
    number = held(there)
    there.press(ALICE, action_id, number)
    assert "Alice" in there.press(ALICE, action_id, number)
    assert message(there).status == status
    assert there.services.now() == NOW
    assert one(there, Enrolment).status == "active"
