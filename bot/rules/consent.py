"""Who may be contacted how: what a person allowed or withdrew decides, and only they themselves overrule it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.errors import Problem

Channel = Literal["email", "phone", "sms"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
UNPROVED = "unproved form"  # the basis of a yes that anybody could have sent: kept, and nothing is built on it
BASES = ("consent", "contract", "legitimate interest")
NEEDED_FOR: dict[str, Channel] = {"email": "email", "call": "phone", "message": "sms"}  # by kind of follow-up
NOUNS: dict[str, str] = {"email": "e-mail", "phone": "calls", "sms": "messages"}
WORDING_MAX, BASIS_MAX, SOURCE_MAX = 1000, 40, 120
YES = ("true", "yes", "1")


@dataclass(frozen=True)
class Standing:
    """What holds for one channel: the newest that was recorded of it."""

    channel: str
    is_given: bool
    basis: str
    wording: str
    source: str
    at: datetime
    recorded_by: str = ""  # the rep's name, if a rep did


@dataclass(frozen=True)
class Said:
    """What somebody told us, to be written down."""

    channel: str
    is_given: bool
    basis: str = "consent"
    source: str = ""
    wording: str = ""


Standings = Mapping[str, Standing]


def may_contact(standings: Standings, channel: str) -> bool:
    """Unless they withdrew; whether silence is enough is for the sender of the message to judge."""
    held = standings.get(channel)
    return held is None or held.is_given


def why_not(standings: Standings, kind: str) -> str:
    """A sentence when a follow-up of this kind would go against the person's word; "" when not."""
    channel = NEEDED_FOR.get(kind, "")
    if may_contact(standings, channel):
        return ""
    held = standings[channel]
    return f"They withdrew {NOUNS[channel]} on {said_on(held.at)}, so this cannot be planned. Reach them another way."


def may_overrule(held: Standing | None, *, is_own_word: bool) -> bool:
    """Whether a yes that came in counts against what stands: after a withdrawal only the person's own later word."""
    return held is None or held.is_given or is_own_word


def given(raw: object, wording: str, problems: list[Problem]) -> tuple[tuple[Channel, ...], str, str]:
    """What somebody said yes to, in which words and on which basis: from a plain yes or from an object.

    A box that was not ticked is no withdrawal: it says nothing.
    """
    if not isinstance(raw, Mapping):
        return (("email",) if is_yes(raw) else ()), wording, BASES[0]
    basis = str(raw.get("basis") or BASES[0])
    if basis not in BASES:
        problems.append(Problem("consent", f"The basis is one of {', '.join(BASES)}."))
    return tuple(channel for channel in CHANNELS if is_yes(raw.get(channel))), str(raw.get("wording") or wording), basis


def is_yes(raw: object) -> bool:
    """Only what plainly says yes: "no" is a text like any other, and a text is true to Python."""
    return raw is True or str(raw).strip().lower() in YES


def said_on(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
