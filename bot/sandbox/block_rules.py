"""Rules that a table of shapes cannot hold, because they compare one place with another."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.elements import options_of
from bot.sandbox.json_types import Json
from bot.sandbox.shapes import problem, within
from bot.sandbox.walk import all_blocks, every_element, own_elements

Rule = Callable[[Json, str], Iterator[str]]


def across(blocks: list[Json], surface: str) -> Iterator[str]:
    """Everything that is wrong between sound blocks."""
    found = list(all_blocks(blocks, "/blocks"))
    yield from _repeated("block_id", [block.get("block_id") for block, _ in found], "/blocks")
    for block, at in found:
        ids = [element.get("action_id") for element in own_elements(block)]
        yield from _repeated("action_id", ids, at)
        yield from BLOCK_RULES.get(block["type"], _nothing)(block, at)
    for element, at in every_element(blocks, "/blocks"):
        yield from _element(element, at)
    focused = [at for element, at in every_element(blocks, "/blocks") if element.get("focus_on_load")]
    if len(focused) > 1:
        yield problem("only one element may have focus_on_load", focused[1])
    if surface == "message":
        yield from _message_totals([block for block, _ in found])


def _repeated(name: str, ids: list[Any], at: str) -> Iterator[str]:
    for value, count in Counter(each for each in ids if each).items():
        if count > 1:
            yield problem(f"{name} {value!r} is used {count} times", at)


def _message_totals(blocks: list[Json]) -> Iterator[str]:
    kinds = Counter(block["type"] for block in blocks)
    tables = kinds["table"] + kinds["data_table"]
    if tables > limits.TABLES_PER_MESSAGE:
        yield problem(f"only_one_table_allowed, has {tables}", "/blocks")
    yield from within(kinds["data_visualization"], 0, limits.CHARTS_PER_MESSAGE, "charts", "/blocks")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    yield from within(markdown, 0, limits.MARKDOWN_PER_MESSAGE, "characters of markdown", "/blocks")


def _nothing(_block: Json, _at: str) -> Iterator[str]:
    yield from ()


def _chart(block: Json, at: str) -> Iterator[str]:
    """Every series needs one point for each category."""
    chart = block["chart"]
    categories = chart.get("axis_config", {}).get("categories", [])
    series = chart.get("series", [])
    yield from _repeated("category", categories, f"{at}/chart/axis_config/categories")
    yield from _repeated("series name", [each["name"] for each in series], f"{at}/chart/series")
    for number, each in enumerate(series):
        if sorted(point["label"] for point in each["data"]) != sorted(categories):
            yield problem("a series needs one point per category", f"{at}/chart/series/{number}")


def _table(block: Json, at: str) -> Iterator[str]:
    characters = sum(_characters(cell) for row in block["rows"] for cell in row)
    yield from within(characters, 0, limits.TABLE_CHARACTERS, "characters in all cells", f"{at}/rows")


def _data_table(block: Json, at: str) -> Iterator[str]:
    yield from _table(block, at)
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        yield problem("every row needs the same number of cells", f"{at}/rows")
    for number, cell in enumerate(rows[0]):
        if cell["type"] in ("rich_text", "action_cell"):
            yield problem(f"a header cell cannot be {cell['type']}", f"{at}/rows/0/{number}/type")
    if block.get("row_header_column_index", 0) >= len(rows[0]):
        yield problem("there is no such column", f"{at}/row_header_column_index")


def _characters(cell: Any) -> int:
    """The letters a reader sees in a cell, however deep they stand."""
    if isinstance(cell, list):
        return sum(map(_characters, cell))
    if not isinstance(cell, dict):
        return 0
    own = len(cell["text"]) if isinstance(cell.get("text"), str) else 0
    return own + sum(_characters(value) for value in cell.values())


def _container(block: Json, at: str) -> Iterator[str]:
    if block.get("is_collapsible") and block.get("has_header_divider"):
        yield problem("a collapsible container has no header divider", f"{at}/has_header_divider")
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield problem("only a collapsible container can start collapsed", f"{at}/default_collapsed")


def _input(block: Json, at: str) -> Iterator[str]:
    if block["element"]["type"] == "file_input" and block.get("dispatch_action"):
        yield problem("a file_input dispatches no action", f"{at}/dispatch_action")


BLOCK_RULES: Mapping[str, Rule] = {
    "data_visualization": _chart,
    "table": _table,
    "data_table": _data_table,
    "container": _container,
    "input": _input,
}


def _element(element: Json, at: str) -> Iterator[str]:
    """An element must not contradict itself: what it starts with has to be a possible answer."""
    yield from _ordered(element, "min_length", "max_length", at)
    yield from _ordered(element, "min_value", "max_value", at)
    yield from _possible(element, at)
    initial, most = str(element.get("initial_value") or ""), element.get("max_length")
    if most and len(initial) > most:
        yield problem(f"{len(initial):,} of {most:,} characters", f"{at}/initial_value")


def _ordered(element: Json, low: str, high: str, at: str) -> Iterator[str]:
    if low in element and high in element and float(element[low]) > float(element[high]):
        yield problem(f"must not be more than {high}", f"{at}/{low}")


def _possible(element: Json, at: str) -> Iterator[str]:
    several = element.get("initial_options") or []
    chosen = [*several, *([element["initial_option"]] if element.get("initial_option") else [])]
    if "external" not in element["type"] and any(each not in options_of(element) for each in chosen):
        place = "initial_options" if several else "initial_option"
        yield problem("must match one of the options exactly", f"{at}/{place}")
    most = element.get("max_selected_items")
    for name, value in element.items():
        if most and name.startswith("initial_") and isinstance(value, list):
            yield from within(len(value), 0, most, "items", f"{at}/{name}")
