"""The running sandbox: one web server with one event loop, in a thread of its own."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from bot.sandbox.connections import abort
from bot.sandbox.courier import ACK_SECONDS
from bot.sandbox.manifest import read_manifest
from bot.sandbox.seed import read_seed
from bot.sandbox.web import build
from bot.sandbox.world import Options, World

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 0.2
# Often, because a client blocked in a read notices that it was told to close only at the next frame.
PING_SECONDS = 0.05


class Server(uvicorn.Server):
    """Stops the moment it is told to, where uvicorn's own way takes a fifth of a second and more."""

    def __init__(self, config: uvicorn.Config, world: World, over: asyncio.Event) -> None:
        super().__init__(config)
        self._world = world
        self._over = over

    async def main_loop(self) -> None:
        while not self._over.is_set():
            # Renews the Date header.
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), 1)
        await self._world.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._emptied()
        for connection in list(self.server_state.connections):
            # Whoever keeps a connection open now does so in vain.
            abort(connection)
        for task in list(self.server_state.tasks):
            task.cancel()
        await self._emptied()
        await self.lifespan.shutdown()

    async def _emptied(self) -> None:
        state, deadline = self.server_state, time.monotonic() + GRACE_SECONDS
        while (state.connections or state.tasks) and time.monotonic() < deadline:
            await asyncio.sleep(0.002)


class Sandbox:
    """A local Slack in a box; `start` returns when it listens, `stop` when nothing of it is left."""

    def __init__(
        self,
        seed: Path | None = None,
        *,
        manifest: dict[str, Any] | None = None,
        port: int = 0,
        request_url: str | None = None,
        latency: tuple[float, float] = (0.0, 0.0),
        rate_limits: bool = True,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self._seed = read_seed(seed)
        self._manifest = read_manifest(manifest)
        self._port = port
        self.mail_port = 0  # where letters are taken, once it runs
        self._options = Options(request_url, latency, rate_limits, ack_seconds)
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._world: World | None = None
        self.url = ""
        self.bot_token = self._seed.app.bot_token
        self.app_token = self._seed.app.app_token
        self.signing_secret = self._seed.app.signing_secret

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def now(self) -> datetime:
        """The workspace clock."""
        return self._running().clock.now()

    def start(self) -> None:
        listener = _listener(self._port)
        self.url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        self._world = World(self._seed, self._manifest, self._options, self.url)
        self._ready.clear()
        serving = self._serve(self._world, listener)
        self._thread = threading.Thread(target=asyncio.run, args=[serving], name="sandbox", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        if self._thread is None or self._loop is None or self._over is None:
            return
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._thread = None

    async def _serve(self, world: World, listener: socket.socket) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        await world.mail.start()
        self.mail_port = world.mail.port
        server = _server(world, self._over)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        self._ready.set()
        await serving

    def _running(self) -> World:
        if self._world is None:
            raise RuntimeError("The sandbox has not been started.")
        return self._world


def _listener(port: int) -> socket.socket:
    # Naming the protocol makes asyncio switch off Nagle's delay, which costs 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    return listener


def _server(world: World, over: asyncio.Event) -> Server:
    def open_connections() -> Iterable[object]:
        return server.server_state.connections

    config = uvicorn.Config(
        build(world, open_connections),
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        log_level="warning",
        ws_ping_interval=PING_SECONDS,
        server_header=False,
    )
    server = Server(config, world, over)
    return server
