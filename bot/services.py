"""What every use case needs, made once in app.py and passed down."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.contact.outside import Outside
from bot.mailing.ports import Mailbox
from bot.playbook.playbook import Playbook
from bot.reports.steps import standings
from store.database import Database
from store.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True)
class Look:
    """A look at what time changes in Homes: when it was, and the number of each team's last decision then."""

    at: datetime
    decisions: dict[int, int]


def nobody_listens() -> None:
    """The wake-up call where no sender runs."""


class Services:
    """`now` gives aware UTC and is read once per use case; `playbook` is whatever is in force."""

    def __init__(
        self, database: Database, playbook: Playbook, now: Callable[[], datetime],
        wake_outbox: Callable[[], None] = nobody_listens, *, mail_drop: Path | None = None,
        outside: Outside | None = None, mailbox: Mailbox | None = None,
    ) -> None:  # fmt: skip
        self.database = database
        self.now = now
        self.wake_outbox = wake_outbox
        self.mail_drop = mail_drop  # the folder where e-mails are left for us
        self.outside = outside or Outside()
        self.mailbox = mailbox  # where answers and bounces arrive
        self.post_waits = threading.Event()  # a message to a lead was queued: whoever sends them looks now
        self.newest_seen: int | None = None  # the number of the newest published version that was looked at
        self.last_look: Look | None = None  # of this process at the Homes
        self._in_force = playbook
        self._of_this_transaction = threading.local()

    @property
    def playbook(self) -> Playbook:
        """Within a transaction always the same, whatever is published meanwhile."""
        kept: Playbook | None = getattr(self._of_this_transaction, "playbook", None)
        return kept or self._in_force

    def put_in_force(self, playbook: Playbook, *, newest: int | None = None) -> None:
        """From the next transaction on, this one decides; `newest` is the version that was looked at for it."""
        self._in_force, self.newest_seen = playbook, newest

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """A transaction that may write; undone unless it is committed."""
        told = unit_of_work(
            self.database, wake_outbox=self.wake_outbox, now=self.now,
            standings=lambda: standings(self.playbook.stages), zone=lambda: self.playbook.report_zone,
            wake_post=self.post_waits.set,
        )  # fmt: skip
        with self._one_playbook(), told as uow:
            yield uow

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads, and waits for nobody."""
        with self._one_playbook(), unit_of_work(self.database, writes=False, now=self.now) as uow:
            yield uow

    @contextmanager
    def _one_playbook(self) -> Iterator[None]:
        before = getattr(self._of_this_transaction, "playbook", None)
        self._of_this_transaction.playbook = before or self._in_force
        try:
            yield
        finally:
            self._of_this_transaction.playbook = before
