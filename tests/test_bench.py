"""The benchmark runs from the command line, prints its rows and writes them as JSON; how fast is not asked here."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.rows import Row, at_least, at_most, table, within

ROOT = Path(__file__).parents[1]


def bench(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_figure_is_printed_and_written_as_json(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    done = bench("--quick", "delay", BENCH_JSON=str(written))
    assert done.returncode == 0, done.stderr
    rows = json.loads(written.read_text(encoding="utf-8"))
    assert rows
    for row in rows:
        assert set(row) == {"name", "value", "unit", "floor", "ratio", "goal", "met"}
        assert row["name"] in done.stdout
        assert row["value"] > 0


def test_an_unknown_figure_is_refused_with_those_there_are() -> None:
    done = bench("nonsense")
    assert done.returncode == 2
    assert "there is no figure nonsense; there are ack, intake" in done.stderr


def test_a_time_must_stay_under_its_goal_and_a_rate_above() -> None:
    assert at_most("slow", 2.0, "ms", 1.0, 1.3) == Row("slow", 2.0, "ms", 1.0, 2.0, 1.3, met=False)
    assert at_most("quick", 1.2, "ms", 1.0, 1.3).met
    assert at_least("rate", 2.0, "1/s", 1.0, 0.95).met
    assert not at_least("rate", 0.9, "1/s", 1.0, 0.95).met
    assert at_most("no goal", 9.0, "ms", 1.0).met


def test_a_limit_stands_in_the_name_and_decides_alone() -> None:
    row = within("idle", 0.6, "%", 0.5, floor=0.6)
    assert (row.name, row.met, row.goal) == ("idle (limit 0.5 %)", False, None)


def test_the_table_says_what_was_missed() -> None:
    lines = table([at_most("a", 2.0, "ms", 1.0, 1.3), at_least("b", 2.0, "1/s", 1.0, 0.95)]).splitlines()
    assert lines[1].endswith("NOT MET")
    assert lines[2].endswith(" met")
