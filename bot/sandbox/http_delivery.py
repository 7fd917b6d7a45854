"""Signed HTTP delivery: how the workspace calls an app that has no socket open."""

import asyncio
import hashlib
import hmac
import json
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import cast
from urllib.parse import urlencode, urlsplit

from bot.sandbox.json_types import Json

USER_AGENT = "Slackbot 1.0 (sandbox)"
# One second past the five minutes for which a signature is good.
STALE_SECONDS = 301


@dataclass(frozen=True)
class Signed:
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What the app's server answered, or why it did not."""

    status: int | None = None
    body: str = ""
    no_retry: bool = False
    failure: str | None = None

    @property
    def acked(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class _Received:
    """Lets the standard library parse a response that has been read already."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._raw)


def encode(kind: str, payload: Json) -> tuple[str, bytes]:
    """Slack sends events as JSON, commands as a form and clicks as a form with one JSON field."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def sign(encoded: tuple[str, bytes], secret: str, age: int = 0) -> Signed:
    """Sign by the real clock, because the app checks the time against its own."""
    content_type, body = encoded
    timestamp = str(int(time.time()) - age)
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    }
    return Signed(headers, body)


async def deliver(url: str, signed: Signed, headers: dict[str, str]) -> Answer:
    try:
        return await _post(url, signed.headers | headers, signed.body)
    except (OSError, HTTPException):
        return Answer(failure="connection_failed")


async def _post(url: str, headers: dict[str, str], body: bytes) -> Answer:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        writer.write(_request(url, headers, body))
        await writer.drain()
        return _answer(await reader.read())
    finally:
        writer.close()


def _request(url: str, headers: dict[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # Closing after each request spares us from keeping track of idle connections.
    fixed = {
        "Host": parts.netloc,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (fixed | headers).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _answer(raw: bytes) -> Answer:
    response = HTTPResponse(cast("socket.socket", _Received(raw)))
    response.begin()
    text = response.read().decode("utf-8", "replace")
    no_retry = response.headers.get("X-Slack-No-Retry") == "1"
    failure = None if 200 <= response.status < 300 else "http_error"
    return Answer(response.status, text, no_retry, failure)
