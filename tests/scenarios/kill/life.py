"""One life of the bot: real use cases and the real sender at work until the process is killed."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient
from sqlmodel import col, func, select

from bot import followups, pipeline, reminders
from bot.errors import DibsError
from bot.intake import capture
from bot.messenger import Messenger
from bot.outbox import Pace, Sender
from bot.projections import Projections
from bot.services import Services
from store.database import Database
from store.models import Lead, Reminder
from store.unit_of_work import unit_of_work
from tests.scenarios.kill import town
from tests.scenarios.kill.bugs import BUGS

LEASE_SECONDS = 1.5
STANDSTILL_SECONDS = 30
SLACK_TIMEOUT = 0.6  # in the lease's proportion: 0.4 to start, 0.6 to answer, 0.5 of grace


@dataclass(frozen=True)
class Plan:
    """What a whole run is made of; travels to the process that forks the lives."""

    seed: int
    kills: int
    replicas: int
    database_url: str
    api_url: str
    token: str
    acks: str
    longest: float
    pauses: float = 0.0  # the share of lives that are stopped for a while before they end
    faults: float = 0.3  # how often, between two lives, the next post is made to fail in some way
    bug: str = ""
    shortest: float = 0.005


class Acks:
    """What clients were told, one line each; it outlives the process that wrote it."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, *words: object) -> None:
        os.write(self._file, (" ".join(str(word) for word in words) + "\n").encode())


class Life:
    def __init__(self, plan: Plan, number: int, database: Database) -> None:
        self._rng = random.Random(f"{plan.seed}:{number}")  # noqa: S311
        self._name = f"{plan.seed}x{number}"
        self._acks = Acks(plan.acks)
        self._never = threading.Event()
        self._bug = BUGS[plan.bug]
        self._database = database
        plain = town.services(self._database)
        client = WebClient(plan.token, base_url=plan.api_url, retry_handlers=[])
        client.timeout = SLACK_TIMEOUT  # type: ignore[assignment]  # a fraction of a second is fine with it
        self._sender: Sender = self._bug.sender(
            lambda: unit_of_work(self._database), Messenger(client), Projections(plain),
            now=plain.now, monotonic=time.monotonic, rng=self._rng, pace=Pace.unlimited(),
            lease_seconds=LEASE_SECONDS,
        )  # fmt: skip
        self._services = Services(plain.database, plain.playbook, plain.now, self._sender.wake)

    # --- what goes on at the same time

    def warm_up(self) -> None:
        """Everything once and in order, so that no life spends its short time on first times."""
        for job in self._jobs():
            job()
        while self._sender.send_one():
            pass

    def _jobs(self) -> list[Callable[[], None]]:
        claims = [partial(self._claims, who) for who in town.MANAGERS]
        return [self._intake, *claims, self._follow_ups, self._notes, self._ticks, self._checkpoints]

    def be_killed(self, awake: int) -> None:
        """Everything at once until the end comes from outside; the pipe `awake` hears of the first thing done."""
        self._database.hold_file()
        self._sender.start()
        for job in self._jobs():
            threading.Thread(target=self._forever, args=(job, awake), daemon=True).start()
        signal.pause()

    def _fire_reminders(self) -> None:
        for reminder_id in reminders.due_reminders(self._services):
            self._bug.fire(self._services, reminder_id)

    def drain(self) -> None:
        """The last life: no new work, everything said that is to be said."""
        self._database.hold_file()
        self._sender.start()
        left, until = None, 0.0
        while (before := left) != 0:
            self._fire_reminders()
            left = self._left()
            if left != before:
                until = time.monotonic() + STANDSTILL_SECONDS  # however much there is: it must only go on
            elif time.monotonic() > until:
                break
            self._never.wait(0.05)
        self._sender.stop(10)
        self._acks.write("counts", *(f"{name}={count}" for name, count in self._sender.counts.all().items()))

    def _left(self) -> int:
        """How much is still to be said."""
        with self._services.reading() as uow:
            soon = select(func.count()).where(col(Reminder.status) == "waiting")
            summary = uow.outbox.summary(self._services.now())
            return summary.pending + summary.sending + uow.session.exec(soon).one()

    def _forever(self, job: Callable[[], None], awake: int) -> None:
        while True:
            try:
                job()
                with contextlib.suppress(OSError):  # nobody listens any more
                    os.write(awake, b"!")
            except DibsError:
                pass  # a refusal with a reason is an answer like any other
            except Exception as error:  # noqa: BLE001 - counted by the judge; the other jobs go on
                self._acks.write("error", type(error).__name__, str(error).replace("\n", " ")[:300])

    def _rest(self, shortest: float, longest: float) -> None:
        self._never.wait(self._rng.uniform(shortest, longest))

    # --- what clients ask for, and are told

    def _key(self) -> str:
        return f"{self._name}x{self._rng.getrandbits(32):08x}"

    def _intake(self) -> None:
        key = self._key()
        raw = {"name": f"Lead {key}", "email": f"{key}@example.com", "campaign": self._rng.choice(town.TEAMS)}
        lead = capture.take_lead(self._services, raw, key=key)
        self._acks.write("lead", lead.lead_id, key)
        self._rest(0.03, 0.09)

    def _claims(self, who: str) -> None:
        lead_id = self._some_lead(col(Lead.owner_id).is_(None))
        if lead_id is not None:
            claimed = self._bug.claim(self._services, who, lead_id)
            if not claimed.is_repeat:
                self._acks.write("claim", lead_id, who)
        self._rest(0.01, 0.03)

    def _notes(self) -> None:
        lead_id = self._some_lead(newest=True)
        if lead_id is not None:
            key = self._key()
            pipeline.add_note(self._services, "U0DANA", lead_id, f"note {key}", key=key)
            self._acks.write("note", lead_id, key)
        self._rest(0.04, 0.12)

    def _follow_ups(self) -> None:
        lead_id = self._some_lead(col(Lead.owner_id).is_not(None), newest=True)
        if lead_id is not None:
            key = self._key()
            due = self._services.now() + timedelta(seconds=self._rng.uniform(0.05, 0.3))
            followups.set_follow_up(self._services, "U0DANA", lead_id, due, f"call {key}", key=key)
            self._acks.write("follow_up", lead_id, key)
        self._rest(0.06, 0.2)

    def _ticks(self) -> None:
        self._fire_reminders()
        self._rest(0.02, 0.05)

    def _checkpoints(self) -> None:
        """In every eighth life or so; without it SQLite's log would grow and make each life start later."""
        self._rest(0.02, 1.0)
        self._database.checkpoint()

    def _some_lead(self, *conditions: object, newest: bool = False) -> int | None:
        with self._services.reading() as uow:
            order = col(Lead.id).desc() if newest else col(Lead.id)
            return uow.session.exec(select(Lead.id).where(*conditions).order_by(order).limit(1)).first()  # type: ignore[arg-type]
