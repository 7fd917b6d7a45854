"""Alerts: who may set one, the looks that they take within working hours, and one message for each crossing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import speech
from bot.errors import DibsError
from bot.reports.asking import asker
from bot.reports.looks import KINDS, Found, Look
from bot.reports.schedules import is_muted, maker, may_change, refuse_too_many, zone_of
from bot.reports.sending import stop
from bot.rules.calendar import at_local
from bot.rules.policy import Actor, require
from bot.rules.reports.alert_words import CONVERSION, Wanted, wanted
from bot.rules.reports.alerts import crossed
from bot.services import Services
from bot.views.kit import Message
from bot.views.report_alerts import Fired, Line, fired
from bot.worktime import hours_of
from store.models import ReportAlert
from store.reporting import names
from store.reporting import schedules as stored
from store.unit_of_work import UnitOfWork


def alert(services: Services, slack_id: str, words: str, channel: str = "") -> str:
    """A manager wants to hear when a figure crosses its line. Returns a sentence.

    Raises:
        NotAllowedError, DibsError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = asker(uow, slack_id)
        require(who, "report")
        teams = {team.name: team.id for team in uow.people.teams()}
        asked = wanted(words, teams=teams, sources=names.sources(uow.session))
        refuse_too_many(uow, ReportAlert, who)
        one = ReportAlert(
            kind=asked.kind, words=asked.words, limits=limits_of(asked), rep_id=who.rep_id,
            team_id=teams.get(asked.team), channel=channel or slack_id, next_at=now, made_at=now,
        )  # fmt: skip
        if any(is_same(each, one) for each in stored.standing(uow.session, ReportAlert)):
            return f"This alert is set already: {title(one)}. /report alerts lists them."
        uow.session.add(one)
        uow.commit()
    return f"Set: {title(one)}. It speaks within working hours, once for each crossing. /report alerts lists them."


def limits_of(asked: Wanted) -> dict[str, Any]:
    return {**asked.limits, **({"source": asked.source} if asked.source else {})}


def is_same(one: ReportAlert, other: ReportAlert) -> bool:
    return (one.kind, one.words, one.channel, one.rep_id) == (other.kind, other.words, other.channel, other.rep_id)


def title(one: ReportAlert) -> str:
    return " ".join(filter(None, (one.kind, one.words)))


def lines(services: Services, slack_id: str) -> tuple[Line, ...]:
    now = services.now()
    with services.reading() as uow:
        who, by = asker(uow, slack_id), uow.people.names()
        return tuple(
            Line(
                one.id or 0, title(one), "" if one.channel == slack_id else one.channel, by.get(one.rep_id or 0, ""),
                is_muted(one, now), one.is_over, one.fired_at,
            )
            for one in stored.standing(uow.session, ReportAlert) if may_change(who, one)
        )  # fmt: skip


# --- the looks


def due(services: Services) -> list[int]:
    """The numbers of alerts that are to look again."""
    return services.database.peek(stored.ALERTS_DUE, services.now())


def look(services: Services, number: int) -> None:
    """Look once, if it is due and somebody is at work; whatever has crossed its line is told once, by one replica."""
    now = services.now()
    with services.reading() as uow:
        one = stored.get(uow.session, ReportAlert, number)
        if one is None or one.next_at is None or one.next_at > now:
            return
        before, seen = one.next_at, see(services, uow, one, now)
    with services.unit_of_work() as uow:
        one = stored.get(uow.session, ReportAlert, number)
        if one is None or not stored.take(uow.session, one, before=before, next_at=seen.next_at):
            return
        if seen.stopped:
            stop(services, uow, one, seen.stopped, now)
        elif seen.found is not None:
            settle(uow, one, seen, now)
        uow.commit()


@dataclass(frozen=True)
class Seen:
    """What a look comes to: what it found and what is said of it, or why nobody looks any more; and the next one."""

    next_at: datetime | None = None
    found: Found | None = None
    message: Message | None = None
    stopped: str = ""


def see(services: Services, uow: UnitOfWork, one: ReportAlert, now: datetime) -> Seen:
    try:
        who = maker(uow, one)
    except DibsError as error:
        return Seen(stopped=str(error))
    if who is None or not who.is_manager:
        return Seen(stopped=f"{who.name if who else 'Somebody'}, who set it up, is no manager any more.")
    opens, zone = opening(services, uow, one, who, now), place_zone(services, uow, one, who)
    if opens > now:
        return Seen(opens)
    looking = Look(services, uow, one, now, zone, names_leads=is_for_one(one))
    found = KINDS[one.kind].find(looking)
    new = crossed(one.facts.get("over", []), found.over)
    message = fired(Fired(one.id or 0, title(one), who.name, found.tell(new))) if new else None
    return Seen(next_look(services, uow, one, who, now), found, message)


def is_for_one(one: ReportAlert) -> bool:
    """To a manager alone, who sees all leads; in a channel there may be anybody."""
    return one.channel.startswith(("U", "W"))


def place_zone(services: Services, uow: UnitOfWork, one: ReportAlert, who: Actor) -> str:
    return zone_of(services, uow, who, "" if is_for_one(one) else one.channel)


def opening(services: Services, uow: UnitOfWork, one: ReportAlert, who: Actor, moment: datetime) -> datetime:
    """That moment if somebody is at work where it goes, else when they begin."""
    hours = hours_of(services, uow.people.rep(who.rep_id)) if is_for_one(one) else services.playbook.hours.rule()
    return hours.next_open(moment, place_zone(services, uow, one, who))


def next_look(services: Services, uow: UnitOfWork, one: ReportAlert, who: Actor, now: datetime) -> datetime:
    """A share is looked at once a day, as the day begins; the rest all day long."""
    if one.kind != CONVERSION:
        return opening(services, uow, one, who, now + KINDS[one.kind].again)
    zone = place_zone(services, uow, one, who)
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return opening(services, uow, one, who, at_local(tomorrow, time(0), zone))


def settle(uow: UnitOfWork, one: ReportAlert, seen: Seen, now: datetime) -> None:
    """Remember what is over its line; what is new of it is told, unless the alert is muted."""
    assert seen.found is not None  # noqa: S101 - whoever found nothing has nothing to settle
    over = sorted(seen.found.over)
    if over != one.facts.get("over", []):
        one.facts, one.is_over = {"over": over}, bool(over)
    if seen.message is not None and not is_muted(one, now):
        one.fired_at = now
        speech.send_alert(uow, one, seen.message, {"lead_ids": list(seen.found.lead_ids)}, now)


def is_true(uow: UnitOfWork, payload: dict[str, Any]) -> bool:
    """Whether what waited to be said still is so: of leads that nobody claimed, that one still has no owner."""
    found = [uow.leads.get(lead_id) for lead_id in payload.get("lead_ids", [])]
    return not found or any(
        lead and lead.owner_id is None and lead.state == "live" and not lead.closed_at for lead in found
    )
