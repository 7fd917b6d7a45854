"""The payloads of what people do, field by field as Slack sends them."""

from copy import deepcopy

from bot.sandbox.json_types import Json
from bot.sandbox.manifest import Shortcut
from bot.sandbox.views import View
from bot.sandbox.workspace import Channel, Message, User
from bot.sandbox.world import World


def command(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    team, app = world.workspace.team, world.workspace.app
    return {
        "token": app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": world.response_url(user, channel),
        "trigger_id": world.triggers.issue(user.id, channel.id),
    }


def place_of(channel: Channel, message: Message) -> Json:
    """Where in the conversation something was done."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.reader is not None,
    }
    if message.body.get("thread_ts"):
        container["thread_ts"] = message.body["thread_ts"]
    return {"container": container, "channel": _channel(channel), "message": deepcopy(message.body)}


def suggestion(world: World, user: User, place: tuple[Json, Json], typed: str) -> Json:
    block, element = place
    ids = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    return _interaction(world, user, "block_suggestion") | ids


def message_click(world: World, user: User, channel: Channel, message: Message, action: Json) -> Json:
    return _interaction(world, user, "block_actions") | {
        **place_of(channel, message),
        "trigger_id": world.triggers.issue(user.id, channel.id),
        "state": {"values": deepcopy(message.picked.get(user.id, {}))},
        "response_url": world.response_url(user, channel, message.ts),
        "actions": [action],
    }


def view_click(world: World, user: User, view: View, action: Json) -> Json:
    return _interaction(world, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.triggers.issue(user.id),
        "view": view.shown(),
        "actions": [action],
    }


def view_submission(world: World, user: User, view: View, response_urls: list[Json]) -> Json:
    return _interaction(world, user, "view_submission") | {
        "trigger_id": world.triggers.issue(user.id),
        "view": view.shown(),
        "response_urls": response_urls,
    }


def view_closed(world: World, user: User, view: View, is_cleared: bool) -> Json:
    return _interaction(world, user, "view_closed") | {"view": view.shown(), "is_cleared": is_cleared}


def shortcut(world: World, user: User, chosen: Shortcut, target: tuple[Channel, Message] | None) -> Json:
    kind = "message_action" if chosen.type == "message" else "shortcut"
    payload = _interaction(world, user, kind) | {
        "callback_id": chosen.callback_id,
        "trigger_id": world.triggers.issue(user.id),
        "action_ts": world.clock.ts(),
    }
    if target:
        channel, message = target
        payload |= {
            "channel": _channel(channel),
            "message": deepcopy(message.body),
            "message_ts": message.ts,
            "response_url": world.response_url(user, channel, message.ts),
        }
    return payload


def _interaction(world: World, user: User, kind: str) -> Json:
    team, app = world.workspace.team, world.workspace.app
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": app.id,
        "token": app.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name}
