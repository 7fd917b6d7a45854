"""What every change of a lead has in hand: the transaction, who does it, the locked lead, and the time."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.rules.policy import Actor
from bot.services import Services
from bot.views.kit import Person
from store.models import Lead
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Work:
    services: Services
    uow: UnitOfWork
    who: Actor
    lead: Lead
    now: datetime

    @property
    def by(self) -> Person:
        return Person(self.who.slack_id, self.who.name)

    @property
    def lead_id(self) -> int:
        return self.lead.id or 0

    @property
    def today(self) -> date:
        """Where whoever does it is."""
        return self.now.astimezone(ZoneInfo(self.who.time_zone)).date()
