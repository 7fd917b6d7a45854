"""The record of everything that passed between the workspace and the app, in order and bounded."""

import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from bot.sandbox.clock import Clock
from bot.sandbox.json_types import Json

KEPT = 20_000


@dataclass
class Entry:
    facts: Json
    started: float = field(default_factory=time.monotonic)

    def finish(self, **facts: object) -> None:
        self.facts.update(facts, took_ms=round((time.monotonic() - self.started) * 1000, 2))


class Traffic:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._next = 0

    def to_app(self, kind: str, request: object, **facts: object) -> Entry:
        return self._add("to_app", kind, request, facts)

    def from_app(self, kind: str, request: object, **facts: object) -> Entry:
        return self._add("from_app", kind, request, facts)

    def since(self, number: int, last: int) -> Json:
        """The entries from that number on, no more than the last so many, and the number to ask for next."""
        wanted = max(0, min(self._next - number, last, len(self._entries)))
        newest_first = islice(reversed(self._entries), wanted)
        return {"entries": [entry.facts for entry in newest_first][::-1], "next": self._next}

    def _add(self, direction: str, kind: str, request: object, facts: Json) -> Entry:
        at = self._clock.now().isoformat()
        head = {"seq": self._next, "at": at, "direction": direction, "kind": kind}
        entry = Entry(head | {"request": request, "response": None} | facts)
        self._entries.append(entry)
        self._next += 1
        return entry
