"""Gives lives and takes them: imports everything once, then forks, kills, and forks again.

Runs as its own process, because a process that forks must have no other thread:
`python -m tests.scenarios.kill.zygote PLAN.json`.
"""

import gc
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from store.database import Database
from tests.scenarios.kill.life import Life, Plan


def main(plan: Plan) -> int:
    database = Database(plan.database_url)
    Life(plan, -1, database).warm_up()
    database.engine.dispose()  # a connection must not be shared between processes; what was compiled may be
    gc.freeze()
    rng = random.Random(plan.seed)  # noqa: S311
    living: dict[int, float] = {}
    for number in range(plan.kills):
        if len(living) == plan.replicas:
            kill_next(living)
        living[fork(plan, number, database)] = time.monotonic() + rng.uniform(plan.shortest, plan.longest)
    while living:
        kill_next(living)
    last = fork(plan, plan.kills, database, drains=True)
    return os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])


def kill_next(living: dict[int, float]) -> None:
    """Wait for the end of the life that ends first, and end it."""
    pid = min(living, key=lambda each: living[each])
    time.sleep(max(0.0, living.pop(pid) - time.monotonic()))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def fork(plan: Plan, number: int, database: Database, *, drains: bool = False) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        life = Life(plan, number, database)
        if drains:
            life.drain()
        else:
            life.be_killed()
    finally:
        sys.stderr.flush()
        os._exit(1 if sys.exc_info()[0] else 0)


if __name__ == "__main__":
    sys.exit(main(Plan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
