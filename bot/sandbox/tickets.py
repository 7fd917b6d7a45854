"""Short-lived rights the workspace hands to the app: trigger ids and response addresses."""

import secrets
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.clock import Clock
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import TICKETS_KEPT

T = TypeVar("T")
TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


def bounded(found: dict[str, T], most: int) -> None:
    """Forget the oldest, which have expired long ago."""
    while len(found) >= most:
        del found[next(iter(found))]


@dataclass
class Trigger:
    user: str
    channel: str | None
    expires: float
    used: bool = False


class Triggers:
    """A trigger id opens one view within three seconds of having been sent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, channel_id: str | None = None) -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        bounded(self._issued, TICKETS_KEPT)
        self._issued[trigger_id] = Trigger(user_id, channel_id, self._clock.seconds() + TRIGGER_SECONDS)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Whom it was issued for, and in which conversation."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._clock.seconds() > trigger.expires:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class Reply:
    """Where a response address leads; `ts` is the message that was clicked, if one was."""

    user: str
    channel: str
    expires: float
    ts: str | None = None
    uses: int = 0


class Replies:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Reply] = {}

    def issue(self, user_id: str, channel_id: str, ts: str | None = None) -> str:
        key = secrets.token_urlsafe(18)
        bounded(self._issued, TICKETS_KEPT)
        self._issued[key] = Reply(user_id, channel_id, self._clock.seconds() + RESPONSE_SECONDS, ts)
        return key

    def use(self, key: str) -> Reply:
        reply = self._issued.get(key)
        if reply is None:
            raise ApiError("no_such_url")
        if self._clock.seconds() > reply.expires:
            raise ApiError("expired_url")
        if reply.uses >= RESPONSE_USES:
            raise ApiError("used_url")
        reply.uses += 1
        return reply
