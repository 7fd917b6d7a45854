"""Slack's own charts from a report's: within Slack's limits, in units that people read, strangers' names made harmless.

Limits: docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.rules.reports.report import Chart, Series
from bot.views import kit
from bot.views.fit import size
from bot.views.kit import Block

SERIES_MAX, CATEGORIES_MAX, SEGMENTS_MAX = 12, 20, 12
LABEL_MAX, TITLE_MAX, AXIS_MAX = 20, 50, 50
CHARTS_MAX = 2  # in a message
CHARTS_BYTES = 5000  # of all, so that a table fits into the message as well
LOOKED_AT = 200  # characters of a name, of which twenty are shown
OTHERS = "others"
ADD_UP = frozenset({"count", "money"})  # what may be summed into "others"; shares and medians may not
OVER_TIME = frozenset({"line", "area"})
SPANS = ((2 * 86_400, 86_400, "days"), (2 * 3600, 3600, "hours"), (2 * 60, 60, "minutes"))


@dataclass(frozen=True)
class Drawn:
    block: Block
    note: str = ""  # what had to be left out of the drawing


def all_drawn(charts: Sequence[Chart]) -> list[Drawn]:
    """At most as many as a message takes."""
    some = charts[:CHARTS_MAX]
    return [found for each in some if (found := drawn(each, CHARTS_BYTES // len(some)))]


def drawn(chart: Chart, room: int = CHARTS_BYTES) -> Drawn | None:
    """The chart as a block; None where there is nothing to see in it."""
    sound = scaled(chart)
    if sound is None or not any(value for series in sound.series for value in series.values):
        return None
    is_pie = sound.shape == "pie" and not any(value < 0 for value in sound.series[0].values)
    kept = fewer_segments(sound) if is_pie else fewer(sound, room)
    block = pie(kept) if is_pie else axes(kept)
    return Drawn({"type": "data_visualization", "title": kit.clip(one_line(chart.title), TITLE_MAX), "chart": block},
                 left_out(sound, kept))  # fmt: skip


def scaled(chart: Chart) -> Chart | None:
    """In the unit that is shown; what has gaps or no numbers cannot be drawn."""
    width = len(chart.categories)
    values = [value for series in chart.series for value in series.values]
    if not values or any(len(series.values) != width for series in chart.series) or not all(map(math.isfinite, values)):
        return None
    share, unit = unit_of(chart, max(map(abs, values)))
    series = tuple(replace(each, values=tuple(neat(value * share) for value in each.values)) for each in chart.series)
    return replace(chart, series=series, y=chart.y or unit)


def unit_of(chart: Chart, largest: float) -> tuple[float, str]:
    """What a value is multiplied by, and how the result is called."""
    if chart.unit == "percent":
        return 100, "%"
    if chart.unit == "money":
        return 0.01, chart.currency
    if chart.unit == "duration":
        return next(((1 / length, name) for least, length, name in SPANS if largest >= least), (1, "seconds"))
    return 1, ""


def neat(value: float) -> float:
    """No digits that nobody reads."""
    rounded = round(value, 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2)
    return int(rounded) if rounded == int(rounded) else rounded


def fewer(chart: Chart, room: int) -> Chart:
    """As many series and categories as Slack takes, and as fit into the message."""
    kept = fewer_categories(chart, CATEGORIES_MAX)
    for most in range(min(len(kept.series), SERIES_MAX), 0, -1):
        found = fewer_series(kept, most)
        if size(axes(found)) <= room:
            return found
    return fewer_categories(fewer_series(kept, 1), CATEGORIES_MAX // 2)


def fewer_categories(chart: Chart, most: int) -> Chart:
    """Of times the latest; of others the largest, in their order, the rest summed where sums mean something."""
    count = len(chart.categories)
    if count <= most:
        return chart
    if chart.shape in OVER_TIME:
        return at(chart, list(range(count - most, count)))
    if chart.unit not in ADD_UP:
        return at(chart, list(range(most)))
    totals = [sum(abs(series.values[place]) for series in chart.series) for place in range(count)]
    kept, rest = split(totals, most - 1)
    short = at(chart, kept)
    return replace(
        short,
        categories=(*short.categories, OTHERS),
        series=tuple(
            replace(new, values=(*new.values, neat(sum(old.values[place] for place in rest))))
            for new, old in zip(short.series, chart.series, strict=True)
        ),
    )


def fewer_series(chart: Chart, most: int) -> Chart:
    if len(chart.series) <= most:
        return chart
    if chart.unit not in ADD_UP or most == 1:
        return replace(chart, series=chart.series[:most])
    kept, rest = split([sum(map(abs, series.values)) for series in chart.series], most - 1)
    columns = zip(*(chart.series[place].values for place in rest), strict=True)
    others = Series(OTHERS, tuple(neat(sum(column)) for column in columns))
    return replace(chart, series=(*(chart.series[place] for place in kept), others))


def fewer_segments(chart: Chart) -> Chart:
    """Slack takes no part of nothing."""
    some = [place for place, value in enumerate(chart.series[0].values) if value > 0]
    return fewer_categories(at(replace(chart, series=chart.series[:1]), some), SEGMENTS_MAX)


def split(sizes: Sequence[float], most: int) -> tuple[list[int], list[int]]:
    """The places of the largest, in their order, and of the rest."""
    largest = sorted(range(len(sizes)), key=lambda place: -sizes[place])[:most]
    return sorted(largest), sorted(set(range(len(sizes))) - set(largest))


def at(chart: Chart, places: list[int]) -> Chart:
    return replace(
        chart,
        categories=tuple(chart.categories[place] for place in places),
        series=tuple(replace(each, values=tuple(each.values[place] for place in places)) for each in chart.series),
    )


def left_out(whole: Chart, kept: Chart) -> str:
    """What the drawing does not say although the table does."""
    if OTHERS in kept.categories[-1:] and OTHERS not in whole.categories:
        return f"The chart sums up all but the largest {len(kept.categories) - 1} as “{OTHERS}”."
    if whole.shape != "pie" and len(kept.categories) < len(whole.categories):
        which = "latest" if whole.shape in OVER_TIME else "first"
        return f"The chart shows the {which} {len(kept.categories)} of {len(whole.categories)}."
    if len(kept.series) < len(whole.series):
        return f"The chart shows {len(kept.series)} lines for {len(whole.series)}."
    return ""


def pie(chart: Chart) -> Block:
    names = labels(chart.categories)
    values = chart.series[0].values
    return {
        "type": "pie",
        "segments": [{"label": name, "value": value} for name, value in zip(names, values, strict=True)],
    }


def axes(chart: Chart) -> Block:
    names = labels(chart.categories)
    config: Block = {"categories": names}
    for key, said in (("x_label", chart.x), ("y_label", chart.y)):
        if said.strip():
            config[key] = kit.clip(one_line(said), AXIS_MAX)
    return {
        "type": "bar" if chart.shape == "pie" or len(names) == 1 else chart.shape,
        "series": [
            {"name": name, "data": points(names, series)}
            for name, series in zip(labels([series.name for series in chart.series]), chart.series, strict=True)
        ],
        "axis_config": config,
    }


def points(names: list[str], series: Series) -> list[Block]:
    return [{"label": name, "value": value} for name, value in zip(names, series.values, strict=True)]


def labels(names: Sequence[str]) -> list[str]:
    """Short, harmless, and each another: two sources that begin alike must not become one."""
    found: list[str] = []
    used: set[str] = set()
    for name in names:
        first = label = kit.clip(one_line(name[:LOOKED_AT]), LABEL_MAX)
        number = 2
        while label in used:
            mark = f" {number}"
            label, number = first[: LABEL_MAX - len(mark)] + mark, number + 1
        used.add(label)
        found.append(label)
    return found


def one_line(text: str) -> str:
    return " ".join(text.split())
