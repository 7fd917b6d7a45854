"""What people do besides clicking: commands, shortcuts, messages, joining, opening conversations."""

import re
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict

from bot.sandbox import messages, payloads, reactions
from bot.sandbox.answers import say
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.json_types import Json
from bot.sandbox.manifest import Shortcut
from bot.sandbox.profiles import shown_user
from bot.sandbox.typing_rules import as_command_text, as_message_text
from bot.sandbox.workspace import Channel, Message, User
from bot.sandbox.world import World

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
FAILED = {
    "operation_timeout": "{name} failed because the app did not respond (operation_timeout)",
    "dispatch_failed": "{name} failed because the app is not connected (dispatch_failed)",
}


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str


class CommandWish(Wish):
    channel: str
    command: str
    text: str = ""


class MessageWish(Wish):
    channel: str
    text: str
    thread_ts: str | None = None


class ShortcutWish(Wish):
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class ChannelWish(Wish):
    channel: str


class ReactWish(ChannelWish):
    ts: str
    name: str


class UserWish(Wish):
    tz: str | None = None
    deleted: bool | None = None


async def run_command(world: World, wish: CommandWish) -> Json:
    user = world.workspace.person(wish.user)
    channel = world.workspace.channel_of(user, wish.channel)
    known = world.manifest.command(wish.command)
    if known is None:
        raise Refused(f"{wish.command} is not a command of this workspace.")
    text = as_command_text(world.workspace, wish.text, known.should_escape)
    ack = await world.courier.deliver("slash_commands", payloads.command(world, user, channel, wish.command, text))
    if not ack.acked:
        sentence = FAILED.get(ack.failure, "{name} failed with the error " + ack.failure)
        messages.slackbot_says(world, channel, user, sentence.format(name=wish.command))
        return {"acked": False}
    if ack.payload.get("text") or ack.payload.get("blocks"):
        _answer_command(world, user, channel, ack.payload, f"{wish.command} {wish.text}".strip())
    return {"acked": True}


def _answer_command(world: World, user: User, channel: Channel, answer: Json, typed: str) -> None:
    try:
        if answer.get("response_type") == "in_channel":
            messages.post(world, channel, {"text": typed}, {"user": user.id})
        say(world, user, channel, answer)
    except ApiError as mistake:
        messages.slackbot_says(world, channel, user, f"{typed} failed: the answer was {mistake.code}.")


async def use_shortcut(world: World, wish: ShortcutWish) -> Json:
    user = world.workspace.person(wish.user)
    known = {each.callback_id: each for each in world.manifest.features.shortcuts}
    chosen = known.get(wish.callback_id)
    if chosen is None:
        raise Refused(f"There is no shortcut {wish.callback_id!r}.")
    target = _target(world, user, wish) if chosen.type == "message" else None
    return await _use(world, user, chosen, target)


async def _use(world: World, user: User, chosen: Shortcut, target: tuple[Channel, Message] | None) -> Json:
    ack = await world.courier.deliver("interactive", payloads.shortcut(world, user, chosen, target))
    if not ack.acked:
        world.changes.notice(user.id, f"{chosen.name} failed: the app did not respond ({ack.failure}).")
    return {"acked": ack.acked}


def _target(world: World, user: User, wish: ShortcutWish) -> tuple[Channel, Message]:
    if not (wish.channel and wish.ts):
        raise Refused("This shortcut is used on a message: give its channel and ts.")
    channel = world.workspace.channel_of(user, wish.channel)
    message = channel.messages.get(wish.ts)
    if message is None or message.reader is not None:
        raise Refused("There is no such message to use the shortcut on.")
    return channel, message


async def say_something(world: World, wish: MessageWish) -> Json:
    user = world.workspace.person(wish.user)
    channel = world.workspace.channel_of(user, wish.channel)
    if not wish.text.strip():
        raise Refused("A message needs some text.")
    if channel.is_im and not world.manifest.accepts_direct_messages():
        raise Refused("The app does not take messages here.")
    content = {"text": as_message_text(world.workspace, wish.text)}
    try:
        message = messages.post(world, channel, content, {"user": user.id}, wish.thread_ts)
    except ApiError as mistake:
        raise Refused("There is no such thread to reply in.") from mistake
    await world.events.settle()
    return {"channel": channel.id, "ts": message.ts}


