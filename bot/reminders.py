"""Reminders: planned by the playbook's cadence, said once each, to whoever can act on them, while it is true."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot import speech
from bot.covers import at_the_desk, is_away, named_cover
from bot.playbook.reminders import ReminderRule
from bot.rules import reminding
from bot.rules.calendar import at_local
from bot.rules.effects import a_working_day_after
from bot.rules.reminding import Desk, Fold, Later
from bot.services import Services
from bot.views import reminders as views
from bot.worktime import hours_of
from store.followups import Promise
from store.models import FollowUp, Lead, Reminder, Rep
from store.reminders import DUE, SAID
from store.unit_of_work import UnitOfWork

LENT = "lent:"  # begins a reminder's rule when it is no step of the cadence, but tells a colleague that it is theirs


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
    """The rep's hours, zone, absence or cover changed: what still waits to be said waits for other moments, and what
    a cover was told shows whose it is now."""
    for follow_up, all_of_it in uow.reminders.of_rep(rep.id or 0).values():
        for reminder in all_of_it:
            if reminder.status == "waiting":
                replan(services, uow, follow_up, reminder, after=said_before(all_of_it, follow_up), now=now)
            elif reminder.ts and reminder.said_to not in (None, rep.slack_id):
                speech.correct_reminder(uow, reminder, reminder.said_to or "", now)


def said_before(reminders: list[Reminder], follow_up: FollowUp) -> Reminder | None:
    """The last word about the follow-up as it stands."""
    said = [one for one in reminders if one.due_at == follow_up.due_at and one.status in SAID and not is_lent(one)]
    return said[-1] if said else None


def replan(
    services: Services, uow: UnitOfWork, follow_up: FollowUp, reminder: Reminder, *, after: Reminder | None,
    now: datetime,
) -> None:  # fmt: skip
    """The word that waits comes at its moment by the clock as it is now, or another rule's comes in its place."""
    desk = desk_of(services, uow.people.rep(follow_up.rep_id), away=False)
    planned = reminding.plan(
        services.playbook.reminders.rules, follow_up.kind, follow_up.due_at, desk,
        now=after.fired_at if after and after.fired_at else now, after=after.rule if after else None,
    )  # fmt: skip
    if planned and planned.rule == reminder.rule:
        if planned.fire_at != reminder.fire_at:
            uow.reminders.postpone(reminder.id or 0, planned.fire_at)
    elif uow.reminders.settle(reminder.id or 0, "dropped", now=now):
        plan(services, uow, follow_up, now, after=after.rule if after else None)


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
        follow_up_id = uow.reminders.follow_up_of(reminder_id)
        promise = uow.followups.locked(follow_up_id) if follow_up_id else None
        reminder = uow.reminders.get(reminder_id)
        if reminder is None or reminder.status != "waiting" or promise is None:
            return
        if not is_due(promise, reminder):
            uow.reminders.settle(reminder_id, "dropped", now=now)
        elif promise.follow_up.is_lent and not may_keep(uow, promise):
            give_back(services, uow, promise, now)
        else:
            act(services, uow, promise, reminder, now)
        uow.commit()


def is_due(promise: Promise, reminder: Reminder) -> bool:
    """Whether it still speaks of the promise as it stands, made by whoever is to keep it."""
    follow_up = promise.follow_up
    if is_lent(reminder) and reminder.rule != f"{LENT}{promise.rep.id}":
        return False
    return follow_up.status == "open" and follow_up.due_at == reminder.due_at and is_kept(promise)


def is_kept(promise: Promise) -> bool:
    """Whether it is still the matter of whoever is to keep it: the lead's owner, or a colleague it was lent to."""
    is_theirs = promise.follow_up.is_lent or promise.lead.owner_id == promise.rep.id
    return is_theirs and promise.lead.closed_at is None


def may_keep(uow: UnitOfWork, promise: Promise) -> bool:
    """Whether a borrower is still here, and of the lead's team."""
    rep = promise.rep
    has_seat = rep.role == "manager" or uow.people.membership(promise.lead.team_id, rep.id or 0) is not None
    return rep.is_active and has_seat


def act(services: Services, uow: UnitOfWork, promise: Promise, reminder: Reminder, now: datetime) -> None:
    rule = services.playbook.reminders.rule(reminder.rule)
    if rule is not None and rule.minutes < 0 and now >= reminder.due_at:
        uow.reminders.settle(reminder.id or 0, "dropped", now=now)  # too late for a word before it
        plan(services, uow, promise.follow_up, now, after=reminder.rule)
        return
    hearer = at_the_desk(uow, promise.rep, now)
    desk = desk_of(services, hearer)
    verdict = reminding.verdict(
        desk, now=now, muted_until=hearer.muted_until,
        said_today=uow.reminders.said_since(hearer.slack_id, day_began(hearer, now)),
        budget=services.playbook.reminders.daily_budget,
    )  # fmt: skip
    if isinstance(verdict, Later):
        uow.reminders.postpone(reminder.id or 0, soonest(services, uow, promise.rep, now))
        return
    met_at = uow.meetings.ahead_until(promise.lead.id or 0, now) if rule and rule.tells != "rep" else None
    if met_at is not None:
        uow.reminders.postpone(reminder.id or 0, met_at)  # nobody else is to be told while a meeting lies ahead
        return
    act_by = None if isinstance(verdict, Fold) else a_working_day_after(now, desk.hours, desk.zone)
    say(uow, promise, reminder, hearer, now, act_by=act_by)
    if rule is not None:
        climb(uow, promise, rule, now)
    plan(services, uow, promise.follow_up, now, after=reminder.rule)


