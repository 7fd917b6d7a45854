"""The door of the intake: who may send, how fast, and what shape leads and touches have."""

import hashlib
import hmac
import json
import math
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning import clean_text
from bot.rules.touches import NUMBER_MAX, Kind

MAX_DEPTH = 16
MAX_DIGITS = 30
AT_ONCE = 32  # fewer than the web server's 40 threads, so that a flood leaves some to Slack and to /healthz
Text = Annotated[str, Field(max_length=20_000)]
KNOWN_ONLY = "This field is not known. Put your own fields under “fields”."


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


class TouchIn(BaseModel):
    """Something a lead did. Whose it is, is said by the lead's number or by an e-mail address."""

    model_config = ConfigDict(extra="forbid")

    lead: Annotated[StrictInt, Field(ge=1, le=NUMBER_MAX)] | None = Field(
        default=None, description="The number that POST /api/leads answered with."
    )
    email: Text | None = Field(
        default=None, description="Instead of the number: the newest lead of this address.",
        examples=["jane@acme.example"],
    )  # fmt: skip
    kind: Kind = Field(description="What kind of thing it was.")
    detail: Text | None = Field(default=None, description="Which page, e-mail or event.", examples=["pricing page"])
    at: AwareDatetime | None = Field(
        default=None, description="When, with its zone; now if left out.", examples=["2026-11-24T09:30:00+01:00"]
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
                raise TurnedAwayError(429, "Too much at once. Slow down a little.", retry_after=1)
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
    """The body as a lead's fields; raises as `parse` does."""
    return parse(body, content_type, LeadIn, "lead", unknown=KNOWN_ONLY)


def parse_touch(body: bytes, content_type: str) -> dict[str, Any]:
    """The body as a touch's fields; raises as `parse` does."""
    return parse(body, content_type, TouchIn, "touch", unknown="This field is not known.")


def parse(body: bytes, content_type: str, shape: type[BaseModel], noun: str, *, unknown: str) -> dict[str, Any]:
    """The body as a dictionary of known shape.

    Raises:
        InvalidInputError: it is not JSON, or not of that shape; every problem is named.
        TurnedAwayError: 415, the content type is not JSON.
    """
    if content_type.partition(";")[0].strip().lower() not in ("application/json", ""):
        raise TurnedAwayError(415, f"Send the {noun} as application/json.", field="content-type")
    try:
        parsed = tidy(read_json(body), MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ShapeError) else "This is not valid JSON."
        raise InvalidInputError([Problem("body", reason)]) from error
    if not isinstance(parsed, dict):
        raise InvalidInputError([Problem("body", f"Send one JSON object with the {noun}'s fields.")])
    try:
        return shape.model_validate(parsed).model_dump(exclude_none=True)
    except ValidationError as error:
        problems = [problem(e["loc"], e["type"], e["msg"], unknown) for e in error.errors()[:20]]
        raise InvalidInputError(problems) from error


class ShapeError(ValueError):
    """Valid JSON that nothing we know looks like."""


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


def problem(location: tuple[int | str, ...], kind: str, message: str, unknown: str) -> Problem:
    name = ".".join(clean_text(str(part), limit=80) for part in location[:2]) or "body"
    if kind == "extra_forbidden":
        return Problem(name, unknown)
    return Problem(name, message)
