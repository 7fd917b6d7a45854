"""Socket Mode: the app's open connections, and envelopes sent to exactly one of them."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.clock import Clock
from bot.sandbox.json_types import Json
from bot.sandbox.traffic import Entry, Traffic

MOST_CONNECTIONS = 10
CONNECTION_SECONDS, DEBUG_SECONDS, WARNING_SECONDS = 3600, 360, 10
Reason = Literal["warning", "refresh_requested", "link_disabled"]
# Starlette raises RuntimeError when the connection was closed from our side.
GONE = (WebSocketDisconnect, RuntimeError)


@dataclass(eq=False)
class Link:
    """One open connection; `leaving` once the app was told to open another."""

    websocket: WebSocket
    name: str
    leaving: bool = False
    aging: asyncio.Task[None] | None = None

    async def send(self, frame: Json) -> None:
        if self.websocket.application_state is WebSocketState.CONNECTED:
            await self.websocket.send_text(json.dumps(frame))


@dataclass(eq=False)
class Waiting:
    """An envelope on its way, and the connection that its ack depends on."""

    link: Link
    ack: asyncio.Future[Json | None]


class Sockets:
    def __init__(self, app_id: str, clock: Clock, traffic: Traffic, on_change: Callable[[], None]) -> None:
        self._app_id = app_id
        self._clock = clock
        self._traffic = traffic
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._waiting: dict[str, Waiting] = {}
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
        short = websocket.query_params.get("debug_reconnects") == "true"
        link.aging = asyncio.create_task(self._age(link, DEBUG_SECONDS if short else CONNECTION_SECONDS))
        await self._hold(link)

    async def send(self, envelope: Json, entry: Entry, seconds: float) -> Json | None:
        """Deliver an envelope to the connection whose turn it is; the ack, or None if none came."""
        link = self._next()
        if link is None:
            return None
        envelope_id = str(uuid4())
        entry.facts.update(envelope_id=envelope_id, connection=link.name)
        self._waiting[envelope_id] = waiting = Waiting(link, asyncio.get_running_loop().create_future())
        try:
            await link.send({"envelope_id": envelope_id, **envelope})
            return await self._clock.within(seconds, waiting.ack)
        except (TimeoutError, *GONE):
            return None
        finally:
            del self._waiting[envelope_id]

    async def drop_all(self, reason: str = "link_disabled") -> None:
        for link in list(self._links):
            await self._disconnect(link, reason)

    async def tell_all(self, reason: Reason) -> int:
        """Send the app away as Slack does; how many connections were told."""
        told = list(self._links)
        if reason == "link_disabled":
            await self.drop_all()
            return len(told)
        for link in told:
            if link.aging:
                link.aging.cancel()
            link.aging = asyncio.create_task(self._leave(link, reason))
        # Once around the loop, so that the frames are out when this returns.
        await asyncio.sleep(0)
        return len(told)

    def _next(self) -> Link | None:
        """Connections that are about to end are used only while there is no other."""
        open_links = [link for link in self._links if not link.leaving] or self._links
        self._turn += 1
        return open_links[self._turn % len(open_links)] if open_links else None

    async def _age(self, link: Link, seconds: float) -> None:
        await self._clock.sleep(seconds - WARNING_SECONDS)
        await self._leave(link, "warning")

    async def _leave(self, link: Link, reason: Reason) -> None:
        link.leaving = True
        with suppress(*GONE):
            await self._tell(link, reason)
        # Counted from the warning and not from the connection's age, so that a leap of the clock still warns.
        await self._clock.sleep(WARNING_SECONDS)
        await self._disconnect(link, "refresh_requested")

    async def _hold(self, link: Link) -> None:
        self._links.append(link)
        self._on_change()
        try:
            await link.send(self._hello())
            while True:
                self._heard(link, await link.websocket.receive_text())
        except GONE:
            return
        finally:
            self._forget(link)

    def _forget(self, link: Link) -> None:
        if link.aging:
            link.aging.cancel()
        if link in self._links:
            self._links.remove(link)
        successor = next((each for each in self._links if not each.leaving), None)
        # An app that changes connections acknowledges over the new one.
        self._pass_on(link, successor if link.leaving else None)
        self._on_change()

    def _pass_on(self, link: Link, successor: Link | None) -> None:
        for waiting in self._waiting.values():
            if waiting.link is link and successor:
                waiting.link = successor
            elif waiting.link is link and not waiting.ack.done():
                waiting.ack.set_result(None)

    def _heard(self, link: Link, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or "envelope_id" not in frame:
            self._traffic.from_app("unreadable", text[:1000], connection=link.name)
            return
        waiting = self._waiting.get(str(frame["envelope_id"]))
        if waiting and not waiting.ack.done():
            waiting.ack.set_result(frame)
            self._traffic.from_app("ack", frame, connection=link.name)
        else:
            # Nobody waits for it: it came too late, or a second time.
            self._traffic.from_app("ack", frame, connection=link.name, too_late=True)

    async def _tell(self, link: Link, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        self._traffic.to_app("disconnect", frame, connection=link.name)
        await link.send(frame)

    async def _disconnect(self, link: Link, reason: str) -> None:
        if link in self._links:
            self._links.remove(link)
        self._pass_on(link, None)
        # The app may have gone first; then there is nothing left to close.
        with suppress(*GONE):
            await self._tell(link, reason)
            await link.websocket.close()

    def _hello(self) -> Json:
        frame = {
            "type": "hello",
            "num_connections": len(self._links),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": CONNECTION_SECONDS},
        }
        self._traffic.to_app("hello", frame)
        return frame
