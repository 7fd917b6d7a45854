"""Socket Mode: the app's open connections, and envelopes sent to exactly one of them."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.clock import Clock
from bot.sandbox.json_types import Json
from bot.sandbox.traffic import Entry, Traffic

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 18_060


@dataclass(eq=False)
class Link:
    """One open connection and the envelopes it has not acknowledged yet."""

    websocket: WebSocket
    name: str
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)

    async def send(self, frame: Json) -> None:
        if self.websocket.application_state is WebSocketState.CONNECTED:
            await self.websocket.send_text(json.dumps(frame))

    def lost(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_result(None)


class Sockets:
    def __init__(self, app_id: str, clock: Clock, traffic: Traffic, on_change: Callable[[], None]) -> None:
        self._app_id = app_id
        self._clock = clock
        self._traffic = traffic
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._turn = 0

    @property
    def connected(self) -> bool:
        return bool(self._links)

    def ticket(self) -> str:
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Hold one connection open until either side ends it."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(1008)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        link = Link(websocket, secrets.token_hex(4))
        if len(self._links) >= MOST_CONNECTIONS:
            await self._disconnect(link, "too_many_websockets")
            return
        await self._hold(link)

    async def send(self, envelope: Json, entry: Entry, seconds: float) -> Json | None:
        """Deliver an envelope to the connection whose turn it is; the ack, or None if none came."""
        if not self._links:
            return None
        self._turn += 1
        link = self._links[self._turn % len(self._links)]
        envelope_id = str(uuid4())
        entry.facts.update(envelope_id=envelope_id, connection=link.name)
        link.waiting[envelope_id] = future = asyncio.get_running_loop().create_future()
        try:
            await link.send({"envelope_id": envelope_id, **envelope})
            return await self._clock.within(seconds, future)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return None
        finally:
            link.waiting.pop(envelope_id, None)

    async def drop_all(self, reason: str = "link_disabled") -> None:
        for link in list(self._links):
            await self._disconnect(link, reason)

    async def _hold(self, link: Link) -> None:
        self._links.append(link)
        self._on_change()
        try:
            await link.send(self._hello())
            while True:
                self._heard(link, await link.websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            # Starlette raises RuntimeError when the connection was closed from our side.
            return
        finally:
            if link in self._links:
                self._links.remove(link)
            link.lost()
            self._on_change()

    def _heard(self, link: Link, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or "envelope_id" not in frame:
            self._traffic.from_app("unreadable", text[:1000], connection=link.name)
            return
        self._traffic.from_app("ack", frame, connection=link.name)
        future = link.waiting.get(str(frame["envelope_id"]))
        if future and not future.done():
            future.set_result(frame)

    async def _disconnect(self, link: Link, reason: str) -> None:
        if link in self._links:
            self._links.remove(link)
        frame = {"type": "disconnect", "reason": reason}
        self._traffic.to_app("disconnect", frame, connection=link.name)
        link.lost()
        try:
            await link.send(frame)
            await link.websocket.close()
        except (WebSocketDisconnect, RuntimeError):
            # The app went first; there is nothing left to close.
            return

    def _hello(self) -> Json:
        frame = {
            "type": "hello",
            "num_connections": len(self._links),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": CONNECTION_SECONDS},
        }
        self._traffic.to_app("hello", frame)
        return frame
