"""Claim, pass, release: whose lead it is, decided by one conditional update."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot import distribution, next_steps, ownership, reminders, seats, speech, waiting
from bot.actors import actor, lead_for
from bot.errors import DibsError, InvalidInputError, Problem
from bot.playbook.playbook import PassReason
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import announcements
from bot.views.cards import title
from bot.views.kit import Person
from store.models import Lead, Offer, Press
from store.unit_of_work import UnitOfWork


class AlreadyClaimedError(DibsError):
    """Someone else was first."""


class NotYourTurnError(DibsError):
    """The lead is on offer to another rep, or to nobody."""


@dataclass(frozen=True)
class Claimed:
    """The receipt."""

    lead_id: int
    title: str
    waited: timedelta = timedelta(0)  # since the lead could be claimed
    is_repeat: bool = False


def claim(services: Services, slack_id: str, lead_id: int, *, key: str = "", channel: str = "") -> Claimed:
    """Make the actor the owner; of any number of actors at once exactly one succeeds, and all learn their place.

    The same `key` again does nothing; without one every call counts. With a `channel` the winner's receipt is
    shown there, to them alone.

    Raises:
        AlreadyClaimedError: with who won, by how much, and the place of this press.
        NotYourTurnError: the claim window belongs to another rep.
        NotAllowedError: the actor is not in the lead's team.
    """
    now, key = services.now(), key or uuid4().hex
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "claim", lead_id)
        if lead.owner_id == who.rep_id or uow.presses.with_key(key):
            return Claimed(lead_id, title(lead), is_repeat=True)
        mine = {"lead_id": lead_id, "rep_id": who.rep_id, "team_id": lead.team_id}
        if lead.owner_id is None and lead.closed_at is None:
            refuse_if_offered_elsewhere(uow, who, lead)
            if uow.leads.take(lead_id, who.rep_id, now=now):
                uow.presses.add(Press(key=key, won=True, at=now, **mine))
                receipt = settle(services, uow, who, lead, now)
                if channel:
                    said = announcements.receipt(receipt.title, receipt.waited)
                    speech.tell_privately(uow, channel=channel, slack_id=slack_id, message=said, now=now)
                uow.commit()
                return receipt
        uow.leads.lock(lead_id)  # who won is certain now, and those who lost are counted one after another
        place = uow.presses.add(Press(key=key, won=False, at=now, **mine))
        sentence = lost(uow, lead, now, place)
        uow.commit()
    raise AlreadyClaimedError(sentence)


def refuse_if_offered_elsewhere(uow: UnitOfWork, who: Actor, lead: Lead) -> None:
    offer = uow.offers.open_for(lead.id or 0)
    if offer is not None and offer.rep_id != who.rep_id and not who.is_manager:
        name = uow.people.rep(offer.rep_id).name
        raise NotYourTurnError(
            f"{title(lead)} is {name}'s to claim for a few minutes. If {name} passes or lets it lapse, "
            "it goes to the next in turn; the card shows who that is."
        )


def settle(services: Services, uow: UnitOfWork, who: Actor, lead: Lead, now: datetime) -> Claimed:
    """The lead is the actor's: everything that hangs from it follows, and everyone sees it."""
    offer = uow.offers.open_for(lead.id or 0)
    if offer is not None and offer.rep_id == who.rep_id:
        uow.offers.close_for(lead.id or 0, "claimed", now=now)
        seats.answered(uow, lead.team_id, who.rep_id)
    else:
        withdraw_offer(uow, lead, now)
        uow.offers.had(lead.id or 0, who.rep_id, now=now)
    ownership.begins(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.log(uow, lead, announcements.claimed(Person(who.slack_id, who.name), now - lead.created_at), now)
    speech.refresh_home(uow, who.slack_id, now)
    return Claimed(lead.id or 0, title(lead), now - (offer.offered_at if offer else lead.created_at))


def withdraw_offer(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Somebody else decided about the lead: whoever had the offer gets another turn for it."""
    offer = uow.offers.open_for(lead.id or 0)
    if offer is not None and uow.offers.close(offer.id or 0, "withdrawn", now=now):
        team = uow.people.team_for_decision(lead.team_id)
        seats.return_turn(uow, team, offer.rep_id, now, lead_id=lead.id or 0, why="withdrawn")
        speech.refresh_home(uow, uow.people.rep(offer.rep_id).slack_id, now)


def lost(uow: UnitOfWork, lead: Lead, now: datetime, place: int) -> str:
    if lead.owner_id is None:
        return f"{title(lead)} is closed, so it cannot be claimed."
    winner = uow.people.rep(lead.owner_id)
    lead_time = announcements.duration(now - lead.claimed_at if lead.claimed_at else timedelta(0))
    nth = f" Your press was number {place}." if place > 1 else ""
    return f"{winner.name} claimed {title(lead)} {lead_time} before you.{nth}"


def lead_to_pass(services: Services, slack_id: str, lead_id: int) -> Lead:
    """The lead, if it is on offer to the actor; asked before the form opens.

    Raises:
        NotYourTurnError: it is not.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "pass", lead_id)
        own_offer(uow, who, lead)
        return lead


def own_offer(uow: UnitOfWork, who: Actor, lead: Lead) -> Offer:
    offer = uow.offers.open_for(lead.id or 0)
    if offer is None or offer.rep_id != who.rep_id:
        raise NotYourTurnError(f"{title(lead)} is not on offer to you, so there is nothing to pass on.")
    return offer


def pass_lead(services: Services, slack_id: str, lead_id: int, reason: str = "") -> str:
    """The actor lets their offer go to the next rep; if the lead is at fault, their turn comes again.

    Raises:
        NotYourTurnError: the lead is not on offer to the actor.
        InvalidInputError: the playbook knows no such reason.
    """
    now = services.now()
    why = reason_named(services, reason)
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "pass", lead_id)
        offer = own_offer(uow, who, lead)
        uow.offers.close(offer.id or 0, "passed", now=now, pass_reason=why.name if why else None)
        seats.answered(uow, lead.team_id, who.rep_id)
        let_go(services, uow, who, lead, why, how="passed", turn_of=who.rep_id, now=now)
        speech.refresh_home(uow, who.slack_id, now)
        uow.commit()
        return title(lead)


