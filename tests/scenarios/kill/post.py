"""Lives that carry messages to leads, each of which ends by its own hand at a certain moment of its work.

Runs as its own process, because a process that forks must have no other thread:
`python -m tests.scenarios.kill.post PLAN.json`.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.contact.ports import Outcome, Parcel, Taken
from bot.contact.postman import LEASE_SECONDS, Postman
from bot.playbook.playbook import Playbook
from bot.services import Services
from store.contact.messages import LOST
from store.database import Database
from tests.factories import TUESDAY, everyone_new
from tests.post import plainly, set_up


@dataclass(frozen=True)
class Plan:
    database_url: str
    carried: str  # a file with the key of each message that reached its provider
    deaths: tuple[int, ...]  # at which moment of its work each life ends: 1 is the first
    replicas: int = 1
    repeats: bool = False  # the bug: what was in hand when somebody died is sent again


class Provider:
    """What it has taken outlives whoever brought it."""

    def __init__(self, path: str, moment: Any) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._moment = moment

    def carry(self, parcel: Parcel) -> Outcome:
        self._moment()
        os.write(self._file, f"{parcel.key}\n".encode())
        self._moment()
        return Taken(parcel.key)


class Life:
    """Its moments: each transaction about to be committed, each committed, a message about to leave, and gone."""

    def __init__(self, plan: Plan, playbook: Playbook, *, ends_at: int, after: float) -> None:
        self._left, self._after = ends_at, after
        self.services = Services(Database(plan.database_url), playbook, self.now)
        set_up(self.services)
        provider = Provider(plan.carried, self.moment)
        self.postman = Postman(
            self.services, {"email": provider}, {"email": plainly}, now=self.now, monotonic=time.monotonic,
            rng=random.Random(1),  # noqa: S311
        )  # fmt: skip
        self._repeats = plan.repeats
        event.listen(Session, "before_commit", self._committing)
        event.listen(Session, "after_commit", self._committing)

    def now(self) -> datetime:
        return TUESDAY + timedelta(seconds=self._after)

    def _committing(self, session: Session) -> None:
        if not session.in_nested_transaction():  # a savepoint is no moment of its own
            self.moment()

    def moment(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def work(self) -> None:
        if self._repeats:
            self._send_what_was_in_hand_again()
        while self.postman.send_one():
            pass

    def _send_what_was_in_hand_again(self) -> None:
        lost = self.services.database.peek(LOST, self.now())
        with self.services.unit_of_work() as uow:
            for number in lost:
                uow.messages.change(number, {"status": "waiting", "lease_until": None}, status=("sending",))
            uow.commit()


def main(plan: Plan) -> int:
    living, playbook = list[int](), everyone_new()
    for ends_at in plan.deaths:
        if len(living) == plan.replicas:
            os.waitpid(living.pop(0), 0)
        living.append(fork(plan, playbook, ends_at=ends_at, after=0.0))
    for pid in living:
        os.waitpid(pid, 0)
    last = fork(plan, playbook, ends_at=-1, after=LEASE_SECONDS + 1)
    return os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])


def fork(plan: Plan, playbook: Playbook, *, ends_at: int, after: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        Life(plan, playbook, ends_at=ends_at, after=after).work()
    finally:
        sys.stderr.flush()
        os._exit(1 if sys.exc_info()[0] else 0)


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.exit(main(Plan(**{**given, "deaths": tuple(given["deaths"])})))
