"""What telephone systems tell of a call, each in its own words, as one value. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bot.rules.cleaning.lead import clean_email, clean_text
from bot.rules.cleaning.phone import read_phone
from bot.rules.touches import DAY, is_https

SHORT, NUMBER = 80, 40


@dataclass(frozen=True)
class HeardCall:
    """`outside` is the number of whoever is no colleague, in E.164 where it could be read."""

    own_id: str
    is_inbound: bool
    outside: str
    our_number: str = ""
    seconds: int | None = None
    recording: str | None = None
    source: str = ""  # which campaign or advertisement showed them our number
    outcome: str = ""
    name: str = ""  # of whoever is outside
    colleague: str = ""  # the e-mail address of the colleague who spoke
    at: datetime | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.seconds)


def dialpad(told: Mapping[str, Any]) -> HeardCall | None:
    """developers.dialpad.com/docs/call-events: one event for each state; the last ones tell what came of the call."""
    if text(told, "state") not in ("hangup", "recording", "voicemail_uploaded"):
        return None
    contact, target = part(told, "contact"), part(told, "target")
    details = told.get("recording_details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], Mapping) else {}
    links = told.get("recording_url")
    link = text(first, "url") or (str(links[0]) if isinstance(links, list) and links else "")
    return HeardCall(
        text(told, "call_id"), text(told, "direction") == "inbound", number(told.get("external_number")),
        number(told.get("internal_number")), seconds(told.get("duration"), per_second=1000), https(link),
        outcome="" if told.get("date_connected") else "not answered", name=text(contact, "name"),
        colleague=email(target.get("email")), at=moment(told.get("date_started"), per_second=1000),
    )  # fmt: skip


def calltrackingmetrics(told: Mapping[str, Any]) -> HeardCall | None:
    """calltrackingmetrics.com/api (a call as its triggers send it): which number was called says what brought them."""
    talked = seconds(told.get("talk_time"))
    status = text(told, "dial_status") or text(told, "status")
    return HeardCall(
        text(told, "sid") or text(told, "id"), text(told, "direction") != "outbound",
        number(told.get("caller_number")), number(told.get("tracking_number")),
        talked if talked is not None else seconds(told.get("duration")), https(text(told, "audio", longest=500)),
        source=text(told, "source") or text(told, "tracking_label"),
        outcome="" if status in ("answered", "completed", "") else status.replace("-", " ").replace("_", " "),
        name=text(told, "name"), colleague=email(part(told, "agent").get("email")), at=moment(told.get("unix_time")),
    )  # fmt: skip


SYSTEMS: Mapping[str, Callable[[Mapping[str, Any]], HeardCall | None]] = MappingProxyType(
    {"dialpad": dialpad, "calltrackingmetrics": calltrackingmetrics}
)


def text(told: Mapping[str, Any], name: str, *, longest: int = SHORT) -> str:
    value = told.get(name)
    return clean_text(str(value), limit=longest) if isinstance(value, str | int) else ""


def part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    return value if isinstance(value, Mapping) else {}


def number(value: object) -> str:
    """In E.164 if it can be read, else nothing: nobody can be found by it."""
    try:
        return read_phone(str(value), country=None)[0] if isinstance(value, str | int) else ""
    except ValueError:
        return ""


def email(value: object) -> str:
    try:
        return clean_email(value) if isinstance(value, str) and value else ""
    except ValueError:
        return ""


def seconds(value: object, *, per_second: int = 1) -> int | None:
    """How long it took, if that is a length a call can have."""
    try:
        found = int(float(str(value)) / per_second)
    except (ValueError, OverflowError):
        return None
    return found if 0 <= found <= DAY else None


def https(link: str) -> str | None:
    return link if link and is_https(link) else None


def moment(value: object, *, per_second: int = 1) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(value)) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None
