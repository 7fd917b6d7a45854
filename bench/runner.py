"""Runs the figures one after another and tells them as a table and as JSON."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from bench import (
    ack,
    dealing,
    delay,
    drain,
    fairness,
    finding,
    importing,
    intake,
    letters,
    matching,
    race,
    reports,
    sandbox,
    sequences,
    startup,
    tick,
    whatif,
)
from bench.rows import Row, table


class Figure(Protocol):
    """One module's measurement; `quick` trades precision for time."""

    def __call__(self, *, quick: bool) -> Iterator[Row]: ...


FIGURES: Mapping[str, Figure] = {
    "ack": ack.measure,
    "intake": intake.measure,
    "race": race.measure,
    "delay": delay.measure,
    "drain": drain.measure,
    "startup": startup.measure,
    "sandbox": sandbox.measure,
    "fairness": fairness.measure,
    "dealing": dealing.measure,
    "whatif": whatif.measure,
    "tick": tick.measure,
    "finding": finding.measure,
    "importing": importing.measure,
    "matching": matching.measure,
    "reports": reports.measure,
    "sequences": sequences.measure,
    "letters": letters.measure,
}


def run(names: list[str], *, quick: bool, say: Callable[[str], None]) -> list[Row]:
    """Measure these figures, and say each one's table as soon as it is there."""
    rows: list[Row] = []
    for name in names:
        started = time.monotonic()
        found = list(FIGURES[name](quick=quick))
        say(f"{name}: {time.monotonic() - started:.0f} s\n{table(found)}\n")
        rows += found
    return rows


def write_json(rows: list[Row], path: Path) -> None:
    path.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
