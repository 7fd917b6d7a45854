"""External selects: what a person types goes to the app, which answers with options."""

from pydantic import BaseModel, ConfigDict

from bot.sandbox import payloads
from bot.sandbox.elements import options_of
from bot.sandbox.errors import Refused
from bot.sandbox.json_types import Json
from bot.sandbox.kit import TABLES
from bot.sandbox.kit_elements import OPTIONS
from bot.sandbox.kit_parts import PARTS
from bot.sandbox.shapes import Checker, Shape
from bot.sandbox.walk import elements
from bot.sandbox.workspace import User
from bot.sandbox.world import World

EXTERNAL = frozenset({"external_select", "multi_external_select"})
# What Slack waits for when an element does not say.
LEAST_TYPED = 3
ANSWER = Shape({}, OPTIONS, ("options", "option_groups"), only_one=True)
FAILED = "The app could not list its options. Please try again."


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    action_id: str
    value: str = ""
    block_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None


async def suggest(world: World, wish: Search) -> Json:
    """The options for what was typed; they can be picked from then on."""
    user = world.workspace.person(wish.user)
    payload, element, offers = _on_view(world, user, wish) if wish.view_id else _on_message(world, user, wish)
    if len(wish.value) < element.get("min_query_length", LEAST_TYPED):
        return {"acked": None, "options": []}
    ack = await world.courier.deliver("interactive", payload)
    answer = {name: ack.payload[name] for name in ("options", "option_groups") if ack.payload.get(name)}
    problems = list(Checker(TABLES, PARTS, "modal").shape(ANSWER, answer, "")) if answer else []
    if problems or not ack.acked:
        world.changes.notice(user.id, " ".join([FAILED, *problems]), wish.channel)
        return {"acked": ack.acked, "options": [], "problem": " ".join([FAILED, *problems])}
    offers.setdefault(element["action_id"], []).extend(options_of(answer))
    return {"acked": True, **(answer or {"options": []})}


def _on_view(world: World, user: User, wish: Search) -> tuple[Json, Json, dict[str, list[Json]]]:
    view = world.views.of(user, str(wish.view_id))
    block, element = _find(view.body["blocks"], wish)
    payload = payloads.suggestion(world, user, (block, element), wish.value)
    payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.shown()}
    return payload, element, view.offers


def _on_message(world: World, user: User, wish: Search) -> tuple[Json, Json, dict[str, list[Json]]]:
    if not (wish.channel and wish.ts):
        raise Refused("A search needs a channel and ts, or a view_id.")
    channel = world.workspace.channel_of(user, wish.channel)
    message = channel.messages.get(wish.ts)
    if message is None or not message.visible_to(user.id):
        raise Refused(f"{user.name} sees no message {wish.ts} in {channel.name or channel.id}.")
    block, element = _find(message.body.get("blocks", []), wish)
    payload = payloads.suggestion(world, user, (block, element), wish.value)
    payload |= payloads.place_of(channel, message)
    return payload, element, message.offers.setdefault(user.id, {})


def _find(blocks: list[Json], wish: Search) -> tuple[Json, Json]:
    for block, element in elements(blocks):
        wanted = element["action_id"] == wish.action_id and wish.block_id in (None, block["block_id"])
        if wanted and element["type"] in EXTERNAL:
            return block, element
    raise Refused(f"There is no menu {wish.action_id!r} that asks the app for its options.")