async def react(world: World, wish: ReactWish) -> Json:
    """React to a message, or take the same reaction back."""
    user = world.workspace.person(wish.user)
    channel = world.workspace.channel_of(user, wish.channel)
    message = channel.messages.get(wish.ts)
    if message is None or message.reader is not None:
        raise Refused("There is no such message to react to.")
    name = wish.name.strip(":")
    if not EMOJI.fullmatch(name):
        raise Refused(f"{name!r} is not the name of an emoji.")
    added = reactions.add(world, channel, message, user.id, name)
    if not added:
        reactions.remove(world, channel, message, user.id, name)
    await world.events.settle()
    return {"added": added}


async def open_home(world: World, wish: Wish) -> Json:
    user = world.workspace.person(wish.user)
    if not world.manifest.has_home():
        raise Refused("The app has no home tab.")
    home = world.views.home(user)
    channel = world.workspace.direct_messages(user.id)
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
    event |= {"event_ts": world.clock.ts()} | ({"view": home.shown()} if home else {})
    return {"acked": await world.events.happened("app_home_opened", event)}


async def open_direct_messages(world: World, wish: Wish) -> Json:
    user = world.workspace.person(wish.user)
    channel = world.workspace.direct_messages(user.id)
    world.tell_channel(channel, {"type": "channels"})
    return {"channel": channel.id}


async def join(world: World, wish: ChannelWish) -> Json:
    """The app's own user may be brought in and taken out too, as an invitation does."""
    user = world.workspace.user(wish.user)
    channel = _shared_channel(world, wish)
    if user.id in channel.members:
        raise Refused(f"{user.name} is already in {channel.name}.")
    channel.members.append(user.id)
    return await _moved(world, user, channel, "member_joined_channel")


async def leave(world: World, wish: ChannelWish) -> Json:
    user = world.workspace.user(wish.user)
    channel = _shared_channel(world, wish)
    if user.id not in channel.members:
        raise Refused(f"{user.name} is not in {channel.name}.")
    channel.members.remove(user.id)
    return await _moved(world, user, channel, "member_left_channel")


async def change_user(world: World, wish: UserWish) -> Json:
    """An administrator deactivates someone or lets them back in, or someone moves to another time zone."""
    user = world.workspace.user(wish.user)
    if wish.tz is not None and wish.tz not in available_timezones():
        raise Refused(f"{wish.tz!r} is no time zone; a name such as Europe/Berlin is.")
    if user.is_bot:
        raise Refused(f"{user.name} is an app, not a person.")
    user.tz = wish.tz or user.tz
    user.deleted = user.deleted if wish.deleted is None else wish.deleted
    user.updated = int(world.clock.seconds())
    world.changes.tell({"type": "channels"})
    event: Json = {"type": "user_change", "user": shown_user(world, user), "event_ts": world.clock.ts()}
    event["cache_ts"] = user.updated
    return {"acked": await world.events.happened("user_change", event)}


def _shared_channel(world: World, wish: ChannelWish) -> Channel:
    channel = world.workspace.channel(wish.channel)
    if channel.is_im:
        raise Refused("Nobody joins or leaves a direct message.")
    return channel


async def _moved(world: World, user: User, channel: Channel, kind: str) -> Json:
    world.changes.tell({"type": "channels", "channel": channel.id})
    event = {"type": kind, "user": user.id, "channel": channel.id, "team": world.workspace.team.id}
    event |= {"channel_type": "G" if channel.is_private else "C", "event_ts": world.clock.ts()}
    gone = user.id == world.bot.id and kind == "member_left_channel"
    # The app hears of its own departure although it is no longer in the channel.
    return {"acked": await world.events.happened(kind, event, None if gone else channel)}
