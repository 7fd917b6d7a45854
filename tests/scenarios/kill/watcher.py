"""Ends or stops the process it lives in at one named moment; it hears of moments through ports and engine events."""

import json
import os
import re
import signal
import threading
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot.outbox import Copies, Outcome, Projector, Skip, SlackCall, Voice, Wait
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork
from tests.scenarios.kill.points import DELETE, POST, Event, Moment

STATEMENT = re.compile(r"(INSERT) INTO (\w+)|(UPDATE) (\w+)|(DELETE) FROM (\w+)")


class Watcher:
    """Without a moment it lets the process live."""

    def __init__(self, moment: Moment | None, strike: signal.Signals = signal.SIGKILL) -> None:
        self._moment = moment
        self._strike = strike
        self._signs: list[str] = []
        self._is_committing = False

    def at(self, happened: Event) -> None:
        """The end, if this is the moment."""
        if self._moment and self._moment.event == happened and all(sign in self._signs for sign in self._moment.signs):
            self._moment = None  # once: after a pause life goes on
            os.kill(os.getpid(), self._strike)

    def sign(self, name: str) -> None:
        self._signs.append(name)

    # --- what the database does

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "begin", lambda _: self._begin())
        event.listen(engine, "after_cursor_execute", lambda _c, _k, statement, *_: self._executed(statement))
        event.listen(engine, "commit", lambda _: self._commit())
        event.listen(Session, "after_commit", lambda _: self._committed())

    def _begin(self) -> None:
        # What was swept is known from calls before this transaction, everything else from within it.
        self._signs = [sign for sign in self._signs if sign == "swept"]

    def _executed(self, statement: str) -> None:
        found = STATEMENT.match(statement)
        if found:
            name = " ".join(word for word in found.groups() if word)
            self.sign(name)
            if self._moment and self._moment.event == "statement" and self._moment.signs[-1] == name:
                self.at("statement")

    def _commit(self) -> None:
        self._is_committing = True
        self.at("commit")

    def _committed(self) -> None:
        if self._is_committing:  # a savepoint's end is none
            self._is_committing = False
            self.at("committed")


class WatchedProjector:
    def __init__(self, projector: Projector, watcher: Watcher) -> None:
        self._projector, self._watcher = projector, watcher

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        self._watcher.sign(f"prepare {row.kind}")
        return self._projector.prepare(uow, row, now)

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:
        self._watcher.sign(f"arrived {row.kind}")
        self._projector.arrived(uow, row, response, now)

    def refused(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:
        return self._projector.refused(uow, row, code, now)


class WatchedVoice:
    def __init__(self, voice: Voice, watcher: Watcher) -> None:
        self._voice, self._watcher = voice, watcher

    def call(self, call: SlackCall, *, key: str) -> Outcome:
        self._watcher.sign(call.method)
        self._watcher.at("calling")
        outcome = self._voice.call(call, key=key)
        self._watcher.at("answered")
        if call.method == DELETE:
            self._watcher.sign("swept")
        return outcome

    def copies(self, *, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Copies | Outcome:
        found = self._voice.copies(channel=channel, thread_ts=thread_ts, since_ts=since_ts, key=key)
        self._watcher.at("looked")
        return found


class Wire:
    """The road to Slack, on which a request or its answer can be lost; what was under way is kept in a file."""

    def __init__(self, slack: str, watcher: Watcher, lost: Path) -> None:
        self._slack, self._watcher, self._lost = slack, watcher, lost

    def open(self) -> str:
        """The address to call instead of Slack's."""
        wire = self

        class Relay(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer, content = wire.carry(self.path, dict(self.headers.items()), body)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/api/"

    def carry(self, path: str, headers: dict[str, str], body: bytes) -> tuple[HTTPResponse, bytes]:
        if path == f"/api/{POST}" and not self._lost.exists():
            self._lost.write_bytes(body)
        self._watcher.at("on the wire")
        answer = ask(self._slack, path, body, headers)
        self._watcher.at("slack has it")
        return answer


def ask(slack: str, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
    """One request over a connection of its own, which no fork shares."""
    connection = HTTPConnection(slack.removeprefix("http://"))
    with closing(connection):
        connection.request("POST", path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
    assert answer.status == 200, content
    return answer, content


def arrive_late(slack: str, token: str, lost: Path) -> None:
    """The request that was on the wire when its sender ended reaches Slack now."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json;charset=utf-8"}
    _, content = ask(slack, f"/api/{POST}", lost.read_bytes(), headers)
    assert json.loads(content)["ok"], content