def release(services: Services, slack_id: str, lead_id: int, reason: str = "") -> str:
    """The owner gives the lead back; it is offered to the next rep, and its reminders stop."""
    now = services.now()
    why = reason_named(services, reason)
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "release", lead_id)
        if lead.closed_at is not None:
            raise DibsError(f"{title(lead)} is closed ({lead.stage}), so it stays with whoever closed it.")
        before = lead.owner_id
        if before is None or not uow.leads.give_back(lead_id, before):
            raise DibsError(f"{title(lead)} has no owner, so there is nothing to give back.")
        lead = uow.leads.refresh(lead)
        waiting.begins_anew(services, uow, lead, now)
        reminders.cancel_all(uow, lead, now)
        next_steps.stirred(services, uow, lead, now)
        let_go(services, uow, who, lead, why, how="gave it back", turn_of=before, now=now)
        owner = uow.people.rep(before)
        if before != who.rep_id:
            speech.tell(
                uow, owner.slack_id, announcements.given_back(who.name, title(lead), why.name if why else ""), now
            )
        speech.refresh_home(uow, owner.slack_id, now)
        uow.commit()
        return title(lead)


def let_go(
    services: Services, uow: UnitOfWork, who: Actor, lead: Lead, why: PassReason | None, *, how: str, turn_of: int,
    now: datetime,
) -> None:  # fmt: skip
    """The lead goes round again, without the actor and without the one whose turn it was."""
    if why is not None and why.returns_turn:
        lead.rejected_by = sorted({*lead.rejected_by, who.rep_id})
        team = uow.people.team_for_decision(lead.team_id)
        seats.return_turn(uow, team, turn_of, now, lead_id=lead.id or 0, why=why.name)
    said = f"{how} ({why.name})" if why else how
    lost_by = Person(who.slack_id, who.name)
    distribution.deal_again(services, uow, lead, lost_by=lost_by, how=said, now=now, without=who.rep_id)


def reason_named(services: Services, name: str) -> PassReason | None:
    known = services.playbook.pass_reasons
    if not name.strip():
        return None
    found = next((reason for reason in known if reason.name.casefold() == name.strip().casefold()), None)
    if found is None:
        listed = ", ".join(reason.name for reason in known)
        raise InvalidInputError([Problem("reason", f"I do not know the reason “{name[:40]}”. I know {listed}.")])
    return found
