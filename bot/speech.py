"""What use cases leave to be said: outbox rows, written in the same transaction as the change they tell of."""

from datetime import datetime
from typing import Any

from bot.views.kit import Message
from store.models import Lead, Reminder, Rep
from store.unit_of_work import UnitOfWork


def refresh_card(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Post the lead's card, or bring it up to date; many changes become one update."""
    uow.outbox.add(
        kind="card", lane=f"team:{lead.team_id}", payload={"lead_id": lead.id}, coalesce_key=f"card:{lead.id}", now=now
    )


def log(uow: UnitOfWork, lead: Lead, message: Message, now: datetime) -> None:
    """A line in the lead's thread, which is its public record."""
    payload = {"lead_id": lead.id, **message.as_payload()}
    uow.outbox.add(kind="thread", lane=f"team:{lead.team_id}", payload=payload, now=now)


def tell_privately(uow: UnitOfWork, *, channel: str, slack_id: str, message: Message, now: datetime) -> None:
    """Something only one person in the channel sees."""
    payload = {"channel": channel, "user": slack_id, **message.as_payload()}
    uow.outbox.add(kind="ephemeral", lane=f"private:{channel}", payload=payload, now=now)


def tell(uow: UnitOfWork, slack_id: str, message: Message, now: datetime) -> None:
    """A direct message."""
    payload = {"slack_id": slack_id, **message.as_payload()}
    uow.outbox.add(kind="message", lane=f"user:{slack_id}", payload=payload, now=now)


def tell_of_first_contact(uow: UnitOfWork, slack_id: str, payload: dict[str, Any], now: datetime) -> None:
    """A direct message about leads that wait for a first contact; it leaves within working hours, if still true."""
    uow.outbox.add(kind="first contact", lane=f"user:{slack_id}", payload={"slack_id": slack_id, **payload}, now=now)


def remind(uow: UnitOfWork, reminder: Reminder, slack_id: str, now: datetime) -> None:
    """Send the reminder's DM, or edit it to what is true now."""
    uow.outbox.add(
        kind="reminder", lane=f"user:{slack_id}", payload={"reminder_id": reminder.id},
        coalesce_key=f"reminder:{reminder.id}", now=now,
    )  # fmt: skip


def send_digest(uow: UnitOfWork, rep: Rep, reminders: list[Reminder], now: datetime) -> None:
    payload = {"slack_id": rep.slack_id, "reminder_ids": [reminder.id for reminder in reminders]}
    uow.outbox.add(kind="digest", lane=f"user:{rep.slack_id}", payload=payload, now=now)


def refresh_home(uow: UnitOfWork, slack_id: str, now: datetime) -> None:
    uow.outbox.add(
        kind="home", lane=f"home:{slack_id}", payload={"slack_id": slack_id}, coalesce_key=f"home:{slack_id}", now=now
    )
