"""How often something came lately, so that whoever sends a thousand of it fills no channel with it."""

from datetime import datetime, timedelta

from store.models import InboxRow
from store.unit_of_work import UnitOfWork


def place(uow: UnitOfWork, key: str, now: datetime, *, within: timedelta) -> int:
    """Its place among those since the first one, which is forgotten after that time. Whoever calls holds a lock."""
    first = uow.inbox.answered(key)
    if first is None:
        made = InboxRow(key=key, kind="count", status="done", received_at=now)
        uow.inbox.receive(made)
        uow.inbox.answer(made, {"count": 1})
        return 1
    count = int(first.answer.get("count", 0)) + 1 if now - first.received_at < within else 1
    first.received_at = first.received_at if count > 1 else now
    first.answer = {"count": count}
    uow.inbox.save(first)
    return count
