"""Marks on the way to the first contact: how many leads had it within so long."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.rules.reports.survival import Point

# What teams promise, and what studies of web leads measured: J. Oldroyd, K. McElheran and D. Elkington, “The Short Life
# of Online Sales Leads”, Harvard Business Review 89, March 2011, found most of the effect within the first hour.
MARKS = (
    timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4), timedelta(days=1),
    timedelta(days=3), timedelta(days=7),
)  # fmt: skip


def marks_seen(points: Sequence[Point], watched: Iterable[int]) -> list[timedelta]:
    """Those of which something is known: no curve says what happens after longer than anybody was looked at.

    `watched`: seconds until each lead was reached, or for which it has waited so far.
    """
    longest = max(watched, default=0)
    is_over = bool(points) and points[-1].waiting == 0
    return [mark for mark in MARKS if is_over or mark.total_seconds() <= longest]
