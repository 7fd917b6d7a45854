"""Every way to enter or pick something, in a modal, with what Slack reports and what it refuses."""

import base64
from collections.abc import Callable, Iterator
from copy import deepcopy

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.elements import KINDS
from tests.sandbox.driver import (
    MANIFEST,
    Json,
    People,
    SocketApp,
    actions,
    field_block,
    modal,
    open_socket,
    plain,
    running,
)

OPTIONS = [{"text": plain(each), "value": each} for each in ("a", "b", "c")]
A, B = OPTIONS[:2]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
}
STATIC = {"options": OPTIONS}
# The element, what a person enters, and the state that Slack reports for it.
ENTRIES: dict[str, tuple[Json, object, Json]] = {
    "plain_text_input": ({}, "Ada", {"value": "Ada"}),
    "rich_text_input": ({}, RICH, {"rich_text_value": RICH}),
    "email_text_input": ({}, "ada@example.com", {"value": "ada@example.com"}),
    "url_text_input": ({}, "https://example.com", {"value": "https://example.com"}),
    "number_input": ({"is_decimal_allowed": True}, "1.5", {"value": "1.5"}),
    "static_select": (STATIC, "b", {"selected_option": B}),
    "multi_static_select": (STATIC, ["a", "b"], {"selected_options": [A, B]}),
    "radio_buttons": (STATIC, "a", {"selected_option": A}),
    "checkboxes": (STATIC, ["b"], {"selected_options": [B]}),
    "users_select": ({}, "U0BOB", {"selected_user": "U0BOB"}),
    "multi_users_select": ({}, ["U0BOB", "U0ERIN"], {"selected_users": ["U0BOB", "U0ERIN"]}),
    "conversations_select": ({}, "C0GENERAL", {"selected_conversation": "C0GENERAL"}),
    "multi_conversations_select": ({}, ["C0GENERAL"], {"selected_conversations": ["C0GENERAL"]}),
    "channels_select": ({}, "C0RANDOM", {"selected_channel": "C0RANDOM"}),
    "multi_channels_select": ({}, ["C0RANDOM"], {"selected_channels": ["C0RANDOM"]}),
    "datepicker": ({}, "2026-02-03", {"selected_date": "2026-02-03"}),
    "timepicker": ({}, "14:30", {"selected_time": "14:30"}),
    "datetimepicker": ({}, 1_790_000_000, {"selected_date_time": 1_790_000_000}),
}
REFUSED: list[tuple[str, Json, object, str]] = [
    ("static_select", STATIC, "z", "no option"),
    ("multi_static_select", STATIC, "a", "list of values"),
    ("users_select", {}, "U0NOBODY", "no user"),
    ("conversations_select", {}, "C0NOWHERE", "sees no conversation"),
    ("conversations_select", {"filter": {"include": ["private"]}}, "C0GENERAL", "does not offer general"),
    ("conversations_select", {"filter": {"exclude_bot_users": True}}, "U0DIBS", "does not offer apps"),
    ("channels_select", {}, "D0ALICE", "sees no conversation"),
    ("datepicker", {}, "2026-02-30", "not a date"),
    ("timepicker", {}, "25:00", "not a time"),
    ("datetimepicker", {}, "soon", "number of seconds"),
    ("rich_text_input", {}, {"type": "section"}, "no rich text"),
    ("file_input", {}, ["F1"], "no file"),
    ("external_select", {}, "x", "no option"),
]


class Form:
    def __init__(self, people: People, client: WebClient, app: SocketApp) -> None:
        self.people, self.client, self.app = people, client, app

    def open(self, *blocks: Json) -> str:
        self.people.does("command", user="alice", channel="leads-smb", command="/lead")
        trigger = str(self.app.heard[-1]["payload"]["trigger_id"])
        return str(self.client.views_open(trigger_id=trigger, view=modal(*blocks))["view"]["id"])

    def element(self, kind: str, **extra: object) -> str:
        return self.open(field_block("b", {"type": kind, "action_id": "a", **extra}))

    def submit(self, view_id: str, value: object) -> Json:
        answer = self.people.does("submit", user="alice", view_id=view_id, values={"b": {"a": value}})
        assert answer["closed"], answer
        state: Json = self.app.heard[-1]["payload"]["view"]["state"]["values"]["b"]["a"]
        return state


