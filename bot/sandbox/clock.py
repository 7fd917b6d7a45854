"""The workspace clock: real time plus an offset, and the timestamps that name messages."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.sandbox.errors import Refused

T = TypeVar("T")


class Clock:
    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._last = 0
        self._moved: set[asyncio.Event] = set()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def seconds(self) -> float:
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise Refused("The clock only moves forward: advance needs a positive number of seconds.")
        self._move(self._offset + timedelta(seconds=seconds))

    def move_to(self, moment: datetime) -> None:
        """Set the clock, also to the past as long as nothing has happened since that moment."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if aware.timestamp() * 1_000_000 < self._last:
            raise Refused("The clock cannot be set to before what has already happened.")
        self._move(aware - datetime.now(UTC))

    def ts(self) -> str:
        """A new message timestamp; unique, because Slack names messages by it."""
        self._last = max(int(self.seconds() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    async def sleep(self, seconds: float) -> None:
        """Until so much time has passed on this clock, by waiting or because it was moved."""
        due, moved = self.seconds() + seconds, asyncio.Event()
        self._moved.add(moved)
        try:
            while (left := due - self.seconds()) > 0:
                moved.clear()
                await _either(moved, left)
        finally:
            self._moved.discard(moved)

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """The result of the work, or TimeoutError when this clock is past so many seconds first."""
        task, limit = asyncio.ensure_future(work), asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise TimeoutError
        finally:
            task.cancel()
            limit.cancel()

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        for waiting in self._moved:
            waiting.set()


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
