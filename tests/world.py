"""A whole world for scenarios: the sandbox, the real bot connected to it, and what people do in it."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from sqlmodel import col, select

from app import Dibs
from bot import people
from bot.outbox import Pace
from bot.people import Profile
from bot.playbook.playbook import Playbook
from bot.samples import DEMO_KEY, introduce_outside, post_of
from bot.sandbox import Sandbox
from bot.settings import Settings
from handlers.manifest import manifest
from store.models import OutboxLane, OutboxRow
from tests.factories import everyone_new
from tests.nearby import nearby
from tests.schemas import migrate_new_file

KEY = "test-key"
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Berlin, 9:30 in London, 4:30 in New York
SMB, ENTERPRISE = "C0LEADSSMB", "C0LEADSENT"
PATIENCE_SECONDS = float(os.environ.get("TEST_PATIENCE", "30"))
TRIES = 5  # of a lead, while the machine is too busy to take it
JANE = {
    "name": "Jane Doe", "email": "jane@acme.example", "phone": "+49 30 901820", "company": "Acme", "country": "DE",
    "source": "website", "message": "Please call me.", "consent": True,
}  # fmt: skip

FOR_WORKING_HOURS = ("reminder", "digest", "neglect", "first contact", "report")
LONGEST_PAUSE = timedelta(minutes=1)  # of a row that waits for anything else before it is tried
WAITING = (
    select(OutboxRow, OutboxLane).where(col(OutboxRow.lane) == col(OutboxLane.lane))
    .where(col(OutboxRow.status).in_(("pending", "sending"))).order_by(col(OutboxRow.id))
)  # fmt: skip

Message = dict[str, Any]
T = TypeVar("T")


class World:
    """Everything a person or a form can do, over HTTP."""

    def __init__(self, sandbox: Sandbox, dibs: Dibs) -> None:
        self.sandbox = sandbox
        self.dibs = dibs
        self.http = nearby(sandbox.url)
        self.intake = nearby(dibs.web_url, headers={"Authorization": f"Bearer {KEY}"})

    def close(self) -> None:
        self.http.close()
        self.intake.close()

    # --- what people do

    def act(self, what: str, **details: Any) -> dict[str, Any]:
        """A control call that must succeed."""
        answer = self.http.post(f"/sandbox/{what}", json=details)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def command(self, user: str, text: str, *, channel: str = SMB) -> Message:
        """Type a slash command and return the private answer to it."""
        before = {m["ts"] for m in self.messages(channel, user)}
        command, _, rest = text.partition(" ")
        self.act("command", user=user, channel=channel, command=command, text=rest)

        def answer() -> Message | None:
            return next(
                (m for m in self.messages(channel, user) if m["ts"] not in before and m.get("is_ephemeral")), None
            )

        return self.eventually(answer, f"an answer to {text}")

    def click(self, user: str, message: Message, action_id: str, *, channel: str = SMB, **more: Any) -> dict[str, Any]:
        return self.act("click", user=user, channel=channel, ts=message["ts"], action_id=action_id, **more)

    def click_fails(self, user: str, message: Message, action_id: str, *, channel: str = SMB) -> str:
        """A press that a person could not make; returns why."""
        press = {"user": user, "channel": channel, "ts": message["ts"], "action_id": action_id}
        answer = self.http.post("/sandbox/click", json=press)
        assert 400 <= answer.status_code < 500, answer.text
        return str(answer.json()["error"])

    def view(self, user: str) -> dict[str, Any]:
        """The modal on top of this person's screen."""
        return self.eventually(lambda: next(iter(self.views(user)[-1:]), None), f"a modal for {user}")

    def views(self, user: str) -> list[dict[str, Any]]:
        return list(self.http.get(f"/sandbox/views/{user}").json()["views"])

    def submit(self, user: str, **values: str) -> dict[str, Any]:
        view = self.view(user)
        action_ids = {each["block_id"]: each["element"]["action_id"] for each in view["blocks"] if "element" in each}
        filled = {name: {action_ids.get(name, "value"): value} for name, value in values.items()}
        return self.act("submit", user=user, view_id=view["id"], values=filled)

    def advance(self, **span: float) -> None:
        seconds = span.get("days", 0) * 86400 + span.get("hours", 0) * 3600 + span.get("minutes", 0) * 60
        self.act("clock", advance=seconds)

    # --- what leads do

    def lead(self, key: str | None = None, **fields: Any) -> int:
        """Post a lead to the real intake, again if it asks for that; returns its number."""
        key = key or uuid4().hex
        for _ in range(TRIES):
            answer = self.post_lead({**JANE, **fields}, key=key)
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        return int(answer.json()["id"])

    def post_lead(self, body: dict[str, Any], *, key: str | None = None) -> httpx.Response:
        return self.intake.post("/api/leads", json=body, headers={"Idempotency-Key": key or uuid4().hex})

    # --- what can be seen

    def messages(self, channel: str, user: str = "alice") -> list[Message]:
        answer = self.http.get(f"/sandbox/messages/{channel}", params={"as": user})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    def dm(self, user: str) -> list[Message]:
        """The conversation between this person and the bot."""
        return self.messages(self.act("open-dm", user=user)["channel"], user)

    def dm_channel(self, user: str) -> str:
        return str(self.act("open-dm", user=user)["channel"])

    def card(self, lead_id: int, channel: str = SMB) -> Message:
        return self.eventually(lambda: self.find_card(lead_id, channel), f"the card of #{lead_id}")

    def find_card(self, lead_id: int, channel: str = SMB) -> Message | None:
        marks = [
            m for m in self.messages(channel) if m["text"].startswith(f"#{lead_id} ") and not m.get("is_ephemeral")
        ]
        return marks[0] if marks else None

    def card_saying(self, lead_id: int, words: str, channel: str = SMB) -> Message:
        """The card, once it says so."""
        return self.eventually(
            lambda: next((m for m in [self.find_card(lead_id, channel)] if m and words in said(m)), None),
            f"the card of #{lead_id} saying “{words}”",
        )

    def saying(self, words: str, *, channel: str = SMB, user: str = "alice") -> Message:
        """A message this person can see with these words."""
        return self.eventually(
            lambda: next((m for m in self.messages(channel, user) if words in said(m)), None), f"“{words}” in {channel}"
        )

    def eventually(self, look: Callable[[], T | None], what: str) -> T:
        return eventually(look, what)

    def settled(self) -> None:
        """Wait until the bot has said everything that may be said now."""
        eventually(lambda: self.unsaid() == [] or None, "an empty outbox", why=lambda: "\n".join(self.unsaid()))

    def unsaid(self) -> list[str]:
        """What waits, and why; but for what nobody tried to say because it is for a rep's working hours."""
        now = self.sandbox.now()
        with self.dibs.services.reading() as uow:
            waiting = uow.session.exec(WAITING).all()
        heads = {row.lane: (row, lane) for row, lane in reversed(waiting)}
        resting = {name for name, (row, lane) in heads.items() if is_for_working_hours(row, lane, now)}
        return [waits(row, lane, now) for row, lane in waiting if row.lane not in resting]

    def unknown_methods(self) -> list[str]:
        """What the bot called although the sandbox does not answer it."""
        return list(self.http.get("/sandbox/state").json()["unknown_methods"])

    def log(self) -> list[dict[str, Any]]:
        return list(self.http.get("/sandbox/log", params={"since": 0}).json()["entries"])


