"""Does anybody act on reminders? Each rule's effect, for managers."""

from collections import Counter
from datetime import datetime, timedelta

from bot.actors import actor
from bot.errors import InvalidInputError, Problem
from bot.rules.effects import Effect, a_working_day_after, last_working_day_began
from bot.rules.next_steps import Desk
from bot.rules.policy import require
from bot.services import Services
from bot.views.effects import effects
from bot.views.kit import Message
from bot.worktime import hours_of
from store.effects import Unsure
from store.unit_of_work import UnitOfWork

USUAL_DAYS, MOST_DAYS = 30, 365
ACTED, PENDING, LATE = "acted", "pending", "late"


def reminders_report(services: Services, slack_id: str, words: str = "") -> Message:
    """How often an action followed each rule's reminders in the last days.

    Raises:
        NotAllowedError: the actor is no manager.
        InvalidInputError: what was typed is no number of days.
    """
    now = services.now()
    with services.reading() as uow:
        require(actor(uow, slack_id), "report")
        days = days_of(words)
        return effects(measured(services, uow, now - timedelta(days=days), now), days=days)


def days_of(words: str) -> int:
    typed = words.strip().lower().removesuffix("days").removesuffix("day").strip()
    if not typed:
        return USUAL_DAYS
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and 1 <= int(typed) <= MOST_DAYS):
        raise InvalidInputError([Problem("days", f"Name a number of days from 1 to {MOST_DAYS}.")])
    return int(typed)


def measured(services: Services, uow: UnitOfWork, since: datetime, now: datetime) -> list[Effect]:
    """In the order of the playbook; rules that it does not have any more come last."""
    unsure, medians = verdicts(services, uow, since, now), uow.effects.medians(since)
    found = [
        Effect(
            one.rule, one.sent, one.acted_soon + unsure[one.rule, ACTED], unsure[one.rule, PENDING],
            one.folded, one.dropped, medians.get(one.rule),
        )
        for one in uow.effects.by_rule(since)
    ]  # fmt: skip
    order = {rule.name: place for place, rule in enumerate(services.playbook.reminders.rules)}
    return sorted(found, key=lambda effect: (order.get(effect.rule, len(order)), effect.rule))


def verdicts(services: Services, uow: UnitOfWork, since: datetime, now: datetime) -> Counter[tuple[str, str]]:
    """How many of those that need a look into the calendar were followed by an action in time, or still may be."""
    usual = Desk(services.playbook.hours.rule(), "UTC")
    reps = {slack_id: uow.people.rep_by_slack_id(slack_id) for slack_id in uow.effects.reminded(since)}
    desks = {slack_id: Desk(hours_of(services, rep), rep.time_zone) for slack_id, rep in reps.items() if rep}
    young_since = min(last_working_day_began(now, desk.hours, desk.zone) for desk in (usual, *desks.values()))
    counts: Counter[tuple[str, str]] = Counter()
    for one in uow.effects.unsure(since, young_since=young_since):
        counts[one.rule, verdict(desks.get(one.said_to or "", usual), one, now)] += 1
    return counts


def verdict(desk: Desk, one: Unsure, now: datetime) -> str:
    until = a_working_day_after(one.fired_at, desk.hours, desk.zone)
    if one.acted_at is None:
        return PENDING if now < until else LATE
    return ACTED if one.acted_at <= until else LATE
