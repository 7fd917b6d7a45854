"""What a lead does reaches its sequences: an answer or a booking ends them, and branches look anew.

Whoever calls holds the lead locked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.playbook.sequences import Branch, Exit
from bot.sequences import leaving
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork

ENDS: dict[str, Exit] = {"reply": "reply", "meeting": "booking"}


class Done(Protocol):
    """A touch, as it came or as it is kept."""

    @property
    def kind(self) -> str: ...


def stirred(services: Services, uow: UnitOfWork, lead: Lead, touches: Iterable[Done], now: datetime) -> None:
    """The lead did these things."""
    for event in dict.fromkeys(ENDS[one.kind] for one in touches if one.kind in ENDS):
        leaving.leave_on(services, uow, lead, event, now)
    wake(services, uow, lead, now)


def wake(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """What it waits for at a branch may have happened: the next tick looks."""
    for one in uow.enrolments.running(lead.id or 0):
        sequence = services.playbook.sequence(one.sequence)
        if sequence is not None and isinstance(sequence.step(one.step), Branch) and one.due_at > now:
            one.due_at = now
            uow.enrolments.save(one)
