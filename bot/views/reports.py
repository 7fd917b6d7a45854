"""Managers' reports as a table and the sentence that says what matters."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.fit import as_many_as_fit, size
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.reminders import Due, late, what
from store.models import Lead

# Slack allows 100 rows and 20 columns (docs.slack.dev/reference/block-kit/blocks/table-block); bytes run out before.
TABLE_BYTES = 11_000
CELL_MAX = 40


@dataclass(frozen=True)
class PipelineRow:
    team: str
    counts: tuple[int, ...]  # one for each stage


@dataclass(frozen=True)
class Pipeline:
    stages: tuple[str, ...]
    rows: tuple[PipelineRow, ...]
    open_leads: int
    unclaimed: int


@dataclass(frozen=True)
class OverdueRow:
    due: Due
    rep: str


def table(rows: list[list[str]]) -> Block:
    return {"type": "table", "rows": [cells(row) for row in rows]}


def cells(row: list[str]) -> list[Block]:
    return [{"type": "raw_text", "text": kit.clip(cell, CELL_MAX)} for cell in row]


def pipeline(value: Pipeline) -> Message:
    said = f"{kit.plural(value.open_leads, 'open lead')}, {value.unclaimed} without an owner."
    head = ["Team", *value.stages, "All"]
    body = [[row.team, *(str(count) for count in row.counts), str(sum(row.counts))] for row in value.rows]
    totals = [sum(column) for column in zip(*(row.counts for row in value.rows), strict=True)]
    foot = [["All teams", *(str(total) for total in totals), str(sum(totals))]] if len(value.rows) > 1 else []
    room = TABLE_BYTES - size([cells(row) for row in (head, *foot)])
    shown = as_many_as_fit([cells(row) for row in body], room)
    rest = f" Here are the first {len(shown)} of {len(body)} teams." if len(shown) < len(body) else ""
    blocks = (kit.line(Strong("Pipeline. "), said + rest), table([head, *body[: len(shown)], *foot]))
    return Message(kit.fallback("Pipeline. ", said), blocks)


def overdue(rows: list[OverdueRow], unclaimed: list[Lead], *, now: datetime) -> Message:
    if not rows and not unclaimed:
        return kit.say("Nothing is overdue, and every open lead has an owner or an open offer.")
    said = f"{kit.plural(len(rows), 'follow-up')} overdue, {kit.plural(len(unclaimed), 'lead')} without an owner."
    blocks: list[Block] = [kit.line(Strong("Overdue. "), said)]
    overdue_ones: list[tuple[Piece, ...]] = [
        (
            Strong(row.rep), f"  {what(row.due.follow_up)}: {title(row.due.lead)[:100]}, due ",
            At(row.due.follow_up.due_at), f", {late(now - row.due.follow_up.due_at)}",
        )
        for row in rows
    ]  # fmt: skip
    waiting: list[tuple[Piece, ...]] = [
        (Strong(title(lead)[:100]), "  waits since ", At(lead.created_at)) for lead in unclaimed
    ]
    if overdue_ones:
        blocks.append(kit.lines(overdue_ones, room=6000))
    if waiting:
        blocks += [kit.line(Strong("Nobody owns these:")), kit.lines(waiting, room=3500)]
    return Message(kit.fallback("Overdue. ", said), tuple(blocks))
