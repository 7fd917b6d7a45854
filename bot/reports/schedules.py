"""Reports that come by themselves: who may have one, where, how often; the list of them, muting and removing."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.actors import known
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.reports import saved
from bot.reports.asking import Inquiry, asker
from bot.reports.moments import moves_on, rhythm_of
from bot.rules.asking.words import moving
from bot.rules.policy import Actor, require
from bot.rules.reports import schedules as rules
from bot.rules.reports.schedules import Rhythm
from bot.services import Services
from bot.views.report_schedules import Line
from store.models import ReportAlert, ReportSchedule
from store.reporting import schedules as stored
from store.reporting.schedules import Kept
from store.unit_of_work import UnitOfWork

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
MUTED_FOR = timedelta(days=7)
MOST_OF_ONE, MOST = 20, 200  # of one person; of all
NOT_YOURS = "Only whoever set this up, and managers, can change it."
SAME_EACH_TIME = "This asks about the same days each time. Name a time that moves on, like last week or last 30 days."


def schedule(services: Services, slack_id: str, words: str, rhythm: Rhythm, channel: str = "") -> str:
    """Let a report come again and again: to the actor, or for managers to a channel. Returns a sentence.

    Raises:
        NotAllowedError, QuestionError, DibsError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = asker(uow, slack_id)
        if channel:
            require(who, "report")
        asked, canonical = allowed(services, uow, who, words, now)
        zone, to = zone_of(services, uow, who, channel), channel or slack_id
        one = ReportSchedule(
            key=key_of(to, rhythm, canonical), words=asked, rep_id=who.rep_id, channel=to, every=rhythm.every,
            day=rhythm.day, at=f"{rhythm.at:%H:%M}", zone=zone, next_at=rules.next_moment(rhythm, zone, now),
            made_at=now,
        )  # fmt: skip
        kept, is_new = stored.make(uow, one)
        if is_new:
            refuse_too_many(uow, ReportSchedule, who, counted=1)
            uow.commit()
        return said(kept, now, is_new=is_new)


def key_of(to: str, rhythm: Rhythm, words: str) -> str:
    """The same question, to the same place, as often, comes once, whoever says it and in whatever words."""
    return f"same:{sha256(f'{to} {rules.written(rhythm)} {words}'.encode()).hexdigest()}"


def allowed(services: Services, uow: UnitOfWork, who: Actor, words: str, now: datetime) -> tuple[str, str]:
    """The words as they are to be asked each time, of a question that the actor may ask; and what they come to."""
    inquiry = Inquiry(services, uow, who, now)
    text = " ".join(words.split())
    if inquiry.known.kind(text.partition(" ")[0]) is None:
        kept = saved.named(inquiry, text)
        text = kept.words if kept else text
    question = inquiry.allowed(text)
    if not moves_on(services, uow, who, text, now):
        raise DibsError(SAME_EACH_TIME)
    return text, moving(question, inquiry.known)


def refuse_too_many(uow: UnitOfWork, kind: type[Kept], who: Actor, *, counted: int = 0) -> None:
    """Before another one is made, or after so many were."""
    standing = [one for one in stored.standing(uow.session, kind) if one.rep_id is not None]
    of_one = sum(each.rep_id == who.rep_id for each in standing)
    if len(standing) - counted >= MOST or of_one - counted >= MOST_OF_ONE:
        raise DibsError("There are too many of these already. Remove one first.")


def zone_of(services: Services, uow: UnitOfWork, who: Actor, channel: str) -> str:
    """The zone of the team whose channel it is; else that of whoever sets it up."""
    teams = uow.teams.of_channel(channel) if channel else []
    return services.playbook.team(teams[0].name).zone if teams else who.time_zone


def said(one: ReportSchedule, now: datetime, *, is_new: bool) -> str:
    where = "there" if one.channel.startswith(("C", "G")) else "to you"
    how = f"{where} {rules.spoken(rhythm_of(one))} ({one.zone})"
    first = f", first on {rules.day_named(one.next_at, one.zone)}" if is_new and one.next_at else ""
    muted = ", but it is muted" if is_muted(one, now) else ""
    comes = "comes" if is_new else "already comes"
    return f"“{one.words}” {comes} {how}{first}{muted}. /report schedules lists what comes by itself."


# --- what there is


