"""A touch as it was sent becomes one that may be stored: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning import clean_email, clean_text

Kind = Literal[
    "page_view", "email_opened", "email_clicked", "webinar", "download", "call", "meeting", "reply", "form"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
DETAIL_MAX = 300  # as much as is looked at
NUMBER_MAX = 2**31 - 1  # what an id column holds
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)  # clocks differ


@dataclass(frozen=True)
class CleanTouch:
    """Whose it is: by the lead's number or, without one, by an address."""

    kind: str
    detail: str
    at: datetime
    lead_id: int | None = None
    email: str = ""


def clean_touch(raw: dict[str, Any], now: datetime) -> CleanTouch:
    """Check every field.

    Raises:
        InvalidInputError: with all the problems at once.
    """
    problems: list[Problem] = []
    if (raw.get("lead") is None) == (not raw.get("email")):
        problems.append(Problem("lead", "Say whose touch it is: either the lead's number or an e-mail address."))
    email = address(raw.get("email"), problems)
    at = moment(raw.get("at"), now, problems)
    if raw.get("kind") not in KINDS:
        problems.append(Problem("kind", f"A touch is one of {', '.join(KINDS)}."))
    if problems:
        raise InvalidInputError(problems)
    detail = clean_text(str(raw.get("detail") or ""), limit=DETAIL_MAX)
    return CleanTouch(str(raw["kind"]), detail, at, raw.get("lead"), email)


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
