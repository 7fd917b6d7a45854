"""The real HTTP face on a free loopback port, over a real database."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from bot import people
from bot.services import Services
from handlers.intake import Doorkeeper
from handlers.metrics import registry
from handlers.web import SlackEndpoint, web_app
from store.database import Database
from tests.factories import everyone_new
from tests.handlers.tables import Rows, rows
from tests.nearby import nearby
from tests.schemas import create_tables

KEY, OTHER_KEY = "first-intake-key", "second-intake-key"
FORM_KEY, HOOK_SECRET = "form-key", "hook-secret"
HOOKS = ("typeform", "hubspot", "facebook", "calendly")
SMS_TOKEN = "sms-token"
DIALPAD_SECRET = "dialpad's own secret, long enough for HS256"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
JANE = {"name": "Jane Doe", "email": "jane@acme.example", "company": "Acme", "fields": {"employees": 40}}


@dataclass
class Door:
    """What a form, a webhook and a stranger can do, and what became of it in the database."""

    http: httpx.Client
    services: Services
    app: FastAPI

    def post(self, body: object = None, *, key: str | None = KEY, **headers: str) -> httpx.Response:
        """Send a lead, Jane by default; bytes go as they are."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        sender = {"Authorization": f"Bearer {key}"} if key is not None else {}
        if isinstance(body, bytes):
            all_headers = {"Content-Type": "application/json", **sender, **named}
            return self.http.post("/api/leads", content=body, headers=all_headers)
        return self.http.post("/api/leads", json=JANE if body is None else body, headers={**sender, **named})

    def rows(self) -> Rows:
        return rows(self.services.database)


def problems(answer: httpx.Response) -> dict[str, str]:
    """Each refused field with its reason."""
    return {problem["field"]: problem["reason"] for problem in answer.json()["errors"]}


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The app behind a real uvicorn; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],), name="web")
    thread.start()
    pause = threading.Event()
    while not server.started:
        pause.wait(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def door(
    database_url: str,
    *,
    ready: bool = True,
    slack: Callable[[Services], SlackEndpoint] | None = None,
    **limits: Any,
) -> Iterator[Door]:
    """`ready`: with tables; `limits` go to the doorkeeper."""
    database = Database(database_url)
    services = Services(database, everyone_new(), lambda: NOW)
    if ready:
        create_tables(database)
        people.sync_teams(services, {})
    doorkeeper = Doorkeeper(
        keys=(KEY, OTHER_KEY), webhook_secrets=(SECRET,), form_keys=(FORM_KEY,),
        hook_secrets=dict.fromkeys(HOOKS, ("an older secret", HOOK_SECRET)) | {"dialpad": (DIALPAD_SECRET,)},
        **{"monotonic": time.monotonic, **limits}
    )  # fmt: skip
    app = web_app(
        services, doorkeeper, slack_endpoint=slack(services) if slack else None,
        slack_state=lambda: "connected", metrics=registry(services, dict), sms_token=SMS_TOKEN,
    )  # fmt: skip
    try:
        with served(app) as url, nearby(url, timeout=20) as http:
            yield Door(http, services, app)
    finally:
        database.close()
