"""Events API: tells the app what happened, and tries again when it did not answer."""

import asyncio
import heapq
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.courier import Courier, Retry
from bot.sandbox.ids import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.manifest import Manifest
from bot.sandbox.workspace import Channel, Workspace

# With no app connected every event waits for its retries; the oldest give way, or memory would grow with them.
MOST_WAITING = 5000
RETRY_AFTER = (0, 60, 300)


@dataclass(order=True)
class Later:
    due: float
    number: int
    body: Json = field(compare=False)
    retry: Retry = field(compare=False)


class Events:
    def __init__(self, workspace: Workspace, manifest: Manifest, clock: Clock, courier: Courier) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._clock = clock
        self._courier = courier
        self._later: list[Later] = []
        self._running: set[asyncio.Task[Any]] = set()
        self._woken = asyncio.Event()
        self._count = 0

    async def happened(self, subscription: str, event: Json, channel: Channel | None = None) -> bool | None:
        """Tell the app; True or False is its ack of the first attempt, None when it does not listen."""
        deaf = channel is not None and self._workspace.app.user_id not in channel.members
        if deaf or not self._manifest.hears(subscription):
            return None
        return await self._attempt(self._body(event), None)

    def tell(self, subscription: str, event: Json, channel: Channel | None = None) -> None:
        """Tell the app without waiting for it."""
        self._start(self.happened(subscription, event, channel))

    async def run_retries(self) -> None:
        """Wait for each retry as it falls due on the workspace clock; runs until cancelled."""
        while True:
            self._woken.clear()
            self._start_due()
            wait = self._later[0].due - self._clock.seconds() if self._later else None
            try:
                await asyncio.wait_for(self._woken.wait(), wait)
            except TimeoutError:
                continue

    async def settle(self) -> None:
        """Start everything that is due now and wait until nothing is under way."""
        self._start_due()
        while self._running:
            await asyncio.wait(self._running)
            self._start_due()

    def close(self) -> None:
        self._later.clear()
        for task in self._running:
            task.cancel()

    def _start_due(self) -> None:
        while self._later and self._later[0].due <= self._clock.seconds():
            later = heapq.heappop(self._later)
            self._start(self._attempt(later.body, later.retry))

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _attempt(self, body: Json, retry: Retry | None) -> bool:
        ack = await self._courier.deliver("events_api", body, retry)
        done = retry.attempt if retry else 0
        if not ack.acked and ack.retry and done < len(RETRY_AFTER):
            self._count += 1
            due = float(body["event_time"]) + RETRY_AFTER[done]
            reason = "timeout" if ack.failure == "operation_timeout" else ack.failure
            if len(self._later) >= MOST_WAITING:
                heapq.heappop(self._later)
            heapq.heappush(self._later, Later(due, self._count, body, Retry(done + 1, reason)))
            self._woken.set()
        return ack.acked

    def _body(self, event: Json) -> Json:
        app, team = self._workspace.app, self._workspace.team
        authorization = {
            "enterprise_id": None,
            "team_id": team.id,
            "user_id": app.user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": app.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(self._clock.seconds()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": new_id("4-", 40),
        }
