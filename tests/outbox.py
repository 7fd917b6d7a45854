"""A small bot round the real outbox: it says what its rows hold, to the sandbox, on a clock tests can move."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from slack_sdk import WebClient
from sqlmodel import col, select

from bot.messenger import Messenger
from bot.outbox import Outcome, Pace, Projector, Sender, Skip, SlackCall, Voice, Wait
from bot.sandbox import Sandbox
from store.database import Database
from store.models import OutboxLane, OutboxRow
from store.unit_of_work import UnitOfWork, unit_of_work
from tests.nearby import nearby

SMB = "C0LEADSSMB"
ENTERPRISE = "C0LEADSENT"
METHODS = {
    "message": "chat.postMessage",
    "ephemeral": "chat.postEphemeral",
    "update": "chat.update",
    "home": "views.publish",
}


class Clock:
    """Wall time and monotonic time, moved only by the test."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self.gone = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.gone)

    def monotonic(self) -> float:
        return self.gone

    def advance(self, seconds: float) -> None:
        self.gone += seconds


class PlainProjector(Projector):
    """Says the payload. A card is posted once and then updated; its state is the newest payload."""

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        if "skip" in row.payload:
            return Skip(row.payload["skip"])
        if "not_before" in row.payload and now < datetime.fromisoformat(row.payload["not_before"]):
            return Wait(10, "too early")
        said = {name: value for name, value in row.payload.items() if name != "not_before"}
        if row.kind != "card":
            return SlackCall(METHODS[row.kind], said)
        ts = self.card_ts(uow, row)
        return SlackCall("chat.update", {**said, "ts": ts}) if ts else SlackCall("chat.postMessage", said)

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:
        """The row itself remembers."""

    def refused(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:  # noqa: ARG002
        if row.kind != "card" or code != "message_not_found":
            return False
        for posted in self._posted(uow, row):
            posted.coalesce_key = None
        return True

    def card_ts(self, uow: UnitOfWork, row: OutboxRow) -> str | None:
        return next((posted.ts for posted in self._posted(uow, row)), None)

    def _posted(self, uow: UnitOfWork, row: OutboxRow) -> list[OutboxRow]:
        cards = select(OutboxRow).where(
            col(OutboxRow.coalesce_key) == row.coalesce_key,
            col(OutboxRow.status) == "sent",
            col(OutboxRow.method) == "chat.postMessage",
        )
        return list(uow.session.exec(cards))


@dataclass
class Bot:
    """One sender over one database and one sandbox, with the questions tests ask."""

    database: Database
    sandbox: Sandbox
    clock: Clock = field(default_factory=Clock)
    client: WebClient = field(init=False)
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = WebClient(self.sandbox.bot_token, base_url=self.sandbox.api_url, retry_handlers=[], timeout=5)
        self.http = nearby(self.sandbox.url)

    def unit_of_work(self) -> Any:
        return unit_of_work(self.database)

    def sender(
        self,
        *,
        voice: Voice | None = None,
        projector: Projector | None = None,
        pace: Pace | None = None,
        **more: Any,
    ) -> Sender:
        return Sender(
            self.unit_of_work, voice or Messenger(self.client), projector or PlainProjector(),
            now=self.clock.now, monotonic=self.clock.monotonic, rng=random.Random(1),  # noqa: S311
            pace=pace or Pace.unlimited(), **more,
        )  # fmt: skip

    def say(
        self, text: str, *, lane: str = "team:1", kind: str = "message", once: str | None = None, **more: Any
    ) -> None:
        payload = {"channel": SMB, "text": text, **more}
        with self.unit_of_work() as uow:
            uow.outbox.add(kind=kind, lane=lane, payload=payload, now=self.clock.now(), coalesce_key=once)
            uow.commit()

    def drain(self, sender: Sender, *, seconds: float = 0, step: float = 1) -> None:
        """Send all that is due; with `seconds`, let that much time pass step by step."""
        until = self.clock.gone + seconds
        while True:
            while sender.send_one() or sender.sweep_one():
                pass
            if self.clock.gone >= until:
                return
            self.clock.advance(step)

    # --- what became of it

    def rows(self) -> list[OutboxRow]:
        with self.unit_of_work() as uow:
            return list(uow.session.exec(select(OutboxRow).order_by(col(OutboxRow.id))))

    def statuses(self) -> list[str]:
        return [row.status for row in self.rows()]

    def lane(self, name: str = "team:1") -> OutboxLane:
        with self.unit_of_work() as uow:
            lane: OutboxLane = uow.session.get_one(OutboxLane, name)
            return lane

    def messages(self, channel: str = SMB, reader: str = "alice") -> list[dict[str, Any]]:
        found = self.http.get(f"/sandbox/messages/{channel}", params={"as": reader}).json()
        return list(found["messages"])

    def texts(self, channel: str = SMB, reader: str = "alice") -> list[str]:
        return [message["text"] for message in self.messages(channel, reader)]

    def calls(self, method: str) -> int:
        entries = self.http.get("/sandbox/log").json()["entries"]
        return sum(1 for entry in entries if entry.get("method") == method)

    def fault(self, kind: str, method: str = "chat.postMessage", **more: Any) -> None:
        answer = self.http.post("/sandbox/faults", json={"method": method, "kind": kind, **more})
        assert answer.status_code == 200, answer.text

    def mend(self) -> None:
        self.http.delete("/sandbox/faults")


class Interrupted(Voice):
    """A voice during whose next call something happens."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.before: list[Any] = []
        self.after: list[Any] = []

    def call(self, call: SlackCall, *, key: str) -> Outcome:
        while self.before:
            self.before.pop()()
        outcome = self._voice.call(call, key=key)
        while self.after:
            self.after.pop()()
        return outcome

    def copies(self, *, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Any:
        return self._voice.copies(channel=channel, thread_ts=thread_ts, since_ts=since_ts, key=key)


@contextmanager
def running(database: Database, sandbox: Sandbox) -> Iterator[Bot]:
    bot = Bot(database, sandbox)
    try:
        yield bot
    finally:
        bot.http.close()
