"""Faults that a test asks for: what goes wrong, on which method, and how often."""

from dataclasses import asdict, dataclass
from typing import Literal

from bot.sandbox.clock import Clock
from bot.sandbox.json_types import Json

Kind = Literal[
    "429", "500", "503", "malformed", "delay", "drop_before", "drop_after", "outage", "stale_signature", "bad_signature"
]


@dataclass
class Fault:
    """`times` None means until cleared; `until` is a moment on the workspace clock."""

    method: str
    kind: Kind
    times: int | None
    seconds: float
    retry_after: int
    until: float | None = None


class Faults:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._planned: list[Fault] = []

    def plan(self, method: str, kind: Kind, times: int | None, seconds: float | None, retry_after: int) -> None:
        """Without a number of times a fault happens once, an outage until it is over or cleared."""
        outage = kind == "outage"
        until = self._clock.seconds() + seconds if outage and seconds is not None else None
        count = times if times is not None or outage else 1
        self._planned.append(Fault(method, kind, count, seconds or 0.0, retry_after, until))

    def planned(self) -> list[Json]:
        """What is still to go wrong, first to strike first."""
        self._forget_past()
        return [asdict(each) for each in self._planned]

    def clear(self) -> None:
        self._planned.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that strikes this call, counted as used."""
        self._forget_past()
        fault = next((each for each in self._planned if each.method in (method, "*")), None)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._planned.remove(fault)
        return fault

    def _forget_past(self) -> None:
        now = self._clock.seconds()
        self._planned = [each for each in self._planned if each.until is None or now < each.until]

    def outage(self, method: str) -> bool:
        now = self._clock.seconds()
        return any(
            each.kind == "outage" and each.method == method and (each.until is None or now < each.until)
            for each in self._planned
        )
