"""What whoever adds a lead by hand is told of it, privately: where it went."""

from datetime import datetime

from bot import speech
from bot.actors import actor, subject
from bot.rules.policy import why_not
from bot.views import announcements
from bot.views.kit import Message
from store.models import Lead
from store.unit_of_work import UnitOfWork


def tell_of_new(uow: UnitOfWork, slack_id: str, lead: Lead, now: datetime) -> None:
    speech.tell(uow, slack_id, whither(uow, slack_id, lead), now)


def whither(uow: UnitOfWork, slack_id: str, lead: Lead) -> Message:
    who = actor(uow, slack_id)
    if why_not(who, "see", subject(uow, lead)):
        return announcements.added_elsewhere(lead)
    offer = uow.offers.open_for(lead.id or 0)
    has = lead.owner_id or (offer.rep_id if offer else None)
    name = uow.people.rep(has).name if has else ""
    until = offer.expires_at if offer and not lead.owner_id else None
    return announcements.added(lead, name, until=until, is_theirs=has == who.rep_id, zone=who.time_zone)
