"""A report whose time has come: asked in its maker's right as of that very moment, and left to be sent once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import speech
from bot.errors import DibsError
from bot.reports import access
from bot.reports.moments import InquiryOn, rhythm_of
from bot.reports.schedules import is_muted, maker, named
from bot.reports.weekly import NAME, has_nothing
from bot.response import managers_at_work
from bot.rules.asking.words import quoted
from bot.rules.policy import Actor
from bot.rules.reports.schedules import Rhythm, last_moment, next_moment, spoken
from bot.services import Services
from bot.views import report as report_view
from bot.views.figures import Reader
from bot.views.kit import Message
from bot.views.report_schedules import Came, came, stopped
from store.models import ReportAlert, ReportSchedule, Team
from store.reporting import schedules as stored
from store.unit_of_work import UnitOfWork

LATE = timedelta(minutes=15)
EVERY_MONDAY = Rhythm("week")


@dataclass(frozen=True)
class Due:
    """For when a report is, and by which clock."""

    at: datetime
    zone: str


@dataclass(frozen=True)
class Made:
    """What is to be sent; or why it never will be again."""

    due: datetime
    message: Message | None = None
    words: str = ""
    stopped: str = ""


def due(services: Services) -> list[int]:
    """The numbers of schedules whose moment has come."""
    return services.database.peek(stored.DUE, services.now())


def send(services: Services, number: int) -> None:
    """Of the moments that have passed only the last is sent, by one replica, once.

    It is asked before the transaction that takes it: nobody who writes waits for a report.
    """
    now = services.now()
    with services.reading() as uow:
        one = stored.get(uow.session, ReportSchedule, number)
        if one is None or one.next_at is None or one.next_at > now:
            return
        before, made = one.next_at, make(services, uow, one, now)
    with services.unit_of_work() as uow:
        one = stored.get(uow.session, ReportSchedule, number)
        if one is None or not stored.take(uow.session, one, before=before, next_at=following(services, uow, one, now)):
            return
        one.last_at = made.due
        if made.stopped:
            stop(services, uow, one, made.stopped, now)
        elif made.message is not None and not is_muted(one, now):
            speech.send_report(uow, one, made.message, {"due": made.due.isoformat(), "words": made.words}, now)
        uow.commit()


def following(services: Services, uow: UnitOfWork, one: ReportSchedule, now: datetime) -> datetime:
    return next_moment(rhythm_of(one), zone_of(services, uow, one), now)


def zone_of(services: Services, uow: UnitOfWork, one: ReportSchedule) -> str:
    """A team's own report goes by its zone, whatever that is now."""
    is_own = one.key is not None and one.team_id is not None
    return services.playbook.team(uow.people.team(one.team_id or 0).name).zone if is_own else one.zone


def make(services: Services, uow: UnitOfWork, one: ReportSchedule, now: datetime) -> Made:
    zone = zone_of(services, uow, one)
    moment = last_moment(rhythm_of(one), zone, now)
    moment = max(moment, one.next_at) if one.next_at else moment
    if is_muted(one, now):
        return Made(moment)
    try:
        return asked(services, uow, one, Due(moment, zone), now)
    except DibsError as error:
        return Made(moment, stopped=str(error))


def asked(services: Services, uow: UnitOfWork, one: ReportSchedule, due_at: Due, now: datetime) -> Made:
    """Raises:
    NotAllowedError, QuestionError: whoever set it up may not ask this any more, or the words mean nothing now.
    """
    who = maker(uow, one)
    inquiry = InquiryOn(services, uow, who, due_at.at, zone=due_at.zone)
    question = inquiry.question(one.words)
    report = inquiry.report(question)
    if has_nothing(report):
        return Made(due_at.at)
    kind = inquiry.kind(question)
    shares = who is not None and is_private(one) and access.may_share(kind, who)
    reader = reader_of(uow, one, who, due_at.zone)
    shown = report_view.message(report, reader=reader, words=question.words, may_share=shares)
    again = "" if kind.is_of_now else question.words
    why = Came(
        one.id or 0, spoken(rhythm_of(one)), again, by=who.name if who else "",
        due=due_at.at if now - due_at.at > LATE else None, zone=due_at.zone,
    )  # fmt: skip
    return Made(due_at.at, came(shown, why), question.words)


