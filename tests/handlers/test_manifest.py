"""The manifest asks Slack for what the code uses, and for nothing else."""

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from app import HERE
from bot.views import (
    announcements,
    approvals,
    calls,
    cards,
    consents,
    contact,
    deals,
    duplicates,
    edits,
    followup_forms,
    forgoing,
    forms,
    goals,
    handover,
    home,
    home_forms,
    home_leads,
    home_team,
    imports,
    meetings,
    meetings_left,
    preferences,
    qualify,
    reminders,
    report,
    report_alerts,
    report_forms,
    report_schedules,
    responses,
    scores,
    scrub,
    sequence_forms,
    sequence_lead,
    sequence_many,
    sequence_stats,
    sequences,
    spend,
    stages,
    suggestions,
    timeline,
    versions,
)
from bot.views.whatif import WHATIF
from handlers import manifest as manifests
from handlers.commands import TABLES
from handlers.manifest import DESCRIPTIONS, EVENTS, OPTIONAL_EVENTS, OPTIONAL_SCOPES, SCOPES, manifest
from tests.handlers.desk import Desk, listeners

# What each Web API method needs, by Slack's documentation; several for "one for each kind of conversation".
METHOD_SCOPES = {
    "auth.test": set(), "apps.connections.open": set(),  # the latter with the app-level token
    "chat.postMessage": {"chat:write"}, "chat.postEphemeral": {"chat:write"}, "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"}, "chat.getPermalink": set(),
    "conversations.list": {"channels:read", "groups:read"}, "conversations.info": {"channels:read", "groups:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
    "files.info": {"files:read"}, "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "users.info": {"users:read"}, "users.list": {"users:read"},
    "views.open": set(), "views.publish": set(), "views.update": set(), "views.push": set(),
}  # fmt: skip
EVENT_SCOPES = {
    "app_home_opened": set(), "user_change": {"users:read"},
    "member_joined_channel": {"channels:read", "groups:read"}, "member_left_channel": {"channels:read", "groups:read"},
    "file_shared": {"files:read"},
    "message.channels": {"channels:history"}, "message.groups": {"groups:history"},
}  # fmt: skip
ALL_SCOPES = SCOPES | OPTIONAL_SCOPES
OF_BUTTONS = (
    "lead.", "follow_up.", "home.", "rep.", "playbook.", "team.", "duplicate.", "suggestion.", "scrub.", "import.",
    "scores.", "timeline.", "stage.", "report.", "spend.", "goal.", "schedule.", "alert.", "sequence.", "approval.",
    "contact.", "meeting.", "booking.",
)  # fmt: skip


def heard(office: Desk, kind: str) -> set[str]:
    """What is listened to by name; the catch-alls left out."""
    return {name.split(" ")[1] for name, found in listeners(office.bolt).items() if found == kind} - {".*"}


def test_commands_are_the_registered_ones(office: Desk) -> None:
    declared = {command["command"] for command in manifest()["features"]["slash_commands"]}
    assert declared == heard(office, "command") == set(TABLES) == set(DESCRIPTIONS)


def test_shortcuts_are_the_registered_ones(office: Desk) -> None:
    declared = {shortcut["callback_id"] for shortcut in manifest()["features"]["shortcuts"]}
    assert declared == heard(office, "shortcut")


def test_events_are_the_registered_ones(office: Desk) -> None:
    declared = {event.partition(".")[0] for event in manifest()["settings"]["event_subscriptions"]["bot_events"]}
    assert declared == heard(office, "event")
    assert {*EVENTS, *OPTIONAL_EVENTS} == set(EVENT_SCOPES)


def test_every_button_and_form_that_is_shown_is_listened_to_and_the_other_way_round(office: Desk) -> None:
    modules = (
        cards, reminders, home, home_leads, home_team, preferences, announcements, responses, handover, versions,
        duplicates, scrub, scores,
        suggestions, imports, timeline, stages, report_forms, spend, goals, report_schedules, report_alerts, contact,
        meetings, meetings_left,
        approvals, sequences, sequence_lead, sequence_many, sequence_stats,
    )  # fmt: skip
    names = {value for module in modules for value in action_ids(module)}
    names |= {report.SHARE, report.REFINE, report.CSV, report.BEHIND, report.SCHEDULE}
    assert names == heard(office, "action")
    shown = {
        forms.NOTE, stages.STAGE, forms.NEW_LEAD, forms.PASS, WHATIF, handover.HAND_OVER, edits.EDIT,
        followup_forms.FOLLOW_UP, followup_forms.DONE, followup_forms.SNOOZE, followup_forms.REASSIGN,
        consents.CONSENT, suggestions.MAKE_FORM, imports.COLUMNS, imports.PREVIEW, imports.NEW_FILE, imports.PASTE,
        qualify.QUALIFY, qualify.REJECTION, forgoing.FORGO, deals.DEAL,
        preferences.SETTINGS, preferences.AWAY, home_forms.FOLLOW_UP,
        report_forms.REFINE, report_forms.CUSTOM, report_forms.SHARE, spend.SPEND_FILE,
        report_schedules.SCHEDULE, meetings.CANCEL_FORM, meetings.PLACE_FORM, meetings.PAGE_FORM, meetings.RENEW_FORM,
        calls.CALL, approvals.FORM, sequence_lead.FORM, sequence_forms.EDIT_FORM,
    }  # fmt: skip
    assert shown == heard(office, "view_submission")


