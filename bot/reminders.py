"""Reminders: planned by the playbook's cadence, said once each, to whoever can act on them, while it is true."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot import speech
from bot.covers import at_the_desk, is_away, named_cover
from bot.playbook_reminders import ReminderRule
from bot.rules import reminding
from bot.rules.calendar import at_local
from bot.rules.reminding import Desk, Fold, Later
from bot.services import Services
from bot.views import reminders as views
from bot.worktime import hours_of
from store.followups import Promise
from store.models import FollowUp, Lead, Reminder, Rep
from store.reminders import DUE
from store.unit_of_work import UnitOfWork


def plan(services: Services, uow: UnitOfWork, follow_up: FollowUp, now: datetime, *, after: str | None = None) -> None:
    """The next rule's word about the follow-up; `after` is the rule that has just spoken."""
    rules = services.playbook.reminders.rules
    # Counted in the promiser's own hours; whether they are away, and who hears instead, is asked when it is due.
    desk = desk_of(services, uow.people.rep(follow_up.rep_id), away=False)
    planned = reminding.plan(rules, follow_up.kind, follow_up.due_at, desk, now=now, after=after)
    while planned and not uow.reminders.plan(
        follow_up.id or 0, planned.rule, due_at=follow_up.due_at, fire_at=planned.fire_at
    ):
        # That rule has spoken of this due time already, before the follow-up went round and came back.
        planned = reminding.plan(rules, follow_up.kind, follow_up.due_at, desk, now=now, after=planned.rule)


def plan_anew(services: Services, uow: UnitOfWork, follow_up: FollowUp, now: datetime) -> None:
    """Its time or its rep is another one now: what was planned before is not said."""
    uow.reminders.drop_waiting(follow_up.id or 0, now=now)
    plan(services, uow, follow_up, now)


def replan_of(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    """The rep's hours, zone or absence changed: what still waits to be said waits for other moments."""
    desk = desk_of(services, rep, away=False)
    for reminder, follow_up in uow.reminders.waiting_of_rep(rep.id or 0):
        rules = services.playbook.reminders.rules
        names = [rule.name for rule in rules]
        before = names[: names.index(reminder.rule)] if reminder.rule in names else names[:0]
        said = [one for one in uow.reminders.of_follow_up(follow_up.id or 0)
                if one.rule in before and one.due_at == follow_up.due_at and one.fired_at]  # fmt: skip
        last = said[-1] if said else None
        planned = reminding.plan(
            rules, follow_up.kind, follow_up.due_at, desk, now=last.fired_at if last and last.fired_at else now,
            after=last.rule if last else None,
        )  # fmt: skip
        if planned and planned.rule == reminder.rule:
            uow.reminders.postpone(reminder.id or 0, planned.fire_at)


def desk_of(services: Services, rep: Rep, *, away: bool = True) -> Desk:
    return Desk(hours_of(services, rep), rep.time_zone, rep.away_until if away else None)


# --- at their moment


def due_reminders(services: Services) -> list[int]:
    """The ids of reminders whose moment has come."""
    return services.database.peek(DUE, services.now())


def fire_reminder(services: Services, reminder_id: int) -> None:
    """Say one due reminder, put it off, or leave it to the digest; whoever else tries the same one finds it settled."""
    now = services.now()
    with services.unit_of_work() as uow:
        reminder = uow.reminders.get(reminder_id)
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is None or reminder.status != "waiting" or promise is None:
            return
        if is_due(promise, reminder):
            act(services, uow, promise, reminder, now)
        else:
            uow.reminders.settle(reminder_id, "dropped", now=now)
        uow.commit()


def is_due(promise: Promise, reminder: Reminder) -> bool:
    """Whether it still speaks of the promise as it stands, made by whoever is to keep it."""
    follow_up, lead = promise.follow_up, promise.lead
    is_theirs = follow_up.is_lent or lead.owner_id == promise.rep.id
    return follow_up.status == "open" and follow_up.due_at == reminder.due_at and is_theirs and lead.closed_at is None


def act(services: Services, uow: UnitOfWork, promise: Promise, reminder: Reminder, now: datetime) -> None:
    rule = services.playbook.reminders.rule(reminder.rule)
    if rule is not None and rule.minutes < 0 and now >= reminder.due_at:
        uow.reminders.settle(reminder.id or 0, "dropped", now=now)  # too late for a word before it
        plan(services, uow, promise.follow_up, now, after=reminder.rule)
        return
    hearer = at_the_desk(uow, promise.rep, now)
    verdict = reminding.verdict(
        desk_of(services, hearer), now=now, muted_until=hearer.muted_until,
        said_today=uow.reminders.said_since(hearer.slack_id, day_began(hearer, now)),
        budget=services.playbook.reminders.daily_budget,
    )  # fmt: skip
    if isinstance(verdict, Later):
        uow.reminders.postpone(reminder.id or 0, soonest(services, uow, promise.rep, now))
        return
    status = "folded" if isinstance(verdict, Fold) else "fired"
    if not uow.reminders.settle(reminder.id or 0, status, now=now, said_to=hearer.slack_id):
        return
    if status == "fired":
        speech.remind(uow, reminder, hearer.slack_id, now)
    speech.refresh_home(uow, promise.rep.slack_id, now)
    if rule is not None:
        climb(uow, promise, rule, now)
    plan(services, uow, promise.follow_up, now, after=reminder.rule)


def soonest(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> datetime:
    """When somebody can hear of it: the rep, or their cover, who may be back from somewhere before them."""
    cover = named_cover(uow, rep) if is_away(rep, now) else None
    return min(desk_of(services, each).next_open(now) for each in (rep, cover) if each)


def day_began(rep: Rep, now: datetime) -> datetime:
    """Midnight where the rep is."""
    return at_local(now.astimezone(ZoneInfo(rep.time_zone)).date(), time(0), rep.time_zone)


def climb(uow: UnitOfWork, promise: Promise, rule: ReminderRule, now: datetime) -> None:
    """Besides the rep, who else is to know."""
    if rule.tells == "manager":
        promise.follow_up.managers_hear = "waiting"
    elif rule.tells == "team" and not promise.follow_up.is_lent:
        speech.log(uow, promise.lead, views.take_over(promise.follow_up, promise.rep.name), now)


# --- when things change


def correct(uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """Edit what was said about the follow-up. One that is on its way at this moment counts: its DM may be read
    before we know where it stands."""
    for reminder in uow.reminders.of_follow_up(promise.follow_up.id or 0):
        if reminder.status == "fired" and reminder.said_to:
            speech.correct_reminder(uow, reminder, reminder.said_to, now)


def cancel_all(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead was won, lost or given back: nothing more is due, and sent reminders say so."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        follow_up_id = promise.follow_up.id or 0
        if uow.followups.close(follow_up_id, "cancelled", now=now):
            uow.reminders.drop_waiting(follow_up_id, now=now)
            correct(uow, promise, now)


def move_to_owner(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """What somebody else promised about the lead is its owner's to keep now, unless it was lent to a colleague."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        follow_up = promise.follow_up
        if follow_up.rep_id == lead.owner_id or lead.owner_id is None or follow_up.is_lent:
            continue
        correct(uow, promise, now)
        follow_up.rep_id, follow_up.managers_hear = lead.owner_id, "no"
        uow.reminders.drop_waiting(follow_up.id or 0, now=now)
        follow_up.due_at = max(follow_up.due_at, now)
        plan(services, uow, follow_up, now)
