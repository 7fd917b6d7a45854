"""Gives lives and takes them: imports everything once, then forks, kills, and forks again.

Runs as its own process, because a process that forks must have no other thread:
`python -m tests.scenarios.kill.zygote PLAN.json`.
"""

import gc
import json
import os
import random
import select
import signal
import sys
import time
from collections import deque
from pathlib import Path

from store.database import Database
from tests.nearby import nearby
from tests.scenarios.kill.life import LEASE_SECONDS, Life, Plan

KILLED_YOUNG = 0.2  # of all lives: before they have done anything
WAKES_WITHIN_SECONDS = 5.0
# From fork to the first thing done, on an idle machine of two cores. A slower start means a slower machine, and
# lives that are as much longer: counted in work, not in seconds, they stay as short.
QUICK_START_SECONDS = 0.05
FAULTS = ("429", "500", "503", "malformed", "drop_before", "drop_after")
Fate = deque[tuple[float, signal.Signals]]


def main(plan: Plan) -> int:
    database = Database(plan.database_url)
    Life(plan, -1, database).warm_up()
    database.engine.dispose()  # a connection must not be shared between processes; what was compiled may be
    gc.freeze()
    rng = random.Random(plan.seed)  # noqa: S311
    living: dict[int, Fate] = {}
    for number in range(plan.kills):
        while len(living) == plan.replicas:
            meet_next(living)
        if rng.random() < plan.faults:
            break_next_post(plan, rng)
        pid, slowness = begin(plan, number, database, young=rng.random() < KILLED_YOUNG)
        living[pid] = fate(plan, rng, slowness)
    while living:
        meet_next(living)
    last = fork(plan, plan.kills, database, drains=True)
    return os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])


def break_next_post(plan: Plan, rng: random.Random) -> None:
    """Slack is slow, breaks down, or takes a message and does not say so."""
    wish = {"method": "chat.postMessage", "kind": rng.choice(FAULTS)}
    with nearby(plan.api_url.removesuffix("/api/")) as http:
        http.post("/sandbox/faults", json=wish).raise_for_status()


def begin(plan: Plan, number: int, database: Database, *, young: bool) -> tuple[int, float]:
    """A new life, and how many times slower than usual it got to work."""
    reader, writer = os.pipe()
    started = time.monotonic()
    pid = fork(plan, number, database, awake=writer)
    os.close(writer)
    if not young:
        select.select([reader], [], [], WAKES_WITHIN_SECONDS)
    os.close(reader)
    return pid, max(1.0, (time.monotonic() - started) / QUICK_START_SECONDS)


def fate(plan: Plan, rng: random.Random, slowness: float) -> Fate:
    """When which signal strikes: the end, for some after a pause that is longer than the lease."""
    moment = time.monotonic() + rng.uniform(plan.shortest, plan.longest) * slowness
    if rng.random() >= plan.pauses:
        return deque([(moment, signal.SIGKILL)])
    wakes = moment + LEASE_SECONDS * 1.3
    ends = wakes + rng.uniform(plan.shortest, plan.longest)
    return deque([(moment, signal.SIGSTOP), (wakes, signal.SIGCONT), (ends, signal.SIGKILL)])


def meet_next(living: dict[int, Fate]) -> None:
    """Wait for what strikes first, and let it strike."""
    pid = min(living, key=lambda each: living[each][0])
    moment, strike = living[pid].popleft()
    time.sleep(max(0.0, moment - time.monotonic()))
    os.kill(pid, strike)
    if not living[pid]:
        del living[pid]
        os.waitpid(pid, 0)


def fork(plan: Plan, number: int, database: Database, *, awake: int = -1, drains: bool = False) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        life = Life(plan, number, database)
        if drains:
            life.drain()
        else:
            life.be_killed(awake)
    finally:
        sys.stderr.flush()
        os._exit(1 if sys.exc_info()[0] else 0)


if __name__ == "__main__":
    sys.exit(main(Plan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
