"""Follow-ups and their reminders: set, done, put off, and said at the right moment, once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import speech
from bot.actors import actor, lead_for
from bot.covers import at_the_desk
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.rules.calendar import at_local, next_local
from bot.rules.cleaning import clean_text
from bot.rules.policy import Actor
from bot.rules.when import MAX_YEARS
from bot.services import Services
from bot.views import announcements
from bot.views.cards import title
from bot.views.forms import WHAT_MAX
from bot.views.kit import Person
from bot.worktime import hours_of
from store.followups import Promise
from store.models import FollowUp, InboxRow, Lead, Reminder
from store.unit_of_work import UnitOfWork

OVERDUE_AFTER = timedelta(days=1)
SNOOZE_AT = time(9)  # as the menu says


@dataclass(frozen=True)
class FollowUpSet:
    title: str
    owner: str | None  # who is reminded, when it is not the one who asked
    due_at: datetime
    what: str


def set_follow_up(
    services: Services, slack_id: str, lead_id: int, due_at: datetime, what: str, *, key: str
) -> FollowUpSet:
    """Promise to contact the lead at `due_at` (aware); its owner is reminded. The same key changes nothing.

    Raises:
        InvalidInputError: the time has passed.
        DibsError: the lead is closed or nobody's, so nobody would be reminded.
    """
    now = services.now()
    if due_at <= now:
        raise InvalidInputError([Problem("date", "This time has already passed. Choose a later one.")])
    said = clean_text(what, limit=WHAT_MAX + 1)
    if len(said) > WHAT_MAX:
        raise InvalidInputError([Problem("what", f"Keep it to {WHAT_MAX} characters; the rest belongs in a note.")])
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "follow_up", lead_id)
        if lead.owner_id is None or lead.closed_at is not None:
            state = "has no owner" if lead.owner_id is None else f"is closed ({lead.stage})"
            raise DibsError(f"{title(lead)} {state}, so nobody would be reminded. Claim it or reopen it first.")
        owner = uow.people.rep(lead.owner_id)
        other = None if lead.owner_id == who.rep_id else owner.name
        answer = FollowUpSet(title(lead), other, due_at, said)
        if not uow.inbox.receive(InboxRow(key=f"follow_up:{key}", kind="follow_up", status="done", received_at=now)):
            return answer
        follow_up = FollowUp(lead_id=lead_id, rep_id=lead.owner_id, due_at=due_at, what=said, created_at=now)
        plan_reminder(services, uow, uow.followups.add(follow_up), due_at)
        speech.refresh_card(uow, lead, now)
        asked_by = Person(who.slack_id, who.name)
        speech.log(uow, lead, announcements.follow_up(asked_by, said, due_at, asks=other), now)
        speech.refresh_home(uow, owner.slack_id, now)
        uow.commit()
        return answer


def local_moment(services: Services, slack_id: str, day: str, at: str) -> datetime:
    """What the pickers' day (ISO date) and time (HH:MM) mean in the rep's own zone.

    Raises:
        InvalidInputError: a picker was left empty, or the day is beyond any plan.
    """
    with services.reading() as uow:
        zone = actor(uow, slack_id).time_zone
    problems = [Problem(name, "Choose one.") for name, value in (("date", day), ("time", at)) if not value]
    if problems:
        raise InvalidInputError(problems)
    chosen = date.fromisoformat(day)
    if chosen.year > services.now().year + MAX_YEARS:
        raise InvalidInputError([Problem("date", f"This is more than {MAX_YEARS} years away. Choose an earlier one.")])
    return at_local(chosen, time.fromisoformat(at), zone)


def suggested_time(services: Services, slack_id: str) -> datetime:
    """The start of the next working day, in the rep's zone."""
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
    hours, zone = hours_of(services, rep), rep.time_zone
    tomorrow = services.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return at_local(hours.next_day(tomorrow), hours.starts, zone).astimezone(ZoneInfo(zone))


def done(services: Services, slack_id: str, follow_up_id: int) -> str:
    """The promise was kept; nothing more is said about it."""
    now = services.now()
    with services.unit_of_work() as uow:
        who, promise = own_promise(uow, slack_id, follow_up_id)
        if not uow.followups.close(follow_up_id, "done", now=now):
            return f"{title(promise.lead)}: this follow-up is already closed."
        uow.followups.drop_waiting(follow_up_id, now=now)
        speech.log(
            uow, promise.lead, announcements.follow_up_done(Person(who.slack_id, who.name), promise.follow_up.what), now
        )
        refresh_all(uow, promise, now)
        uow.commit()
        return f"Done: {title(promise.lead)}."


def snooze(services: Services, slack_id: str, follow_up_id: int, until: str) -> str:
    """Put the follow-up off: "1h", "tomorrow" (9:00) or "week" (the same weekday, 9:00)."""
    now = services.now()
    with services.unit_of_work() as uow:
        who, promise = own_promise(uow, slack_id, follow_up_id)
        due_at = snoozed(until, now, who.time_zone)
        if not uow.followups.move(follow_up_id, due_at):
            return f"{title(promise.lead)}: this follow-up is already closed."
        uow.followups.drop_waiting(follow_up_id, now=now)
        plan_reminder(services, uow, promise.follow_up, due_at)
        refresh_all(uow, promise, now)
        uow.commit()
        return f"Put off: {title(promise.lead)}."


