"""Claim, pass, release: whose lead it is, decided by one conditional update."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import distribution, followups, speech
from bot.actors import actor, lead_for
from bot.errors import DibsError
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import announcements
from bot.views.cards import title
from bot.views.kit import Person
from store.models import Lead, Offer
from store.unit_of_work import UnitOfWork


class AlreadyClaimedError(DibsError):
    """Someone else was first."""


class NotYourTurnError(DibsError):
    """The lead is on offer to another rep, or to nobody."""


@dataclass(frozen=True)
class Claimed:
    lead_id: int
    title: str
    is_repeat: bool = False


def claim(services: Services, slack_id: str, lead_id: int) -> Claimed:
    """Make the actor the owner; of any number of actors at once exactly one succeeds.

    Raises:
        AlreadyClaimedError: with who won and by how much.
        NotYourTurnError: the claim window belongs to another rep.
        NotAllowedError: the actor is not in the lead's team.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "claim", lead_id)
        if lead.owner_id is None and lead.closed_at is None:
            refuse_if_offered_elsewhere(uow, who, lead)
            if uow.leads.take(lead_id, who.rep_id, now=now):
                announce(uow, who, lead, now)
                uow.commit()
                return Claimed(lead_id, title(lead))
            uow.leads.refresh(lead)
        return lost(uow, who, lead, now)


def refuse_if_offered_elsewhere(uow: UnitOfWork, who: Actor, lead: Lead) -> None:
    offer = uow.offers.open_for(lead.id or 0)
    if offer is not None and offer.rep_id != who.rep_id and not who.is_manager:
        name = uow.people.rep(offer.rep_id).name
        raise NotYourTurnError(
            f"{title(lead)} is {name}'s to claim for a few minutes. If {name} passes or lets it lapse, "
            "it goes to the next in turn; the card shows who that is."
        )


def announce(uow: UnitOfWork, who: Actor, lead: Lead, now: datetime) -> None:
    keep_history(uow, who, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.log(uow, lead, announcements.claimed(Person(who.slack_id, who.name), now - lead.created_at), now)
    speech.refresh_home(uow, who.slack_id, now)


def keep_history(uow: UnitOfWork, who: Actor, lead: Lead, now: datetime) -> None:
    """Whoever claims has had the lead, offered or not: given back, it must go to someone else."""
    offer = uow.offers.open_for(lead.id or 0)
    if offer is not None and offer.rep_id == who.rep_id:
        uow.offers.close_for(lead.id or 0, "claimed", now=now)
        return
    uow.offers.close_for(lead.id or 0, "withdrawn", now=now)
    uow.offers.add(
        Offer(lead_id=lead.id or 0, rep_id=who.rep_id, status="claimed", offered_at=now, expires_at=now, closed_at=now)
    )


def lost(uow: UnitOfWork, who: Actor, lead: Lead, now: datetime) -> Claimed:
    if lead.owner_id == who.rep_id:
        return Claimed(lead.id or 0, title(lead), is_repeat=True)
    if lead.owner_id is None:
        raise AlreadyClaimedError(f"{title(lead)} is closed, so it cannot be claimed.")
    winner = uow.people.rep(lead.owner_id)
    lead_time = announcements.duration(now - lead.claimed_at if lead.claimed_at else timedelta(0))
    raise AlreadyClaimedError(f"{winner.name} claimed {title(lead)} {lead_time} before you.")


def pass_lead(services: Services, slack_id: str, lead_id: int) -> str:
    """The actor lets their offer go to the next rep.

    Raises:
        NotYourTurnError: the lead is not on offer to the actor.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "pass", lead_id)
        offer = uow.offers.open_for(lead_id)
        if offer is None or offer.rep_id != who.rep_id or not uow.offers.close(offer.id or 0, "passed", now=now):
            raise NotYourTurnError(f"{title(lead)} is not on offer to you, so there is nothing to pass on.")
        lost_by = Person(who.slack_id, who.name)
        distribution.pass_on(services, uow, lead, lost_by=lost_by, how="passed", now=now)
        uow.commit()
        return title(lead)


def release(services: Services, slack_id: str, lead_id: int) -> str:
    """The owner gives the lead back; it is offered to the next rep, and its reminders stop."""
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "release", lead_id)
        if lead.closed_at is not None:
            raise DibsError(f"{title(lead)} is closed ({lead.stage}), so it stays with whoever closed it.")
        if lead.owner_id is None or not uow.leads.give_back(lead_id, lead.owner_id):
            raise DibsError(f"{title(lead)} has no owner, so there is nothing to give back.")
        lead = uow.leads.refresh(lead)
        followups.cancel_all(uow, lead, now)
        lost_by = Person(who.slack_id, who.name)
        distribution.pass_on(services, uow, lead, lost_by=lost_by, how="gave it back", now=now)
        speech.refresh_home(uow, who.slack_id, now)
        uow.commit()
        return title(lead)
