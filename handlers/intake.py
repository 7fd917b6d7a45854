"""The door of the lead intake: who may send, how fast, and what shape a lead has."""

import hashlib
import hmac
import json
import math
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning import clean_text

MAX_DEPTH = 16
MAX_DIGITS = 30
AT_ONCE = 32  # fewer than the web server's 40 threads, so that a flood leaves some to Slack and to /healthz
Text = Annotated[str, Field(max_length=20_000)]


class LeadIn(BaseModel):
    """A lead as it is sent to the intake. A name or an e-mail is needed, and a way to answer."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(default=None, examples=["Jane Doe"])
    email: Text | None = Field(default=None, examples=["jane@acme.example"])
    phone: Text | None = Field(default=None, description="With country code, or local together with `country`.")
    company: Text | None = None
    title: Text | None = None
    country: Text | None = Field(default=None, description="ISO 3166 code, two letters.", examples=["DE"])
    source: Text | None = Field(default=None, examples=["website"])
    campaign: Text | None = None
    message: Text | None = None
    consent: bool = Field(default=False, description="Whether they may be e-mailed.")
    fields: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="Anything else, like employees or plan."
    )


class TurnedAwayError(Exception):
    """A request that is turned away with a status and a sentence."""

    def __init__(self, status: int, reason: str, *, field: str = "request", retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.field, self.retry_after = status, reason, field, retry_after


class Doorkeeper:
    """Checks keys and signatures, and keeps a burst from drowning the rest of the bot."""

    def __init__(
        self,
        *,
        keys: tuple[str, ...],
        webhook_secrets: tuple[str, ...],
        monotonic: Callable[[], float],
        per_second: float = 200.0,
        burst: float = 1000.0,
        at_once: int = AT_ONCE,
    ) -> None:
        self._key_digests = [hashlib.sha256(key.encode()).digest() for key in keys]
        self._webhooks = [Webhook(secret) for secret in webhook_secrets]
        self._monotonic = monotonic
        self._per_second, self._burst = per_second, burst
        self._tokens, self._filled_at = burst, monotonic()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(at_once)

    @contextmanager
    def admit(self, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
        """Let the request in, and name the key under which it is done once.

        Raises:
            TurnedAwayError: 401 unknown sender, 429 too fast, 503 too many at once.
        """
        key = self._key(headers, body)
        self._take_token()
        if not self._places.acquire(blocking=False):
            raise TurnedAwayError(503, "Too many requests at once. Try again in a second.", retry_after=1)
        try:
            yield key
        finally:
            self._places.release()

    def _key(self, headers: Mapping[str, str], body: bytes) -> str:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        offered = hashlib.sha256(token.strip().encode("utf-8", "surrogateescape")).digest()
        known = [hmac.compare_digest(offered, digest) for digest in self._key_digests]
        if scheme.lower() == "bearer" and any(known):
            return f"{offered.hex()[:12]}:{bounded(headers.get('idempotency-key') or uuid.uuid4().hex)}"
        if "webhook-id" in headers and any(signed(webhook, headers, body) for webhook in self._webhooks):
            return f"webhook:{bounded(headers['webhook-id'])}"
        raise TurnedAwayError(
            401, "Send a key (Authorization: Bearer …) or a Standard Webhooks signature.", field="authorization"
        )

    def _take_token(self) -> None:
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
            self._filled_at = now
            if self._tokens < 1:
                raise TurnedAwayError(429, "Too many leads at once. Slow down a little.", retry_after=1)
            self._tokens -= 1


def bounded(key: str) -> str:
    """A key that fits its column; cutting a long one could make two keys the same."""
    return key if len(key) <= 100 else hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def signed(webhook: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, dict(headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True


def parse_lead(body: bytes, content_type: str) -> dict[str, Any]:
    """The body as a dictionary of known shape.

    Raises:
        InvalidInputError: it is not JSON, or not a lead; every problem is named.
        TurnedAwayError: 415, the content type is not JSON.
    """
    if content_type.partition(";")[0].strip().lower() not in ("application/json", ""):
        raise TurnedAwayError(415, "Send the lead as application/json.", field="content-type")
    try:
        parsed = tidy(read_json(body), MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ShapeError) else "This is not valid JSON."
        raise InvalidInputError([Problem("body", reason)]) from error
    if not isinstance(parsed, dict):
        raise InvalidInputError([Problem("body", "Send one JSON object with the lead's fields.")])
    try:
        return LeadIn.model_validate(parsed).model_dump(exclude_none=True)
    except ValidationError as error:
        raise InvalidInputError([problem(e["loc"], e["type"], e["msg"]) for e in error.errors()[:20]]) from error


class ShapeError(ValueError):
    """Valid JSON that no lead looks like."""


def read_json(body: bytes) -> object:
    """JSON as every reader understands it; Python alone would take NaN, 1e999 and names that stand twice."""
    return json.loads(
        body.decode("utf-8"), parse_int=bounded_int, parse_float=finite, parse_constant=no_constant,
        object_pairs_hook=each_name_once,
    )  # fmt: skip


def each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ShapeError("A name stands twice in one object; it is not clear which value is meant.")
    return found


def finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ShapeError("A number is too large.")
    return number


def bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ShapeError(f"A number has more than {MAX_DIGITS} digits.")
    return int(digits)


def no_constant(name: str) -> float:
    raise ShapeError(f"{name} is not a value that JSON knows.")


def tidy(value: object, depth: int) -> object:
    """The same value with broken surrogates replaced, which neither database can store."""
    if depth < 0:
        raise ShapeError(f"This is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [tidy(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {tidy(key, 0): tidy(item, depth - 1) for key, item in value.items()}
    return value


def problem(location: tuple[int | str, ...], kind: str, message: str) -> Problem:
    name = ".".join(clean_text(str(part), limit=80) for part in location[:2]) or "body"
    if kind == "extra_forbidden":
        return Problem(name, "This field is not known. Put your own fields under “fields”.")
    return Problem(name, message)
