"""Charts as pictures: drawn by a process of their own, whatever is in them, and never for long."""

from pathlib import Path
from typing import Any

import pytest

from bot.pictures import PNG, NotDrawnError, png
from bot.rules.reports.report import Chart, Series
from bot.views.charts import drawn

ROOT = Path(__file__).parent.parent.parent
HOSTILE = ("$x^2$", "$\\frac", "<!here>", "日本語", "👩‍💻", "a\x07b", "%s", "_legend_", "")
MOST_BYTES = 150_000


def chart(shape: Any, names: tuple[str, ...], series: int) -> dict[str, Any]:
    lines = tuple(Series(names[at % len(names)], tuple(map(float, range(1, len(names) + 1)))) for at in range(series))
    found = drawn(Chart(shape, names[0], names, lines, x=names[-1]))
    assert found is not None
    return found.block


@pytest.mark.parametrize(("shape", "series"), [("bar", 3), ("line", 12), ("area", 2), ("pie", 1)])
def test_every_shape_is_drawn_small_whatever_is_written_on_it(shape: str, series: int) -> None:
    drawing = png(chart(shape, HOSTILE, series))
    assert drawing.startswith(PNG)
    assert len(drawing) < MOST_BYTES


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(NotDrawnError):
        png(chart("bar", ("one", "two"), 1), seconds=0.01)


def test_what_is_no_chart_is_not_drawn() -> None:
    with pytest.raises(NotDrawnError):
        png({"type": "data_visualization", "title": "x", "chart": {"type": "radar"}})


def test_the_bot_itself_does_not_load_what_draws() -> None:
    """It takes a second and a hundred megabytes that a bot which draws nothing should not pay."""
    sources = [path for folder in ("bot", "handlers", "store") for path in (ROOT / folder).rglob("*.py")]
    others = [path for path in (ROOT / "app.py", *sources) if path.parent.name != "charts"]
    assert not [
        path for path in others if "from bot.charts" in path.read_text() or "import bot.charts" in path.read_text()
    ]
