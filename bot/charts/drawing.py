"""The drawing itself. Colours differ for the colour-blind (Okabe and Ito, https://jfly.uni-koeln.de/color/), and none
of them is needed alone: hatches, markers and dashes say the same. The background is its own, in light and dark alike.
"""

import io
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

Block = dict[str, Any]

INK, SOFT, LINES, PAPER = "#1d1c1d", "#4a4a4a", "#d9d9d9", "#ffffff"
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++", "oo")
MARKERS = "osD^vP*X"
DASHES = ("-", "--", ":", "-.")
WIDTH, HEIGHT, DOTS = 8.0, 4.2, 130  # inches, and dots in each
BARS = 0.8  # of the room of a category
NUMBERS_UP_TO = 24  # bars, above which their numbers would overlap
STYLE = {
    "text.parse_math": False,  # a "$" in somebody's name is a "$"
    "font.size": 11.0, "axes.edgecolor": SOFT, "axes.labelcolor": SOFT, "text.color": INK, "hatch.linewidth": 0.7,
    "xtick.color": SOFT, "ytick.color": SOFT, "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip


def picture(block: Block) -> bytes:
    """The chart of a `data_visualization` block as PNG."""
    chart = block["chart"]
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure = Figure(
            figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor=PAPER, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15)
        )
        axes = figure.add_subplot(facecolor=PAPER)
        axes.set_title(block["title"], loc="left", fontweight="bold", color=INK)
        if chart["type"] == "pie":
            pie(axes, chart["segments"])
        else:
            over_categories(axes, chart)
        file = io.BytesIO()
        FigureCanvasAgg(figure).print_png(file)  # type: ignore[no-untyped-call]
    return file.getvalue()


def pie(axes: Axes, segments: list[Block]) -> None:
    """Parts of a whole, as bars in order of size would be; beside each its name, number and share."""
    whole = sum(each["value"] for each in segments)
    wedges = axes.pie(
        [each["value"] for each in segments], startangle=90, counterclock=False,
        colors=[colour(place) for place in range(len(segments))], wedgeprops={"edgecolor": INK, "linewidth": 0.8},
    )[0]  # fmt: skip
    for place, wedge in enumerate(wedges):
        wedge.set_hatch(HATCHES[place % len(HATCHES)])
    told = [f"{each['label']}: {brief(each['value'])} ({each['value'] / whole:.0%})" for each in segments]
    axes.legend(wedges, told, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, handleheight=1.2)


def over_categories(axes: Axes, chart: Block) -> None:
    config, series = chart["axis_config"], chart["series"]
    names = config["categories"]
    values = [[point["value"] for point in each["data"]] for each in series]
    draw = bars if chart["type"] == "bar" else lines
    draw(axes, [legible(each["name"]) for each in series], values, is_filled=chart["type"] == "area")
    slanted = sum(map(len, names)) > 70
    axes.set_xticks(range(len(names)), names, rotation=35 if slanted else 0, ha="right" if slanted else "center")
    axes.set_xlabel(config.get("x_label", ""))
    axes.set_ylabel(config.get("y_label", ""))
    are_whole = all(float(value).is_integer() for each in values for value in each)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=are_whole))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: brief(value)))
    axes.grid(axis="y", color=LINES, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.margins(y=0.12)
    if all(value >= 0 for each in values for value in each):
        axes.set_ylim(bottom=0)
    if len(series) > 1 and axes.figure:
        axes.figure.legend(frameon=False, ncols=min(len(series), 4), loc="outside lower center")


def bars(axes: Axes, names: list[str], values: list[list[float]], *, is_filled: bool) -> None:  # noqa: ARG001
    wide = BARS / len(names)
    is_numbered = len(names) * len(values[0]) <= NUMBERS_UP_TO
    for place, (name, heights) in enumerate(zip(names, values, strict=True)):
        middles = [category - BARS / 2 + wide * (place + 0.5) for category in range(len(heights))]
        drawn = axes.bar(
            middles, heights, wide, label=name, color=colour(place), edgecolor=INK, linewidth=0.8,
            hatch=HATCHES[place % len(HATCHES)],
        )  # fmt: skip
        if is_numbered:
            axes.bar_label(drawn, [brief(each) for each in heights], padding=2, fontsize=9, color=INK)


def lines(axes: Axes, names: list[str], values: list[list[float]], *, is_filled: bool) -> None:
    for place, (name, heights) in enumerate(zip(names, values, strict=True)):
        axes.plot(
            range(len(heights)), heights, label=name, color=colour(place), linewidth=2.2, markersize=6.5,
            marker=MARKERS[place % len(MARKERS)], linestyle=DASHES[place % len(DASHES)], markeredgecolor=INK,
            markeredgewidth=0.6,
        )  # fmt: skip
        if is_filled:
            axes.fill_between(range(len(heights)), heights, color=colour(place), alpha=0.25)


def legible(name: str) -> str:
    """A legend leaves out what begins with an underscore."""
    return f" {name}" if name.startswith("_") else name


def colour(place: int) -> str:
    return OKABE_ITO[place % len(OKABE_ITO)]


def brief(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
