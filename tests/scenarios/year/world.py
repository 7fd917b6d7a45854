"""Everything of one simulated stretch of time, and the scheduler that lets it pass: one thread, no sleeping."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import Session

from bot.outbox.steps import Steps
from store.database import Database
from store.outbox import Outbox
from tests.scenarios.year import town
from tests.scenarios.year.bugs import BUGS
from tests.scenarios.year.clock import Agenda, Clock
from tests.scenarios.year.desk import Desk
from tests.scenarios.year.judge import Judge
from tests.scenarios.year.replica import MY_TICKS, Killed, Replica
from tests.scenarios.year.slack import Slack
from tests.scenarios.year.voice import Line
from tests.scenarios.year.weather import Weather
from tests.schemas import create_tables

Answer = TypeVar("Answer")
SENDER = "sender"
# When each tick, and the sender, has something to do; read past the ORM, because it is read at every step.
DUE = """SELECT
    (SELECT min(fire_at) FROM reminder WHERE status = 'waiting'),
    (SELECT min(digest_due_at) FROM rep WHERE is_active AND digest_due_at IS NOT NULL),
    (SELECT min(away_until) FROM rep WHERE away_until IS NOT NULL),
    (SELECT min(stale_at) FROM lead WHERE stale_at IS NOT NULL),
    (SELECT min(created_at) FROM follow_up WHERE managers_hear = 'waiting'),
    (SELECT min(next_at) FROM outbox_lane WHERE next_at IS NOT NULL),
    (SELECT min(sweep_at) FROM outbox WHERE sweep_at IS NOT NULL AND status IN ('sent', 'skipped'))"""
WITHOUT_CHANNELS = (
    "DELETE FROM outbox WHERE status = 'pending' AND lane LIKE 'team:%'",
    "UPDATE outbox_lane SET next_at = NULL WHERE next_at IS NOT NULL AND lane LIKE 'team:%'",
)
DUE_NAMES = ("reminders", "digests", "absences", "stale", "neglect", SENDER, "sweeps")
# However much is due, a tick runs only so often; managers are told together.
PAUSES = {name: timedelta(seconds=MY_TICKS[name].seconds) for name in DUE_NAMES if name in MY_TICKS} | {
    "neglect": timedelta(minutes=20), SENDER: timedelta(seconds=0.2), "sweeps": timedelta(seconds=10),
}  # fmt: skip
SKEW = timedelta(seconds=4)  # of the second replica's clock
A_STEP = timedelta(milliseconds=2)  # also what sends nothing takes a while
MOST_STEPS_AT_ONCE = 5000  # without any time passing: then something is due for ever


@dataclass(frozen=True)
class Plan:
    """The seed decides everything else."""

    seed: int
    start: datetime
    days: int
    reps: int = 40
    zones: int = 12
    follow_ups: int = 300
    kills: int = 40  # about so many
    spells_a_year: int = 80  # outages and storms
    has_channels: bool = True  # whether cards and threads are sent too; nothing is judged of them
    bug: str = ""


@dataclass
class World:
    plan: Plan
    faults: Counter[str] = field(default_factory=Counter)
    transcript: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = self.plan
        self.clock, self.agenda, self.slack = Clock(plan.start), Agenda(), Slack()
        self.weather = Weather(self.rng("weather"), plan.start, plan.days, plan.spells_a_year)
        self.database = Database("sqlite://")  # power loss is not what this is about
        create_tables(self.database)
        self._raw: Any = self.database.engine.raw_connection().driver_connection
        self.playbook = town.playbook()
        self.people = town.people_of(self.rng("people"), plan.reps, plan.zones)
        rules = self.playbook.reminders
        self.judge = Judge(self.people, rules.daily_budget, len(rules.rules))
        self.desk = Desk(self)
        self.slack.heard = self.desk.delivered
        self.stack: list[Replica] = []  # whose code is running; the last one now
        self.lives = 0
        self.all_steps: list[Steps] = []
        self.kills = 0
        self._chance = self.rng("scheduler")
        self._until_kill = self._next_kill()
        self._not_before = dict.fromkeys(DUE_NAMES, plan.start)
        self._dark_since: datetime | None = None
        self.replicas = [self._born("A"), self._born("B")]

    def rng(self, what: str) -> random.Random:
        return random.Random(f"{self.plan.seed}:{what}")  # noqa: S311

    def log(self, *words: object) -> None:
        """What happened, in words that are the same whenever the seed is the same."""
        self.transcript.append(" ".join([f"{self.clock.at:%m-%d %H:%M:%S.%f}", *map(str, words)]))

    # --- replicas come and go

    def _born(self, name: str) -> Replica:
        self.lives += 1
        skew = SKEW if name == "B" else timedelta(0)
        replica = Replica(
            name, self.database, self.playbook, self.clock, Line(self, self.desk),
            seed=f"{self.plan.seed}:{self.lives}", skew=skew, bug=BUGS[self.plan.bug],
        )  # fmt: skip
        self.all_steps.append(replica.steps)
        return replica

    def alive(self) -> list[Replica]:
        return [replica for replica in self.replicas if replica.is_alive]

    def _next_kill(self) -> int:
        """Counted in the points at which a kill may fall."""
        points = max(50, 40 * self.plan.follow_ups // max(1, self.plan.kills))
        return self._chance.randint(1, 2 * points)

    def point(self, name: str) -> None:
        """Here the running replica may be killed, or be overtaken by the other one."""
        if not self.stack:
            return
        self._until_kill -= 1
        if self._until_kill <= 0:
            self._until_kill = self._next_kill()
            self.faults[f"kill {name}"] += 1
            self.kills += 1
            self.stop(self.stack[-1])
            raise Killed(name)
        if name == "after a commit" and self._chance.random() < 0.01:
            long = self._chance.random() < 0.05
            self.wait(self._chance.uniform(5, 90) if long else 0.01, long=True)

    def stop(self, replica: Replica) -> None:
        """However it ends, a new life begins some time later."""
        replica.is_alive = False
        self.faults["lives"] += 1
        back = self.clock.at + timedelta(seconds=self._chance.choice((2, 20, 60, 600)))
        self.agenda.add(back, lambda: self._start(replica))
        if not self.alive():
            self._dark_since = self.clock.at

    def _start(self, replica: Replica) -> None:
        self.replicas[self.replicas.index(replica)] = self._born(replica.name)
        if self._dark_since is not None:
            self.judge.nothing_could_be_said(self._dark_since, self.clock.at)
            self._dark_since = None

    def on(self, replica: Replica, job: Callable[[], Answer]) -> Answer:
        """Run it there. Killed is heard by whoever asked for it; refusals are answers.

        Raises:
            Killed, DibsError: as they say.
        """
        self.stack.append(replica)
        try:
            return job()
        except Killed:
            if self._raw.in_transaction:
                self._raw.rollback()  # as the database does when a process is gone
            raise
        finally:
            self.stack.pop()

    def somewhere(self) -> Replica | None:
        """A replica that can be asked now; what runs in it already is another thread's."""
        alive = self.alive()
        return self._chance.choice(alive) if alive else None

    # --- time passes

    def wait(self, seconds: float, *, long: bool = False) -> None:
        """The running call takes so long; in a long one others do what they do meanwhile."""
        until, running = self.clock.at + timedelta(seconds=seconds), self.stack[-1] if self.stack else None
        if long and len(self.stack) < 3:
            kept, self.stack = self.stack, [*self.stack]
            busy = {replica.name for replica in kept}
            self.run_until(until, besides=busy)
            self.stack = kept
        self.clock.advance(until)
        if running is not None and not running.is_alive:
            raise Killed("another thread of it")

    def run_until(self, until: datetime, *, besides: set[str] | None = None) -> None:
        """All that happens up to then, in order."""
        steps, busy = 0, besides or set()
        while (moment := self._next_moment(busy)) <= until:
            steps = steps + 1 if moment <= self.clock.at else 0
            assert steps < MOST_STEPS_AT_ONCE, f"something is due for ever: {self.due()}"
            self.clock.advance(moment)
            self._step(busy)
        self.clock.advance(until)

    def _next_moment(self, busy: set[str]) -> datetime:
        moments = [self.agenda.next_at()]
        speakers = [replica for replica in self.alive() if replica.name not in busy]
        if speakers:
            ahead = max(replica.skew for replica in speakers) + self.clock.wrong_by
            moments += [
                max(moment - ahead, self._not_before[name], self.clock.at) for name, moment in self.due().items()
            ]
        return min((moment for moment in moments if moment is not None), default=datetime.max.replace(tzinfo=UTC))

    def due(self) -> dict[str, datetime]:
        """What the ticks and the sender wait for, by their own clocks."""
        found = zip(DUE_NAMES, self._raw.execute(DUE).fetchone(), strict=True)
        due = {name: datetime.fromisoformat(at).replace(tzinfo=UTC) for name, at in found if at}
        if self.clock.wrong_by:
            with self.quietly() as session:  # lanes may be stranded, which is not to be read off the rows
                sender = Outbox(session, locks_rows=False).next_at(self.clock.wall(timedelta(0)))
                due |= {SENDER: sender} if sender else {}
        return due

    def _step(self, busy: set[str]) -> None:
        """Whatever is due at this moment: people act, replicas tick and send."""
        while (job := self.agenda.pop_due(self.clock.at)) is not None:
            job()
        for name, moment in self.due().items():
            if name not in (SENDER, "sweeps") and self._not_before[name] <= self.clock.at:
                self._tick(name, moment, busy)
        self._send(busy)

    def _tick(self, name: str, due: datetime, busy: set[str]) -> None:
        """One replica finds what is due; now and then the other one looks as well and finds it done."""
        if due > self.clock.wall(SKEW):
            return
        self._not_before[name] = self.clock.at + PAUSES[name]
        self.faults[f"tick {name}"] += 1
        for replica in self._shuffled(busy):
            if due <= replica.now():
                self._run(replica, partial(replica.knock, name))
                if self._chance.random() < 0.9:
                    return

    def _send(self, busy: set[str]) -> None:
        """Row after row by whoever comes first, until no lane is ready; like a sender, it looks before it tries."""
        if not self.plan.has_channels:
            for forget in WITHOUT_CHANNELS:
                self._raw.execute(forget)
        for _ in range(MOST_STEPS_AT_ONCE):
            due = self.due()
            moment = min((due[name] for name in (SENDER, "sweeps") if name in due), default=None)
            ready = [replica for replica in self._shuffled(busy) if moment is not None and moment <= replica.now()]
            if not ready or not any(self._run(replica, replica.send_one) for replica in ready):
                break
            self.clock.advance(self.clock.at + A_STEP)
        else:
            raise AssertionError(f"the sender never rests: {self.due()} at {self.clock.at}")
        self._not_before[SENDER] = self.clock.at + PAUSES[SENDER]
        self._not_before["sweeps"] = self.clock.at + PAUSES["sweeps"]

    def _shuffled(self, busy: set[str]) -> list[Replica]:
        found = [replica for replica in self.alive() if replica.name not in busy]
        self._chance.shuffle(found)
        return found

    def _run(self, replica: Replica, job: Callable[[], object]) -> object:
        """What came of it; a kill is an event like any other."""
        try:
            return self.on(replica, job)
        except Killed:
            return True

    @contextmanager
    def quietly(self) -> Iterator[Session]:
        """A look at the database that no kill interrupts."""
        kept, self.stack = self.stack, []
        try:
            with self.database.session(writes=False) as session:
                yield session
        finally:
            self.stack = kept

    def _committed(self) -> None:
        if not self._raw.in_transaction:  # the end of a savepoint is none
            self.point("after a commit")

    @contextmanager
    def deadly(self) -> Iterator[None]:
        """While this lasts, commits are points at which a replica may be killed."""
        before, after = (lambda _: self.point("before a commit")), (lambda _: self._committed())
        event.listen(self.database.engine, "commit", before)
        event.listen(Session, "after_commit", after)
        try:
            yield
        finally:
            event.remove(self.database.engine, "commit", before)
            event.remove(Session, "after_commit", after)
