"""Reactions to messages, by people and by the app, and the events that tell of them."""

from bot.sandbox.json_types import Json
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import World


def add(world: World, channel: Channel, message: Message, user_id: str, name: str) -> bool:
    """False when this user has reacted so already."""
    reactions = message.body.setdefault("reactions", [])
    reaction = next((each for each in reactions if each["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if user_id in reaction["users"]:
        return False
    reaction["users"].append(user_id)
    _settle(world, channel, message, reaction)
    _tell(world, channel, message, "reaction_added", {"user": user_id, "reaction": name})
    return True


def remove(world: World, channel: Channel, message: Message, user_id: str, name: str) -> bool:
    """False when there is no such reaction of this user."""
    reactions = message.body.get("reactions", [])
    reaction = next((each for each in reactions if each["name"] == name and user_id in each["users"]), None)
    if reaction is None:
        return False
    reaction["users"].remove(user_id)
    _settle(world, channel, message, reaction)
    _tell(world, channel, message, "reaction_removed", {"user": user_id, "reaction": name})
    return True


def _settle(world: World, channel: Channel, message: Message, reaction: Json) -> None:
    reaction["count"] = len(reaction["users"])
    left = [each for each in message.body["reactions"] if each["users"]]
    message.body["reactions"] = left
    if not left:
        del message.body["reactions"]
    world.tell_channel(channel, {"type": "message", "ts": message.ts})


def _tell(world: World, channel: Channel, message: Message, kind: str, what: Json) -> None:
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event = {"type": kind, **what, "item": item, "item_user": message.body.get("user"), "event_ts": world.clock.ts()}
    world.events.tell(kind, event, channel)
