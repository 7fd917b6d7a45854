"""A lead waits for its first contact: its rep is reminded, managers are told, at last somebody else gets it."""

from datetime import datetime, timedelta
from typing import Any

from bot import covers, distribution, next_steps, reminders, speech, waiting
from bot.rules.policy import Actor
from bot.rules.response import MANAGER, NEXT, REMIND, Due, next_step
from bot.services import Services
from bot.views import responses
from bot.views.kit import Message, Person
from bot.views.responses import Awaiting
from bot.worktime import hours_of, is_at_work
from store.models import Lead, Rep
from store.unit_of_work import UnitOfWork

LATE = timedelta(minutes=5)  # a step that comes later than this moves those after it
# What a message is about.
REMINDS, FOR_MANAGERS, TAKEN_BACK = "reminds", "for managers", "taken back"


# --- what stops the clock


def contacted(
    services: Services, uow: UnitOfWork, lead: Lead, who: Actor, now: datetime, *, for_owner: bool = False
) -> None:
    """Somebody was in touch with the lead; the first time, by those who answer for it, stops its clock.

    Whatever shows a contact comes here; `for_owner` if the owner asked them to. The lead must be locked.
    """
    if waiting.awaits_contact(lead) and (for_owner or answers_for(uow, lead, who, now)):
        waiting.stop(services, uow, lead, now)
        lead.first_contact_at = now
        next_steps.first_contact(services, uow, lead, now)
        speech.refresh_card(uow, lead, now)
    next_steps.worked_on(services, uow, lead, now)


def answers_for(uow: UnitOfWork, lead: Lead, who: Actor, now: datetime) -> bool:
    """Managers, the owner, and whoever covers for the owner."""
    if who.is_manager or lead.owner_id == who.rep_id:
        return True
    cover = covers.cover_of(uow, uow.people.rep(lead.owner_id), now) if lead.owner_id else None
    return cover is not None and cover.id == who.rep_id


def stage_moved(
    services: Services, uow: UnitOfWork, lead: Lead, who: Actor, now: datetime, *, is_reopened: bool, is_lost: bool
) -> None:
    """A new stage is a contact, except a lost one: that only stops the clock. An opened lead waits anew."""
    if is_reopened:
        waiting.begins(lead, now)
        waiting.begins_anew(services, uow, lead, now)
        next_steps.after_claim(services, uow, lead, now)
    elif not is_lost:
        contacted(services, uow, lead, who, now)
    if lead.closed_at is not None:
        waiting.stop(services, uow, lead, now)


# --- what happens while it runs


def due(services: Services) -> list[int]:
    """The ids of leads for whose first contact something is to be done now."""
    with services.reading() as uow:
        return uow.leads.response_due(services.now())


def take_step(services: Services, lead_id: int) -> None:
    """Take the lead's next step if it is due, whoever else tries the same lead."""
    now = services.now()
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        if lead is None or lead.response_due_at is None or lead.response_due_at > now:
            return
        waiting.heed_meetings(services, uow, lead, now)  # and the playbook and everybody's hours, as they are now
        planned = waiting.planned(services, uow, lead) if waiting.is_running(lead) else None
        if planned is not None and planned.at <= now:
            climb(services, uow, lead, planned, now)
        speech.refresh_card(uow, lead, now)
        uow.commit()


def climb(services: Services, uow: UnitOfWork, lead: Lead, planned: Due, now: datetime) -> None:
    """Take the step, or put it off until whoever it is for is at work, unless the one after it comes before that."""
    step, following = planned.step, step_after(services, uow, lead, planned, now)
    hearer = hearer_of(uow, lead, step, now)
    opens = hours_of(services, hearer).next_open(now, hearer.time_zone) if hearer else now
    if opens > now and (following is None or opens < following.at):
        lead.response_due_at = opens
        return
    if not uow.leads.take_step(lead, step, due_at=following.at if following else None):
        return
    if step == MANAGER:
        let_managers_hear(lead)
    elif hearer is not None and opens == now:
        act = {REMIND: remind, NEXT: offer_to_the_next}[step]
        act(services, uow, lead, hearer, now)


def step_after(services: Services, uow: UnitOfWork, lead: Lead, planned: Due, now: datetime) -> Due | None:
    """The one that comes after the planned one, if that is taken now."""
    ladder, stretch = waiting.ladder_of(services, uow, lead), waiting.stretch_of(services, uow, lead)
    return next_step(ladder, stretch, planned.step, late_at=now if now - planned.at > LATE else None)


