"""Plays the named crash points one after another: a scene is set, lives end in it, another drains, a judge looks.

Runs as its own process, because a process that forks must have no other thread:
`python -m tests.scenarios.kill.stage PLAN.json`. Its verdicts go where the plan says, as JSON.
"""

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient

from bot import claims, digests, followups, merging, reminders
from bot.errors import DibsError
from bot.followups import Outcome
from bot.intake import capture
from bot.messenger import Messenger
from bot.outbox import Pace
from bot.projections import Projections
from bot.qualification import verdicts
from bot.reports import schedules, sending
from bot.rules.reports.schedules import Rhythm
from bot.sequences import advancing, commanding
from bot.services import Services
from store.database import Database
from store.models import ReportSchedule
from store.unit_of_work import unit_of_work
from tests.scenarios.kill import town
from tests.scenarios.kill.bugs import BUGS
from tests.scenarios.kill.points import POINTS, Moment, Point
from tests.scenarios.kill.scene import OWNER, RIVAL, TEAM, Scene, judge, look
from tests.scenarios.kill.watcher import WatchedProjector, WatchedVoice, Watcher, Wire, arrive_late, ask

HOUR = 3600
BEYOND_LEASE, BEYOND_SWEEP = 60, (180, 720)  # seconds; the lease is 45, and sweeps come after 2 and 10 minutes


@dataclass(frozen=True)
class Script:
    points: tuple[str, ...]
    database_url: str
    slack: str
    token: str
    verdicts: str
    bug: str = ""


class Clock:
    """Real time plus what all forks share, so that nobody waits for a lease; Slack's clock moves along."""

    def __init__(self, slack: str) -> None:
        self._slack = slack
        self._shared = mmap.mmap(-1, struct.calcsize("dd"))

    def _ahead(self) -> tuple[float, float]:
        wall, monotonic = struct.unpack("dd", self._shared[:])
        return wall, monotonic

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead()[0])

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead()[1]

    def advance(self, seconds: float) -> None:
        wall, monotonic = self._ahead()
        self._shared[:] = struct.pack("dd", wall + seconds, monotonic + seconds)
        ask(self._slack, "/sandbox/clock", json.dumps({"advance": seconds}).encode())

    def set_back(self, seconds: float) -> None:
        """The wall clock of the bot, and no other."""
        wall, monotonic = self._ahead()
        self._shared[:] = struct.pack("dd", wall - seconds, monotonic)

    def advance_to(self, hour: int) -> None:
        """So late on the next day."""
        now = self.now()
        then = (now + timedelta(days=1)).replace(hour=hour, minute=0, second=1)
        self.advance((then - now).total_seconds())


