"""Modals from opening to closing, checked the way Slack's client and server check them."""

from collections.abc import Callable

import pytest
from slack_sdk import WebClient

from tests.sandbox.driver import (
    Answering,
    Json,
    People,
    SocketApp,
    actions,
    button,
    field_block,
    modal,
    plain,
)
from tests.sandbox.test_web_api import refused

OpenSocket = Callable[[Answering], SocketApp]
NAME = field_block("name", {"type": "plain_text_input", "action_id": "value", "initial_value": "Ada"})
SIZE = field_block("size", {"type": "number_input", "action_id": "value", "is_decimal_allowed": False})


class Forms:
    """An app whose command opens nothing itself, so that a test can use the trigger."""

    def __init__(self, people: People, client: WebClient, socket_app: OpenSocket) -> None:
        self.answer: Json = {}
        self.people, self.client = people, client
        self.app = socket_app(lambda frame: self.answer if frame["type"] == "interactive" else {})

    def trigger(self) -> str:
        self.people.does("command", user="alice", channel="leads-smb", command="/lead")
        return str(self.app.heard[-1]["payload"]["trigger_id"])

    def open(self, view: Json) -> str:
        return str(self.client.views_open(trigger_id=self.trigger(), view=view)["view"]["id"])

    def submit(self, view_id: str, **values: object) -> Json:
        wish = {block: {"value": value} for block, value in values.items()}
        return self.people.does("submit", user="alice", view_id=view_id, values=wish)

    def stack(self) -> list[Json]:
        views: list[Json] = self.people.sees("views/alice")["views"]
        return views


@pytest.fixture
def forms(people: People, client: WebClient, socket_app: OpenSocket) -> Forms:
    return Forms(people, client, socket_app)


def test_a_trigger_opens_one_view(forms: Forms) -> None:
    trigger = forms.trigger()
    forms.client.views_open(trigger_id=trigger, view=modal())
    again = lambda: forms.client.views_open(trigger_id=trigger, view=modal())  # noqa: E731
    assert refused(again) == "exchanged_trigger_id"
    made_up = lambda: forms.client.views_open(trigger_id="1.2.3", view=modal())  # noqa: E731
    assert refused(made_up) == "invalid_trigger_id"


def test_a_trigger_expires_after_three_seconds_on_the_workspace_clock(forms: Forms) -> None:
    trigger = forms.trigger()
    forms.people.does("clock", advance=3.1)
    late = lambda: forms.client.views_open(trigger_id=trigger, view=modal())  # noqa: E731
    assert refused(late) == "expired_trigger_id"


def test_initial_values_are_submitted_as_shown(forms: Forms) -> None:
    view_id = forms.open(modal(NAME, SIZE, callback_id="new", private_metadata="x"))
    assert forms.submit(view_id, size="12") == {"ok": True, "acked": True, "closed": True, "errors": {}}
    payload = forms.app.heard[-1]["payload"]
    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"] == {
        "name": {"value": {"type": "plain_text_input", "value": "Ada"}},
        "size": {"value": {"type": "number_input", "value": "12"}},
    }
    assert (payload["view"]["callback_id"], payload["view"]["private_metadata"]) == ("new", "x")
    assert forms.stack() == []


def test_a_required_field_left_empty_never_reaches_the_app(forms: Forms) -> None:
    view_id = forms.open(modal(NAME, SIZE))
    answer = forms.submit(view_id, name="")
    assert sorted(answer["errors"]) == ["name", "size"]
    assert answer["closed"] is False
    assert answer["acked"] is None
    assert forms.app.heard[-1]["type"] == "slash_commands"


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "10", "9 or less"),
        ({"type": "email_text_input"}, "ada at example", "e-mail"),
        ({"type": "url_text_input"}, "example", "web page"),
        ({"type": "plain_text_input", "max_length": 3}, "Adam", "at most 3"),
    ],
)
def test_slack_itself_rejects_what_a_field_cannot_hold(forms: Forms, element: Json, value: str, words: str) -> None:
    view_id = forms.open(modal(field_block("field", {"action_id": "value", **element})))
    assert words in forms.submit(view_id, field=value)["errors"]["field"]


def test_the_apps_errors_are_shown_and_the_modal_stays(forms: Forms) -> None:
    view_id = forms.open(modal(NAME))
    forms.answer = {"response_action": "errors", "errors": {"name": "Taken."}}
    answer = forms.submit(view_id)
    assert answer["errors"] == {"name": "Taken."}
    assert len(forms.stack()) == 1


def test_errors_for_blocks_that_are_not_inputs_are_trouble(forms: Forms) -> None:
    view_id = forms.open(modal(NAME))
    forms.answer = {"response_action": "errors", "errors": {"nowhere": "Taken."}}
    answer = forms.submit(view_id)
    assert "nowhere" in answer["problem"]
    assert answer["closed"] is False


def test_an_update_keeps_what_was_entered_under_the_same_ids(forms: Forms) -> None:
    view_id = forms.open(modal(NAME, SIZE))
    forms.answer = {"response_action": "update", "view": modal(NAME)}
    forms.submit(view_id, name="Grace", size="3")
    (view,) = forms.stack()
    assert view["id"] == view_id
    assert view["state"]["values"] == {"name": {"value": {"type": "plain_text_input", "value": "Grace"}}}


