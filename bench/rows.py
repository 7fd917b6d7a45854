"""One line of the result: a figure, its floor from the same run, and whether the goal is met."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`floor` is what the bare equivalent reached; `goal` is what `ratio` should keep to, if anything.

    Without a value the figure could not be measured, and the name says why.
    """

    name: str
    value: float | None
    unit: str
    floor: float | None
    ratio: float | None
    goal: float | None
    met: bool


def at_most(
    name: str, value: float, unit: str, floor: float, goal: float | None = None, *, ratio: float | None = None
) -> Row:
    """Lower is better: a time, a size. `ratio` when it was taken pair by pair."""
    found = ratio if ratio is not None else value / floor
    return Row(name, value, unit, floor, found, goal, goal is None or found <= goal)


def at_least(
    name: str, value: float, unit: str, floor: float, goal: float | None = None, *, ratio: float | None = None
) -> Row:
    """Higher is better: a rate."""
    found = ratio if ratio is not None else value / floor
    return Row(name, value, unit, floor, found, goal, goal is None or found >= goal)


def within(name: str, value: float, unit: str, limit: float, floor: float | None = None) -> Row:
    """Held against a fixed limit, which the name tells; the floor is only for comparison."""
    return Row(f"{name} (limit {limit:g} {unit})", value, unit, floor, value / floor if floor else None, None,
               value <= limit)  # fmt: skip


def skipped(name: str, reason: str) -> Row:
    return Row(f"{name}: skipped, {reason}", None, "", None, None, None, met=True)


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    heading = ("figure", "value", "floor", "ratio", "goal", "")
    lines = [heading, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heading))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        ).rstrip()
        for line in lines
    )


def cells(row: Row) -> tuple[str, ...]:
    goal = "" if row.goal is None else f"{row.goal:g}x"
    return (
        row.name,
        f"{number(row.value)} {row.unit}".strip(),
        number(row.floor),
        ratio(row.ratio),
        goal,
        verdict(row),
    )


def verdict(row: Row) -> str:
    if not row.met:
        return "NOT MET"
    return "met" if row.goal is not None or "(limit" in row.name else ""


def ratio(value: float | None) -> str:
    return "" if value is None else f"{number(value)}x"


def number(value: float | None) -> str:
    """About three digits that mean something."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
