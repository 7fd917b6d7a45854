"""The words that those who take letters in share with those who bring them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class CannotLookError(Exception):
    """The mailbox cannot be looked into just now; says why, without any password."""


class NotNowError(Exception):
    """This letter cannot be taken just now, and comes again; the others can."""


class PutAsideError(Exception):
    """This letter cannot be taken, now or ever: it stays in the mailbox, marked, and is not looked at again."""


@dataclass(frozen=True)
class Arrived:
    """A letter in the mailbox: its name there, and as much of it as is read."""

    name: str
    raw: bytes


class Mailbox(Protocol):
    """Where answers and bounces arrive."""

    @property
    def name(self) -> str:
        """Which one it is, without the password."""
        ...

    def bring(self, take: Callable[[Arrived], None], *, since: datetime) -> int:
        """Hand over each letter that came since then and was not taken yet; returns how many there were.

        One is marked as taken only after `take` came back. What that raises ends the looking and leaves the letter to
        come again, except PutAsideError, after which it is marked all the same, and NotNowError, after which it is not.

        Raises:
            CannotLookError: the mailbox is not to be had.
        """
        ...