class Part:
    """One life's part in a scene, with a watcher at every port."""

    def __init__(self, stage: "Stage", watcher: Watcher, scene: Scene | None = None) -> None:
        self._watcher = watcher
        url = f"{stage.plan.slack}/api/"
        if scene is not None:
            url = Wire(stage.plan.slack, watcher, scene.lost).open()
            watcher.watch(stage.database.engine)
        plain = town.services(stage.database, stage.clock.now)
        client = WebClient(stage.plan.token, base_url=url, retry_handlers=[])
        self._bug = BUGS[stage.plan.bug]
        self._sender = self._bug.sender(
            lambda: unit_of_work(stage.database), WatchedVoice(Messenger(client), watcher),
            WatchedProjector(Projections(plain), watcher), now=plain.now, monotonic=stage.clock.monotonic,
            rng=random.Random(0), pace=Pace.unlimited(), workers=0,  # noqa: S311
        )  # fmt: skip
        self.services = Services(
            plain.database, plain.playbook, plain.now, lambda: watcher.at("waking"), outside=plain.outside
        )

    def play(self, scene: Scene) -> None:
        """What is to be done, and then everything said that is to be said."""
        self._sender.start()
        self._work(scene)
        self.send_all()

    def _work(self, scene: Scene) -> None:  # noqa: C901 - one kind of work a case
        match scene.point.work:
            case "reminder":
                self.remind()
            case "digest":
                self.digest()
            case "claim":
                self._claim(scene)
            case "promise":
                self._promise(scene)
            case "done":
                self.finish(scene)
                self._watcher.at("told")
            case "again":
                self.arrive(scene, key=f"{scene.key}-again")
                self._watcher.at("told")
            case "same":
                with suppress(DibsError):  # whoever got no answer asks again
                    merging.by_hand(self.services, OWNER, scene.lead_id, scene.other_id)
                self._watcher.at("told")
            case "report":
                self.report()
            case "step":
                self.take_steps()
            case "accept":
                verdicts.accept(self.services, OWNER, scene.lead_id)
                self._watcher.at("told")

    def remind(self) -> None:
        due = reminders.due_reminders(self.services)
        self._watcher.at("due read")
        for reminder_id in due:
            self._bug.fire(self.services, reminder_id)

    def digest(self) -> None:
        due = digests.due_digests(self.services)
        self._watcher.at("due read")
        for rep_id in due:
            digests.fire_digest(self.services, rep_id)

    def report(self) -> None:
        due = sending.due(self.services)
        self._watcher.at("due read")
        for number in due:
            sending.send(self.services, number)

    def take_steps(self) -> None:
        due = advancing.due(self.services)
        self._watcher.at("due read")
        for number in due:
            advancing.advance(self.services, number)

    def _claim(self, scene: Scene) -> None:
        """Whoever got no answer presses again, and only then does somebody else."""
        claims.claim(self.services, OWNER, scene.lead_id)
        self._watcher.at("told")
        try:
            claims.claim(self.services, RIVAL, scene.lead_id)
        except DibsError:
            return
        raise AssertionError("Two were told that the lead is theirs.")

    def _promise(self, scene: Scene) -> None:
        due = scene.began + timedelta(hours=1)
        followups.set_follow_up(self.services, OWNER, scene.lead_id, due, f"call {scene.key}", key=scene.key)
        self._watcher.at("told")

    def arrive(self, scene: Scene, *, key: str, mail: str = "example.com") -> int:
        raw = {"name": f"Lead {scene.key}", "email": f"{scene.key}@{mail}", "campaign": TEAM, "consent": True}
        return capture.take_lead(self.services, raw, key=key).lead_id

    def finish(self, scene: Scene) -> None:
        followups.done(self.services, OWNER, scene.follow_up_id, Outcome(), key=scene.key)

    def finish_all(self, scene: Scene) -> None:
        with self.services.reading() as uow:
            open_ones = [promise.follow_up.id or 0 for promise in uow.followups.open_of_lead(scene.lead_id)]
        for number in open_ones:
            followups.done(self.services, OWNER, number, Outcome(), key=f"{scene.key}-{number}")

    def send_all(self) -> None:
        while self._sender.send_one():
            pass

    def sweep(self, clock: Clock) -> None:
        """Twice, as there are two sweeps."""
        for seconds in BEYOND_SWEEP:
            clock.advance(seconds)
            while self._sender.sweep_one():
                pass


