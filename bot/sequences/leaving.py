"""A lead leaves a sequence: for good, with a reason, and whatever was still to leave stays here.

Whoever calls holds the lead locked.
"""

from collections.abc import Collection
from datetime import datetime

from bot import speech
from bot.contact.withdrawing import put_right
from bot.playbook.sequences import Exit
from bot.services import Services
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork

WORDS: dict[Exit, str] = {
    "reply": "they answered", "booking": "they booked a meeting", "won": "it is won", "lost": "it is lost",
}  # fmt: skip


def leave(
    services: Services, uow: UnitOfWork, lead: Lead, why: str, now: datetime, *, only: int | None = None,  # noqa: ARG001
) -> list[Enrolment]:  # fmt: skip
    """End all sequences that run for the lead, or the one of that number; returns those that ended."""
    ended = uow.enrolments.leave(lead.id or 0, why, now, only=only)
    for one in ended:
        put_right(uow, uow.messages.cancel(f"Left “{one.sequence}”: {why}", enrolment_id=one.id), now)
    if ended:
        speech.refresh_card(uow, lead, now)
    return ended


def leave_on(services: Services, uow: UnitOfWork, lead: Lead, event: Exit, now: datetime) -> list[Enrolment]:
    """End those that this ends."""
    ended = []
    for one in uow.enrolments.running(lead.id or 0):
        sequence = services.playbook.sequence(one.sequence)
        if sequence is not None and event in sequence.leaves_on:
            ended += leave(services, uow, lead, WORDS[event], now, only=one.id)
    return ended


def leave_all(uow: UnitOfWork, lead_ids: Collection[int], why: str, now: datetime) -> None:
    """Of leads that go in bulk; what they were to be told is asked for once more before it leaves."""
    uow.enrolments.leave_all(lead_ids, why, now)
