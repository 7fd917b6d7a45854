"""The words that those who write to leads share with those who carry it there."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Channel = Literal["email", "sms"]


@dataclass(frozen=True)
class Parcel:
    """One message, complete: the key is its name for good, so that a provider can tell a second attempt."""

    key: str
    channel: Channel
    to: str  # one address
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: tuple[dict[str, Any], ...] = ()  # each: name, type, content


@dataclass(frozen=True)
class Taken:
    """The provider has it, under this name."""

    provider_id: str


@dataclass(frozen=True)
class Refused:
    """It certainly was not sent, and never will be. `is_address_dead`: nobody can be reached there."""

    reason: str
    is_address_dead: bool = False


@dataclass(frozen=True)
class Later:
    """It certainly was not sent, and may be tried again after so many seconds."""

    reason: str
    seconds: float = 60


@dataclass(frozen=True)
class Unknown:
    """It may have been sent: the connection broke after everything was said. It is shown, not repeated."""

    reason: str


Outcome = Taken | Refused | Later | Unknown


class Carrier(Protocol):
    """Whoever takes messages of one channel. Never raises for what goes wrong on the way: it says what is known."""

    def carry(self, parcel: Parcel) -> Outcome:
        """Hand it over, within about 30 seconds."""
        ...
