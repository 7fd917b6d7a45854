"""Time that passes only when the simulator says so, and what is to happen when."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

Job = Callable[[], None]


class Clock:
    """True time, and what the machines' clocks on the wall are wrong by."""

    def __init__(self, start: datetime) -> None:
        self.start = self.at = start
        self.wrong_by = timedelta(0)

    def advance(self, moment: datetime) -> None:
        self.at = max(self.at, moment)

    def wall(self, skew: timedelta) -> datetime:
        return self.at + self.wrong_by + skew

    def monotonic(self) -> float:
        return (self.at - self.start).total_seconds()


class Agenda:
    """Jobs by their moment; two of one moment keep the order in which they came."""

    def __init__(self) -> None:
        self._jobs: list[tuple[datetime, int, Job]] = []
        self._numbers = count()

    def add(self, moment: datetime, job: Job) -> None:
        heapq.heappush(self._jobs, (moment, next(self._numbers), job))

    def next_at(self) -> datetime | None:
        return self._jobs[0][0] if self._jobs else None

    def pop_due(self, now: datetime) -> Job | None:
        return heapq.heappop(self._jobs)[2] if self._jobs and self._jobs[0][0] <= now else None
