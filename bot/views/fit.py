"""Makes blocks fit into one message: Slack refuses larger ones, and keeps the limit to itself.

Refusals (`msg_blocks_too_long`) were seen from 13.2 kB of JSON on; 12 kB have always been taken.
"""

import json
from typing import Any

MESSAGE_BYTES = 12_000
VIEW_BYTES = 100_000  # of a modal, of the 250 kB that Slack takes: escaped for its journey, text may double
LENGTHS = (3000, 2000, 1000, 500, 300, 200, 120, 80, 40)  # of the longest text, tried in this order
TEXTS = frozenset({"plain_text", "text", "raw_text"})


def size(blocks: Any) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode("utf-8"))


def fitted(blocks: list[dict[str, Any]], *, most: int = MESSAGE_BYTES) -> list[dict[str, Any]]:
    """The blocks with their longest texts shortened as far as needed, to so many bytes."""
    found = blocks
    for longest in LENGTHS:
        if size(found) <= most:
            break
        found = [shortened(block, longest) for block in blocks]
    return found


def shortened(part: Any, longest: int) -> Any:
    if isinstance(part, list):
        return [shortened(each, longest) for each in part]
    if not isinstance(part, dict):
        return part
    shorter = {name: shortened(value, longest) for name, value in part.items()}
    if part.get("type") in TEXTS and len(part["text"]) > longest:
        shorter["text"] = part["text"][: longest - 1] + "…"
    return shorter


def as_many_as_fit(parts: list[Any], room: int) -> list[Any]:
    """The parts from the first on that fit into `room` bytes together; the first in any case."""
    kept: list[Any] = []
    for part in parts:
        room -= size(part)
        if kept and room < 0:
            break
        kept.append(part)
    return kept
