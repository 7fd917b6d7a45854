"""A table of plain text."""

from bot.views import kit
from bot.views.kit import Block

# Slack allows 100 rows and 20 columns (docs.slack.dev/reference/block-kit/blocks/table-block); bytes run out before.
TABLE_BYTES = 11_000
CELL_MAX = 40


def table(rows: list[list[str]]) -> Block:
    return {"type": "table", "rows": [cells(row) for row in rows]}


def cells(row: list[str]) -> list[Block]:
    return [{"type": "raw_text", "text": kit.clip(cell, CELL_MAX)} for cell in row]
