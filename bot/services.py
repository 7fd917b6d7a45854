"""What every use case needs, made once in app.py and passed down."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from bot.playbook import Playbook
from store.database import Database
from store.unit_of_work import UnitOfWork, unit_of_work


def nobody_listens() -> None:
    """The wake-up call where no sender runs."""


@dataclass(frozen=True)
class Services:
    database: Database
    playbook: Playbook
    now: Callable[[], datetime]  # aware UTC; read once per use case
    wake_outbox: Callable[[], None] = nobody_listens

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that may write; undone unless it is committed."""
        return unit_of_work(self.database, wake_outbox=self.wake_outbox)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads, and waits for nobody."""
        return unit_of_work(self.database, writes=False)