def snoozed(until: str, now: datetime, zone: str) -> datetime:
    local_today = now.astimezone(ZoneInfo(zone)).date()
    match until:
        case "1h":
            return now + timedelta(hours=1)
        case "tomorrow":
            return at_local(local_today + timedelta(days=1), SNOOZE_AT, zone)
        case "week":
            return at_local(local_today + timedelta(days=7), SNOOZE_AT, zone)
        case _:
            raise DibsError("Choose how long: one hour, tomorrow or next week.")


def own_promise(uow: UnitOfWork, slack_id: str, follow_up_id: int) -> tuple[Actor, Promise]:
    who = actor(uow, slack_id)
    promise = uow.followups.promise(follow_up_id)
    if promise is None:
        raise NotFoundError("This follow-up is not there any more.")
    if promise.rep.id != who.rep_id:
        lead_for(uow, who, "follow_up", promise.lead.id or 0)
    return who, promise


def lead_of(services: Services, slack_id: str, follow_up_id: int) -> int:
    """The number of the lead that a follow-up is about."""
    with services.reading() as uow:
        return own_promise(uow, slack_id, follow_up_id)[1].lead.id or 0


def refresh_all(uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """Card, sent reminders and Home show the new truth."""
    speech.refresh_card(uow, promise.lead, now)
    speech.refresh_home(uow, promise.rep.slack_id, now)
    correct_reminders(uow, promise, now)


def correct_reminders(uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """Edit what was said about the follow-up. One that is on its way at this moment counts: its DM may be read
    before we know where it stands."""
    for reminder in uow.followups.reminders_of(promise.follow_up.id or 0):
        if reminder.status == "fired" and not reminder.in_digest:
            speech.remind(uow, reminder, promise.rep.slack_id, now)


def cancel_all(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead was won, lost or given back: nothing more is due, and sent reminders say so."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        follow_up_id = promise.follow_up.id or 0
        if uow.followups.close(follow_up_id, "cancelled", now=now):
            uow.followups.drop_waiting(follow_up_id, now=now)
            correct_reminders(uow, promise, now)


def move_to_owner(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """What somebody else promised about the lead is its owner's to keep now."""
    for promise in uow.followups.open_of_lead(lead.id or 0):
        follow_up = promise.follow_up
        if follow_up.rep_id == lead.owner_id or lead.owner_id is None:
            continue
        uow.followups.drop_waiting(follow_up.id or 0, now=now)
        correct_reminders(uow, promise, now)
        follow_up.rep_id = lead.owner_id
        plan_reminder(services, uow, follow_up, max(follow_up.due_at, now))


def plan_reminder(services: Services, uow: UnitOfWork, follow_up: FollowUp, due_at: datetime) -> None:
    rep = uow.people.rep(follow_up.rep_id)
    fire_at = hours_of(services, rep).next_open(due_at, rep.time_zone)
    uow.followups.remind(Reminder(follow_up_id=follow_up.id or 0, due_at=due_at, fire_at=fire_at))


def due_reminders(services: Services) -> list[int]:
    """The ids of reminders whose moment has come."""
    with services.reading() as uow:
        return [reminder.id or 0 for reminder in uow.followups.due_reminders(services.now(), in_digest=False)]


def fire_reminder(services: Services, reminder_id: int) -> None:
    """Hand one due reminder to the outbox, if nobody else did, and plan its line in the digest."""
    now = services.now()
    with services.unit_of_work() as uow:
        reminder = uow.followups.reminder(reminder_id)
        if reminder is None or not uow.followups.settle(reminder_id, "fired", now=now):
            return
        promise = uow.followups.promise(reminder.follow_up_id)
        if promise is not None and promise.follow_up.status == "open":
            speech.remind(uow, reminder, at_the_desk(uow, promise.rep, now).slack_id, now)
            plan_digest_line(services, uow, promise, now)
        uow.commit()


def due_digests(services: Services) -> list[int]:
    """The reps whose digest is due."""
    with services.reading() as uow:
        due = uow.followups.due_reminders(services.now(), in_digest=True)
        promises = [uow.followups.promise(reminder.follow_up_id) for reminder in due]
        return list(dict.fromkeys(promise.rep.id or 0 for promise in promises if promise))


def fire_digest(services: Services, rep_id: int) -> None:
    """Hand the rep's digest to the outbox: one message for everything that is a day late."""
    now = services.now()
    with services.unit_of_work() as uow:
        due = [
            reminder for reminder in uow.followups.due_in_digest_of(rep_id, now)
            if uow.followups.settle(reminder.id or 0, "fired", now=now)
        ]  # fmt: skip
        if due:
            speech.send_digest(uow, at_the_desk(uow, uow.people.rep(rep_id), now), due, now)
            uow.commit()


def plan_digest_line(services: Services, uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """A day after it was due, the follow-up comes once more, in the morning digest of a working day."""
    hours, zone = hours_of(services, promise.rep), promise.rep.time_zone
    due_again = promise.follow_up.due_at + OVERDUE_AFTER
    morning = next_local(max(due_again, now) - timedelta(seconds=1), services.playbook.reminders.digest_at, zone)
    day = hours.next_day(morning.astimezone(ZoneInfo(zone)).date())
    fire_at = hours.next_open(at_local(day, services.playbook.reminders.digest_at, zone), zone)
    uow.followups.remind(
        Reminder(follow_up_id=promise.follow_up.id or 0, due_at=due_again, fire_at=fire_at, in_digest=True)
    )
