"""A touch as it was sent becomes one that may be stored: pure."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning.lead import clean_email, clean_text

Kind = Literal[
    "page_view", "email_opened", "email_clicked", "email_bounced", "unsubscribed", "webinar", "download", "call",
    "meeting", "reply", "form",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
DETAIL_MAX = 300  # as much as is looked at
VISITOR_MAX = 200
RECORDING_MAX = 500
ID_MAX = 100
NUMBER_MAX = 2**31 - 1  # what an id column holds
DAY = 24 * 60 * 60
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)  # clocks differ
KNOWN_AS = "visitor:"  # parts visitors' ids from addresses: nobody comes by another's history by calling themselves so


@dataclass(frozen=True)
class CleanTouch:
    """Whose it is: by the lead's number, or by an address or a visitor's id."""

    kind: str
    detail: str
    at: datetime
    lead_id: int | None = None
    email: str = ""
    visitor: str = ""
    own_id: str = ""  # the sender's name for it
    seconds: int | None = None
    recording: str | None = None
    rep_id: int | None = None  # with whom they spoke
    outcome: str = ""
    number: str = ""  # which of our numbers they called

    @property
    def known_as(self) -> tuple[str, ...]:
        """Under which names it waits until somebody says that this is them; the first is kept."""
        return known_as(self.email, self.visitor)


def known_as(email: str | None, visitor: str | None) -> tuple[str, ...]:
    """The names under which anonymous touches of this person were kept."""
    return tuple(name for name in (email or "", f"{KNOWN_AS}{visitor}" if visitor else "") if name)


def mark(visitor: str) -> str:
    """The key under which it is remembered who a visitor is."""
    return KNOWN_AS + hashlib.sha256(visitor.encode("utf-8", "surrogateescape")).hexdigest()


def clean_touch(raw: dict[str, Any], now: datetime) -> CleanTouch:
    """Check every field.

    Raises:
        InvalidInputError: with all the problems at once.
    """
    problems: list[Problem] = []
    visitor = clean_text(str(raw.get("visitor") or ""), limit=VISITOR_MAX)
    has_number, has_name = raw.get("lead") is not None, bool(raw.get("email") or visitor)
    if has_number == has_name:
        problems.append(Problem(
            "lead", "Say whose touch it is: either the lead's number or an e-mail address, or a visitor's id."
        ))  # fmt: skip
    email = address(raw.get("email"), problems)
    at = moment(raw.get("at"), now, problems)
    if raw.get("kind") not in KINDS:
        problems.append(Problem("kind", f"A touch is one of {', '.join(KINDS)}."))
    recording, seconds = link(raw.get("recording"), problems), length(raw.get("seconds"), problems)
    if problems:
        raise InvalidInputError(problems)
    return CleanTouch(
        str(raw["kind"]), clean_text(str(raw.get("detail") or ""), limit=DETAIL_MAX), at, raw.get("lead"), email,
        visitor, own_id=str(raw.get("id") or ""), seconds=seconds, recording=recording,
    )  # fmt: skip


def address(raw: object, problems: list[Problem]) -> str:
    try:
        return clean_email(str(raw)) if raw else ""
    except ValueError as error:
        problems.append(Problem("email", str(error)))
        return ""


def moment(raw: object, now: datetime, problems: list[Problem]) -> datetime:
    """When it happened, in UTC; now if nobody says."""
    if not isinstance(raw, datetime):
        return now
    if not EARLIEST <= raw <= now + AHEAD:
        problems.append(Problem("at", "This is in the future, or before the year 2000."))
        return now
    return min(raw.astimezone(UTC), now)


def link(raw: object, problems: list[Problem]) -> str | None:
    """Where a call can be heard; people will press it, so it is https with a host and nothing hidden in it."""
    if not raw:
        return None
    text = str(raw)
    if not is_https(text):
        problems.append(Problem("recording", f"A recording is an https link of at most {RECORDING_MAX} characters."))
        return None
    return text


def is_https(text: str) -> bool:
    if len(text) > RECORDING_MAX or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def length(raw: object, problems: list[Problem]) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or not 0 <= raw <= DAY:
        problems.append(Problem("seconds", "How long a call took is a number of seconds, at most a day's."))
        return None
    return raw
