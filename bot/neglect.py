"""Follow-ups left lying: managers hear of them together, and at last a colleague may take the lead over."""

from datetime import datetime

from bot import distribution, handover, speech
from bot.actors import actor, lead_for
from bot.covers import cover_of, is_away
from bot.errors import DibsError, NotAllowedError
from bot.rules.policy import NO_SUCH_LEAD
from bot.services import Services
from bot.views import announcements
from bot.views import reminders as views
from bot.views.cards import title
from bot.views.kit import Message, Person
from bot.views.reminders import Due
from bot.worktime import is_at_work
from store.followups import Promise
from store.models import Lead, Reminder, Rep
from store.reminders import SAID
from store.unit_of_work import UnitOfWork


def tell_managers(services: Services) -> int:
    """Tick: one message about all that climbed, once some manager is at work; how many follow-ups.

    Every manager who is not away is told, each in their own hours: the row waits for those who are asleep now.
    """
    now = services.now()
    with services.reading() as uow:
        managers = uow.people.managers()
        if not any(is_at_work(services, rep, now) for rep in managers) or not uow.followups.is_any_to_hear():
            return 0
    with services.unit_of_work() as uow:
        found = [one for one in uow.followups.managers_to_hear() if not is_met_soon(uow, one.lead_id, now)]
        if not found or not distribution.is_time_to_tell(services, uow, "neglect", now):
            return 0
        for follow_up in found:
            follow_up.managers_hear = "heard"
        for slack_id in [rep.slack_id for rep in managers if not is_away(rep, now)]:
            speech.tell_of_neglect(uow, slack_id, [one.id or 0 for one in found], now)
        uow.commit()
        return len(found)


def message(uow: UnitOfWork, follow_up_ids: list[int], now: datetime) -> Message | None:
    """What managers are told, from what is true when it leaves; None if nothing of it is."""
    found = [uow.followups.promise(follow_up_id) for follow_up_id in follow_up_ids]
    dues = [
        (Due(promise.follow_up, promise.lead), promise.rep.name)
        for promise in found
        if promise and is_late(promise, now) and not is_met_soon(uow, promise.lead.id, now)
    ]
    return views.neglected(dues, now=now) if dues else None


def is_late(promise: Promise, now: datetime) -> bool:
    return promise.follow_up.status == "open" and promise.follow_up.due_at <= now


def is_met_soon(uow: UnitOfWork, lead_id: int | None, now: datetime) -> bool:
    """Whether a meeting with one of us lies ahead: until then the lead is looked after."""
    return uow.meetings.ahead_until(lead_id or 0, now) is not None


def take_over(services: Services, slack_id: str, follow_up_id: int) -> str:
    """A colleague of the team becomes the owner of a lead whose follow-up was left lying. Returns a sentence.

    Raises:
        DibsError: it is not left lying any more, or the actor takes no leads of its team.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, promise = actor(uow, slack_id), uow.followups.locked(follow_up_id)
        if promise is None:
            raise NotAllowedError(NO_SUCH_LEAD)
        lead = lead_for(uow, who, "claim", promise.lead.id or 0)
        rep = uow.people.rep(who.rep_id)
        if lead.owner_id == rep.id:
            return f"{title(lead)} is yours already."
        refuse_who_takes_none(uow, lead, rep, now)
        if not is_up_for_grabs(services, uow, promise, now):
            raise DibsError(f"{title(lead)} is looked after again, so it stays where it is.")
        before = promise.rep
        handover.give_to(services, uow, lead, rep, by=who.rep_id, now=now)
        uow.reminders.mark_acted(lead.id or 0, now=now)
        speech.log(uow, lead, announcements.taken_over(Person(rep.slack_id, rep.name), before.name), now)
        uow.commit()
        return f"{title(lead)} is yours now."


def refuse_who_takes_none(uow: UnitOfWork, lead: Lead, rep: Rep, now: datetime) -> None:
    """Outside the turns, but not outside what keeps somebody from having any.

    Raises:
        DibsError: they have no seat in the lead's team, are away, paused or set aside.
    """
    membership = uow.people.membership(lead.team_id, rep.id or 0)
    if membership is None:
        raise DibsError("Only somebody with a seat in the lead's team can take it over. /lead assign names one.")
    if is_away(rep, now) or membership.set_aside_at is not None:
        raise DibsError("You take no leads at the moment. Type /lead back first, then take it over.")
    if membership.is_paused:
        raise DibsError("A manager has paused your leads in this team, so you cannot take this one over.")


def is_up_for_grabs(services: Services, uow: UnitOfWork, promise: Promise, now: datetime) -> bool:
    """Whether the team was told of it as it stands, and nobody has looked after it since."""
    follow_up, lead = promise.follow_up, promise.lead
    told = [
        reminder for reminder in uow.reminders.of_follow_up(follow_up.id or 0)
        if reminder.due_at == follow_up.due_at and reminder.status in SAID and tells_team(services, reminder)
    ]  # fmt: skip
    is_left = bool(told) and all(reminder.acted_at is None for reminder in told)
    is_owners = lead.owner_id == follow_up.rep_id and not follow_up.is_lent
    is_open = is_late(promise, now) and lead.closed_at is None
    if is_met_soon(uow, lead.id, now):
        return False
    return is_left and is_open and is_owners and cover_of(uow, promise.rep, now) is None


def tells_team(services: Services, reminder: Reminder) -> bool:
    rule = services.playbook.reminders.rule(reminder.rule)
    return rule is not None and rule.tells == "team"
