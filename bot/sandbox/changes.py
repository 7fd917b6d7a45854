"""Tells every open page what has changed, and only what its user may see."""

import asyncio
from collections.abc import Collection

from bot.sandbox.json_types import Json
from bot.sandbox.limits import CHANGES_KEPT


class Changes:
    def __init__(self) -> None:
        self._watchers: dict[asyncio.Queue[Json | None], str] = {}

    def watch(self, user_id: str) -> asyncio.Queue[Json | None]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        # Who is here has changed for everyone else.
        self.tell({"type": "channels"})
        self._watchers[queue] = user_id
        return queue

    def leave(self, queue: asyncio.Queue[Json | None]) -> None:
        self._watchers.pop(queue, None)
        self.tell({"type": "channels"})

    def watched_by(self, user_id: str) -> bool:
        return user_id in self._watchers.values()

    def tell(self, change: Json, readers: Collection[str] | None = None) -> None:
        for queue, user_id in self._watchers.items():
            if readers is None or user_id in readers:
                _put(queue, change)

    def notice(self, user_id: str, text: str, channel: str | None = None) -> None:
        """A sentence that Slack itself shows to one user."""
        self.tell({"type": "notice", "text": text, "channel": channel}, [user_id])

    def close(self) -> None:
        """End every stream; None is the last thing a watcher receives."""
        for queue in self._watchers:
            queue.put_nowait(None)


def _put(queue: asyncio.Queue[Json | None], change: Json) -> None:
    """A page that does not read has its stream ended; it comes back for everything."""
    if queue.qsize() < CHANGES_KEPT:
        queue.put_nowait(change)
    elif queue.qsize() == CHANGES_KEPT:
        queue.put_nowait(None)
