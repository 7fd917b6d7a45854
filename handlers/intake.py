"""The door of the intake: who may send, and how fast."""

import hashlib
import hmac
import ipaddress
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fastapi import Request
from standardwebhooks import Webhook, WebhookVerificationError

from bot.rules.presets import Preset
from handlers.signatures import Letter, signed_by_vendor

AT_ONCE = 32  # fewer than the web server's 40 threads, so that a flood leaves some to Slack and to /healthz
FORMS_PER_SECOND, FORMS_AT_ONCE = 5.0, 50.0  # of one form's key
VISITOR_PER_SECOND, VISITOR_AT_ONCE = 1.0, 20.0  # of one address, which a whole office may share
PAGES_PER_SECOND, PAGES_AT_ONCE = 100.0, 500.0  # that anybody may open who has a link
READER_PER_SECOND, READER_AT_ONCE = 10.0, 200.0  # of one address: big mail services press the buttons of many people
MOST_VISITORS = 10_000  # addresses that are remembered


class TurnedAwayError(Exception):
    """A request that is turned away with a status and a sentence."""

    def __init__(self, status: int, reason: str, *, field: str = "request", retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.field, self.retry_after = status, reason, field, retry_after


class Bucket:
    """So many a second, and after a quiet while so many at once."""

    def __init__(self, per_second: float, burst: float, monotonic: Callable[[], float]) -> None:
        self._per_second, self._burst, self._monotonic = per_second, burst, monotonic
        self._tokens, self._filled_at = burst, monotonic()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Raises TurnedAwayError, 429, when it is empty."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
            self._filled_at = now
            if self._tokens < 1:
                raise TurnedAwayError(429, "Too much at once. Slow down a little.", retry_after=1)
            self._tokens -= 1


class Buckets:
    """One for each sender. Of too many, whoever was quiet longest is forgotten, and begins anew."""

    def __init__(self, make: Callable[[], Bucket], most: int) -> None:
        self._make, self._most = make, most
        self._kept: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def of(self, sender: str) -> Bucket:
        with self._lock:
            bucket = self._kept.pop(sender, None) or self._make()
            self._kept[sender] = bucket  # last in the row
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
            return bucket


class Doorkeeper:
    """Checks keys and signatures, and keeps a burst from drowning the rest of the bot."""

    def __init__(
        self,
        *,
        keys: tuple[str, ...],
        webhook_secrets: tuple[str, ...],
        monotonic: Callable[[], float],
        hook_secrets: Mapping[str, tuple[str, ...]] | None = None,
        form_keys: tuple[str, ...] = (),
        per_second: float = 200.0,
        burst: float = 1000.0,
        at_once: int = AT_ONCE,
    ) -> None:
        self._key_digests = [digest(key) for key in keys]
        self._form_digests = [digest(key) for key in form_keys]
        self._webhooks = [Webhook(secret) for secret in webhook_secrets]
        self._hook_secrets = dict(hook_secrets or {})
        self._all = Bucket(per_second, burst, monotonic)
        # Anybody can read a form's key in the page it stands on, so a flood of forms must crowd out neither the rest,
        # nor another form, nor, as far as it comes from few addresses, other visitors of the same form.
        self._forms = {
            known: Bucket(min(per_second, FORMS_PER_SECOND), min(burst, FORMS_AT_ONCE), monotonic)
            for known in self._form_digests
        }
        self._visitors = Buckets(lambda: Bucket(VISITOR_PER_SECOND, VISITOR_AT_ONCE, monotonic), MOST_VISITORS)
        self._pages = Bucket(PAGES_PER_SECOND, PAGES_AT_ONCE, monotonic)
        self._readers = Buckets(lambda: Bucket(READER_PER_SECOND, READER_AT_ONCE, monotonic), MOST_VISITORS)
        self._places = threading.BoundedSemaphore(at_once)

    @contextmanager
    def admit(self, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
        """Let the request in, and name the key under which it is done once.

        Raises:
            TurnedAwayError: 401 unknown sender, 429 too fast, 503 too many at once.
        """
        key = self._key(headers, body)
        with self._place(self._all):
            yield key

    @contextmanager
    def admit_signed(self, preset: Preset, letter: Letter) -> Iterator[str]:
        """The same for somebody who may sign in a way of their own instead."""
        secrets = self._hook_secrets.get(preset.name, ())
        is_signed = any(signed_by_vendor(preset.signature, letter, secret) for secret in secrets)
        key = f"hook-{preset.name}:{uuid.uuid4().hex}" if is_signed else self._key(letter.headers, letter.body)
        with self._place(self._all):
            yield key

    @contextmanager
    def admit_form(self, key: str, address: str) -> Iterator[str]:
        """A browser at that address, which can only bring the key that stands in the page."""
        offered = digest(key)
        if not any(hmac.compare_digest(offered, known) for known in self._form_digests):
            raise TurnedAwayError(404, "There is no such form.", field="form")
        self._visitors.of(network_of(address)).take()
        with self._place(self._forms[offered]):
            yield offered.hex()[:12]

    @contextmanager
    def admit_checked(self) -> Iterator[None]:
        """Whoever has shown in another way that they may come in.

        Raises:
            TurnedAwayError: 429 too fast, 503 too many at once.
        """
        with self._place(self._all):
            yield

    @contextmanager
    def admit_page(self, address: str) -> Iterator[None]:
        """A browser or a mail program at that address, which has nothing but a link."""
        self._readers.of(network_of(address)).take()
        with self._place(self._pages):
            yield

    @contextmanager
    def admit_visitor(self, address: str) -> Iterator[None]:
        """A browser at that address which sends a page's form: as slowly as it may send any other."""
        self._visitors.of(network_of(address)).take()
        with self._place(self._pages):
            yield

    def secrets_of(self, name: str) -> tuple[str, ...]:
        """With which whoever is called so signs what they send."""
        return self._hook_secrets.get(name, ())

    def answers_challenge(self, preset: str, token: str) -> bool:
        """Whether this is the word that was agreed on with who asks: one of the secrets."""
        offered = digest(token)
        return any(hmac.compare_digest(offered, digest(known)) for known in self._hook_secrets.get(preset, ()))

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether the sender has a key; asked before much is read."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        known = [hmac.compare_digest(digest(token.strip()), one) for one in self._key_digests]
        return scheme.lower() == "bearer" and any(known)

    @contextmanager
    def _place(self, bucket: Bucket) -> Iterator[None]:
        bucket.take()
        if not self._places.acquire(blocking=False):
            raise TurnedAwayError(503, "Too many requests at once. Try again in a second.", retry_after=1)
        try:
            yield
        finally:
            self._places.release()

    def _key(self, headers: Mapping[str, str], body: bytes) -> str:
        if self.knows(headers):
            sender = digest(headers["authorization"].partition(" ")[2].strip()).hex()[:12]
            return f"{sender}:{bounded(headers.get('idempotency-key') or uuid.uuid4().hex)}"
        if "webhook-id" in headers and any(signed(webhook, headers, body) for webhook in self._webhooks):
            return f"webhook:{bounded(headers['webhook-id'])}"
        raise TurnedAwayError(
            401, "Send a key (Authorization: Bearer …) or a Standard Webhooks signature.", field="authorization"
        )


def digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def address_of(request: Request) -> str:
    """Where it comes from; over a UNIX socket from nowhere."""
    return request.client.host if request.client else ""


def network_of(address: str) -> str:
    """What one visitor has: an address, or of the newer kind the network that is handed out whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # a UNIX socket has none
        return ""
    # A proxy may write an old address in the new way, where all of them are of one network.
    found = (found.ipv4_mapped if found.version == 6 else None) or found
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found.packed[:8] + bytes(8), 64)))


def sender_of(key: str) -> str:
    """Whose key it is, out of the one under which their request is done once."""
    return key.partition(":")[0]


def bounded(key: str) -> str:
    """A key that fits its column; cutting a long one could make two keys the same."""
    return key if len(key) <= 100 else hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def signed(webhook: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, dict(headers), json_parse=False)  # what it says is for others to read
    except (WebhookVerificationError, ValueError):
        return False
    return True
