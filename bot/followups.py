"""Follow-ups: promised, kept, put off, given to a colleague, given up."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import consents, next_steps, notes, reminders, response, speech
from bot.actors import actor, lead_for
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError, Problem
from bot.people import Profile, known_rep
from bot.rules.calendar import at_local
from bot.rules.cleaning.lead import clean_text
from bot.rules.policy import NO_SUCH_LEAD, Actor
from bot.rules.when.reading import MAX_YEARS
from bot.services import Services
from bot.views import announcements
from bot.views import reminders as views
from bot.views.cards import title
from bot.views.followup_forms import BY_STAGE, NO_NEXT, PICKED, WENT, WHAT_MAX
from bot.views.kit import Person
from bot.views.reminders import Due
from bot.worktime import hours_of
from store.followups import Promise
from store.models import FOLLOW_UP_KINDS, FollowUp, InboxRow, Lead
from store.unit_of_work import UnitOfWork

SNOOZE_AT = time(9)  # as the menu says
SPOKEN_WITH = ("reached", "not now", "message")  # of how it went: the lead heard from us


@dataclass(frozen=True)
class Wanted:
    """A follow-up to be set."""

    due_at: datetime  # aware
    what: str
    kind: str = "task"


@dataclass(frozen=True)
class Outcome:
    """How a follow-up went, and what is next: at a time, by the stage's cadence, or nothing for now."""

    went: str = ""
    note: str = ""
    next_at: datetime | None = None
    next_what: str = ""
    by_stage: bool = False


def set_follow_up(
    services: Services, slack_id: str, lead_id: int, due_at: datetime, what: str, *, kind: str = "task", key: str
) -> None:
    """Promise to contact the lead at `due_at` (aware); its owner is reminded. The same key changes nothing.

    Raises:
        InvalidInputError: the time has passed.
        DibsError: the lead is closed or nobody's, so nobody would be reminded.
    """
    now = services.now()
    wanted = checked(due_at, what, kind, now=now)
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "follow_up", lead_id)
        if lead.owner_id is None or lead.closed_at is not None:
            state = "has no owner" if lead.owner_id is None else f"is closed ({lead.stage})"
            raise DibsError(f"{title(lead)} {state}, so nobody would be reminded. Claim it or reopen it first.")
        if first_time(uow, f"follow_up:{key}", now):
            add(services, uow, who, lead, wanted, now=now)
            speech.refresh_card(uow, lead, now)
            speech.refresh_home(uow, uow.people.rep(lead.owner_id).slack_id, now)
            uow.commit()


def checked(due_at: datetime, what: str, kind: str = "task", *, now: datetime) -> Wanted:
    """What is to be done when, cleaned.

    Raises:
        InvalidInputError: it is too long or of no kind we know, or the time has passed.
    """
    if due_at <= now:
        raise InvalidInputError([Problem("date", "This time has already passed. Choose a later one.")])
    if kind not in FOLLOW_UP_KINDS:
        raise InvalidInputError([Problem("kind", f"Choose one of {', '.join(FOLLOW_UP_KINDS)}.")])
    said = clean_text(what, limit=WHAT_MAX + 1)
    if len(said) > WHAT_MAX:
        raise InvalidInputError([Problem("what", f"Keep it to {WHAT_MAX} characters; the rest belongs in a note.")])
    return Wanted(due_at, said, kind)


def first_time(uow: UnitOfWork, key: str, now: datetime) -> bool:
    return uow.inbox.receive(InboxRow(key=key, kind="follow_up", status="done", received_at=now))


def add(services: Services, uow: UnitOfWork, who: Actor, lead: Lead, wanted: Wanted, *, now: datetime) -> None:
    """The lead's owner has one more thing to do, and its thread says so."""
    consents.require_contact(uow, lead, wanted.kind)
    owner = uow.people.rep(lead.owner_id or 0)
    follow_up = uow.followups.add(FollowUp(
        lead_id=lead.id or 0, rep_id=owner.id or 0, due_at=wanted.due_at, what=wanted.what, kind=wanted.kind,
        created_at=now,
    ))  # fmt: skip
    next_steps.planned_by_hand(uow, lead, now)
    reminders.plan(services, uow, follow_up, now)
    asks = None if owner.id == who.rep_id else owner.name
    said = announcements.follow_up(Person(who.slack_id, who.name), views.what(follow_up), wanted.due_at, asks=asks)
    speech.log(uow, lead, said, now)


# --- at which time


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


