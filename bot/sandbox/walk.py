"""Walking blocks: every interactive element with its block, and the ids Slack fills in."""

from collections.abc import Iterator
from copy import deepcopy

from bot.sandbox.ids import short_id
from bot.sandbox.json_types import Json

RICH_TEXT_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
STILL = frozenset({"image", "plain_text", "mrkdwn", "card"} | RICH_TEXT_PARTS)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element together with the block whose block_id it answers to."""
    for block in blocks:
        for element in _of_block(block):
            if "action_id" in element:
                yield block, element
        yield from elements(block.get("child_blocks", []))


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    copied = deepcopy(blocks)
    for block in copied:
        _name(block)
    return copied


def _name(block: Json) -> None:
    block["block_id"] = block.get("block_id") or short_id()
    for element in _of_block(block):
        if element.get("type") not in STILL:
            element["action_id"] = element.get("action_id") or short_id()
    for child in block.get("child_blocks", []):
        _name(child)


def _of_block(block: Json) -> list[Json]:
    found = [*block.get("elements", []), *_card_actions(block)]
    found += [block[name] for name in ("element", "accessory") if isinstance(block.get(name), dict)]
    return [each for each in found if isinstance(each, dict)]


def _card_actions(block: Json) -> list[Json]:
    """The buttons of a card, and of every card in a carousel."""
    own = block.get("actions", []) if block.get("type") == "card" else []
    inner = block.get("elements", []) if block.get("type") == "carousel" else []
    return [*own, *(button for card in inner for button in card.get("actions", []))]
