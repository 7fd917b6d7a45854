"""Carries what happened to the app, over a socket or signed HTTP, and brings back the answer."""

import asyncio
import json
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.http_delivery import STALE_SECONDS, Answer, Signed, deliver, encode, sign
from bot.sandbox.json_types import Json
from bot.sandbox.sockets import Sockets
from bot.sandbox.traffic import Entry, Traffic

ACK_SECONDS = 3.0


@dataclass
class Ack:
    """Whether the app answered in time, with what, and if not, why and whether to try again."""

    acked: bool
    payload: Json = field(default_factory=dict)
    failure: str = ""
    retry: bool = True


@dataclass(frozen=True)
class Retry:
    attempt: int
    reason: str


class Courier:
    def __init__(
        self,
        sockets: Sockets,
        clock: Clock,
        traffic: Traffic,
        faults: Faults,
        *,
        secret: str,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self._sockets = sockets
        self._clock = clock
        self._traffic = traffic
        self._faults = faults
        self._secret = secret
        self._ack_seconds = ack_seconds
        self.request_url: str | None = None

    @property
    def connected(self) -> bool:
        return self._sockets.connected or self.request_url is not None

    async def deliver(self, kind: str, payload: Json, retry: Retry | None = None) -> Ack:
        """Slack's own names for the kinds: slash_commands, interactive and events_api."""
        entry = self._traffic.to_app(str(payload.get("type", "command")), payload, acked=None)
        if retry:
            entry.facts["retry"] = retry.attempt
        ack = await self._by_any_road(kind, payload, retry, entry)
        entry.finish(acked=ack.acked, response=ack.payload or None, failure=ack.failure or None)
        return ack

    async def _by_any_road(self, kind: str, payload: Json, retry: Retry | None, entry: Entry) -> Ack:
        if self._sockets.connected:
            entry.facts["transport"] = "socket"
            return await self._by_socket(kind, payload, retry, entry)
        if self.request_url:
            entry.facts["transport"] = "http"
            return await self._by_http(self.request_url, kind, payload, retry, entry)
        return Ack(acked=False, failure="dispatch_failed")

    async def _by_socket(self, kind: str, payload: Json, retry: Retry | None, entry: Entry) -> Ack:
        envelope: Json = {"type": kind, "payload": payload, "accepts_response_payload": _answerable(payload)}
        if kind == "events_api":
            envelope |= {"retry_attempt": 0, "retry_reason": ""}
        if retry:
            envelope |= {"retry_attempt": retry.attempt, "retry_reason": retry.reason}
        fault = self._faults.take("socket")
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in ("drop_before", "outage"):
            await self._sockets.drop_all()
            return Ack(acked=False, failure="operation_timeout")
        sending = asyncio.ensure_future(self._sockets.send(envelope, entry, self._ack_seconds))
        if fault and fault.kind == "drop_after":
            # Once around the loop lets the envelope leave before the connection ends.
            await asyncio.sleep(0)
            await self._sockets.drop_all()
        frame = await sending
        if frame is None:
            return Ack(acked=False, failure="operation_timeout")
        payload_back = frame.get("payload")
        return Ack(acked=True, payload=payload_back if isinstance(payload_back, dict) else {})

    async def _by_http(self, url: str, kind: str, payload: Json, retry: Retry | None, entry: Entry) -> Ack:
        headers = {}
        if retry:
            headers = {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        fault = self._faults.take("http")
        if fault:
            entry.facts["fault"] = fault.kind
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in ("drop_before", "outage"):
            return Ack(acked=False, failure="connection_failed")
        age = STALE_SECONDS if fault and fault.kind == "stale_signature" else 0
        secret = f"not {self._secret}" if fault and fault.kind == "bad_signature" else self._secret
        signed = sign(encode(kind, payload), secret, age)
        answer = await self._posted(url, signed, headers)
        entry.facts["status"] = answer.status
        if not answer.acked:
            return Ack(acked=False, failure=answer.failure or "http_error", retry=not answer.no_retry)
        return Ack(acked=True, payload=_payload(answer))

    async def _posted(self, url: str, signed: Signed, headers: dict[str, str]) -> Answer:
        try:
            return await self._clock.within(self._ack_seconds, deliver(url, signed, headers))
        except TimeoutError:
            return Answer(failure="http_timeout")


def _answerable(payload: Json) -> bool:
    return payload.get("type") in (None, "view_submission", "block_suggestion")


def _payload(answer: Answer) -> Json:
    """The answer as JSON; a plain text answer is a message of that text, as Slack has it."""
    if not answer.body.strip():
        return {}
    try:
        decoded = json.loads(answer.body)
    except ValueError:
        return {"text": answer.body}
    return decoded if isinstance(decoded, dict) else {}
