"""Would Slack take these blocks? Pure checks of messages and views, problem by problem."""

import json
from collections import Counter
from collections.abc import Iterator

from bot.sandbox import limits
from bot.sandbox.json_types import Json
from bot.sandbox.kit import BLOCKS, TABLES
from bot.sandbox.shapes import Checker, Kind, Many, Shape, String, Text, problem
from bot.sandbox.walk import elements

VIEW_FIELDS = {
    "callback_id": String(255, least=0),
    "private_metadata": String(3000, least=0),
    "external_id": String(255, least=0),
}
FLAGS = frozenset({"clear_on_close", "notify_on_close", "submit_disabled"})
MODAL_TEXTS = {name: Text(24, plain=True) for name in ("title", "submit", "close")}
VIEW_SHAPES = {
    "modal": Shape({"title": MODAL_TEXTS["title"]}, {**VIEW_FIELDS, **MODAL_TEXTS}),
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
    checker = Checker(TABLES, limits.PARTS, surface)
    found = list(checker.check(rule, blocks, "/blocks"))
    yield from found
    if not found:
        yield from _across(blocks, surface)


def _across(blocks: list[Json], surface: str) -> Iterator[str]:
    """Rules that look at more than one block; only asked once each block is sound."""
    yield from _repeated("block_id", [block.get("block_id") for block in blocks], "/blocks")
    for number, block in enumerate(blocks):
        ids = [element.get("action_id") for _, element in elements([block])]
        yield from _repeated("action_id", ids, f"/blocks/{number}")
        yield from _chart_points(block, f"/blocks/{number}")
        yield from _table_widths(block, f"/blocks/{number}")
    if surface == "message":
        yield from _message_totals(blocks)


def _repeated(name: str, ids: list[str | None], at: str) -> Iterator[str]:
    for value, count in Counter(each for each in ids if each).items():
        if count > 1:
            yield problem(f"{name} {value!r} is used {count} times", at)


def _message_totals(blocks: list[Json]) -> Iterator[str]:
    kinds = Counter(block["type"] for block in blocks)
    tables = kinds["table"] + kinds["data_table"]
    if tables > limits.TABLES_PER_MESSAGE:
        yield problem(f"only_one_table_allowed, has {tables}", "/blocks")
    if kinds["data_visualization"] > limits.CHARTS_PER_MESSAGE:
        yield problem(f"no more than {limits.CHARTS_PER_MESSAGE} charts allowed", "/blocks")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > limits.MARKDOWN_PER_MESSAGE:
        yield problem(f"markdown has {markdown} of {limits.MARKDOWN_PER_MESSAGE} characters", "/blocks")


def _chart_points(block: Json, at: str) -> Iterator[str]:
    """Every series needs one point for each category."""
    chart = block.get("chart", {})
    categories = chart.get("axis_config", {}).get("categories", [])
    for number, series in enumerate(chart.get("series", [])):
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            yield problem("a series needs one point per category", f"{at}/chart/series/{number}")


def _table_widths(block: Json, at: str) -> Iterator[str]:
    widths = {len(row) for row in block["rows"]} if block["type"] == "data_table" else set()
    if len(widths) > 1:
        yield problem("every row needs the same number of cells", f"{at}/rows")


def _view_problems(view: Json, shape: Shape) -> Iterator[str]:
    checker = Checker(TABLES, limits.PARTS, view["type"])
    rest = {name: value for name, value in view.items() if name != "blocks" and name not in FLAGS}
    yield from checker.shape(shape, rest, "/view")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield problem("missing required field: blocks", "/view")
        return
    yield from (text.replace("pointer:/blocks", "pointer:/view/blocks") for text in problems(blocks, view["type"]))
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if view["type"] == "modal" and asks and not view.get("submit"):
        yield problem("missing required field: submit (a modal with inputs needs it)", "/view")
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        yield problem("view_too_large", "/view")