def say(
    uow: UnitOfWork, promise: Promise, reminder: Reminder, hearer: Rep, now: datetime, *, act_by: datetime | None
) -> None:
    """Settle it, and leave it to the outbox or, if nobody is to act upon it by any time, to the digest."""
    earlier = said_before(uow.reminders.of_follow_up(promise.follow_up.id or 0), promise.follow_up)
    status = "fired" if act_by else "folded"
    uow.reminders.settle(reminder.id or 0, status, now=now, said_to=hearer.slack_id, act_by=act_by)
    if act_by:
        speech.remind(uow, reminder, hearer.slack_id, now)
    if earlier is None:
        correct(uow, promise, now)  # its DM may say that it was put off, and has its buttons again
    speech.refresh_home(uow, promise.rep.slack_id, now)


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
        is_line = reminder.channel is not None and reminder.ts is None
        if reminder.status == "fired" and reminder.said_to and not is_line:
            speech.correct_reminder(uow, reminder, reminder.said_to, now)


def correct_all(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead is in other hands: those who were told of its follow-ups see that."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        correct(uow, promise, now)


def resume(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """No meeting lies ahead any more: what waited for the end of one comes at its own moment."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        of_it = uow.reminders.of_follow_up(promise.follow_up.id or 0)
        for reminder in of_it:
            if reminder.status == "waiting" and not is_lent(reminder):
                after = said_before(of_it, promise.follow_up)
                replan(services, uow, promise.follow_up, reminder, after=after, now=now)


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
        if lead.owner_id is None or (promise.follow_up.is_lent and promise.follow_up.rep_id != lead.owner_id):
            continue
        if promise.follow_up.rep_id == lead.owner_id:
            stays(services, uow, promise, now)
        else:
            pass_to(services, uow, promise, lead.owner_id, now)


def stays(services: Services, uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """It is the owner's, who had it already: lent, or while the lead was nobody's and nothing could be said."""
    promise.follow_up.is_lent = False
    reminders = uow.reminders.of_follow_up(promise.follow_up.id or 0)
    if reminders and not any(reminder.status == "waiting" for reminder in reminders):
        plan(services, uow, promise.follow_up, now)
    correct(uow, promise, now)


def pass_to(services: Services, uow: UnitOfWork, promise: Promise, owner_id: int, now: datetime) -> None:
    """It is due for its new keeper from now on, if it was late."""
    follow_up = promise.follow_up
    correct(uow, promise, now)
    uow.reminders.drop_waiting(follow_up.id or 0, now=now)
    follow_up.rep_id, follow_up.is_lent, follow_up.managers_hear = owner_id, False, "no"
    follow_up.due_at = max(follow_up.due_at, now)
    plan(services, uow, follow_up, now)


# --- lent to a colleague


def is_lent(reminder: Reminder) -> bool:
    return reminder.rule.startswith(LENT)


def lend(services: Services, uow: UnitOfWork, promise: Promise, rep: Rep, *, by: str, now: datetime) -> None:
    """The colleague keeps it from now on and is told at once; that it is late stays as it is."""
    follow_up = promise.follow_up
    uow.reminders.drop_waiting(follow_up.id or 0, now=now)
    correct(uow, promise, now)
    follow_up.rep_id, follow_up.is_lent = rep.id or 0, rep.id != promise.lead.owner_id
    told = uow.reminders.tell(
        follow_up.id or 0, f"{LENT}{rep.id}", due_at=follow_up.due_at, said_to=rep.slack_id, now=now
    )
    if told:
        speech.remind(uow, told, rep.slack_id, now, asked_by=by)
    plan(services, uow, follow_up, now)
    speech.refresh_home(uow, rep.slack_id, now)


def give_back(services: Services, uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """The borrower is gone: the owner keeps it again, or whoever owns the lead next."""
    speech.refresh_home(uow, promise.rep.slack_id, now)
    if promise.lead.owner_id is not None:
        pass_to(services, uow, promise, promise.lead.owner_id, now)
        speech.refresh_home(uow, uow.people.rep(promise.lead.owner_id).slack_id, now)
    else:
        uow.reminders.drop_waiting(promise.follow_up.id or 0, now=now)
        promise.follow_up.is_lent = False
