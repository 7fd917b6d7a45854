"""The ticks: what happens because time passes. The scheduler only knocks; what is due are rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot import digests, distribution, homes, neglect, next_steps, people, reminders, response, scrub
from bot.importing import drafts as imports
from bot.importing import news as import_news
from bot.importing import work as import_work
from bot.intake import inbox, mail, touches
from bot.ledger import witness
from bot.mailing import looking
from bot.meetings import outcomes, stranded, subscriptions
from bot.playbook import versions
from bot.qualification import calibration, forgoing, rescoring, scoring
from bot.reports import alerts, crediting, folding, sending
from bot.sequences import advancing, experiments, sweeping
from bot.services import Services
from bot.whatif import trials

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tick:
    name: str
    seconds: float
    run: Callable[[Services], object]


KEEP_SETTLED = timedelta(days=30)  # what was said long ago, with the words it was said in


def forget_settled(services: Services) -> None:
    with services.unit_of_work() as uow:
        uow.outbox.forget(services.now() - KEEP_SETTLED)
        uow.inbox.forget_rejected(services.now() - KEEP_SETTLED)
        uow.commit()
    touches.forget_anonymous(services)
    imports.forget_drafts(services)


def fold_write_ahead_log(services: Services) -> None:
    services.database.checkpoint()


def one_by_one(
    due: Callable[[Services], list[int]], work: Callable[[Services, int], None],
    put_off: Callable[[Services, int], None] | None = None,
) -> Callable[[Services], None]:  # fmt: skip
    """A tick that asks what is due, without locking anything, and works off each row in a transaction of its own.

    `put_off` makes a row that stumbles wait, so that many of them never stand in the way of the rest.
    """

    def run(services: Services) -> None:
        for row_id in due(services):
            try:
                work(services, row_id)
            except Exception:  # a row that cannot be worked off costs only itself
                log.exception("row failed", work=work.__name__, row=row_id)
                if put_off is not None:
                    put_off(services, row_id)

    return run


def climb_ladders(services: Services) -> None:
    """Each lead by itself; then managers hear of all that they are to hear of in one message."""
    one_by_one(response.due, response.take_step)(services)
    response.tell_managers(services)


TICKS = (
    Tick("inbox", 0.5, one_by_one(inbox.waiting_events, inbox.work_off)),
    Tick("reminders", 1, one_by_one(reminders.due_reminders, reminders.fire_reminder)),
    Tick("digests", 5, one_by_one(digests.due_digests, digests.fire_digest)),
    Tick("neglect", 30, neglect.tell_managers),
    Tick("offers", 1, one_by_one(distribution.lapsed_offers, distribution.lapse_offer)),
    Tick("held", 2, one_by_one(distribution.teams_with_held_leads, distribution.drain)),
    Tick("absences", 5, one_by_one(people.absences_over, people.end_absence)),
    Tick("managers", 5, distribution.tell_managers),
    Tick("response", 5, climb_ladders),
    Tick("stale", 60, one_by_one(next_steps.due_stale, next_steps.went_stale)),
    Tick("scores", 60, one_by_one(scoring.faded, scoring.fade)),
    Tick("forgone", 30, one_by_one(forgoing.due, forgoing.come_back)),
    Tick("rescoring", 2, rescoring.advance),
    Tick("credits", 30, crediting.credit_wins),
    Tick("sums", 10, folding.fold),
    Tick("weekly", 60, sending.plan_weekly),
    Tick("schedules", 2, one_by_one(sending.due, sending.send)),
    Tick("alerts", 5, one_by_one(alerts.due, alerts.look)),
    Tick("calibration", 3600, calibration.tell_weekly),
    Tick("homes", 60, homes.refresh_as_time_passes),
    Tick("scrub", 60, one_by_one(scrub.due, scrub.propose)),
    Tick("witness", 60, one_by_one(witness.due, witness.post)),
    Tick("experiments", 600, experiments.decide_what_can_be),
    Tick("playbook", 5, versions.pick_up),
    Tick("trials", 2, one_by_one(trials.waiting, trials.try_out)),
    Tick("maildrop", 5, mail.pick_up),
    Tick("mailbox", 20, looking.look),
    Tick("sequences", 1, one_by_one(advancing.due, advancing.advance, advancing.put_off)),
    Tick("sweep", 5, sweeping.sweep),
    Tick("meetings", 5, one_by_one(outcomes.due, outcomes.advance)),
    Tick("stranded", 30, stranded.look),
    Tick("calendars", 30, one_by_one(subscriptions.due, subscriptions.refresh)),
    Tick("imports", 1, one_by_one(import_work.due, import_work.advance)),
    Tick("shares", 5, one_by_one(import_news.due, import_news.tell)),
    Tick("checkpoint", 60, fold_write_ahead_log),
    Tick("forget", 3600, forget_settled),
)


class Clockwork:
    """Runs the ticks on an in-memory scheduler, and notices when that scheduler has fallen asleep."""

    def __init__(
        self, services: Services, *, monotonic: Callable[[], float], wall: Callable[[], datetime],
        ticks: tuple[Tick, ...] = TICKS,
    ) -> None:  # fmt: skip
        self._services = services
        self._ticks = ticks
        self._monotonic = monotonic
        self._wall = wall
        self._last_run = {tick.name: monotonic() for tick in ticks}
        # A late tick is still due, several late ones are one, and one never overtakes itself.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)

    def start(self) -> None:
        for tick in self._ticks:
            self._scheduler.add_job(self._knock, "interval", args=(tick,), seconds=tick.seconds, id=tick.name)
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for the tick in hand."""
        self._scheduler.shutdown(wait=True)

    def wake_sleepers(self) -> list[str]:
        """Run again what has not run for long.

        The scheduler sleeps on the wall clock: after that is set back by an hour it would rest for an hour.
        """
        late = [tick for tick in self._ticks if self._monotonic() - self._last_run[tick.name] > 5 * tick.seconds + 5]
        for tick in late:
            log.warning("tick is late, waking it", tick=tick.name)
            self._scheduler.modify_job(tick.name, next_run_time=self._wall())
        return [tick.name for tick in late]

    def _knock(self, tick: Tick) -> None:
        self._last_run[tick.name] = self._monotonic()
        try:
            tick.run(self._services)
        except Exception:  # one failing tick must not stop the next
            log.exception("tick failed", tick=tick.name)
