"""What every change of a lead has in hand: the transaction, who does it, the locked lead, and the time."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.actors import actor, lead_for
from bot.rules.policy import Action, Actor
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


def taken_up(services: Services, uow: UnitOfWork, slack_id: str, lead_id: int, action: Action) -> Work:
    """The lead, locked, in the hands of somebody who may do this to it."""
    uow.leads.lock(lead_id)
    who = actor(uow, slack_id)
    return Work(services, uow, who, lead_for(uow, who, action, lead_id), services.now())
