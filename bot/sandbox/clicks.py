"""A person presses a button or picks from a menu, in a message or in a view."""

from copy import deepcopy

from pydantic import BaseModel, ConfigDict

from bot.sandbox import payloads
from bot.sandbox.elements import KINDS, initial_values, stateful
from bot.sandbox.errors import Refused
from bot.sandbox.forms import remember
from bot.sandbox.json_types import Json
from bot.sandbox.picking import Picker
from bot.sandbox.walk import elements
from bot.sandbox.workspace import User
from bot.sandbox.world import World

PRESSED = frozenset({"button", "icon_button", "workflow_button"})


class Click(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    action_id: str
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
    block_id: str | None = None
    value: str | None = None
    selected: str | int | list[str] | None = None
    values: dict[str, dict[str, object]] = {}


async def click(world: World, wish: Click) -> Json:
    user = world.workspace.person(wish.user)
    payload = _on_view(world, user, wish) if wish.view_id else _on_message(world, user, wish)
    ack = await world.courier.deliver("interactive", payload)
    if not ack.acked:
        world.changes.notice(user.id, f"The app did not respond to that ({ack.failure}).", wish.channel)
    return {"acked": ack.acked}


def _on_message(world: World, user: User, wish: Click) -> Json:
    if not (wish.channel and wish.ts):
        raise Refused("A click needs a channel and ts, or a view_id.")
    channel = world.workspace.channel_of(user, wish.channel)
    message = channel.messages.get(wish.ts)
    if message is None or not message.visible_to(user.id):
        raise Refused(f"{user.name} sees no message {wish.ts} in {channel.name or channel.id}.")
    if message.body.get("bot_id") != world.workspace.app.bot_id:
        raise Refused("That message is not from the app.")
    block, element = _find(message.body.get("blocks", []), user, wish)
    picker = Picker(world, user, message.offers.get(user.id, {}))
    picked = message.picked.setdefault(user.id, initial_values(message.body.get("blocks", [])))
    if stateful(element):
        state = picker.state(element, _choice(wish))
        picked.setdefault(block["block_id"], {})[element["action_id"]] = state
    action = _action(world, picker, (block, element), wish)
    return payloads.message_click(world, user, channel, message, action)


def _on_view(world: World, user: User, wish: Click) -> Json:
    view = world.views.of(user, str(wish.view_id))
    block, element = _find(view.body["blocks"], user, wish)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise Refused("That field is sent with the form, not on its own (it has no dispatch_action).")
    picker = Picker(world, user, view.offers)
    remember(picker, view, wish.values)
    if stateful(element):
        remember(picker, view, {block["block_id"]: {element["action_id"]: _choice(wish)}})
    return payloads.view_click(world, user, view, _action(world, picker, (block, element), wish))


def _find(blocks: list[Json], user: User, wish: Click) -> tuple[Json, Json]:
    """The one element meant, or a sentence saying why there is none."""
    found = [
        (block, element)
        for block, element in elements(blocks)
        if element["action_id"] == wish.action_id and wish.block_id in (None, block["block_id"])
    ]
    if wish.value is not None and len(found) > 1:
        found = [(block, element) for block, element in found if element.get("value") == wish.value]
    found = [pair for pair in found if user.id in pair[1].get("visible_to_user_ids", [user.id])]
    if not found:
        raise Refused(f"There is no {wish.action_id!r} to click there.")
    if len(found) > 1:
        raise Refused(f"There are {len(found)} elements {wish.action_id!r}: say which block_id.")
    _, element = found[0]
    if element["type"] in PRESSED and wish.value not in (None, element.get("value")):
        raise Refused(f"The button {wish.action_id!r} carries the value {element.get('value')!r}.")
    return found[0]


def _choice(wish: Click) -> object:
    return wish.selected if wish.selected is not None else wish.value


def _action(world: World, picker: Picker, place: tuple[Json, Json], wish: Click) -> Json:
    block, element = place
    named: Json = {name: element[name] for name in ("text", "style", "placeholder", "value") if name in element}
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": world.clock.ts(),
    }
    if element["type"] in KINDS:
        if element["type"] == "overflow" and _choice(wish) is None:
            raise Refused("Say which option of the menu, with selected.")
        named |= picker.state(element, _choice(wish))
    return deepcopy(action | named)