@pytest.fixture(scope="module")
def form() -> Iterator[Form]:
    answer: Callable[[Json], Json] = suggesting
    readable = deepcopy(MANIFEST)
    readable["oauth_config"]["scopes"]["bot"].append("files:read")
    with running(readable, rate_limits=False) as (sandbox, people, client), open_socket(sandbox, answer) as app:
        yield Form(people, client, app)


def suggesting(frame: Json) -> Json:
    """An app that knows two companies, in groups when asked for them."""
    typed = frame["payload"].get("value", "")
    if frame["payload"].get("type") != "block_suggestion":
        return {}
    if typed == "broken":
        return {"options": [{"text": "not an object"}]}
    found = [{"text": plain(name), "value": name} for name in ("Acme", "Apex") if name.startswith(typed[:1])]
    return {"option_groups": [{"label": plain("Firms"), "options": found}]} if typed == "All" else {"options": found}


@pytest.mark.parametrize("kind", sorted(ENTRIES))
def test_what_is_entered_is_reported_as_slack_does(form: Form, kind: str) -> None:
    extra, value, state = ENTRIES[kind]
    assert form.submit(form.element(kind, **extra), value) == {"type": kind, **state}


def test_every_element_that_holds_a_value_is_tried() -> None:
    assert KINDS.keys() - ENTRIES.keys() == {"overflow", "external_select", "multi_external_select", "file_input"}


@pytest.mark.parametrize(("kind", "extra", "value", "words"), REFUSED, ids=[f"{e[0]} {e[3]}" for e in REFUSED])
def test_what_cannot_be_picked_is_refused(form: Form, kind: str, extra: Json, value: object, words: str) -> None:
    view_id = form.element(kind, **extra)
    wish = {"user": "alice", "view_id": view_id, "values": {"b": {"a": value}}}
    assert words in form.people.cannot("submit", **wish)


@pytest.mark.parametrize(
    ("kind", "extra", "state"),
    [
        ("plain_text_input", {"initial_value": "Ada"}, {"value": "Ada"}),
        ("static_select", {**STATIC, "initial_option": B}, {"selected_option": B}),
        ("checkboxes", {**STATIC, "initial_options": [A]}, {"selected_options": [A]}),
        ("datepicker", {"initial_date": "2026-02-03"}, {"selected_date": "2026-02-03"}),
        ("multi_users_select", {"initial_users": ["U0BOB"]}, {"selected_users": ["U0BOB"]}),
        ("datetimepicker", {"initial_date_time": 1_790_000_000}, {"selected_date_time": 1_790_000_000}),
        ("rich_text_input", {"initial_value": RICH}, {"rich_text_value": RICH}),
        ("conversations_select", {"default_to_current_conversation": True}, {"selected_conversation": "C0LEADSSMB"}),
    ],
)
def test_initial_values_are_submitted_as_shown(form: Form, kind: str, extra: Json, state: Json) -> None:
    view_id = form.element(kind, **extra)
    assert form.people.does("submit", user="alice", view_id=view_id)["closed"]
    assert form.app.heard[-1]["payload"]["view"]["state"]["values"]["b"]["a"] == {"type": kind, **state}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"overflow"}))
def test_a_required_field_left_empty_is_told_and_an_optional_one_is_sent_empty(form: Form, kind: str) -> None:
    extra: Json = STATIC if kind in ("static_select", "multi_static_select", "radio_buttons", "checkboxes") else {}
    extra = extra | ({"is_decimal_allowed": True} if kind == "number_input" else {})
    view_id = form.element(kind, **extra)
    assert list(form.people.does("submit", user="alice", view_id=view_id)["errors"]) == ["b"]
    optional = form.open(field_block("b", {"type": kind, "action_id": "a", **extra}, optional=True))
    assert form.people.does("submit", user="alice", view_id=optional)["closed"]
    state = form.app.heard[-1]["payload"]["view"]["state"]["values"]["b"]["a"]
    assert [value for key, value in state.items() if key != "type"] == [[] if KINDS[kind].many else None]


