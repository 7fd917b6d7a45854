"""Percentiles, interleaving, and what the kernel knows of a process."""

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
T = TypeVar("T")


def interleaved(rounds: int, *slices: Callable[[], T]) -> list[list[T]]:
    """Run the slices A B A B ..., so that a noisy minute falls on all of them; one list for each slice."""
    results: list[list[T]] = [[] for _ in slices]
    for _ in range(rounds):
        for kept, run in zip(results, slices, strict=True):
            kept.append(run())
    return results


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def paired_ratio(values: list[float], floors: list[float]) -> float:
    """The median of the ratios of neighbours: what disturbed the machine disturbed both."""
    return median(value / floor for value, floor in zip(values, floors, strict=True))


def cpu_seconds(pid: int) -> float:
    """User and system time of the process so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident and proportional memory of the process."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, _, size = line.partition(":")
        sizes[name] = int(size.split()[0]) / 1024
    return sizes["Rss"], sizes["Pss"]


def peak_memory_mb() -> float:
    """The most this process ever had. Not from getrusage, which begins with what the parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
