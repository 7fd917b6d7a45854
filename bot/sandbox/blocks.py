"""Would Slack take these blocks? Pure checks of messages and views, problem by problem."""

import json
from collections.abc import Iterator

from bot.sandbox import limits
from bot.sandbox.block_rules import across
from bot.sandbox.json_types import Json
from bot.sandbox.kit import BLOCKS, TABLES
from bot.sandbox.kit_parts import PARTS
from bot.sandbox.shapes import Checker, Flag, Kind, Many, Shape, String, Text, problem

VIEW_FIELDS = {
    "callback_id": String(255, least=0),
    "private_metadata": String(3000, least=0),
    "external_id": String(255, least=0),
}
FLAGS = {name: Flag() for name in ("clear_on_close", "notify_on_close", "submit_disabled")}
MODAL_TEXTS = {name: Text(24, plain=True) for name in ("title", "submit", "close")}
VIEW_SHAPES = {
    "modal": Shape({"title": MODAL_TEXTS["title"]}, {**VIEW_FIELDS, **FLAGS, **MODAL_TEXTS}),
    "home": Shape({}, VIEW_FIELDS),
}


def problems(blocks: list[Json], surface: str) -> list[str]:
    """What Slack would reject about these blocks in a message, a modal or a home; empty when nothing."""
    return list(_problems(blocks, surface))


def view_problems(view: Json) -> list[str]:
    """What Slack would reject about a view."""
    shape = VIEW_SHAPES.get(str(view.get("type")))
    if shape is None:
        return [problem(f"unsupported type: {view.get('type')}", "/view/type")]
    return list(_view_problems(view, shape))


def _problems(blocks: list[Json], surface: str) -> Iterator[str]:
    rule = Many(Kind("blocks", frozenset(BLOCKS)), limits.SURFACE_BLOCKS[surface], least=0)
    found = list(Checker(TABLES, PARTS, surface).check(rule, blocks, "/blocks"))
    yield from found
    # Only sound blocks can be compared with each other.
    if not found:
        yield from across(blocks, surface)


def _view_problems(view: Json, shape: Shape) -> Iterator[str]:
    rest = {name: value for name, value in view.items() if name != "blocks"}
    yield from Checker(TABLES, PARTS, view["type"]).shape(shape, rest, "/view")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield problem("missing required field: blocks", "/view")
        return
    yield from (f"/view{found}" for found in problems(blocks, view["type"]))
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if view["type"] == "modal" and asks and not view.get("submit"):
        yield problem("missing required field: submit (a modal with inputs needs it)", "/view")
    size = len(json.dumps(view).encode())
    if size > limits.VIEW_BYTES:
        yield problem(f"{size:,} of {limits.VIEW_BYTES:,} bytes", "/view")
