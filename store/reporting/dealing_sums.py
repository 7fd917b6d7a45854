"""Adds waits that are over, offers that nobody took and presses that came too late to their sums, each once."""

from collections.abc import Callable
from typing import Any, NamedTuple

from store.models import HoldTotal, LateTotal, UnansweredTotal
from store.reporting import sql
from store.reporting.additions import Sums, changes, cohorts, second
from store.reporting.spans import Days, longer

MILLISECOND, COARSE = 1, 120  # exact below that many milliseconds, and above it as exact as other times: see sql.bucket
KNOWN_AT = "CASE WHEN noted_at > ended_at THEN noted_at ELSE ended_at END"  # both of its ends


class Hands(NamedTuple):
    """What folding does alike with every table: take rows that are in no sum, add to sums, mark the rows."""

    take: Callable[[str, str, int], list[tuple[Any, ...]]]
    write: Callable[[Any, Sums], None]
    mark: Callable[[str, list[tuple[Any, ...]]], None]


def fold(hands: Hands, zone: str, limit: int) -> int:
    """So many rows at most of each kind; returns how many there were."""
    return sum(one(hands, Days(zone), limit) for one in (holds, unanswered, late))


def holds(hands: Hands, days: Days, limit: int) -> int:
    columns = f"team_id, source, why, began_at, ended_at, {KNOWN_AT} AS known_at, gone_at"
    rows, found = hands.take(columns, "hold", limit), Sums()
    for (_, team_id, source, why, began, ended, *_), by, at in changes(rows):
        began_at, ended_at = second(began), second(ended)
        seconds = sql.bucket_of(max(ended_at - began_at, 0))
        found.add(((days.month(began_at), days.month(at)), team_id, source, why, seconds), by, 1)
    hands.write(HoldTotal, found.under(cohorts))
    hands.mark("hold", rows)
    return len(rows)


def unanswered(hands: Hands, days: Days, limit: int) -> int:
    rows, found = hands.take("team_id, rep_id, status, closed_at, NULL", "offer", limit), Sums()
    for (_, team_id, rep_id, status, *_), by, at in changes(rows):
        found.add((days.month(at), team_id, rep_id, status), by, 1)
    hands.write(UnansweredTotal, found.under(longer))
    hands.mark("offer", rows)
    return len(rows)


def late(hands: Hands, days: Days, limit: int) -> int:
    rows, found = hands.take('team_id, rep_id, behind, "at", NULL', "press", limit), Sums()
    for (_, team_id, rep_id, behind, *_), by, at in changes(rows):
        found.add((days.month(at), team_id, rep_id, sql.bucket_of(behind, MILLISECOND, COARSE)), by, 1)
    hands.write(LateTotal, found.under(longer))
    hands.mark("press", rows)
    return len(rows)
