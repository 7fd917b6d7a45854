"""Events that Slack will not send again once acknowledged: kept first, worked off afterwards, each once."""

from collections.abc import Callable
from typing import Any

from bot import channels, handover, response, scrub, speech
from bot.actors import actor, lead_for
from bot.errors import DibsError
from bot.leavers import HANDOVER
from bot.notes import record_note
from bot.sequences import enrolling_many
from bot.services import Services
from store.models import InboxRow
from store.unit_of_work import UnitOfWork

THREAD_REPLY = "thread_reply"
MAX_ATTEMPTS = 5


def receive_event(services: Services, *, key: str, kind: str, body: dict[str, Any]) -> bool:
    """Keep the event before it is acknowledged; False when it came before."""
    with services.unit_of_work() as uow:
        is_new = uow.inbox.receive(InboxRow(key=f"event:{key}", kind=kind, body=body, received_at=services.now()))
        uow.commit()
        return is_new


def waiting_events(services: Services) -> list[int]:
    """The ids of events that were kept but not worked off."""
    with services.reading() as uow:
        return uow.inbox.waiting()


def work_off(services: Services, row_id: int) -> None:
    """Do what the event asks for, once, whoever else tries the same row."""
    step_by_step = STEP_BY_STEP.get(count_attempt(services, row_id) or "")
    if step_by_step:
        step_by_step(services, row_id)
        return
    with services.unit_of_work() as uow:
        row = uow.inbox.take(row_id)
        if row is None:
            return
        try:
            RECORD[row.kind](services, uow, row)
            row.status = "done"
        except DibsError as refusal:
            row.status, row.answer = "rejected", {"reason": str(refusal)}
        # What was said stays in the note; the event itself is not needed any more.
        row.body = {}
        uow.inbox.save(row)
        uow.commit()


def count_attempt(services: Services, row_id: int) -> str | None:
    """Count before trying, in a transaction of its own: a row that kills the process must not do so for ever.

    Returns what kind of row it is; None when there is nothing to try.
    """
    with services.unit_of_work() as uow:
        row = uow.inbox.take(row_id)
        if row is None:
            return None
        row.attempts += 1
        if row.attempts > MAX_ATTEMPTS:
            row.status = "rejected"
        uow.inbox.save(row)
        uow.commit()
        return row.kind if row.status == "waiting" else None


def record_thread_reply(services: Services, uow: UnitOfWork, row: InboxRow) -> None:
    """A rep's reply in a card's thread is a note; it stands in the thread already, so nothing is posted."""
    lead = uow.leads.with_card(row.body["channel"], row.body["thread_ts"])
    if lead is None:
        raise DibsError("That thread belongs to no lead.")
    lead_id, now = lead.id or 0, services.now()
    uow.leads.lock(lead_id)
    who = actor(uow, row.body["user"])
    lead = lead_for(uow, who, "note", lead_id)
    record_note(uow, who, lead, row.body["text"], now)
    response.contacted(services, uow, lead, who, now)
    speech.refresh_home(uow, who.slack_id, now)
    speech.refresh_owners_home(uow, lead, now)


# What is done about each kind of event, in one transaction with the row's end.
RECORD: dict[str, Callable[[Services, UnitOfWork, InboxRow], None]] = {
    THREAD_REPLY: record_thread_reply, channels.JOINED: channels.record_joined, channels.LEFT: channels.record_left,
}  # fmt: skip
# What takes many transactions, and says itself when it is done.
STEP_BY_STEP: dict[str, Callable[[Services, int], None]] = {
    HANDOVER: handover.work_off, scrub.KIND: scrub.work_off, enrolling_many.KIND: enrolling_many.work_off,
}  # fmt: skip