def is_for_working_hours(row: OutboxRow, lane: OutboxLane, now: datetime) -> bool:
    """Whatever else rests has been tried, or is looked at again within seconds."""
    is_untried = row.status == "pending" and not (row.attempts or row.refusals or row.error)
    rests = not lane.holder and not lane.parked and lane.next_at is not None and lane.next_at - now > LONGEST_PAUSE
    return row.kind in FOR_WORKING_HOURS and is_untried and rests


def waits(row: OutboxRow, lane: OutboxLane, now: datetime) -> str:
    return (
        f"{row.kind} {row.id} in {row.lane} of {row.created_at:%a %H:%M:%S}: {row.status}, tried {row.attempts} times, "
        f"error {row.error}; lane held by {lane.holder}, parked {lane.parked}, next at {lane.next_at}; it is {now:%c}"
    )


def eventually(
    look: Callable[[], T | None], what: str, *, seconds: float = PATIENCE_SECONDS, why: Callable[[], str] = str
) -> T:
    """The first answer that is there, asked for again and again until patience ends; then `why` tells more."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}\n{why()}"
        pause.wait(0.02)


def said(message: Message) -> str:
    """Everything a person reads in the message, blocks included."""
    return str(message["text"]) + json.dumps(message.get("blocks", []), ensure_ascii=False)


def buttons(message: Message) -> list[str]:
    """The action ids that can be pressed."""
    rows = [block for block in message.get("blocks", []) if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


@contextmanager
def world(
    database_url: str, transport: str = "socket", *, playbook: Playbook | None = None,
    reps: tuple[str, ...] = ("alice", "bob", "carol"), pace: Pace | None = None, at: datetime = TUESDAY,
    seed: Path | None = None, writes_to_leads: bool = False, **settings: Any,
) -> Iterator[World]:  # fmt: skip
    """The sandbox at a known time, the bot connected over this transport, and the reps in both teams.

    With `writes_to_leads`, e-mails and SMS reach the mailboxes and telephones of the leads' side.
    """
    # The bot is told no pace here either, so that scenarios run as fast as they can.
    sandbox = Sandbox(seed, manifest=manifest(socket_mode=transport == "socket"), rate_limits=False)
    migrate_new_file(database_url)
    sandbox.start()
    try:
        with nearby(sandbox.url) as http:
            http.post("/sandbox/clock", json={"set": at.isoformat()}).raise_for_status()
        if writes_to_leads:
            keys = {"DIBS_INTAKE_KEYS": f"{KEY},{DEMO_KEY}"}
            settings = {**keys, **post_of(sandbox.url, sandbox.mail_port), **settings}
        dibs = Dibs(
            settings_for(sandbox, database_url, transport, **settings),
            playbook or everyone_new(), now=sandbox.now, pace=pace or Pace.unlimited(),
        )  # fmt: skip
        dibs.start()
        try:
            if transport == "http":
                request_url = f"{dibs.web_url}/slack/events"
                with nearby(sandbox.url) as http:
                    http.post("/sandbox/app", json={"request_url": request_url}).raise_for_status()
            seat(sandbox, dibs, reps)
            if writes_to_leads:
                introduce_outside(sandbox.url, dibs.web_url)
            there = World(sandbox, dibs)
            eventually(lambda: dibs.introduced.is_set() or None, "the bot to know the workspace")
            eventually(lambda: dibs.hears_slack() or None, "the bot to hear Slack")
            yield there
            # A call that the sandbox does not know would fail in Slack as well, or is not tested at all.
            assert there.unknown_methods() == []
            there.close()
        finally:
            dibs.stop()
    finally:
        sandbox.stop()


def settings_for(sandbox: Sandbox, database_url: str, transport: str, **more: Any) -> Settings:
    return Settings.model_validate({
        "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token if transport == "socket" else "",
        "SLACK_SIGNING_SECRET": sandbox.signing_secret, "SLACK_API_URL": sandbox.api_url, "DATABASE_URL": database_url,
        "DIBS_INTAKE_KEYS": KEY, "DIBS_MANAGERS": "U0DANA", "DIBS_WEB_PORT": 0, **more,
    })  # fmt: skip


def seat(sandbox: Sandbox, dibs: Dibs, reps: tuple[str, ...]) -> None:
    with nearby(sandbox.url) as http:
        users = {user["name"]: user for user in http.get("/sandbox/state").json()["users"]}
    for name in reps:
        user = users[name]
        person = Profile(user["id"], user["real_name"].partition(" ")[0], user["tz"])
        people.add_founding_rep(dibs.services, ["smb", "enterprise"], person)
