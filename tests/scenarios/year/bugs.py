"""Mistakes that others have made, made here on purpose: a judge that does not catch them proves nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import reminders, speech
from bot.covers import at_the_desk
from bot.outbox import Arrived, Skip, SlackCall, Wait
from bot.outbox.delivery import Doubt, Hand
from bot.outbox.steps import Steps
from bot.projections import Projections
from bot.services import Services
from handlers.clock import Tick, one_by_one
from store.models import OutboxRow, Rep
from store.unit_of_work import UnitOfWork

Said = SlackCall | Skip | Wait


class MarksBeforeSending(Steps):
    """At most once: the row is sent on paper before it is sent."""

    def _speak(self, hand: Hand) -> None:
        assert hand.call is not None
        self._delivery._keep_arrival(hand, {}, "", tell=False, sweep=False)
        outcome = self._voice.call(hand.call, key=hand.key)
        if isinstance(outcome, Arrived):
            with self._unit_of_work() as uow:
                self._delivery._projector.arrived(uow, uow.outbox.row(hand.row_id), outcome.response, self._now())
                uow.commit()


class RetriesBlindly(Steps):
    """At least once: whatever is in doubt is said again without a look."""

    def _settle(self, hand: Hand, doubt: Doubt) -> None:  # noqa: ARG002
        self._say_again(hand)


class KnowsNoNight(Projections):
    """Planned within working hours, so it will leave within them."""

    def _until_work(self, rep: Rep, now: datetime) -> Wait | None:  # noqa: ARG002
        return None


class TrustsThePlan(Projections):
    """It was due when it was handed to the outbox, so it is due when it leaves."""

    def _reminder(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        reminder = uow.reminders.get(row.payload["reminder_id"])
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        assert reminder is not None
        assert promise is not None
        to = at_the_desk(uow, promise.rep, now)
        return self._until_work(to, now) or self._word(uow, reminder, promise, to, now=now, asked_by="")


def says_then_marks(services: Services, reminder_id: int) -> None:
    """Two transactions where there should be one."""
    with services.unit_of_work() as uow:
        reminder = uow.reminders.get(reminder_id)
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is None or promise is None or reminder.status != "waiting":
            return
        if reminders.is_due(promise, reminder):
            speech.remind(uow, reminder, at_the_desk(uow, promise.rep, services.now()).slack_id, services.now())
        uow.commit()
    mark(services, reminder_id)


def mark(services: Services, reminder_id: int) -> None:
    with services.unit_of_work() as uow:
        reminder = uow.reminders.get(reminder_id)
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is not None and promise is not None:
            uow.reminders.settle(reminder_id, "fired", now=services.now(), said_to=promise.rep.slack_id)
            reminders.plan(services, uow, promise.follow_up, services.now(), after=reminder.rule)
        uow.commit()


@dataclass(frozen=True)
class Variant:
    steps: Callable[..., Steps] = Steps
    projections: Callable[[Services], Projections] = Projections
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    zone: str = ""  # that everybody is taken to live in


BUGS = {
    "": Variant(),
    "marks before sending": Variant(steps=MarksBeforeSending),
    "retries blindly": Variant(steps=RetriesBlindly),
    "does not look at the clock when it sends": Variant(projections=KnowsNoNight),
    "does not look again when it sends": Variant(projections=TrustsThePlan),
    "says and marks in two transactions": Variant(
        ticks={"reminders": Tick("reminders", 1, one_by_one(reminders.due_reminders, says_then_marks))}
    ),
    "plans in UTC": Variant(zone="UTC"),
}
