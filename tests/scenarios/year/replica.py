"""One process of Dibs, without threads: its services, its sender's steps, and a clock that may be a little off."""

import random
from datetime import datetime, timedelta

from bot.outbox import Pace
from bot.outbox.steps import Steps
from bot.playbook.playbook import Playbook
from bot.services import Services
from handlers.clock import TICKS, Tick
from store.database import Database
from tests.scenarios.year.bugs import Variant
from tests.scenarios.year.clock import Clock
from tests.scenarios.year.voice import Line

# What follow-ups need of the table of ticks; leads are claimed at once here, so the others have nothing to do.
RUN = ("reminders", "digests", "absences", "neglect", "stale", "forget")
MY_TICKS = {tick.name: tick for tick in TICKS if tick.name in RUN}


class Killed(BaseException):
    """The process is gone from one instruction to the next; no `except Exception` may hold that up."""


class Replica:
    """A life of one process; after a kill all of it is thrown away."""

    def __init__(
        self, name: str, database: Database, playbook: Playbook, clock: Clock, line: Line, *,
        seed: str, skew: timedelta, bug: Variant,
    ) -> None:  # fmt: skip
        self.name = name
        self.skew = skew
        self.is_alive = True
        self.ticks: dict[str, Tick] = {**MY_TICKS, **bug.ticks}
        self._clock = clock
        self.services = Services(database, playbook, self.now)
        self.steps: Steps = bug.steps(
            self.services.unit_of_work, line, bug.projections(self.services), now=self.now, monotonic=clock.monotonic,
            rng=random.Random(seed), pace=Pace.slack(), holder=f"{name}:{seed}",  # noqa: S311
        )  # fmt: skip

    def now(self) -> datetime:
        return self._clock.wall(self.skew)

    def knock(self, tick: str) -> None:
        self.ticks[tick].run(self.services)

    def send_one(self) -> bool:
        """One row, or the copies of one that was said twice."""
        return self.steps.send_one() or self.steps.sweep_one()
