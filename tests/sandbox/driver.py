"""What the tests drive a sandbox with: people, a bare socket app, and an HTTP app that checks signatures."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.sandbox import Sandbox

Json = dict[str, Any]
T = TypeVar("T")

MANIFEST: Json = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/lead", "description": "Add a lead", "usage_hint": "[name]"},
            {"command": "/who", "description": "Who is it", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "New lead", "type": "global", "callback_id": "new_lead", "description": "Add"},
            {"name": "From message", "type": "message", "callback_id": "from_message", "description": "Add"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["chat:write", "commands", "users:read", "im:write", "im:history", "reactions:write"],
            "bot_optional": ["channels:read", "channels:history", "channels:join"],
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": ["message.channels", "message.im", "app_home_opened", "member_joined_channel"]
        }
    },
}


def manifest_with(*scopes: str, events: tuple[str, ...] = ()) -> Json:
    """The manifest with only these scopes, and these events if any are given."""
    manifest = deepcopy(MANIFEST)
    if scopes:
        manifest["oauth_config"]["scopes"] = {"bot": list(scopes)}
    if events:
        manifest["settings"]["event_subscriptions"]["bot_events"] = list(events)
    return manifest


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "1", **extra: Any) -> Json:
    return {"type": "button", "action_id": action_id, "value": value, "text": plain(action_id), **extra}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field_block(block_id: str, element: Json, **extra: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **extra}


def modal(*blocks: Json, **extra: Any) -> Json:
    shown = list(blocks) or [{"type": "divider"}]
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": shown, **extra}


def wait_until(look: Callable[[], T], seconds: float = 5.0) -> T:
    """What `look` finds, as soon as it finds something."""
    pause, rounds = threading.Event(), int(seconds / 0.005)
    for _ in range(rounds):
        if found := look():
            return found
        pause.wait(0.005)
    raise AssertionError("waited in vain")


@dataclass
class People:
    """The control API as a person uses it; a refusal comes back as its sentence."""

    http: httpx.Client

    def does(self, what: str, **wish: Any) -> Json:
        answer = self.http.post(f"/sandbox/{what}", json=wish)
        body: Json = answer.json()
        assert answer.status_code == 200, body
        return body

    def cannot(self, what: str, **wish: Any) -> str:
        answer = self.http.post(f"/sandbox/{what}", json=wish)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["ok"] is False
        return str(answer.json()["error"])

    def sees(self, path: str, **params: Any) -> Json:
        answer = self.http.get(f"/sandbox/{path}", params=params)
        body: Json = answer.json()
        assert answer.status_code == 200, body
        return body

    def reads(self, channel: str, user: str) -> list[Json]:
        found: list[Json] = self.sees(f"messages/{channel}", **{"as": user})["messages"]
        return found

    def log(self, kind: str) -> list[Json]:
        return [entry for entry in self.sees("log")["entries"] if entry["kind"] == kind]

    def faults(self, method: str, kind: str, **more: Any) -> None:
        self.does("faults", method=method, kind=kind, **more)


Answering = Callable[[Json], Json | None]


@dataclass
class SocketApp:
    """An app with one socket that records each envelope and acks as told; None means no ack."""

    connection: ClientConnection
    answer: Answering
    heard: list[Json] = field(default_factory=list)
    frames: list[Json] = field(default_factory=list)

    def listen(self) -> None:
        with suppress(ConnectionClosed):
            for text in self.connection:
                self._receive(json.loads(text))

    def _receive(self, frame: Json) -> None:
        self.frames.append(frame)
        if "envelope_id" in frame:
            self.heard.append(frame)
            self._ack(frame)

    def interactions(self) -> list[Json]:
        return [frame["payload"] for frame in self.heard if frame["type"] == "interactive"]

    def events(self) -> list[Json]:
        return [frame["payload"] for frame in self.heard if frame["type"] == "events_api"]

    def acknowledge(self, frame: Json, payload: Json | None = None) -> None:
        self.connection.send(json.dumps({"envelope_id": frame["envelope_id"], "payload": payload or {}}))

    def _ack(self, frame: Json) -> None:
        payload = self.answer(frame)
        if payload is not None:
            self.acknowledge(frame, payload)


@contextmanager
def open_socket(sandbox: Sandbox, answer: Answering) -> Iterator[SocketApp]:
    client = WebClient(base_url=sandbox.api_url)
    url = client.apps_connections_open(app_token=sandbox.app_token)["url"]
    with connect(str(url), proxy=None) as connection:
        app = SocketApp(connection, answer)
        thread = threading.Thread(target=app.listen)
        thread.start()
        wait_until(lambda: app.frames)
        yield app
    thread.join()


@contextmanager
def running(manifest: Json | None = None, **options: Any) -> Iterator[tuple[Sandbox, People, WebClient]]:
    """A sandbox of one's own, with its people and a client that tries each call once."""
    sandbox = Sandbox(manifest=MANIFEST if manifest is None else manifest, **options)
    sandbox.start()
    try:
        with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False, timeout=20) as http:  # noqa: S501
            client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[], timeout=10)
            yield sandbox, People(http), client
    finally:
        sandbox.stop()


@dataclass
class HttpApp:
    """An app behind a request URL; it records what arrives with a good signature and answers as told."""

    secret: str
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[Json] = field(default_factory=list)
    heard_headers: list[dict[str, str]] = field(default_factory=list)

    def serve(self) -> ThreadingHTTPServer:
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = app.status if SignatureVerifier(app.secret).is_valid_request(raw, headers) else 401
                app.heard_headers.append(headers)
                app.heard.append(_decoded(raw, headers["content-type"]))
                self.send_response(status)
                for name, value in app.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(app.body.encode())

            def log_request(self, *_: object) -> None:
                """Kept quiet: the tests look at what was heard instead."""

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def _decoded(raw: str, content_type: str) -> Json:
    if content_type == "application/json":
        body: Json = json.loads(raw)
        return body
    form = {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}
    decoded: Json = json.loads(form["payload"]) if "payload" in form else form
    return decoded
