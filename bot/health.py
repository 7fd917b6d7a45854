"""How the bot is doing, in numbers: for /healthz, /metrics and the doctor."""

from dataclasses import dataclass

from bot.services import Services
from store.outbox import OutboxSummary


@dataclass(frozen=True)
class Health:
    outbox: OutboxSummary
    inbox_waiting: int
    oldest_due_seconds: float  # how late the reminder is that should have fired longest ago; 0 when none is due


def health(services: Services) -> Health:
    now = services.now()
    with services.reading() as uow:
        oldest = uow.followups.oldest_waiting()
        late = (now - oldest).total_seconds() if oldest else 0.0
        return Health(uow.outbox.summary(now), uow.inbox.count_waiting(), max(0.0, late))
