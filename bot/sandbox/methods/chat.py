"""Speaking: post, change and delete messages, whisper to one person, react."""

from copy import deepcopy

from bot.sandbox import messages
from bot.sandbox.arguments import Arguments
from bot.sandbox.content import message_content
from bot.sandbox.errors import ApiError, invalid_arguments
from bot.sandbox.json_types import Json
from bot.sandbox.limits import UPDATED_TEXT
from bot.sandbox.methods.access import (
    need,
    public_message,
    visible_channel,
    writable_channel,
)
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import World


def post_message(world: World, args: Arguments) -> Json:
    need(world, "chat:write")
    channel = writable_channel(world, args)
    content = message_content(args.values, world.unknown_blocks)
    message = messages.post(world, channel, content, _author(world, args), args.text("thread_ts") or None)
    return {"channel": channel.id, "ts": message.ts, "message": deepcopy(message.body)}


def post_ephemeral(world: World, args: Arguments) -> Json:
    need(world, "chat:write")
    channel = writable_channel(world, args)
    reader = world.workspace.users.get(args.required("user"))
    if reader is None or reader.deleted or reader.id not in channel.members:
        raise ApiError("user_not_in_channel")
    content = message_content(args.values, world.unknown_blocks)
    thread_ts = args.text("thread_ts") or None
    return {"message_ts": messages.whisper(world, channel, reader, content, thread_ts=thread_ts).ts}


def update(world: World, args: Arguments) -> Json:
    need(world, "chat:write")
    channel, message = _own_message(world, args, "cant_update_message")
    if len(args.text("text")) > UPDATED_TEXT:
        raise ApiError("msg_too_long")
    messages.change(world, channel, message, message_content(args.values, world.unknown_blocks))
    body = deepcopy(message.body)
    return {"channel": channel.id, "ts": message.ts, "text": body["text"], "message": body}


def delete(world: World, args: Arguments) -> Json:
    need(world, "chat:write")
    channel, message = _own_message(world, args, "cant_delete_message")
    messages.remove(world, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(world: World, args: Arguments) -> Json:
    channel = visible_channel(world, args)
    message = public_message(channel, args.required("message_ts"))
    address = f"https://{world.workspace.team.domain}.slack.com/archives/{channel.id}"
    return {"channel": channel.id, "permalink": f"{address}/p{message.ts.replace('.', '')}"}


def _author(world: World, args: Arguments) -> Json:
    """The app, under another name and picture if it may."""
    worn = {name: args.text(name) for name in ("username", "icon_url", "icon_emoji") if args.text(name)}
    if worn:
        need(world, "chat:write.customize")
    if args.flag("reply_broadcast"):
        raise ApiError("reply_broadcast_not_supported_in_sandbox")
    return messages.by_app(world) | worn


def _own_message(world: World, args: Arguments, refusal: str) -> tuple[Channel, Message]:
    if args.text("channel").startswith("U"):
        raise invalid_arguments("a user id names no conversation here; use the id of the direct message")
    channel = visible_channel(world, args)
    message = public_message(channel, args.required("ts"))
    if message.body.get("bot_id") != world.workspace.app.bot_id:
        raise ApiError(refusal)
    return channel, message
