"""The words the sender shares with those who render (the projector) and those who speak (the messenger)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.views import plainer
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class SlackCall:
    """One call of Slack's Web API, complete but for what reliability adds to it."""

    method: str
    arguments: dict[str, Any]

    @property
    def channel(self) -> str | None:
        return self.arguments.get("channel")

    @property
    def thread_ts(self) -> str | None:
        return self.arguments.get("thread_ts")

    def in_plain_blocks(self) -> "SlackCall | None":
        """The same without Slack's own charts and tables, which not every workspace takes; None if there are none."""
        blocks = self.arguments.get("blocks") or []
        if not plainer.has_native(blocks):
            return None
        return SlackCall(self.method, {**self.arguments, "blocks": plainer.plainer(blocks)})

    @property
    def charts(self) -> tuple[dict[str, Any], ...]:
        return tuple(plainer.charts_of(self.arguments.get("blocks") or []))

    def as_plain_text(self) -> "SlackCall | None":
        """The same in words only, for when Slack refuses the blocks; None if there is nothing else to say."""
        if not self.arguments.get("blocks") or not self.arguments.get("text"):
            return None
        words = {name: value for name, value in self.arguments.items() if name not in ("blocks", "attachments")}
        return SlackCall(self.method, words)


@dataclass(frozen=True)
class Skip:
    """It is no longer true, so it is not said."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """It cannot be said yet; the lane waits, because order matters more than speed."""

    seconds: float
    reason: str


class Projector(Protocol):
    """Turns a row into words at the last moment, and remembers where they ended up."""

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        """Render the row from the state as it is now. No network; and only read, the lane is locked."""

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:
        """Keep what Slack answered, in the transaction that marks the row sent.

        After a look-up in history the response holds only `channel` and `ts`.
        """

    def refused(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:  # noqa: ARG002
        """Slack refuses this row. True when something was changed so that it may be prepared anew."""
        return False


@dataclass(frozen=True)
class Arrived:
    response: dict[str, Any]


@dataclass(frozen=True)
class RetryAfter:
    """Slack asks for a pause; nothing was done."""

    seconds: float


@dataclass(frozen=True)
class NotSent:
    """The request certainly had no effect: try again later."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """A definite no: to this row, to everything in this conversation, or to our token."""

    code: str
    scope: Literal["row", "lane", "token"] = "row"


@dataclass(frozen=True)
class Unknown:
    """It may have been done or not."""

    reason: str
    answered: bool = False  # an answer came, so the request is not still on its way


Outcome = Arrived | RetryAfter | NotSent | Refused | Unknown


@dataclass(frozen=True)
class Copies:
    """Where messages with our key stand: none, one, or more than there should be."""

    channel: str
    ts: tuple[str, ...]


class Voice(Protocol):
    """Whoever speaks to Slack for us."""

    def call(self, call: SlackCall, *, key: str) -> Outcome: ...

    def copies(self, *, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Copies | Outcome: ...
