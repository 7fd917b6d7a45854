"""Answers of the app to one person: at a response address, or with the ack of a command."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox import messages
from bot.sandbox.arguments import read_arguments
from bot.sandbox.connections import Dropped
from bot.sandbox.content import message_content
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.strikes import Reply, failure, under_faults
from bot.sandbox.tickets import Reply as Address
from bot.sandbox.workspace import Channel, Message, User
from bot.sandbox.world import World

GONE = frozenset({"no_such_url", "expired_url", "used_url"})


async def respond(request: Request) -> Response:
    """One use of a response address; five are allowed within half an hour."""
    world: World = request.app.state.world
    entry = world.traffic.from_app("response_url", None, method="response_url")
    try:
        body = await read_arguments(request)
        entry.facts["request"] = body
        use = partial(_use, world, request.path_params["key"], body)
        reply = await under_faults(world, "response_url", entry, use)
    except ApiError as refusal:
        reply = failure(refusal)
    except Dropped:
        entry.finish(response="connection dropped")
        raise
    entry.finish(response=reply.body, status=reply.status)
    return reply.response()


def say(world: World, user: User, channel: Channel, body: Json, thread_ts: str | None = None) -> Message:
    """A new message: for one reader, unless the app asks for everyone in the channel."""
    content = message_content(body, world.unknown_blocks)
    if body.get("response_type") == "in_channel":
        return messages.post(world, channel, content, messages.by_app(world), thread_ts)
    return messages.whisper(world, channel, user, content, thread_ts=thread_ts)


def _use(world: World, key: str, body: Json) -> Reply:
    try:
        address = world.replies.use(key)
        _carry_out(world, address, body)
    except ApiError as refusal:
        reply = failure(refusal)
        reply.status = 404 if refusal.code in GONE else 400
        return reply
    return Reply("ok")


def _carry_out(world: World, address: Address, body: Json) -> None:
    user, channel = world.workspace.users[address.user], world.workspace.channels[address.channel]
    original = channel.messages.get(address.ts or "")
    if original and body.get("delete_original") in (True, "true"):
        messages.remove(world, channel, original)
        return
    # Slack replaces what was clicked unless told to add something new.
    keep = body.get("replace_original") in (False, "false") or "response_type" in body
    if original and (body.get("replace_original") in (True, "true") or not keep):
        messages.change(world, channel, original, message_content(body, world.unknown_blocks))
        return
    say(world, user, channel, body, body.get("thread_ts"))