class Stage:
    def __init__(self, plan: Script, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.clock = Clock(plan.slack)
        self.database = Database(plan.database_url)

    def run(self, point: Point, number: int) -> list[str]:
        """The promises that were not kept."""
        scene = self._set(point, f"{number}x{random.getrandbits(32):08x}")
        paused = self._take_lives(scene)
        if point.is_set_back:
            self.clock.set_back(HOUR)
            assert self._live(scene) == 0, "the life after the clock was set back did not end well"
            self.clock.advance(HOUR)
        survives = self._live(scene)
        wrong = [] if survives == 0 else [f"the life that drains ended with {survives}"]
        if paused is not None:
            os.kill(paused, signal.SIGCONT)
            wrong += [f"the life that was paused ended with {code}" for code in [_ended(paused)] if code]
        if point.is_late:
            arrive_late(self.plan.slack, self.plan.token, scene.lost)
        copies = look(self.plan.slack).copies_too_many()
        self._sweep(scene)
        wrong += judge(scene, self.database, self.plan.slack, copies)
        self._clear(scene)
        return wrong

    # --- before the curtain

    def _set(self, point: Point, key: str) -> Scene:
        part = Part(self, Watcher(None))
        part.digest()
        part.send_all()  # the digest of today must know nothing of this scene
        scene = Scene(point, key, 0, self.clock.now(), lost=self.folder / f"{key}.lost")
        lead_id = part.arrive(scene, key=key)
        scene = replace(scene, lead_id=lead_id)
        if point.work != "claim":
            claims.claim(part.services, OWNER, lead_id)
        if point.work == "same":
            scene = replace(scene, other_id=part.arrive(scene, key=f"{key}-other", mail="other.example"))
        if point.work in ("reminder", "digest", "done"):
            due = scene.began + timedelta(minutes=1)
            followups.set_follow_up(part.services, OWNER, lead_id, due, f"call {key}", key=key)
            scene = scene.with_follow_up(self.database)
            self.clock.advance(120)
        if point.work in ("digest", "done"):
            part.remind()
        if point.work == "step":
            commanding.enrol(part.services, OWNER, lead_id, "keep")
        if point.work == "report":
            schedules.schedule(part.services, OWNER, "pipeline", Rhythm("day"), town.CHANNELS[TEAM])
            scene = scene.with_schedule(self.database)
        part.send_all()
        if point.work in ("digest", "report"):
            self.clock.advance_to(9)
        return scene

    def _clear(self, scene: Scene) -> None:
        """So that the next scene has nothing of this one."""
        part = Part(self, Watcher(None))
        part.finish_all(scene)
        if scene.schedule_id:
            schedules.remove(part.services, OWNER, scene.schedule_id, ReportSchedule)
        part.send_all()

    # --- lives

    def _take_lives(self, scene: Scene) -> int | None:
        """The process that is paused, if one is."""
        for number, moment in enumerate(scene.point.deaths, start=1):
            pauses = scene.point.is_paused and number == len(scene.point.deaths)
            pid = self._fork(scene, moment, signal.SIGSTOP if pauses else signal.SIGKILL)
            _, status = os.waitpid(pid, os.WUNTRACED)
            _expect(status, signal.SIGSTOP if pauses else signal.SIGKILL, f"{scene.point.name}, life {number}")
            self.clock.advance(BEYOND_LEASE)
        return pid if scene.point.is_paused else None

    def _live(self, scene: Scene) -> int:
        return _ended(self._fork(scene, None, signal.SIGKILL))

    def _sweep(self, scene: Scene) -> None:
        if scene.point.sweeping:
            pid = self._fork(scene, scene.point.sweeping, signal.SIGKILL, sweeps=True)
            _expect(os.waitpid(pid, 0)[1], signal.SIGKILL, scene.point.name)
        assert _ended(self._fork(scene, None, signal.SIGKILL, sweeps=True)) == 0

    def _fork(self, scene: Scene, moment: Moment | None, strike: signal.Signals, *, sweeps: bool = False) -> int:
        self.database.engine.dispose()  # a connection must not be shared between processes
        pid = os.fork()
        if pid:
            return pid
        try:
            if not scene.point.is_paused:  # two replicas at once are for PostgreSQL
                self.database.hold_file()
            part = Part(self, Watcher(moment, strike), scene)
            part.sweep(self.clock) if sweeps else part.play(scene)
        finally:
            if sys.exc_info()[0]:
                sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1 if sys.exc_info()[0] else 0)


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _expect(status: int, strike: signal.Signals, name: str) -> None:
    struck = os.WSTOPSIG(status) if os.WIFSTOPPED(status) else -os.waitstatus_to_exitcode(status)
    assert struck == strike, f"{name}: not ended by {strike.name} at its moment, but with {status}"


def main(file: Path) -> None:
    given = json.loads(file.read_text(encoding="utf-8"))
    plan = Script(**{**given, "points": tuple(given["points"])})
    stage = Stage(plan, file.parent)
    verdicts: dict[str, list[str]] = {}
    for number, name in enumerate(plan.points, start=1):
        started = time.monotonic()
        try:
            verdicts[name] = stage.run(POINTS[name], number)
        except AssertionError as error:
            verdicts[name] = [str(error)]
        print(f"{time.monotonic() - started:.2f} s {name}: {verdicts[name]}", flush=True)  # noqa: T201
        Path(plan.verdicts).write_text(json.dumps(verdicts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