def test_a_stack_holds_three_views(forms: Forms) -> None:
    view_id = forms.open(modal(NAME))
    for _ in range(2):
        forms.answer = {"response_action": "push", "view": modal(NAME)}
        forms.submit(view_id)
        view_id = forms.stack()[-1]["id"]
    assert len(forms.stack()) == 3
    assert forms.stack()[1]["previous_view_id"] == forms.stack()[0]["id"]
    assert "push_limit_reached" in forms.submit(view_id)["problem"]
    assert "behind another" in forms.people.cannot("submit", user="alice", view_id=forms.stack()[0]["id"])
    forms.answer = {}
    forms.submit(view_id)
    assert len(forms.stack()) == 2
    forms.answer = {"response_action": "clear"}
    forms.submit(forms.stack()[-1]["id"])
    assert forms.stack() == []


def test_a_push_by_the_web_api_is_limited_too(forms: Forms) -> None:
    forms.open(modal(actions(button("more"))))

    def push() -> object:
        top = forms.stack()[-1]["id"]
        forms.people.does("click", user="alice", view_id=top, action_id="more")
        trigger = forms.app.heard[-1]["payload"]["trigger_id"]
        return forms.client.views_push(trigger_id=trigger, view=modal(actions(button("more"))))

    push()
    push()
    assert refused(push) == "push_limit_reached"


def test_a_stale_update_is_a_hash_conflict(forms: Forms) -> None:
    view_id = forms.open(modal())
    old = forms.stack()[0]["hash"]
    forms.client.views_update(view_id=view_id, view=modal(NAME), hash=old)
    stale = lambda: forms.client.views_update(view_id=view_id, view=modal(), hash=old)  # noqa: E731
    assert refused(stale) == "hash_conflict"
    assert refused(lambda: forms.client.views_update(view_id="V0", view=modal())) == "not_found"


def test_closing_is_told_when_the_view_asks_for_it(forms: Forms) -> None:
    loud = forms.open(modal(notify_on_close=True))
    assert forms.people.does("close", user="alice", view_id=loud)["acked"] is True
    assert forms.app.heard[-1]["payload"]["type"] == "view_closed"
    assert forms.app.heard[-1]["payload"]["is_cleared"] is False
    quiet = forms.open(modal())
    assert forms.people.does("close", user="alice", view_id=quiet)["acked"] is None
    assert "no such view" in forms.people.cannot("close", user="alice", view_id=quiet)


def test_a_click_in_a_modal_carries_the_view_and_what_is_typed_so_far(forms: Forms) -> None:
    view_id = forms.open(modal(NAME, actions(button("look"))))
    wish = {"user": "alice", "view_id": view_id, "values": {"name": {"value": "Gra"}}}
    forms.people.does("click", action_id="look", **wish)
    payload = forms.app.heard[-1]["payload"]
    assert payload["container"] == {"type": "view", "view_id": view_id}
    assert payload["view"]["state"]["values"]["name"]["value"]["value"] == "Gra"
    assert payload["view"]["hash"] == forms.stack()[0]["hash"]
    assert "sent with the form" in forms.people.cannot("click", action_id="value", **wish)


def test_what_is_not_in_the_form_cannot_be_submitted(forms: Forms) -> None:
    choice = {"type": "static_select", "action_id": "value", "options": [{"text": plain("A"), "value": "a"}]}
    view_id = forms.open(modal(field_block("pick", choice)))
    wish = {"user": "alice", "view_id": view_id}
    assert "no field" in forms.people.cannot("submit", **wish, values={"other": {"value": "x"}})
    assert "no option" in forms.people.cannot("submit", **wish, values={"pick": {"value": "b"}})
    assert "no such view" in forms.people.cannot("submit", user="bob", view_id=view_id)


def test_a_form_the_app_does_not_answer_says_so_and_stays(
    people: People, client: WebClient, socket_app: OpenSocket
) -> None:
    app = socket_app(lambda frame: {} if frame["type"] == "slash_commands" else None)
    people.does("command", user="alice", channel="leads-smb", command="/lead")
    trigger = app.heard[-1]["payload"]["trigger_id"]
    view_id = client.views_open(trigger_id=trigger, view=modal(NAME))["view"]["id"]
    answer = people.does("submit", user="alice", view_id=view_id)
    assert (answer["acked"], answer["closed"]) == (False, False)
    assert "did not respond" in answer["problem"]


def test_a_view_slack_would_not_take_is_refused(forms: Forms) -> None:
    trigger = forms.trigger()
    bad = modal(NAME, title=plain("x" * 25))
    bad.pop("submit")
    answer = forms.client.api_call
    call = lambda: answer("views.open", json={"trigger_id": trigger, "view": bad})  # noqa: E731
    assert refused(call) == "invalid_arguments"


def test_submitting_closes_the_submitted_view_even_when_the_app_put_another_on_top(
    people: People, client: WebClient, socket_app: OpenSocket
) -> None:
    def answer(frame: Json) -> Json:
        if frame["payload"].get("type") == "view_submission":
            client.views_push(trigger_id=frame["payload"]["trigger_id"], view=modal(callback_id="second"))
        return {}

    app = socket_app(answer)
    people.does("command", user="alice", channel="leads-smb", command="/lead")
    client.views_open(trigger_id=app.heard[-1]["payload"]["trigger_id"], view=modal(callback_id="first"))
    (first,) = people.sees("views/alice")["views"]
    people.does("submit", user="alice", view_id=first["id"])
    assert [view["callback_id"] for view in people.sees("views/alice")["views"]] == ["second"]
