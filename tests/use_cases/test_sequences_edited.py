"""A manager edits a step from Slack: the playbook's text changes in that place alone, and takes its usual way."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.playbook import versions
from bot.sequences import editing
from bot.sequences.editing import rewritten
from bot.views.sequence_forms import EditedStep
from bot.whatif import trials
from store.database import Database
from store.models import PlaybookVersion
from tests.factories import ALICE, BOB, DANA, PLAYBOOK, Office

SHIPPED = PLAYBOOK.read_text(encoding="utf-8")
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n\t"), min_size=1)


@pytest.fixture
def office(database: Database) -> Office:
    """With the shipped playbook in force, as its file says."""
    made = Office(database, ALICE, BOB)
    made.services.put_in_force(versions.checked(made.services, SHIPPED, "text"))
    versions.record_file(made.services, SHIPPED)
    return made


def about(office: Office, sequence: str, step: str) -> str:
    found = office.services.playbook.sequence(sequence)
    assert found is not None
    number = [one.name for one in found.named].index(step)
    return f"{office.services.playbook.version}:{number}:{sequence}"


def shown(office: Office, place: str) -> EditedStep:
    return editing.form(office.services, DANA.slack_id, place)


def draft(office: Office) -> str:
    return office.rows(PlaybookVersion, status="draft")[-1].text


def changed_lines(text: str) -> list[tuple[str, str]]:
    before, after = SHIPPED.splitlines(), text.splitlines()
    assert len(before) == len(after)
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


def test_a_subject_is_changed_in_its_line_alone_and_the_draft_goes_the_usual_way(office: Office) -> None:
    place = about(office, "welcome", "hello")
    fields = {**shown(office, place).fields, "subject": "Hello there"}
    number = editing.save(office.services, DANA.slack_id, place, fields, key="one")
    [(old, new)] = changed_lines(draft(office))
    assert (old.partition("=")[0], new) == (new.partition("=")[0], 'subject = "Hello there"')
    assert office.services.playbook.sequences[0].step("hello") == shown(office, place).step
    assert trials.waiting(office.services) == [number]
    with pytest.raises(NotAllowedError, match="Somebody else has to approve"):
        versions.approve(office.services, DANA.slack_id, number)


def test_how_long_to_wait_is_a_number(office: Office) -> None:
    sequence = office.services.playbook.sequence("welcome")
    assert sequence is not None
    wait = next(step.name for step in sequence.named if step.kind == "wait")
    place = about(office, "welcome", wait)
    with pytest.raises(InvalidInputError, match="Write a whole number"):
        editing.save(office.services, DANA.slack_id, place, {"days": "soon", "hours": "0"}, key="one")
    with pytest.raises(InvalidInputError, match="say how many days or hours"):
        editing.save(office.services, DANA.slack_id, place, {"days": "0", "hours": "0"}, key="two")
    editing.save(office.services, DANA.slack_id, place, {"days": "6", "hours": "0"}, key="three")
    [(_, new)] = changed_lines(draft(office))
    assert "days = 6" in new


def test_what_was_not_touched_is_not_changed(office: Office) -> None:
    place = about(office, "welcome", "hello")
    shown_as = {name: text.strip() for name, text in shown(office, place).fields.items()}
    with pytest.raises(InvalidInputError, match="Nothing was changed"):
        editing.save(office.services, DANA.slack_id, place, shown_as, key="one")


def test_a_template_that_cannot_be_filled_is_told_on_its_field(office: Office) -> None:
    place = about(office, "welcome", "hello")
    fields = {**shown(office, place).fields, "text": "Dear {{ nobody }}"}
    with pytest.raises(InvalidInputError, match="cannot be filled") as refused:
        editing.save(office.services, DANA.slack_id, place, fields, key="one")
    assert refused.value.problems[0].field == "text"


def test_only_managers_edit(office: Office) -> None:
    place = about(office, "welcome", "hello")
    with pytest.raises(NotAllowedError):
        editing.form(office.services, ALICE.slack_id, place)
    with pytest.raises(NotAllowedError):
        editing.save(office.services, ALICE.slack_id, place, {"subject": "x", "text": "y"}, key="one")


def test_a_form_of_an_older_playbook_is_refused(office: Office) -> None:
    place = about(office, "welcome", "hello")
    office.services.put_in_force(office.services.playbook.model_copy(update={"sequences": ()}))
    for forged in (place, "", "x:0:welcome", f"{office.services.playbook.version}:99:welcome"):
        with pytest.raises(DibsError, match="changed since you opened this"):
            editing.form(office.services, DANA.slack_id, forged)


@settings(max_examples=25, deadline=None)
@given(words, st.sampled_from(["text", "subject"]))
def test_whatever_is_written_nothing_else_in_the_playbook_changes(said: str, key: str) -> None:
    edited = rewritten(SHIPPED, "welcome", lambda found: editing.put(found["steps"][0], {(key,): said}))
    values, wanted = tomllib.loads(edited), tomllib.loads(SHIPPED)
    next(one for one in wanted["sequences"] if one["name"] == "welcome")["steps"][0][key] = said
    assert values == wanted
    comments = [line for line in SHIPPED.splitlines() if line.startswith("#")]
    assert [line for line in edited.splitlines() if line in comments and line.startswith("#")] == comments


INLINE = """
# before
[[sequences]]
name = "welcome"   # its name
steps = [
  { kind = "email", subject = "S", text = "T" },  # first
  { kind = "wait", days = 1 },
]
# after
"""


def test_steps_in_one_list_are_edited_too() -> None:
    edited = rewritten(INLINE, "welcome", lambda found: editing.put(found["steps"][0], {("text",): "two\nlines"}))
    assert tomllib.loads(edited)["sequences"][0]["steps"][0] == {"kind": "email", "subject": "S", "text": "two\nlines"}
    for comment in ("# before", "# its name", "# first", "# after"):
        assert comment in edited


def test_a_text_that_is_no_playbook_is_refused_and_not_mangled() -> None:
    for text in ("", "sequences = 3", "[[sequences]]\nname = 'other'", "= broken"):
        with pytest.raises(DibsError, match="cannot be edited from here"):
            rewritten(text, "welcome", lambda found: editing.put(found["steps"][0], {("text",): "x"}))