def is_private(one: ReportSchedule) -> bool:
    return one.channel.startswith(("U", "W"))


def reader_of(uow: UnitOfWork, one: ReportSchedule, who: Actor | None, zone: str) -> Reader:
    language = uow.people.rep(who.rep_id).language if who and is_private(one) else ""
    return Reader(language or "en", zone)


def stop(services: Services, uow: UnitOfWork, one: ReportSchedule | ReportAlert, why: str, now: datetime) -> None:
    """It ends, and one manager hears of it, somebody at work if there is anybody."""
    stored.end(uow.session, one, now)
    managers = managers_at_work(services, uow, now) or uow.people.managers()
    for manager in managers[:1]:
        speech.tell(uow, manager.slack_id, stopped(named(one), why), now)


def place(uow: UnitOfWork, payload: dict[str, Any], now: datetime) -> str | None:
    """Where it goes when it leaves; empty while the team's channel is not known; None if it is not to be sent."""
    one: ReportSchedule | ReportAlert | None = (
        stored.get(uow.session, ReportSchedule, payload["schedule_id"])
        if "schedule_id" in payload
        else stored.get(uow.session, ReportAlert, payload["alert_id"])
    )
    if one is None or one.ended_at is not None or is_muted(one, now):
        return None
    try:
        maker(uow, one)
    except DibsError:
        return None  # the next time it is due, somebody hears of it
    if one.channel or one.team_id is None:
        return one.channel
    team = uow.people.team(one.team_id)
    return team.chosen_channel_id or team.channel_id or ""


# --- what every team has


def plan_weekly(services: Services) -> int:
    """Every team of the playbook gets its week on Mondays, unless the playbook or a manager says no; how many changed.

    A team's is made once: one that was removed is there, ended, and is not made again.
    """
    now = services.now()
    with services.reading() as uow:
        if not planned(services, uow, now):
            return 0
    with services.unit_of_work() as uow:
        plans = planned(services, uow, now)
        new = [weekly_of(plan, now) for plan in plans if plan.one is None]
        if new:
            stored.make_once(uow, new)
        for plan in plans:
            if plan.one is not None:
                plan.one.next_at, plan.one.zone = plan.next_at, plan.zone
        uow.commit()
        return len(plans)


@dataclass(frozen=True)
class Plan:
    """A team's own report as it has to be."""

    team: Team
    next_at: datetime | None
    zone: str
    one: ReportSchedule | None = None

    @property
    def key(self) -> str:
        return f"{NAME}:{self.team.id}"


def planned(services: Services, uow: UnitOfWork, now: datetime) -> list[Plan]:
    """What is missing, or otherwise than it has to be."""
    kept, found = stored.keyed(uow.session), []
    wanted = {team.name for team in services.playbook.teams} if services.playbook.reports.weekly else set()
    for team in uow.people.teams():
        zone = services.playbook.team(team.name).zone
        plan = Plan(team, next_moment(EVERY_MONDAY, zone, now) if team.name in wanted else None, zone)
        plan = replace(plan, one=kept.get(plan.key))
        if is_news(plan, now):
            found.append(plan)
    return found


def is_news(plan: Plan, now: datetime) -> bool:
    """Whether it is not there, is off although it should be on, or the other way round, or goes by another zone."""
    one = plan.one
    if one is None:
        return plan.next_at is not None
    if one.ended_at is not None or (one.next_at is not None and one.next_at <= now):
        return False
    return (one.next_at is None) != (plan.next_at is None) or (plan.next_at is not None and one.zone != plan.zone)


def weekly_of(plan: Plan, now: datetime) -> ReportSchedule:
    words, at = f"{NAME} last week team:{quoted(plan.team.name)}", f"{EVERY_MONDAY.at:%H:%M}"
    return ReportSchedule(
        key=plan.key, words=words, team_id=plan.team.id, channel="", every=EVERY_MONDAY.every, day=EVERY_MONDAY.day,
        at=at, zone=plan.zone, next_at=plan.next_at, made_at=now,
    )  # fmt: skip
