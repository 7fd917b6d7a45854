"""Somebody leaves: the work of handing over what they have is left to the inbox, in the transaction that says so."""

from collections.abc import Collection
from datetime import datetime

from bot.views.handover import IN_TURN
from store.models import InboxRow, Rep
from store.unit_of_work import UnitOfWork

HANDOVER = "handover"


def begin(
    uow: UnitOfWork, rep: Rep, *, why: str, now: datetime, key: str = "", to: str = IN_TURN,
    team_ids: Collection[int] | None = None, told: Collection[str] | None = None,
    has_seats: bool = True, offers_only: bool = False,
) -> None:  # fmt: skip
    """Of these teams or of all; `to` one rep by id or in turn; `told`, or all managers, hear what came of it.

    Without `has_seats` they have been taken away already; with `offers_only` the leads that are theirs stay so.
    The same `key` counts once.
    """
    body = {
        "rep": rep.id, "to": to, "why": why, "teams": sorted(team_ids) if team_ids is not None else None,
        "told": sorted(told) if told is not None else None,
        "offers_only": offers_only, "has_seats": has_seats, "offers_after": 0, "lent_after": 0, "leads_after": 0,
    }  # fmt: skip
    key = f"{HANDOVER}:{key or f'{rep.id}:{now.isoformat()}'}"
    uow.inbox.receive(InboxRow(key=key, kind=HANDOVER, body=body, received_at=now))
