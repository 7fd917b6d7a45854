"""A lead is corrected in a form, through Slack's own requests: what comes back unchanged is left alone."""

from typing import Any

import pytest
from sqlmodel import select

from bot.intake import capture
from bot.playbook.fields import CustomField
from bot.views import forms
from handlers import edit_actions
from store.models import FieldChange, Lead
from tests.handlers.desk import Desk, as_json
from tests.handlers.door import JANE

ALICE, BOB, DANA = "U0ALICE", "U0BOB", "U0DANA"
FIELDS = (
    CustomField(name="seats", type="number"), CustomField(name="renews-on", type="date"),
    CustomField(name="plan", type="choice", choices=("Team", "Enterprise")),
    CustomField(name="discount", seen_by="managers"),
)  # fmt: skip


@pytest.fixture
def asking(office: Desk) -> Desk:
    """A team that asks for fields of its own, with Jane's lead, which nobody owns yet."""
    playbook = office.services.playbook.model_copy(update={"fields": FIELDS})
    office.services.put_in_force(playbook)
    capture.take_lead(office.services, {**JANE, "title": "CEO", "fields": {"seats": 5, "discount": "20 %"}}, key="jane")
    return office


def lead(office: Desk, number: int = 1) -> Lead:
    with office.services.reading() as uow:
        found = uow.leads.get(number)
        assert found is not None
        return found


def opened(office: Desk, user: str) -> dict[str, Any]:
    """The form as it is opened for this person."""
    before = office.slack_was_asked("views.open")
    office.command(user, "/lead edit #1")
    assert office.slack_was_asked("views.open") == before + 1
    return edit_actions.opened(office.services, user, 1)


def answered(view: dict[str, Any], **changed: str) -> dict[str, Any]:
    """The form as Slack sends it back: every input with its value, changed or not."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            name, element = block["block_id"], block["element"]
            values[name] = {"value": state(element, changed.get(name.replace(".", "__").replace("-", "_")))}
    return {**view, "id": "V0EDIT", "state": {"values": values}}


def state(element: dict[str, Any], text: str | None) -> dict[str, Any]:
    if element["type"] == "static_select":
        chosen = {"value": text} if text is not None else element.get("initial_option")
        return {"type": "static_select", "selected_option": chosen}
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": text or element.get("initial_date")}
    return {"type": element["type"], "value": text if text is not None else element.get("initial_value")}


def send(office: Desk, user: str, view: dict[str, Any]) -> dict[str, str]:
    answer = office.send({**office.interaction(user, "view_submission"), "view": view})
    assert answer.status == 200
    return dict(as_json(answer.body).get("errors", {}))


def test_a_form_sent_back_as_it_was_changes_nothing(asking: Desk) -> None:
    before = asking.rows()
    assert send(asking, ALICE, answered(opened(asking, ALICE))) == {}
    assert asking.rows() == before


def test_only_what_was_changed_in_the_form_is_written(asking: Desk) -> None:
    view = opened(asking, ALICE)
    assert send(asking, BOB, answered(opened(asking, BOB), title="CTO")) == {}
    assert send(asking, ALICE, answered(view, phone="+49 30 901820", fields__plan="Team",
                                        fields__renews_on="2026-12-01", fields__seats="7")) == {}  # fmt: skip
    corrected = lead(asking)
    assert (corrected.title, corrected.phone) == ("CTO", "+4930901820")
    assert corrected.fields == {"seats": 7, "discount": "20 %", "plan": "Team", "renews-on": "2026-12-01"}


def test_what_is_wrong_comes_back_on_its_fields_all_at_once(asking: Desk) -> None:
    errors = send(asking, ALICE, answered(opened(asking, ALICE), email="nobody", phone="1", fields__plan="Gold"))
    assert set(errors) == {"email", "phone", "fields.plan"}
    assert lead(asking).email == JANE["email"]


def test_a_rep_is_not_offered_what_only_managers_see(asking: Desk) -> None:
    assert "discount" not in str(opened(asking, ALICE))
    assert "20 %" in str(opened(asking, DANA))


def test_the_menu_of_a_card_opens_the_form(asking: Desk) -> None:
    before = asking.slack_was_asked("views.open")
    asking.press(ALICE, "lead.more", "edit:1")
    assert asking.slack_was_asked("views.open") == before + 1


def test_the_form_for_a_new_lead_asks_for_the_teams_own_fields(asking: Desk) -> None:
    errors = asking.submit(ALICE, forms.NEW_LEAD, "", name="Bo Lee", email="bo@globex.example", **{
        "fields.seats": "40", "fields.plan": "Enterprise", "fields.renews-on": "",
    })  # fmt: skip
    assert errors == {}
    assert lead(asking, 2).fields == {"seats": 40, "plan": "Enterprise"}
    refused = asking.submit(ALICE, forms.NEW_LEAD, "", name="Cy", email="cy@x.example", **{"fields.seats": "some"})
    assert "not a number" in refused["fields.seats"]


def test_what_stood_there_is_kept(asking: Desk) -> None:
    send(asking, ALICE, answered(opened(asking, ALICE), name="Jane M. Doe"))
    with asking.services.reading() as uow:
        [change] = uow.session.exec(select(FieldChange))
        assert (change.field, change.before, change.after) == ("name", "Jane Doe", "Jane M. Doe")