def hearer_of(uow: UnitOfWork, lead: Lead, step: int, now: datetime) -> Rep | None:
    """Whom the step is for: the owner or, to be reminded, their cover, or the rep who has the offer."""
    if step == MANAGER:
        return None
    if lead.owner_id is None:
        offer = uow.offers.open_for(lead.id or 0) if step == REMIND else None
        rep = uow.people.rep(offer.rep_id) if offer else None
        return rep if rep and rep.is_active and not covers.is_away(rep, now) else None
    owner = uow.people.rep(lead.owner_id)
    if step == NEXT:
        return owner
    if covers.is_away(owner, now):
        return covers.cover_of(uow, owner, now)
    return owner if owner.is_active else None


def remind(services: Services, uow: UnitOfWork, lead: Lead, hearer: Rep, now: datetime) -> None:  # noqa: ARG001
    since = lead.response_from.isoformat() if lead.response_from else ""
    payload = {"about": REMINDS, "lead_id": lead.id, "since": since}
    speech.tell_of_first_contact(uow, hearer.slack_id, payload, now)


def let_managers_hear(lead: Lead) -> None:
    """Once for each lead, and not of one that they know to be nobody's."""
    knows = lead.owner_id is None and lead.managers_told_at is not None
    if lead.managers_hear == "no" and not knows:
        lead.managers_hear = "waiting"


def offer_to_the_next(services: Services, uow: UnitOfWork, lead: Lead, owner: Rep, now: datetime) -> None:
    """The owner's turn is spent; their follow-ups stay open, and whoever owns the lead next gets them."""
    if not uow.leads.give_back(lead.id or 0, owner.id or 0):
        return
    lead = uow.leads.refresh(lead)
    next_steps.stirred(services, uow, lead, now)
    reminders.correct_all(uow, lead, now)
    payload = {"about": TAKEN_BACK, "lead_id": lead.id, "waited": seconds(waiting.waited(services, uow, lead, now))}
    waiting.begins_anew(services, uow, lead, now)
    lost_by = Person(owner.slack_id, owner.name)
    distribution.deal_again(services, uow, lead, lost_by=lost_by, how="did not get in touch in time", now=now)
    if owner.is_active:
        speech.tell_of_first_contact(uow, owner.slack_id, payload, now)
        speech.refresh_home(uow, owner.slack_id, now)


def seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def tell_managers(services: Services) -> int:
    """One message about all leads that managers are to hear of, once some of them are at work; how many leads."""
    now = services.now()
    with services.reading() as uow:
        if not uow.leads.is_any_to_hear() or not managers_at_work(services, uow, now):
            return 0
    with services.unit_of_work() as uow:
        leads, at_work = uow.leads.managers_to_hear(), managers_at_work(services, uow, now)
        if not leads or not at_work or not distribution.is_time_to_tell(services, uow, "first contact", now):
            return 0
        for lead in leads:
            lead.managers_hear = "heard"
        for rep in at_work:
            payload = {"about": FOR_MANAGERS, "lead_ids": [lead.id for lead in leads]}
            speech.tell_of_first_contact(uow, rep.slack_id, payload, now)
        uow.commit()
        return len(leads)


def managers_at_work(services: Services, uow: UnitOfWork, now: datetime) -> list[Rep]:
    return [rep for rep in uow.people.managers() if is_at_work(services, rep, now)]


# --- what is said, from what is true when it leaves


def message(services: Services, uow: UnitOfWork, payload: dict[str, Any], now: datetime) -> Message | None:
    """The words of a message that was queued; None if it is not true any more."""
    if payload["about"] == FOR_MANAGERS:
        found = [uow.leads.get(lead_id) for lead_id in payload["lead_ids"]]
        late = [awaiting(services, uow, lead, now) for lead in found if lead and waiting.is_running(lead)]
        return responses.for_managers(late) if late else None
    lead = uow.leads.get(payload["lead_id"])
    if lead is None:
        return None
    if payload["about"] == TAKEN_BACK:
        return responses.taken_back(lead, timedelta(seconds=payload["waited"]))
    if lead.response_from is None or lead.response_from.isoformat() != payload["since"]:
        return None
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    is_cover = owner is not None and owner.slack_id != payload["slack_id"]
    return responses.reminder(awaiting(services, uow, lead, now), covers=is_cover)


def awaiting(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> Awaiting:
    offer = uow.offers.open_for(lead.id or 0)
    return Awaiting(
        lead, waiting.waited(services, uow, lead, now),
        owner=uow.people.rep(lead.owner_id).name if lead.owner_id else None,
        offered_to=uow.people.rep(offer.rep_id).name if offer else None,
        offered_until=offer.expires_at if offer else None,
    )  # fmt: skip