def chosen_moment(services: Services, slack_id: str, quick: str, day: str, at: str) -> datetime | None:
    """What a form asks for: a quick choice, or the pickers; None where nothing is to come.

    Raises:
        InvalidInputError: a picker was left empty that counts.
    """
    if quick in ("", PICKED):
        return local_moment(services, slack_id, day, at)
    if quick in (NO_NEXT, BY_STAGE):
        return local_moment(services, slack_id, day, at or SNOOZE_AT.isoformat("minutes")) if day else None
    with services.reading() as uow:
        return snoozed(quick, services.now(), actor(uow, slack_id).time_zone)


def suggested_time(services: Services, slack_id: str) -> datetime:
    """The start of the next working day, in the rep's zone."""
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
    hours, zone = hours_of(services, rep), rep.time_zone
    tomorrow = services.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return at_local(hours.next_day(tomorrow), hours.starts, zone).astimezone(ZoneInfo(zone))


def snoozed(until: str, now: datetime, zone: str) -> datetime:
    """What one of the quick choices means.

    Raises:
        InvalidInputError: it is none, or lies behind already.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    days = {"tomorrow": 1, "3d": 3, "week": 7, "4w": 28}
    if until == "1h":
        return now + timedelta(hours=1)
    if until in days:
        return at_local(today + timedelta(days=days[until]), SNOOZE_AT, zone)
    if until == "15:00" and (moment := at_local(today, time(15), zone)) > now:
        return moment
    raise InvalidInputError([Problem("quick", "This time has already passed. Choose a later one.")])


# --- what becomes of one


def done(services: Services, slack_id: str, follow_up_id: int, how: Outcome, *, key: str) -> str:
    """The promise was kept: how it went is written down, and what is next is set. Returns a sentence.

    Raises:
        InvalidInputError: what is next lies in the past, or says too much.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, promise = own_promise(uow, slack_id, follow_up_id)
        lead, follow_up = promise.lead, promise.follow_up
        if not first_time(uow, f"done:{key}", now):
            return f"Done: {title(lead)}."
        went = how.went if how.went in WENT else ""
        if not uow.followups.close(follow_up_id, "done", now=now, outcome=went):
            raise DibsError(closed_already(promise))
        uow.reminders.drop_waiting(follow_up_id, now=now)
        by = Person(who.slack_id, who.name)
        said = announcements.follow_up_done(by, views.what(follow_up), went=WENT.get(went, ""))
        speech.log(uow, lead, said, now)
        if how.note.strip():
            note = notes.record_note(uow, who, lead, how.note, now)
            speech.log(uow, lead, announcements.note(by, note.text), now)
        if went in SPOKEN_WITH or how.note.strip():
            is_borrower = follow_up.is_lent and promise.rep.id == who.rep_id
            response.contacted(services, uow, lead, who, now, for_owner=is_borrower)
        set_next(services, uow, who, lead, how, now=now)
        changed(services, uow, promise, now)
        uow.commit()
        return f"Done: {title(lead)}."


def set_next(services: Services, uow: UnitOfWork, who: Actor, lead: Lead, how: Outcome, *, now: datetime) -> None:
    if lead.closed_at is not None or lead.owner_id is None:
        return
    if how.next_at is not None:
        add(services, uow, who, lead, checked(how.next_at, how.next_what, now=now), now=now)
    elif how.by_stage:
        next_steps.after_done(services, uow, lead, now)


def snooze(services: Services, slack_id: str, follow_up_id: int, until: str) -> str:
    """Put the follow-up off by one of the menu's choices."""
    with services.reading() as uow:
        zone = actor(uow, slack_id).time_zone
    return snooze_to(services, slack_id, follow_up_id, snoozed(until, services.now(), zone))


def snooze_to(services: Services, slack_id: str, follow_up_id: int, due_at: datetime) -> str:
    """Put the follow-up off until then. Returns a sentence.

    Raises:
        InvalidInputError: the time has passed.
    """
    now = services.now()
    checked(due_at, "", now=now)
    with services.unit_of_work() as uow:
        _, promise = own_promise(uow, slack_id, follow_up_id)
        if not uow.followups.move(follow_up_id, due_at):
            raise DibsError(closed_already(promise))
        reminders.plan_anew(services, uow, promise.follow_up, now)
        changed(services, uow, promise, now)
        uow.commit()
        return f"Put off: {title(promise.lead)}."


