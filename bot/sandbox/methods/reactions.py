"""Reactions of the app to messages."""

import re

from bot.sandbox import reactions
from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import joined_channel, need, public_message
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import World

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(world: World, args: Arguments) -> Json:
    need(world, "reactions:write")
    channel, message = _named(world, args)
    if not reactions.add(world, channel, message, world.bot.id, _name(args)):
        raise ApiError("already_reacted")
    return {}


def remove(world: World, args: Arguments) -> Json:
    need(world, "reactions:write")
    channel, message = _named(world, args)
    if not reactions.remove(world, channel, message, world.bot.id, _name(args)):
        raise ApiError("no_reaction")
    return {}


def get(world: World, args: Arguments) -> Json:
    need(world, "reactions:read")
    channel, message = _named(world, args)
    return {"type": "message", "channel": channel.id, "message": message.body}


def _named(world: World, args: Arguments) -> tuple[Channel, Message]:
    channel = joined_channel(world, args)
    return channel, public_message(channel, args.required("timestamp"))


def _name(args: Arguments) -> str:
    name = args.required("name").strip(":")
    if not NAME.fullmatch(name):
        raise ApiError("invalid_name")
    return name
