"""Cutting a caller's connection without an answer, which no HTTP framework does by itself."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class Dropped(Exception):  # noqa: N818 - it is an order, not a fault
    """The caller shall see its connection end."""


class DropConnections:
    """Turns Dropped into a connection that ends, by asking the server for the caller's transport."""

    def __init__(self, app: ASGIApp, open_connections: Any) -> None:
        self._app = app
        self._open_connections = open_connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Dropped:
            for connection in list(self._open_connections()):
                if getattr(connection, "client", None) == scope["client"]:
                    abort(connection)
            # The server notices the loss on its next turn and then expects no answer.
            await asyncio.sleep(0)


def abort(connection: Any) -> None:
    """End one of the web server's connections at once."""
    if connection.transport is not None:
        connection.transport.abort()