def test_a_file_is_picked_for_a_form_and_described_in_full(form: Form) -> None:
    content = base64.b64encode(b"name\nAda\n").decode()
    mine = form.people.does("upload", user="alice", name="leads.csv", content=content)["file"]
    picture = form.people.does("upload", user="alice", name="a.png", content=content)["file"]
    theirs = form.people.does("upload", user="bob", name="b.csv", content=content)["file"]
    view_id = form.element("file_input", filetypes=["csv"], max_files=1)

    def refusal(*ids: str) -> str:
        return form.people.cannot("submit", user="alice", view_id=view_id, values={"b": {"a": list(ids)}})

    assert "not one of: csv" in refusal(picture["id"])
    assert "not uploaded by alice" in refusal(theirs["id"])
    assert "1 files at most" in refusal(mine["id"], mine["id"])
    (file,) = form.submit(view_id, [mine["id"]])["files"]
    assert (file["id"], file["name"], file["size"]) == (mine["id"], "leads.csv", 9)

    def read(described: Json) -> bytes:
        token = {"Authorization": f"Bearer {form.client.token}"}
        return httpx.get(described["url_private_download"], headers=token, trust_env=False).content

    assert read(file) == b"name\nAda\n", "what is given in a form, the app may read"
    assert b"<html" in read({**file, "url_private_download": theirs["url_private_download"]})


def test_an_external_menu_asks_the_app_for_what_was_typed(form: Form) -> None:
    view_id = form.element("multi_external_select", min_query_length=1)
    wish = {"user": "alice", "view_id": view_id, "action_id": "a"}
    answer = form.people.does("options", **wish, value="Ac")
    assert [each["value"] for each in answer["options"]] == ["Acme", "Apex"]
    payload = form.app.heard[-1]["payload"]
    assert {name: payload[name] for name in ("type", "action_id", "block_id", "value")} == {
        "type": "block_suggestion",
        "action_id": "a",
        "block_id": "b",
        "value": "Ac",
    }
    assert payload["view"]["id"] == view_id
    grouped = form.people.does("options", **wish, value="All")
    assert grouped["option_groups"][0]["label"] == plain("Firms")
    assert "Please try again" in form.people.does("options", **wish, value="broken")["problem"]
    picked = form.submit(view_id, ["Acme"])["selected_options"]
    assert picked == [{"text": plain("Acme"), "value": "Acme"}]


def test_an_external_menu_in_a_message_waits_for_three_letters(form: Form) -> None:
    blocks = [actions({"type": "external_select", "action_id": "firm"})]
    ts = form.client.chat_postMessage(channel="C0LEADSSMB", text="card", blocks=blocks)["ts"]
    wish = {"user": "alice", "channel": "C0LEADSSMB", "ts": ts, "action_id": "firm"}
    assert form.people.does("options", **wish, value="Ac") == {"ok": True, "acked": None, "options": []}
    form.people.does("options", **wish, value="Acm")
    assert form.app.heard[-1]["payload"]["message"]["ts"] == ts
    assert "no option" in form.people.cannot("click", **wish, selected="Zeta")
    form.people.does("click", **wish, selected="Acme")
    assert form.app.interactions()[-1]["actions"][0]["selected_option"]["value"] == "Acme"
    assert "no menu" in form.people.cannot("options", **wish | {"action_id": "other"}, value="Acm")


def test_an_overflow_menu_reports_its_option(form: Form) -> None:
    blocks = [actions({"type": "overflow", "action_id": "more", "options": OPTIONS})]
    ts = form.client.chat_postMessage(channel="C0LEADSSMB", text="card", blocks=blocks)["ts"]
    wish = {"user": "alice", "channel": "C0LEADSSMB", "ts": ts, "action_id": "more"}
    form.people.does("click", **wish, selected="b")
    assert form.app.interactions()[-1]["actions"][0]["selected_option"] == B
    assert "Say which option" in form.people.cannot("click", **wish)


def test_a_field_may_tell_the_app_at_once(form: Form) -> None:
    element = {"type": "static_select", "action_id": "a", "options": OPTIONS}
    view_id = form.open(field_block("b", element, dispatch_action=True))
    form.people.does("click", user="alice", view_id=view_id, action_id="a", selected="b")
    payload = form.app.interactions()[-1]
    assert payload["actions"][0]["selected_option"] == B
    assert payload["view"]["state"]["values"]["b"]["a"]["selected_option"] == B
