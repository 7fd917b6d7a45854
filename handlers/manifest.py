"""The Slack app manifest: commands, events and scopes, each scope with the feature that needs it."""

from typing import Any

from handlers.commands import TABLES
from handlers.shortcuts import FOLLOW_UP, MAKE_LEAD, NEW_LEAD

SCOPES = {
    "chat:write": "cards, thread lines, reminders and private answers",
    "commands": "/lead, /team, /report, /sequence and the shortcuts New lead, Set a follow-up and Make this a lead",
    "users:read": "names and time zones, so that reminders keep to working hours",
    "files:read": "files of leads that are dropped where Dibs is, and a new playbook as a file, in /team whatif",
    "files:write": "the rows of a file that could not be imported, and reports, as files to whoever asks for them",
    "channels:read": "finding the teams' public channels by name, and hearing who joins and leaves them",
    "groups:read": "the same for private channels",
}
OPTIONAL_SCOPES = {
    "channels:history": "thread replies become notes, and doubtful sends are looked up, in public channels",
    "groups:history": "the same in private channels",
    "im:history": "looking up doubtful reminders in direct messages",
    "im:write": "finding the direct messages to look in, and to send files of failed rows to",
}
EVENTS = ("app_home_opened", "user_change", "member_joined_channel", "member_left_channel", "file_shared")
OPTIONAL_EVENTS = {"message.channels": "channels:history", "message.groups": "groups:history"}
DESCRIPTIONS = {
    "/lead": "Leads: show, find, claim, note, stage, follow-up",
    "/team": "Teams: who sells where, whose turn it is, and what managers decide",
    "/report": "Reports for managers",
    "/sequence": "Messages to leads that are not ready yet: who gets what, and what comes of it",
}


def manifest(*, socket_mode: bool = True, public_url: str = "https://dibs.example.com") -> dict[str, Any]:
    """Slack's manifest as a dictionary; over signed HTTP everything goes to one address."""
    address = {} if socket_mode else {"url": f"{public_url}/slack/events"}
    request_url = {} if socket_mode else {"request_url": f"{public_url}/slack/events"}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Dibs", "description": "Deals leads out fairly and sees that nobody forgets them.",
            "background_color": "#1f4d3a",
        },
        "features": {
            "bot_user": {"display_name": "Dibs", "always_online": True},
            "app_home": {
                "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
            },
            "slash_commands": [command(name, address) for name in TABLES],
            "shortcuts": [
                {"name": "New lead", "type": "global", "callback_id": NEW_LEAD,
                 "description": "Add a lead with a form"},
                {"name": "Set a follow-up", "type": "message", "callback_id": FOLLOW_UP,
                 "description": "Be reminded of the lead that this message is about"},
                {"name": "Make this a lead", "type": "message", "callback_id": MAKE_LEAD,
                 "description": "Add a lead with what this message says of them"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": [*EVENTS, *OPTIONAL_EVENTS], **request_url},
            "interactivity": {"is_enabled": True, **request_url},
            "socket_mode_enabled": socket_mode, "org_deploy_enabled": False, "token_rotation_enabled": False,
        },
    }  # fmt: skip


def command(name: str, address: dict[str, str]) -> dict[str, Any]:
    hint = " | ".join(entry.name for entry in TABLES[name])
    return {
        "command": name, "description": DESCRIPTIONS[name], "usage_hint": hint, "should_escape": True, **address,
    }  # fmt: skip


def scope_notes() -> list[str]:
    """One line a scope: what it is for."""
    needed = [f"{scope}: {feature}" for scope, feature in SCOPES.items()]
    return needed + [f"{scope} (optional): {feature}" for scope, feature in OPTIONAL_SCOPES.items()]
