"""The workspace clock: real time plus an offset, and the timestamps that name messages."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.errors import Refused


class Clock:
    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._last = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def seconds(self) -> float:
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise Refused("The clock only moves forward: advance needs a positive number of seconds.")
        self._offset += timedelta(seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        """Set the clock, also to the past as long as nothing has happened since that moment."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if aware.timestamp() * 1_000_000 < self._last:
            raise Refused("The clock cannot be set to before what has already happened.")
        self._offset = aware - datetime.now(UTC)

    def ts(self) -> str:
        """A new message timestamp; unique, because Slack names messages by it."""
        self._last = max(int(self.seconds() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
