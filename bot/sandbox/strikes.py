"""Planned faults and delays at work around one call from the app."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from bot.sandbox.connections import Dropped
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.json_types import Json
from bot.sandbox.traffic import Entry
from bot.sandbox.world import World


@dataclass
class Reply:
    body: Json | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        if isinstance(self.body, str):
            return Response(self.body, self.status, self.headers, "text/html")
        return JSONResponse(self.body, self.status, self.headers)


async def under_faults(world: World, method: str, entry: Entry, run: Callable[[], Reply]) -> Reply:
    """Carry out a call, with whatever a test has planned to go wrong before or after it."""
    fault = world.faults.take(method)
    if fault:
        entry.facts["fault"] = fault.kind
        early = await _strike_before(fault)
        if early:
            return early
    await _linger(world)
    reply = run()
    await _linger(world)
    return _strike_after(fault, reply) if fault else reply


async def _strike_before(fault: Fault) -> Reply | None:
    if fault.kind in ("drop_before", "outage"):
        raise Dropped
    if fault.kind == "429":
        return rate_limited(fault.retry_after)
    if fault.kind == "500":
        return Reply({"ok": False, "error": "internal_error"}, 500)
    if fault.kind == "503":
        return Reply({"ok": False, "error": "service_unavailable"}, 503)
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    return None


def _strike_after(fault: Fault, reply: Reply) -> Reply:
    """The call has been carried out; the app just does not learn of it."""
    if fault.kind == "drop_after":
        raise Dropped
    if fault.kind == "malformed":
        return Reply("<html><body>Bad gateway</body></html>")
    return reply


async def _linger(world: World) -> None:
    low, high = world.latency
    if high > 0:
        await asyncio.sleep(random.uniform(low, high))  # noqa: S311 - a delay is no secret


def rate_limited(wait: int) -> Reply:
    return Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)})


def failure(refusal: ApiError) -> Reply:
    return Reply({"ok": False, "error": refusal.code, **refusal.details})
