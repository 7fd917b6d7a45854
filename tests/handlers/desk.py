"""The real Bolt app over a real database, spoken to as Slack speaks, one request at a time."""

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.listener_matcher.builtins import BuiltinListenerMatcher
from slack_sdk import WebClient
from sqlmodel import col, func, select

from bot import people
from bot.people import Profile
from bot.sandbox import Sandbox
from bot.services import Services
from handlers.bolt import slack_app
from store.database import Database
from store.models import OutboxRow
from tests.arranged import arrange
from tests.factories import everyone_new
from tests.handlers.door import NOW
from tests.handlers.tables import Rows, rows
from tests.nearby import nearby
from tests.schemas import create_tables

SMB = "C0LEADSSMB"
PRIVATE = ("outbox", "outbox_lane")  # where private answers to the one who asked are written down
Json = dict[str, Any]


@dataclass
class Desk:
    """`told` and the return values are what this one person gets to read."""

    services: Services
    bolt: App
    sandbox: Sandbox
    numbers: Iterator[int]

    def send(self, body: Json) -> BoltResponse:
        return self.bolt.dispatch(BoltRequest(mode="socket_mode", body=body))

    def command(self, user: str, text: str) -> str:
        command, _, rest = text.partition(" ")
        answer = self.send({
            "command": command, "text": rest, "user_id": user, "team_id": "T0DIBS", "channel_id": SMB,
            "trigger_id": self.fresh("trigger"), "response_url": "https://hooks.slack.example/1",
        })  # fmt: skip
        assert answer.status == 200
        return written(as_json(answer.body))

    def press(self, user: str, action_id: str, value: str, *, channel: str | None = SMB) -> str:
        """Press a button that carries the value, or choose the option that does."""
        before = self.count_told()
        answer = self.send(self.pressed(user, action_id, value, channel=channel))
        assert answer.status == 200
        return self.told(before)

    def pressed(self, user: str, action_id: str, value: str, *, channel: str | None = SMB) -> Json:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        place = {"channel": {"id": channel}} if channel else {}
        return {**self.interaction(user, "block_actions"), "actions": [action], **place}

    def submit(self, user: str, callback_id: str, about: str, **values: str) -> Json:
        """Submit a form; returns the errors on its fields."""
        answer = self.send(self.submitted(user, callback_id, about, **values))
        assert answer.status == 200
        return dict(as_json(answer.body).get("errors", {}))

    def submitted(self, user: str, callback_id: str, about: str, **values: str) -> Json:
        view = {
            "id": self.fresh("V"), "type": "modal", "callback_id": callback_id, "private_metadata": about,
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {"values": {name: {"value": {"value": value}} for name, value in values.items()}},
        }  # fmt: skip
        return {**self.interaction(user, "view_submission"), "view": view}

    def event(self, kind: str, **event: Any) -> BoltResponse:
        return self.send({
            "type": "event_callback", "event_id": self.fresh("Ev"), "team_id": "T0DIBS", "api_app_id": "A0DIBS",
            "event": {"type": kind, **event},
        })  # fmt: skip

    def interaction(self, user: str, kind: str) -> Json:
        team = {"id": "T0DIBS", "domain": "dibs"}
        return {"type": kind, "user": {"id": user, "team_id": "T0DIBS"}, "team": team, "trigger_id": self.fresh("t")}

    def fresh(self, what: str) -> str:
        return f"{what}{next(self.numbers)}"

    def rows(self) -> Rows:
        """All that counts; the private answers apart."""
        return rows(self.services.database, but=PRIVATE)

    def count_told(self) -> int:
        with self.services.reading() as uow:
            return uow.session.exec(select(func.count(col(OutboxRow.id)))).one()

    def told(self, before: int) -> str:
        with self.services.reading() as uow:
            said = uow.session.exec(select(OutboxRow).order_by(col(OutboxRow.id)).offset(before))
            return " ".join(written(row.payload) for row in said if row.kind in ("ephemeral", "message"))

    def messages(self, user: str, channel: str = "") -> list[Json]:
        """What the person, by the name they have in Slack, reads there or in their direct messages with the bot."""
        with nearby(self.sandbox.url) as http:
            place = channel or http.post("/sandbox/open-dm", json={"user": user}).json()["channel"]
            return list(http.get(f"/sandbox/messages/{place}", params={"as": user}).json()["messages"])

    def slack_was_asked(self, method: str) -> int:
        """How often the bot called this method of Slack's."""
        return len(self.calls(method))

    def calls(self, method: str) -> list[Json]:
        with nearby(self.sandbox.url) as http:
            entries = http.get("/sandbox/log", params={"since": 0}).json()["entries"]
        return [entry for entry in entries if entry.get("method") == method]


def as_json(body: object) -> Json:
    return dict(json.loads(body)) if isinstance(body, str) and body else {}


def written(message: Json) -> str:
    """All the words of a message, as they are shown."""
    return unescape(message.get("text", "")) + json.dumps(message.get("blocks", []), ensure_ascii=False)


def listeners(bolt: App) -> dict[str, str]:
    """Every registered listener, as "module.function what", with the kind of thing it listens to."""
    found = {}
    for listener in bolt._listeners:
        (matcher,) = listener.matchers
        assert isinstance(matcher, BuiltinListenerMatcher)
        heard = next(iter(inspect.getclosurevars(matcher.func).nonlocals.values()))
        function = listener.ack_function
        what = heard if isinstance(heard, str) else heard.pattern
        kind = matcher.func.__qualname__.partition(".")[0]
        found[f"{function.__module__.removeprefix('handlers.')}.{function.__name__} {what}"] = kind
    return found


@contextmanager
def desk(database_url: str, sandbox: Sandbox) -> Iterator[Desk]:
    """The same over a database that has no tables yet."""
    database = Database(database_url)
    create_tables(database)
    try:
        with desk_over(database, sandbox) as made:
            yield made
    finally:
        database.close()


def take_seats(services: Services) -> None:
    people.sync_teams(services, {"#leads-smb": SMB, "#leads-enterprise": "C0LEADSENT"})
    people.sync_managers(services, [Profile("U0DANA", "Dana", "Europe/Berlin")])
    for name, team in (("Alice", "smb"), ("Bob", "smb"), ("Carol", "enterprise")):
        people.add_founding_rep(services, [team], Profile(f"U0{name.upper()}", name, "Europe/Berlin"))


@contextmanager
def desk_over(database: Database, sandbox: Sandbox) -> Iterator[Desk]:
    """Alice and Bob sell in smb, Carol in enterprise, Dana manages; Erin is nobody."""
    services = Services(database, everyone_new(), lambda: NOW)
    arrange(database, desk_over, lambda: take_seats(services))
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, timeout=5, retry_handlers=[])
    bolt = slack_app(services, client, signing_secret=sandbox.signing_secret)
    try:
        yield Desk(services, bolt, sandbox, count(1))
    finally:
        bolt.listener_runner.listener_executor.shutdown()
