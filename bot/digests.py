"""The morning digest: one message a day that says what is late, due, going stale and new; or nothing."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import next_steps, speech
from bot.actors import actor
from bot.covers import at_the_desk, is_away, named_cover
from bot.errors import InvalidInputError, Problem
from bot.rules.calendar import WorkingHours, at_local
from bot.rules.digests import digest_hours, last_working_day, next_digest
from bot.services import Services
from bot.views.digests import Digest
from bot.views.reminders import Due
from bot.worktime import hours_of
from store.digests import DUE, TeamState
from store.followups import Promise
from store.models import Rep
from store.unit_of_work import UnitOfWork

MOST_LINES = 200


def due_digests(services: Services) -> list[int]:
    """The ids of reps whose digest is due."""
    return services.database.peek(DUE, services.now())


def fire_digest(services: Services, rep_id: int) -> None:
    """Plan the rep's next digest and, if there is anything to say, say this one; one replica does it."""
    now = services.now()
    with services.unit_of_work() as uow:
        rep = uow.people.rep(rep_id)
        before = rep.digest_due_at
        if not rep.is_active or before is None or before > now:
            return
        if not uow.digests.move(rep_id, before=before, due_at=next_due(services, rep, now)):
            return
        if may_come(services, rep, now) and not was_said(rep, now):
            say_or_wait(services, uow, rep, now)
        uow.commit()


def say_or_wait(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    hearer = at_the_desk(uow, rep, now)
    if is_away(hearer, now):
        rep.digest_due_at = min([next_due(services, rep, now), *back_today(services, uow, rep, now)])
        return
    folded = uow.reminders.say_folded(rep.id or 0, now=now)
    if (folded or not rep.is_digest_off) and content(services, uow, rep, now):
        speech.send_digest(uow, rep, hearer.slack_id, now)
        rep.digest_said_on = local_day(rep, now)
        rep.digest_due_at = next_due(services, rep, now)
    speech.refresh_home(uow, rep.slack_id, now)


def back_today(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> list[datetime]:
    """When somebody who could read the digest comes back to work on this very day."""
    returns = [each.away_until for each in (rep, named_cover(uow, rep)) if each and each.away_until]
    return [
        moment for moment in returns
        if moment > now and local_day(rep, moment) == local_day(rep, now) and may_come(services, rep, moment)
    ]  # fmt: skip


def local_day(rep: Rep, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(rep.time_zone)).date()


def was_said(rep: Rep, now: datetime) -> bool:
    """Whether they have had the digest of this day; or, flown west over midnight, that of tomorrow."""
    return rep.digest_said_on is not None and rep.digest_said_on >= local_day(rep, now)


def own_time(rep: Rep) -> time | None:
    return time.fromisoformat(rep.digest_at) if rep.digest_at else None


def hours_for(services: Services, rep: Rep) -> WorkingHours:
    return digest_hours(hours_of(services, rep), own_time(rep))


def next_due(services: Services, rep: Rep, now: datetime) -> datetime:
    at = own_time(rep) or services.playbook.reminders.digest_at
    return next_digest(hours_for(services, rep), rep.time_zone, at, now=now, said_on=rep.digest_said_on)


def may_come(services: Services, rep: Rep, now: datetime) -> bool:
    """Not at night, however late it is."""
    return hours_for(services, rep).cover(now, rep.time_zone)


def plan(services: Services, rep: Rep, now: datetime) -> None:
    """The rep's hours, zone or choice changed: the next digest comes at another time, and that of today is not lost."""
    rep.digest_due_at = still_owed(rep, next_due(services, rep, now), now)


def still_owed(rep: Rep, due: datetime, now: datetime) -> datetime:
    """`due`, unless today's is due already, or was still to come and its new time has passed."""
    before, today = rep.digest_due_at, local_day(rep, now)
    if before is None or was_said(rep, now):
        return due
    if before <= now:
        return before
    return now if local_day(rep, before) == today < local_day(rep, due) else due


def content(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> Digest | None:
    """What the rep's digest says at that moment; None if it has nothing to say."""
    zone, today = ZoneInfo(rep.time_zone), now.astimezone(ZoneInfo(rep.time_zone)).date()
    today_began = at_local(today, time(0), rep.time_zone)
    tomorrow = at_local(today + timedelta(days=1), time(0), rep.time_zone)
    promises = uow.home_tabs.follow_ups([rep.id or 0], after=None, until=None, limit=MOST_LINES)
    silent = [promise for promise in promises if promise.follow_up.origin == "silence"]
    spoken = [promise for promise in promises if promise not in silent]
    last = last_working_day(hours_of(services, rep), today)
    last_began = at_local(last, time(0), rep.time_zone)
    hearer = at_the_desk(uow, rep, now)
    won = [stage.name for stage in services.playbook.stages if stage.kind == "won"]
    digest = Digest(
        overdue=dues(promise for promise in spoken if promise.follow_up.due_at <= now),
        today=dues(promise for promise in spoken if now < promise.follow_up.due_at < tomorrow),
        stale=dues(silent),
        offered=tuple(uow.digests.offered(rep.id or 0)),
        without_next_step=tuple(next_steps.without_next_step(uow, rep.id or 0)),
        worked=uow.digests.worked(
            rep.id or 0, last_began, today_began, won=won
        ),
        last_day="yesterday" if last == today - timedelta(days=1) else f"on {last:%A}",
        teams=team_states(uow, now) if rep.role == "manager" and hearer is rep else (),
        covers=rep.name if hearer is not rep else "", now=now.astimezone(zone),
        # Reminded of once: on the first working day after they were asked.
        held=tuple(uow.approvals.of_owner(rep.id or 0, since=last_began, before=today_began)),
    )  # fmt: skip
    return digest if digest.has_anything else None


def dues(promises: Iterable[Promise]) -> tuple[Due, ...]:
    return tuple(Due(promise.follow_up, promise.lead) for promise in promises)


def team_states(uow: UnitOfWork, now: datetime) -> tuple[TeamState, ...]:
    states = [uow.digests.team(team.id or 0, team.name, now) for team in uow.people.teams()]
    return tuple(state for state in states if state)


def choose(services: Services, slack_id: str, words: str) -> str:
    """The actor turns their digest off or on, or has it at another time ("8:30"). Returns a sentence.

    Raises:
        InvalidInputError: it is none of them.
    """
    wanted, now = words.strip().lower(), services.now()
    with services.unit_of_work() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
        if wanted == "off":
            rep.is_digest_off = True
            said = "No morning digest any more. Only what the day has no room for still comes in the morning."
        else:
            rep.is_digest_off = False
            rep.digest_at = rep.digest_at if wanted in ("on", "") else clock_time(wanted)
            plan(services, rep, now)
            at = own_time(rep) or services.playbook.reminders.digest_at
            said = f"Your digest comes at {at:%H:%M} on your working days, when there is something to say."
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()
        return said


def clock_time(words: str) -> str:
    """A time of day as HH:MM.

    Raises:
        InvalidInputError: it is none.
    """
    hour, _, minute = words.replace(".", ":").partition(":")
    digits = (hour + minute).isascii() and (hour + minute).isdigit() and len(hour) <= 2 and len(minute) in (0, 2)
    if not digits or int(hour) > 23 or int(minute or 0) > 59:
        raise InvalidInputError([Problem("digest_at", "Write off, on, or a time of day like 8:30.")])
    return f"{int(hour):02d}:{int(minute or 0):02d}"