def lend(services: Services, slack_id: str, follow_up_id: int, person: Profile) -> str:
    """Somebody else does it; the lead stays with its owner. Returns a sentence.

    Raises:
        NotFoundError: the person has no seat in the lead's team.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, promise = own_promise(uow, slack_id, follow_up_id)
        lead, follow_up, rep = promise.lead, promise.follow_up, known_rep(uow, person)
        if follow_up.status != "open":
            raise DibsError(closed_already(promise))
        if rep.role != "manager" and uow.people.membership(lead.team_id, rep.id or 0) is None:
            team = uow.people.team(lead.team_id)
            raise NotFoundError(f"{rep.name} is not in team {team.name}, so they may not see this lead.")
        if rep.id == promise.rep.id:
            return f"{rep.name} looks after it already."
        reminders.lend(services, uow, promise, rep, by=who.name, now=now)
        changed(services, uow, promise, now)
        uow.commit()
        return f"{rep.name} does it now: {title(lead)}."


def not_needed(services: Services, slack_id: str, follow_up_id: int) -> str:
    """Given up; its DM can take that back. Returns a sentence."""
    now = services.now()
    with services.unit_of_work() as uow:
        _, promise = own_promise(uow, slack_id, follow_up_id)
        if not uow.followups.close(follow_up_id, "cancelled", now=now):
            raise DibsError(closed_already(promise))
        uow.reminders.drop_waiting(follow_up_id, now=now)
        changed(services, uow, promise, now)
        uow.commit()
        return f"Not needed: {title(promise.lead)}."


def undo(services: Services, slack_id: str, follow_up_id: int) -> str:
    """It is needed after all. Returns a sentence."""
    now = services.now()
    with services.unit_of_work() as uow:
        _, promise = own_promise(uow, slack_id, follow_up_id)
        lead = promise.lead
        if not reminders.is_kept(promise):
            state = f"is closed ({lead.stage})" if lead.closed_at else "belongs to somebody else now"
            raise DibsError(f"{title(lead)} {state}, so this follow-up cannot come back.")
        if promise.follow_up.origin in {one.origin for one in uow.next_steps.open_of_lead(lead.id or 0)} - {"rep"}:
            raise DibsError(f"{title(lead)} has another next step by now, so this one is not needed.")
        if not uow.followups.reopen(follow_up_id):
            raise DibsError("This follow-up is open again already, or it was done.")
        reminders.plan(services, uow, promise.follow_up, now)
        changed(services, uow, promise, now)
        uow.commit()
        return f"Needed again: {title(lead)}."


def own_promise(uow: UnitOfWork, slack_id: str, follow_up_id: int) -> tuple[Actor, Promise]:
    """The follow-up, with its lead locked, for somebody who may act on it.

    Raises:
        NotAllowedError: it is not theirs, or not there at all: a number must not tell an outsider anything.
    """
    who, promise = actor(uow, slack_id), uow.followups.locked(follow_up_id)
    return who, allowed(uow, who, promise)


def allowed(uow: UnitOfWork, who: Actor, promise: Promise | None) -> Promise:
    """The promise, for its lead's owner or their cover, for managers, and for the colleague it was lent to."""
    if promise is None:
        raise NotAllowedError(NO_SUCH_LEAD)
    is_borrower = promise.follow_up.is_lent and promise.rep.id == who.rep_id
    lead_for(uow, who, "see" if is_borrower else "follow_up", promise.lead.id or 0)
    return promise


def readable(services: Services, slack_id: str, follow_up_id: int) -> tuple[Due, str]:
    """The open follow-up for a form, and in words what its stage would set next by itself.

    Raises:
        DibsError: it is closed already, or not theirs.
    """
    with services.reading() as uow:
        promise = allowed(uow, actor(uow, slack_id), uow.followups.promise(follow_up_id))
        if promise.follow_up.status != "open":
            raise DibsError(closed_already(promise))
        stage = services.playbook.stage(promise.lead.stage)
        days = stage.follow_up_days if stage else None
        cadence = f"in {days} working day{'s' if days > 1 else ''}" if days else ""
        return Due(promise.follow_up, promise.lead), cadence


def lead_of(services: Services, slack_id: str, follow_up_id: int) -> int:
    """The number of the lead that a follow-up is about."""
    with services.reading() as uow:
        return allowed(uow, actor(uow, slack_id), uow.followups.promise(follow_up_id)).lead.id or 0


def closed_already(promise: Promise) -> str:
    ended = {"done": "was done already", "cancelled": "is not needed any more"}
    return f"{title(promise.lead)}: this follow-up {ended.get(promise.follow_up.status, 'is closed already')}."


def changed(services: Services, uow: UnitOfWork, promise: Promise, now: datetime) -> None:
    """Something was done about it: card, sent reminders and Home show the new truth, and silence starts anew."""
    lead = promise.lead
    uow.reminders.mark_acted(lead.id or 0, now=now)
    next_steps.stirred(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_home(uow, promise.rep.slack_id, now)
    reminders.correct(uow, promise, now)