def action_ids(module: Any) -> Iterator[str]:
    return (
        value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value.startswith(OF_BUTTONS)
    )


def test_events_come_with_the_scopes_they_need() -> None:
    for event, scopes in EVENT_SCOPES.items():
        assert scopes <= set(ALL_SCOPES), event
    assert {event: {scope} for event, scope in OPTIONAL_EVENTS.items()} == {
        event: scopes for event, scopes in EVENT_SCOPES.items() if event in OPTIONAL_EVENTS
    }
    assert set(OPTIONAL_EVENTS.values()) <= set(OPTIONAL_SCOPES)


def known_methods() -> dict[str, str]:
    """Slack's methods by the name of the SDK's function, such as views_open: views.open."""
    names = [name for name, _ in inspect.getmembers(WebClient, inspect.isfunction) if "_" in name.strip("_")]
    return {name: name.replace("_", ".") for name in names if not name.startswith("_") and name != "api_call"}


def methods_called() -> dict[str, set[str]]:
    """Every Web API method that the bot's source names, as a function of the client or as a string, and where."""
    known = known_methods()
    found: dict[str, set[str]] = {}
    for path in [HERE / "app.py", *(HERE / "bot").rglob("*.py"), *(HERE / "handlers").glob("*.py")]:
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in known:
                found.setdefault(known[node.attr], set()).add(path.name)
            if isinstance(node, ast.Constant) and node.value in known.values():
                found.setdefault(str(node.value), set()).add(path.name)
    return found


def test_every_method_the_bot_calls_has_its_scopes() -> None:
    called = methods_called()
    assert {"chat.postMessage", "views.open", "conversations.history", "users.info", "auth.test"} <= set(called)
    for method, places in called.items():
        assert method in METHOD_SCOPES, f"{method} in {places}: say here which scopes it needs"
        missing = METHOD_SCOPES[method] - set(ALL_SCOPES)
        assert not missing, f"{method} in {places} needs {missing}"


def test_every_scope_is_used_by_something() -> None:
    used = {scope for method in methods_called() for scope in METHOD_SCOPES[method]}
    used |= {scope for scopes in EVENT_SCOPES.values() for scope in scopes}
    assert set(ALL_SCOPES) - used == {"commands"}


def test_every_scope_says_which_feature_needs_it() -> None:
    assert not set(SCOPES) & set(OPTIONAL_SCOPES)
    notes = manifests.scope_notes()
    for scope, feature in ALL_SCOPES.items():
        assert len(feature) > 15
        assert [note for note in notes if note.startswith(scope) and feature in note]
    declared = manifest()["oauth_config"]["scopes"]
    assert (declared["bot"], declared["bot_optional"]) == (list(SCOPES), list(OPTIONAL_SCOPES))


def test_what_no_scope_is_asked_for() -> None:
    assert not [scope for scope in ALL_SCOPES if scope.startswith(("admin", "users:read.email"))]


@pytest.mark.parametrize("socket_mode", [True, False])
def test_it_fits_slacks_limits(socket_mode: bool) -> None:
    made = manifest(socket_mode=socket_mode, public_url="https://dibs.example.com")
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in features["slash_commands"]:
        assert 2 <= len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
        assert command["should_escape"] is True
    assert json.loads(json.dumps(made)) == made


def test_signed_http_has_one_address_everywhere_and_sockets_have_none() -> None:
    by_http, by_socket = manifest(socket_mode=False, public_url="https://x.example"), manifest()
    address = "https://x.example/slack/events"
    assert [command["url"] for command in by_http["features"]["slash_commands"]] == [address] * len(TABLES)
    assert by_http["settings"]["event_subscriptions"]["request_url"] == address
    assert by_http["settings"]["interactivity"]["request_url"] == address
    assert by_http["settings"]["socket_mode_enabled"] is False
    assert "slack/events" not in json.dumps(by_socket)
    assert by_socket["settings"]["socket_mode_enabled"] is True


def test_the_sandbox_is_given_the_same_manifest() -> None:
    assert "manifest=manifest()" in Path(HERE / "app.py").read_text(encoding="utf-8")
