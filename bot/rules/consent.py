"""Who may be contacted how: what a person allowed or withdrew decides, and only they themselves overrule it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.errors import Problem

Channel = Literal["email", "phone", "sms", "measuring"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
UNPROVED = "unproved form"  # the basis of a yes that anybody could have sent: kept, until they confirm it no basis
CONFIRM = "confirm"  # the kind of the one message that such a yes lets through: the one that asks
BASES = ("consent", "contract", "legitimate interest")
NEEDED_FOR: dict[str, Channel] = {"email": "email", "call": "phone", "message": "sms"}  # by kind of follow-up
NOUNS: dict[str, str] = {
    "email": "e-mail", "phone": "calls", "sms": "messages", "measuring": "counting of openings and clicks",
}  # fmt: skip
ASKED_FOR = ("meeting", "answer")  # kinds of messages that the person has asked for themselves
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
    is_for_another: bool = False  # a yes for an address that the lead has not any more, or not yet had


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
        return named(raw) or (("email",) if is_yes(raw) else ()), wording, BASES[0]
    basis = str(raw.get("basis") or BASES[0])
    if basis not in BASES:
        problems.append(Problem("consent", f"The basis is one of {', '.join(BASES)}."))
    return tuple(channel for channel in CHANNELS if is_yes(raw.get(channel))), str(raw.get("wording") or wording), basis


def is_to_be_confirmed(raw: object) -> bool:
    """Whether whoever sent the yes says that anybody could have said it: whatever is no plain yes says so."""
    return isinstance(raw, Mapping) and "is_confirmed" in raw and not is_yes(raw["is_confirmed"])


def named(raw: object) -> tuple[Channel, ...]:
    """The channels that a form's boxes stand for, like "email, sms"; none if anything else is among them."""
    words = {word.strip().lower() for word in raw.split(",")} if isinstance(raw, str) else set[str]()
    return tuple(channel for channel in CHANNELS if channel in words) if words <= set(CHANNELS) else ()


def is_yes(raw: object) -> bool:
    """Only what plainly says yes: "no" is a text like any other, and a text is true to Python."""
    return raw is True or str(raw).strip().lower() in YES


def is_barred(reason: str, kind: str) -> bool:
    """Whether an address that is suppressed for this reason must not get a message of this kind either.

    Whoever unsubscribed and then books a meeting wants to hear of the meeting. A STOP is answered once, as carriers
    ask for, and a dead address, a complaint or an erasure leaves nothing to be said.
    """
    if reason == "stopped":
        return kind != "answer"
    return reason not in ("unsubscribed", "rep") or kind not in ASKED_FOR


BARRED = {
    "unsubscribed": "they unsubscribed", "stopped": "they answered STOP", "bounced": "nobody can be reached there",
    "complained": "they complained of us", "erased": "they had everything about them erased",
    "rep": "they told us that they want none",
}  # fmt: skip


def barred(channel: str, reason: str, at: datetime) -> str:
    """Why an address is not written to, as a sentence."""
    return f"No {NOUNS[channel]} goes there: {BARRED.get(reason, reason)} ({said_on(at)})."


def without_yes(held: Standing | None, channel: str) -> str:
    """Why what stands is no basis to write, as a sentence; "" when it is one."""
    if held is None:
        return f"They never said yes to {NOUNS[channel]}."
    if not held.is_given:
        return f"They withdrew {NOUNS[channel]} on {said_on(held.at)}."
    if held.is_for_another:
        return f"They agreed to {NOUNS[channel]} for another address; ask again."
    return f"They have not confirmed yet that they agree to {NOUNS[channel]}." if held.basis == UNPROVED else ""


def allows(held: Standing | None) -> bool:
    """Whether it is a basis to write."""
    return held is not None and not without_yes(held, held.channel)


def waits(held: Standing | None) -> bool:
    """Whether somebody said yes in their name, for the address they have, and it waits for their own word."""
    return held is not None and held.is_given and held.basis == UNPROVED and not held.is_for_another


def nothing_to_confirm(held: Standing | None) -> str:
    """Why they are not asked whether that was them, as a sentence; "" when they are."""
    return "" if waits(held) else "There is nothing that they would have to confirm."


def to_be_confirmed(held: Standing) -> str:
    """What allows to ask; without a word of whoever filled in the form."""
    return f"somebody filled in a form with this address on {said_on(held.at)}"


def cited(held: Standing) -> str:
    """What allows a message, in words, as it is kept with the message and shown on the card."""
    where = f", {held.source}" if held.source else ""
    wording = f": “{held.wording}”" if held.wording else ""
    return f"{held.basis} of {said_on(held.at)}{where}{wording}"


def said_on(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