def lines(services: Services, slack_id: str) -> tuple[Line, ...]:
    """Managers see all, others their own."""
    now = services.now()
    with services.reading() as uow:
        who, names = asker(uow, slack_id), uow.people.names()
        teams = {team.id: team.name for team in uow.people.teams()}
        return tuple(
            Line(
                one.id or 0, one.words, often(one, who.time_zone), "" if one.channel == slack_id else one.channel,
                by=names.get(one.rep_id or 0, ""), team=teams.get(one.team_id, ""), is_muted=is_muted(one, now),
                next_at=one.next_at,
            )
            for one in stored.standing(uow.session, ReportSchedule) if may_change(who, one)
        )  # fmt: skip


def often(one: ReportSchedule, zone: str) -> str:
    """With the zone by whose clock it comes, where that is not the reader's."""
    return rules.spoken(rhythm_of(one)) + (f" ({one.zone})" if one.zone != zone else "")


def is_muted(one: ReportSchedule | ReportAlert, now: datetime) -> bool:
    return one.muted_until is not None and one.muted_until > now


def may_change(who: Actor, one: ReportSchedule | ReportAlert) -> bool:
    return who.is_manager or one.rep_id == who.rep_id


def mine(uow: UnitOfWork, slack_id: str, kind: type[Kept], number: int) -> Kept:
    """The one with this number, if the actor may change it.

    Raises:
        NotFoundError, NotAllowedError: as they say.
    """
    who, one = asker(uow, slack_id), stored.get(uow.session, kind, number)
    if one is not None and not may_change(who, one):
        raise NotAllowedError(NOT_YOURS)
    if one is None or one.ended_at is not None:
        raise NotFoundError("This does not come by itself any more.")
    return one


def mute(services: Services, slack_id: str, number: int, kind: type[Kept], *, for_good: bool = False) -> str:
    """It goes on in silence. Returns a sentence.

    Raises:
        NotFoundError, NotAllowedError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        one = mine(uow, slack_id, kind, number)
        one.muted_until = FOR_GOOD if for_good else now + MUTED_FOR
        uow.commit()
        until = "from now on" if for_good else "for a week"
        return f"Muted {until}: {named(one)}. {LISTED[type(one)]} lists it, and there it can be heard again."


def unmute(services: Services, slack_id: str, number: int, kind: type[Kept]) -> str:
    with services.unit_of_work() as uow:
        one = mine(uow, slack_id, kind, number)
        one.muted_until = None
        uow.commit()
        return f"Heard again: {named(one)}."


def remove(services: Services, slack_id: str, number: int, kind: type[Kept]) -> str:
    """It comes no more. Returns a sentence.

    Raises:
        NotFoundError, NotAllowedError: as they say.
    """
    with services.unit_of_work() as uow:
        one = mine(uow, slack_id, kind, number)
        stored.end(uow.session, one, services.now())
        uow.commit()
        return f"Removed: {named(one)}."


LISTED: dict[type, str] = {ReportSchedule: "/report schedules", ReportAlert: "/report alerts"}


def named(one: ReportSchedule | ReportAlert) -> str:
    if isinstance(one, ReportSchedule):
        return f"“{one.words}” {rules.spoken(rhythm_of(one))}"
    return f"the alert “{' '.join(filter(None, (one.kind, one.words)))}”"


# --- the form


def draft(services: Services, slack_id: str, words: str) -> tuple[str, bool]:
    """The question in words that move on with the days, and whether the actor may have it come to a channel.

    Raises:
        NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        who = asker(uow, slack_id)
        inquiry = Inquiry(services, uow, who, now)
        question = inquiry.question(words)
        inquiry.asked(question)
        return moving(question, inquiry.known), who.is_manager


# --- whose right it is asked in


def maker(uow: UnitOfWork, one: ReportSchedule | ReportAlert) -> Actor | None:
    """Whoever set it up, as they are now; nobody for a team's own.

    Raises:
        NotAllowedError: they may not have it any more; the sentence says why.
    """
    if one.rep_id is None:
        return None
    rep = uow.people.rep(one.rep_id)
    who = known(uow, rep.slack_id)
    if who is None:
        raise NotAllowedError(f"{rep.name}, who set it up, is not here any more.")
    if one.channel != rep.slack_id and not who.is_manager:
        raise NotAllowedError(f"{rep.name}, who set it up, is no manager any more.")
    return who
