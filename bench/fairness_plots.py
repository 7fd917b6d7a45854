"""The pictures of docs/fairness.md: readable on light and dark pages, told apart by more than colour."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from bench.adversary import Worst

# Okabe and Ito's palette, which colour-blind people can tell apart; each line has its own dashes too.
STYLES = {
    "Dibs": ("#0072B2", "solid", 2.4),
    "smooth weighted round robin": ("#D55E00", "dashed", 1.6),
    "random draw": ("#009E73", "dotted", 1.8),
    "round robin": ("#AA4499", "dashdot", 1.6),
}
LIMIT = "#333333"
PLAIN: dict[RcKeyType, Any] = {
    "svg.hashsalt": "dibs",  # the same ids each time
    "svg.fonttype": "path",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_standing(curves: Mapping[str, Sequence[float]], path: Path) -> None:
    """The furthest anyone was from their share, while the same reps are there."""
    with mpl.rc_context(PLAIN):
        figure, axes = blank("leads dealt, while the same reps are there", "furthest from one's share (leads)")
        lines(axes, curves)
        bound(axes, 1, "one lead")
        save(figure, path)


def draw_coming_and_going(curves: Mapping[str, Sequence[float]], limit: int, path: Path) -> None:
    """The same while reps come and go."""
    with mpl.rc_context(PLAIN):
        figure, axes = blank("leads that came, while reps come and go", "furthest from one's share (leads)")
        lines(axes, curves)
        bound(axes, limit, f"Dibs' bound: {limit} leads")
        save(figure, path)


def draw_worst(fixed: Sequence[Worst], leavers: Sequence[Worst], path: Path) -> None:
    """The worst balance that the search found for each size of team, beside the bound."""
    with mpl.rc_context(PLAIN):
        figure, axes = blank("reps in the team", "balance (leads)")
        for found, colour, marker, dashes, text in (
            (leavers, "#D55E00", "s", "dashed", "with leavers"),
            (fixed, "#0072B2", "o", "solid", "weights and absences"),
        ):
            reps = [worst.reps for worst in found]
            axes.plot(reps, [worst.bound for worst in found], color=colour, linestyle=dashes, linewidth=1.4)
            axes.plot(reps, [worst.found for worst in found], color=colour, linestyle="none", marker=marker)
            axes.annotate(f"bound, {text}", (reps[-1], found[-1].bound), (8, 0), textcoords="offset points",
                          color=colour, va="center")  # fmt: skip
        axes.annotate("marks: worst found", (0.02, 0.94), xycoords="axes fraction", color=LIMIT)
        save(figure, path)


def blank(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8.6, 4.2), facecolor="white")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot(facecolor="white")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True, color="#e4e4e4", linewidth=0.7)
    return figure, axes


def lines(axes: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    """Each rule's line with its name at the right end; a logarithmic scale, since they differ a hundredfold."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    lowest, last = 0.0, None
    for name, curve in sorted(curves.items(), key=lambda entry: entry[1][-1]):
        colour, dashes, width = STYLES[name]
        axes.plot(range(1, len(curve) + 1), curve, color=colour, linestyle=dashes, linewidth=width)
        label = axes.annotate(name, (len(curve), curve[-1]), (8, 0), textcoords="offset points", color=colour,
                              va="center")  # fmt: skip
        if last and curve[-1] < 1.4 * lowest:  # too close: one up, one down
            last.set_position((8, -9))
            label.set_position((8, 5))
        lowest, last = curve[-1], label


def bound(axes: Axes, leads: float, text: str) -> None:
    axes.axhline(leads, color=LIMIT, linewidth=1)
    axes.annotate(text, (0, leads), (4, 4), textcoords="offset points", color=LIMIT)


def save(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
