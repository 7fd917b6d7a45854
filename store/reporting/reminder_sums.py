"""Adds reminders that were said to their sums, and what was done about them, each once."""

from collections.abc import Iterator
from typing import Any

from store.models import ReminderTotal
from store.reporting import sql
from store.reporting.additions import Sums, cohorts, second
from store.reporting.dealing_sums import Hands
from store.reporting.reminders import ACTED, DIGESTED, LATE, MISSED, PENDING
from store.reporting.spans import Days

COLUMNS = """rule, status = 'digested' AS is_digested, acted_at > act_by AS is_late, coalesce(act_by, fired_at),
             fired_at, acted_at"""
Change = tuple[str, int, int, int]  # of which way there are how many more, since when, and after how many seconds


def fold(hands: Hands, zone: str, limit: int) -> int:
    """So many rows at most; returns how many there were."""
    rows, days, found = hands.take(COLUMNS, "reminder", limit), Days(zone), Sums()
    for _, folded, rule, is_digested, is_late, until, fired, acted in rows:
        said = second(fired)
        done = None if acted is None else second(acted)
        changes = changed(is_said=not folded, said=said, until=second(until), done=done, is_late=is_late)
        for way, more, at, seconds in [(DIGESTED, 1, said, 0)] if is_digested else changes:
            found.add(((days.month(said), days.month(at)), rule, way, sql.bucket_of(seconds)), more, 1)
    hands.write(ReminderTotal, found.under(cohorts))
    hands.mark("reminder", rows)
    return len(rows)


def changed(*, is_said: bool, said: int, until: int, done: int | None, is_late: Any) -> Iterator[Change]:
    """It is pending until it is missed, at a time that may lie ahead; or until something is done about it."""
    if is_said:
        yield from [(PENDING, 1, said, 0), (PENDING, -1, until, 0), (MISSED, 1, until, 0)]
    if done is not None and is_late:
        yield from [(MISSED, -1, done, 0), (LATE, 1, done, done - said)]
    elif done is not None:
        yield from [(MISSED, -1, until, 0), (PENDING, 1, until, 0)]
        yield from [(PENDING, -1, done, 0), (ACTED, 1, done, done - said)]
