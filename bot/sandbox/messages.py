"""Posting, changing and removing messages: one door for the app, for people and for Slackbot."""

from copy import deepcopy

from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.walk import with_ids
from bot.sandbox.workspace import SLACKBOT, Channel, Message, User
from bot.sandbox.world import World

EVENT_NAMES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def by_app(world: World) -> Json:
    """The fields that mark a message as the app's."""
    app = world.workspace.app
    profile = {"id": app.bot_id, "app_id": app.id, "name": app.name, "team_id": world.workspace.team.id}
    return {"user": app.user_id, "bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}


def post(world: World, channel: Channel, content: Json, author: Json, thread_ts: str | None = None) -> Message:
    """Add a message that everyone in the channel sees, and tell the app of it."""
    message = Message(_body(world, content, author))
    if thread_ts:
        _join_thread(channel, message, thread_ts)
    channel.add(message)
    _announce(world, channel, message.body)
    world.tell_channel(channel, {"type": "message", "ts": message.ts})
    return message


def whisper(
    world: World,
    channel: Channel,
    reader: User,
    content: Json,
    *,
    author: Json | None = None,
    thread_ts: str | None = None,
) -> Message:
    """Add a message that one user alone sees."""
    body = _body(world, content, author or by_app(world))
    body |= {"is_ephemeral": True, "ephemeral_to": reader.id}
    if thread_ts:
        body["thread_ts"] = thread_ts
    message = Message(body, reader=reader.id)
    channel.add(message)
    world.tell_channel(channel, {"type": "message", "ts": message.ts}, reader.id)
    return message


def slackbot_says(world: World, channel: Channel, reader: User, text: str) -> None:
    """Slack's own word to one user, in the conversation."""
    whisper(world, channel, reader, {"text": text}, author={"user": SLACKBOT, "username": "Slackbot"})


def change(world: World, channel: Channel, message: Message, content: Json) -> None:
    """Replace the content; text alone takes the blocks away, as in Slack."""
    before = deepcopy(message.body)
    text_only = "blocks" not in content
    kept = {key: value for key, value in message.body.items() if key not in ("blocks", "attachments")}
    message.body = kept | _content(content)
    if text_only and message.reader is None:
        message.body["edited"] = {"user": message.body["user"], "ts": world.clock.ts()}
    if message.reader is None:
        extra = {"message": message.body, "previous_message": before}
        _announce_subtype(world, channel, "message_changed", extra)
    world.tell_channel(channel, {"type": "message", "ts": message.ts}, message.reader)


def remove(world: World, channel: Channel, message: Message) -> None:
    del channel.messages[message.ts]
    parent = channel.messages.get(message.body.get("thread_ts", ""))
    if parent and message.ts in parent.replies:
        parent.replies.remove(message.ts)
        _count_replies(channel, parent)
    if message.reader is None:
        extra = {"deleted_ts": message.ts, "previous_message": message.body}
        _announce_subtype(world, channel, "message_deleted", extra)
    world.tell_channel(channel, {"type": "message_deleted", "ts": message.ts}, message.reader)


def _body(world: World, content: Json, author: Json) -> Json:
    fixed: Json = {"type": "message", "ts": world.clock.ts(), "team": world.workspace.team.id}
    return fixed | author | _content(content)


def _content(content: Json) -> Json:
    copied = deepcopy(content)
    if copied.get("blocks"):
        copied["blocks"] = with_ids(copied["blocks"])
    return copied


def _join_thread(channel: Channel, message: Message, thread_ts: str) -> None:
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.reader is not None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        parent = channel.messages.get(parent.body["thread_ts"])
    if parent is None:
        raise ApiError("thread_not_found")
    message.body |= {"thread_ts": parent.ts, "parent_user_id": parent.body.get("user")}
    parent.replies.append(message.ts)
    channel.messages[message.ts] = message
    _count_replies(channel, parent)


def _count_replies(channel: Channel, parent: Message) -> None:
    users = dict.fromkeys(channel.messages[ts].body.get("user") for ts in parent.replies)
    counted = {
        "reply_count": len(parent.replies),
        "reply_users": list(users),
        "reply_users_count": len(users),
    }
    last = {"latest_reply": parent.replies[-1]} if parent.replies else {}
    parent.body |= {"thread_ts": parent.ts, **counted, **last}


def _announce(world: World, channel: Channel, body: Json) -> None:
    event = {**deepcopy(body), "channel": channel.id, "event_ts": body["ts"], "channel_type": channel.kind}
    event.pop("metadata", None)
    world.events.tell(EVENT_NAMES[channel.kind], event, channel)


def _announce_subtype(world: World, channel: Channel, subtype: str, extra: Json) -> None:
    stamp = world.clock.ts()
    event: Json = {"type": "message", "subtype": subtype, "channel": channel.id, "channel_type": channel.kind}
    event |= {"ts": stamp, "event_ts": stamp, "hidden": True, **deepcopy(extra)}
    world.events.tell(EVENT_NAMES[channel.kind], event, channel)
