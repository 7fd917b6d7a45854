"""The same message without Slack's own charts and tables, for workspaces and clients that do not take them yet.

Charts become bars of letters and tables become aligned lines, both in type of one width, which every client shows.
"""

import unicodedata
from collections.abc import Sequence

from bot.views import kit
from bot.views.fit import MESSAGE_BYTES, fitted, size
from bot.views.kit import Block

NATIVE = frozenset({"data_visualization", "data_table"})
BAR, FULL = 18, "█"
PARTS = " ▏▎▍▌▋▊▉"  # of a bar's last letter
LEVELS = "▁▂▃▄▅▆▇█"
COLUMN_MAX = 28
CHART_LINES = 24
PIECE_MAX = 2800  # characters in one element of text
TABLE_LEAST = 1200  # bytes that a table may take whatever stands around it
ALT_MAX = 950  # of the thousand that Slack keeps with a file


def has_native(blocks: Sequence[Block]) -> bool:
    return any(block.get("type") in NATIVE for block in blocks)


def charts_of(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.get("type") == "data_visualization"]


def plainer(blocks: Sequence[Block]) -> list[Block]:
    """Blocks that every client has shown for years; what was none of the new ones stays as it is."""
    drawn = [bars(block) if block.get("type") == "data_visualization" else block for block in blocks]
    room = MESSAGE_BYTES - size([block for block in drawn if block.get("type") != "data_table"]) - 400
    least = max(room, TABLE_LEAST)
    return fitted([lined_up(block, least) if block.get("type") == "data_table" else block for block in drawn])


def preformatted(lines: Sequence[str]) -> Block:
    """Lines as they stand, in type of one width."""
    pieces = [{"type": "text", "text": piece} for piece in cut("\n".join(lines))]
    return kit.rich([{"type": "rich_text_preformatted", "elements": pieces}])


def cut(text: str) -> list[str]:
    return [text[start : start + PIECE_MAX] for start in range(0, len(text), PIECE_MAX)]


# --- charts


def bars(block: Block) -> Block:
    """A chart in letters: a bar for each value, or for each series over time one line of heights."""
    chart = block["chart"]
    lines = heights(chart) if chart["type"] in ("line", "area") else lengths(chart)
    unit = chart.get("axis_config", {}).get("y_label", "")
    title = f"{block['title']} ({unit})" if unit else block["title"]
    return preformatted([title, *lines[:CHART_LINES], *(["…"] if len(lines) > CHART_LINES else [])])


def series_of(chart: Block) -> list[tuple[str, list[tuple[str, float]]]]:
    """Each series with its labels and values; a pie is one series without a name."""
    if chart["type"] == "pie":
        return [("", [(each["label"], each["value"]) for each in chart["segments"]])]
    return [(each["name"], [(point["label"], point["value"]) for point in each["data"]]) for each in chart["series"]]


def lengths(chart: Block) -> list[str]:
    series = series_of(chart)
    largest = max((abs(value) for _, points in series for _, value in points), default=0) or 1
    rows = [
        (label if place == 0 else "", name if len(series) > 1 else "", value)
        for points in zip(*(points for _, points in series), strict=True)
        for place, ((label, value), (name, _)) in enumerate(zip(points, series, strict=True))
    ]
    names = max(width(label) for label, _, _ in rows)
    kinds = max(width(kind) for _, kind, _ in rows)
    return [
        f"{padded(label, names)} {padded(kind, kinds)}{' ' if kinds else ''}{bar(value / largest)} {brief(value)}"
        for label, kind, value in rows
    ]


def heights(chart: Block) -> list[str]:
    series = series_of(chart)
    largest = max((value for _, points in series for _, value in points), default=0) or 1
    names = max(width(name) for name, _ in series)
    lines = [
        f"{padded(name, names)} {''.join(level(value / largest) for _, value in points)} "
        f"{brief(points[0][1])} → {brief(points[-1][1])}"
        for name, points in series
    ]
    return [*lines, f"{padded('', names)} from {series[0][1][0][0]} to {series[0][1][-1][0]}"]


def bar(share: float) -> str:
    """Eighths of a letter, so that small values are seen; what is below zero goes by its sign."""
    eighths = max(round(abs(share) * BAR * 8), 1 if share else 0)
    drawn = FULL * (eighths // 8) + (PARTS[eighths % 8] if eighths % 8 else "")
    return f"-{drawn}" if share < 0 else drawn


def level(share: float) -> str:
    return LEVELS[max(0, min(len(LEVELS) - 1, round(share * (len(LEVELS) - 1))))]


def brief(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def spoken(block: Block) -> str:
    """What a picture of the chart says, for whoever cannot see it."""
    chart = block["chart"]
    told = [
        ": ".join(filter(None, (name, ", ".join(f"{label} {brief(value)}" for label, value in points))))
        for name, points in series_of(chart)
    ]
    unit = chart.get("axis_config", {}).get("y_label", "")
    named = f"{chart['type'].capitalize()} chart: {block['title']}{f', in {unit}' if unit else ''}. "
    return kit.clip(named + "; ".join(told) + ".", ALT_MAX)


# --- tables


def lined_up(block: Block, room: int) -> Block:
    """The table in columns, with as many of its rows as fit into `room` bytes."""
    rows = [[kit.clip(cell["text"], COLUMN_MAX) for cell in row] for row in block["rows"]]
    numeric = [any(cell["type"] == "raw_number" for cell in column) for column in zip(*block["rows"], strict=True)]
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            padded(cell, wide, right=right) for cell, wide, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    rule = "-" * min(sum(widths) + 2 * (len(widths) - 1), 80)
    head = [kit.clip(block["caption"], 200), lines[0], rule]
    kept = as_many_lines([*head, *lines[1:]], room)
    rest = len(lines) + 2 - len(kept)
    return preformatted([*kept, *([f"… and {kit.plural(rest, 'more row')}"] if rest else [])])


def as_many_lines(lines: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room -= size(line)
        if len(kept) > 3 and room < 0:  # the head and a row in any case
            break
        kept.append(line)
    return kept


def width(text: str) -> int:
    """How many columns it takes in type of one width: two a letter of East Asia or an emoji, none an accent."""
    return sum(0 if is_mark(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Me", "Cf")


def padded(text: str, wide: int, *, right: bool = False) -> str:
    gap = " " * max(wide - width(text), 0)
    return gap + text if right else text + gap
