"""How often anybody is written to: at most so many messages within seven days, over all sequences. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WEEK = timedelta(days=7)


def room_at(contacts: Iterable[datetime], now: datetime, a_week: int) -> datetime:
    """When one more may leave: `now`, or once enough of those that left are a week old.

    `contacts` are the moments at which messages left, or are going to: what is queued counts as if it had left.
    """
    recent = sorted(at for at in contacts if at > now - WEEK)
    if len(recent) < a_week:
        return now
    return recent[len(recent) - a_week] + WEEK
