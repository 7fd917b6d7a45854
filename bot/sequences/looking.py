"""The sequences there are: how many leads are in each, and one of them in full."""

from bot.actors import actor
from bot.playbook.sequences import Booking, Email, Sequence, Sms
from bot.rules.policy import Actor, require
from bot.sequences.commanding import named
from bot.services import Services
from bot.views import sequences as views
from bot.views.kit import Message
from bot.views.sequences import SequenceLine
from store.unit_of_work import UnitOfWork

STATUSES = ("active", "paused", "finished", "left")


def listed(services: Services, slack_id: str) -> Message:
    with services.reading() as uow:
        who = asker(uow, slack_id)
        counted = uow.sequence_figures.by_status(who.sees_teams)
        lines = [line(services, one, counted) for one in services.playbook.sequences]
        return views.listing(lines, is_manager=who.is_manager)


def shown(services: Services, slack_id: str, name: str) -> Message:
    """Raises:
    NotFoundError: the playbook has no sequence of that name.
    """
    with services.reading() as uow:
        who = asker(uow, slack_id)
        one = named(services, name)
        counted = uow.sequence_figures.by_status(who.sees_teams, one.name)
        value = line(services, one, counted)
        return views.sequence(value, may_edit=who.is_manager, version=services.playbook.version)


def asker(uow: UnitOfWork, slack_id: str) -> Actor:
    who = actor(uow, slack_id)
    require(who, "ask")
    return who


def line(services: Services, one: Sequence, counted: dict[tuple[str, str], int]) -> SequenceLine:
    active, paused, finished, left = (counted.get((one.name, status), 0) for status in STATUSES)
    missing = tuple(sorted(channels_of(one) - services.outside.channels))
    return SequenceLine(one, active, paused, finished, left, missing)


def channels_of(one: Sequence) -> frozenset[str]:
    """By which it writes."""
    return frozenset(
        step.channel if isinstance(step, Booking) else step.kind
        for step in one.steps if isinstance(step, Email | Sms | Booking)
    )  # fmt: skip
