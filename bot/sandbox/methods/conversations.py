"""Channels and direct messages: find, open, join, and see who is in them."""

from collections.abc import Iterable

from bot.sandbox.arguments import Arguments, page
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import PREFIX, joined_channel, need, need_for, visible_channel
from bot.sandbox.workspace import Channel
from bot.sandbox.world import World

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def open_(world: World, args: Arguments) -> Json:
    need(world, "im:write")
    if args.text("channel"):
        channel = visible_channel(world, args)
        return {"channel": {"id": channel.id}, "already_open": True, "no_op": True}
    named = [each.strip() for each in args.required("users").split(",")]
    if len(named) > 1:
        raise ApiError("not_supported_in_sandbox")
    user = world.workspace.users.get(named[0])
    if user is None or user.is_bot:
        raise ApiError("user_not_found")
    if user.deleted:
        raise ApiError("user_disabled")
    channel = world.workspace.direct_messages(user.id)
    shown = shown_channel(world, channel) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def info(world: World, args: Arguments) -> Json:
    channel = visible_channel(world, args)
    need_for(world, channel, "read")
    counted = {"num_members": len(channel.members)} if args.flag("include_num_members") else {}
    return {"channel": shown_channel(world, channel) | counted}


def list_(world: World, args: Arguments) -> Json:
    visible = (each for each in world.workspace.channels.values() if each.visible_to(world.bot.id))
    return _listed(world, args, visible)


def of_user(world: World, args: Arguments) -> Json:
    """The conversations a user is in, as far as the app may know of them."""
    user_id = args.text("user", world.bot.id)
    if user_id not in world.workspace.users:
        raise ApiError("user_not_found")
    visible = (each for each in world.workspace.channels.values() if each.visible_to(world.bot.id))
    return _listed(world, args, (each for each in visible if user_id in each.members))


def members(world: World, args: Arguments) -> Json:
    channel = visible_channel(world, args)
    need_for(world, channel, "read")
    present = [{"id": member} for member in channel.members if not world.workspace.users[member].deleted]
    part, metadata = page(present, args, 100, 1000)
    return {"members": [each["id"] for each in part], "response_metadata": metadata}


def join(world: World, args: Arguments) -> Json:
    need(world, "channels:join")
    channel = visible_channel(world, args)
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if world.bot.id in channel.members:
        return {"channel": shown_channel(world, channel), "warning": "already_in_channel"}
    channel.members.append(world.bot.id)
    event = {"type": "member_joined_channel", "user": world.bot.id, "channel": channel.id}
    event |= {"channel_type": "C", "team": world.workspace.team.id, "event_ts": world.clock.ts()}
    world.events.tell("member_joined_channel", event, channel)
    world.changes.tell({"type": "channels"})
    return {"channel": shown_channel(world, joined_channel(world, args))}


def shown_channel(world: World, channel: Channel) -> Json:
    common = {"id": channel.id, "created": channel.created, "is_archived": channel.is_archived}
    if channel.is_im:
        return common | {"is_im": True, "user": world.workspace.partner(channel), "is_user_deleted": False}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_ext_shared": channel.is_ext_shared,
        "is_member": world.bot.id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": world.workspace.team.id,
    }


def _listed(world: World, args: Arguments, channels: Iterable[Channel]) -> Json:
    types = [each.strip() for each in args.text("types", "public_channel").split(",")]
    if any(each not in {*TYPES, "mpim"} for each in types):
        raise ApiError("invalid_types")
    kinds = {TYPES[each] for each in types if each in TYPES}
    for kind in sorted(kinds):
        need(world, f"{PREFIX[kind]}:read")
    hidden = args.flag("exclude_archived")
    found = [each for each in channels if each.kind in kinds and not (hidden and each.is_archived)]
    part, metadata = page([shown_channel(world, each) for each in found], args, 100, 999)
    return {"channels": part, "response_metadata": metadata}
