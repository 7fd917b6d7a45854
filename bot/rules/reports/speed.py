"""Marks on the way to the first contact: how many leads had it within so long."""

from datetime import timedelta

# What teams promise, and what studies of web leads measured: J. Oldroyd, K. McElheran and D. Elkington, “The Short Life
# of Online Sales Leads”, Harvard Business Review 89, March 2011, found most of the effect within the first hour.
MARKS = (
    timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4), timedelta(days=1),
    timedelta(days=3), timedelta(days=7),
)  # fmt: skip
