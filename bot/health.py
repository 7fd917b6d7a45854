"""How the bot is doing, in numbers: for /healthz, /metrics and the doctor."""

from dataclasses import dataclass

from bot.services import Services
from store.contact.messages import MessagesSummary
from store.outbox import OutboxSummary


@dataclass(frozen=True)
class Health:
    outbox: OutboxSummary
    inbox_waiting: int
    oldest_due_seconds: float  # how late the reminder is that should have fired longest ago; 0 when none is due
    messages: MessagesSummary  # to leads


def try_again(services: Services, *, refused_too: bool) -> None:
    """After a start: conversations that Slack refused get another chance at once; refused messages on request."""
    now = services.now()
    with services.unit_of_work() as uow:
        for lane in uow.outbox.summary(now).parked:
            uow.outbox.unpark(lane.lane, now)
        for row in uow.outbox.dead() if refused_too else []:
            uow.outbox.revive(row.id or 0, now)
        uow.commit()


def health(services: Services) -> Health:
    now = services.now()
    with services.reading() as uow:
        oldest = uow.reminders.oldest_waiting()
        late = (now - oldest).total_seconds() if oldest else 0.0
        return Health(uow.outbox.summary(now), uow.inbox.count_waiting(), max(0.0, late), uow.messages.summary(now))
