"""Walking blocks: every block and element with its place, and the ids Slack fills in."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from bot.sandbox.ids import short_id
from bot.sandbox.json_types import Json

SINGLE, SEVERAL = ("element", "accessory"), ("elements", "actions")
# What stands in a block's elements but is not operated.
STILL = frozenset(
    {
        "image",
        "plain_text",
        "mrkdwn",
        "card",
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
    }
)


def all_blocks(blocks: list[Json], at: str) -> Iterator[tuple[Json, str]]:
    """Each block and its place, those inside a container or a carousel too."""
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        yield block, here
        yield from all_blocks(block.get("child_blocks") or [], f"{here}/child_blocks")
        if block.get("type") == "carousel":
            yield from all_blocks(block["elements"], f"{here}/elements")


def own_elements(block: Json) -> list[Json]:
    """The interactive elements that answer to this block's block_id."""
    return [element for element, _ in _placed(block, "")]


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element together with the block whose block_id it answers to."""
    for block, _ in all_blocks(blocks, ""):
        yield from ((block, element) for element in own_elements(block) if "action_id" in element)


def every_element(blocks: list[Json], at: str) -> Iterator[tuple[Json, str]]:
    for block, here in all_blocks(blocks, at):
        yield from _placed(block, here)


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    copied = deepcopy(blocks)
    for block, _ in all_blocks(copied, ""):
        block["block_id"] = block.get("block_id") or short_id()
        for element in own_elements(block):
            element["action_id"] = element.get("action_id") or short_id()
    return copied


def _placed(block: Json, at: str) -> Iterator[tuple[Json, str]]:
    for name in SINGLE:
        yield from _interactive(block.get(name), f"{at}/{name}")
    for name in SEVERAL:
        for number, element in enumerate(block.get(name) or []):
            yield from _interactive(element, f"{at}/{name}/{number}")
    yield from _in_cells(block, at)


def _in_cells(block: Json, at: str) -> Iterator[tuple[Json, str]]:
    """The buttons that a data table may hold."""
    rows = block.get("rows") if block.get("type") == "data_table" else None
    for y, row in enumerate(rows or []):
        for x, cell in enumerate(row):
            if cell.get("type") == "action_cell":
                yield from _interactive(cell["element"], f"{at}/rows/{y}/{x}/element")


def _interactive(element: Any, at: str) -> Iterator[tuple[Json, str]]:
    if isinstance(element, dict) and element.get("type") not in STILL:
        yield element, at
