"""How vendors sign what they send: each its own way, all with a secret that is never sent."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

TOLERANCE_SECONDS = 300  # an older signature may have been overheard


@dataclass(frozen=True)
class Letter:
    """A request as it was signed."""

    method: str
    urls: tuple[str, ...]  # as its sender may have called us: behind a proxy we hear another scheme
    headers: Mapping[str, str]
    body: bytes
    now: datetime


def signed_by_vendor(scheme: str, letter: Letter, secret: str) -> bool:
    """Whether the secret's owner signed it, the way that this scheme prescribes; of a scheme we do not know, no."""
    check = SCHEMES.get(scheme)
    return check is not None and check(letter, secret.encode())


def typeform(letter: Letter, secret: bytes) -> bool:
    """typeform.com/developers/webhooks/secure-your-webhooks: sha256= and base64 over the body."""
    return same(letter.headers.get("typeform-signature", ""), "sha256=" + in_base64(secret, letter.body))


def hub(letter: Letter, secret: bytes) -> bool:
    """developers.facebook.com/docs/graph-api/webhooks/getting-started: sha256= and hexadecimal over the body."""
    return same(letter.headers.get("x-hub-signature-256", ""), "sha256=" + in_hex(secret, letter.body))


def calendly(letter: Letter, secret: bytes) -> bool:
    """developer.calendly.com/api-docs (webhook signatures): t=seconds,v1=hexadecimal over "seconds.body"."""
    parts = [part.strip().partition("=") for part in letter.headers.get("calendly-webhook-signature", "").split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    expected = in_hex(secret, stamp.encode("utf-8", "surrogateescape") + b"." + letter.body)
    matches = [same(value, expected) for name, _, value in parts if name == "v1"]
    return any(matches) and is_recent(stamp, letter.now, per_second=1)


def hubspot(letter: Letter, secret: bytes) -> bool:
    """developers.hubspot.com/docs/api/webhooks/validating-requests, version 3: base64 over method, address, body
    and milliseconds."""
    stamp = letter.headers.get("x-hubspot-request-timestamp", "")
    signature = letter.headers.get("x-hubspot-signature-v3", "")
    matches = [
        same(signature, in_base64(secret, f"{letter.method}{url}".encode() + letter.body + stamp.encode()))
        for url in letter.urls
    ]
    return any(matches) and is_recent(stamp, letter.now, per_second=1000)


SCHEMES: dict[str, Callable[[Letter, bytes], bool]] = {
    "typeform": typeform, "hub": hub, "calendly": calendly, "hubspot": hubspot,
}  # fmt: skip


def in_hex(secret: bytes, signed: bytes) -> str:
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def in_base64(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def same(offered: str, expected: str) -> bool:
    """Compared as bytes and in constant time: as text, a letter that is not ASCII would raise."""
    return hmac.compare_digest(offered.encode("utf-8", "surrogateescape"), expected.encode())


def is_recent(stamp: str, now: datetime, *, per_second: int) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        return False
    return abs(now.timestamp() - int(stamp) / per_second) <= TOLERANCE_SECONDS
