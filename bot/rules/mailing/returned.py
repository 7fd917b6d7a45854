"""Letters that came back: bounces (RFC 3464) and complaints (RFC 5965), and which letter of ours it was. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from bot.rules.mailing.names import keys_in
from bot.rules.mailing.refusals import enhanced, in_words, is_nobody

TEXT_LOOKED_AT = 100_000
HEADERS = "text/rfc822-headers"
_ID_LINE = re.compile(r"^[> \t]{0,20}Message-ID:\s{0,10}(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_MACHINE = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange|<>", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|not be delivered|delivery.{0,30}fail|returned mail|failure notice|could not deliver|unzustellbar",
    re.IGNORECASE,
)  # fmt: skip
Kind = Literal["bounced", "delayed", "complained", "unsubscribed", "notice"]
COMPLAINTS: dict[str, Kind] = {
    "abuse": "complained", "fraud": "complained", "virus": "complained", "other": "complained",
    "opt-out": "unsubscribed", "opt-out-list": "unsubscribed",
}  # fmt: skip


@dataclass(frozen=True)
class Returned:
    """What came back: which letter, by what it could be called, and why. A notice asks for nothing."""

    kind: Kind
    keys: tuple[str, ...] = ()
    words: str = ""
    is_address_dead: bool = False


def read_returned(message: Message, parts: Sequence[Message], text: str) -> Returned | None:
    """What the e-mail gives back to us; None when it is a letter of somebody's own."""
    by_kind = {part.get_content_type(): part for part in reversed(parts)}
    if "message/feedback-report" in by_kind:
        return complaint(by_kind["message/feedback-report"], keys_of(message, parts, text))
    if "message/delivery-status" in by_kind:
        return bounce(by_kind["message/delivery-status"], keys_of(message, parts, text))
    if message.get_content_type() == "multipart/report":
        return Returned("notice")
    return told_in_words(message, parts, text)


def complaint(report: Message, keys: tuple[str, ...]) -> Returned:
    fields = next(iter(blocks(report)), None)
    kind = str(fields.get("Feedback-Type", "abuse")).strip().lower() if fields else "abuse"
    return Returned(COMPLAINTS.get(kind, "notice"), keys, f"{in_words(kind)} complaint")


def bounce(report: Message, keys: tuple[str, ...]) -> Returned:
    """By its first recipient that has a fate; a letter of ours has one."""
    fate = next((one for one in blocks(report) if one.get("Action")), None)
    if fate is None:
        return Returned("notice")
    action = str(fate["Action"]).strip().lower()
    kind: Kind = "bounced" if action == "failed" else "delayed" if action == "delayed" else "notice"
    said = in_words(str(fate.get("Diagnostic-Code", "")).partition(";")[2] or str(fate.get("Diagnostic-Code", "")))
    status = enhanced(str(fate.get("Status", ""))) or enhanced(said)
    return Returned(kind, keys, said or status or "no reason given", kind == "bounced" and is_nobody(status, said))


def told_in_words(message: Message, parts: Sequence[Message], text: str) -> Returned | None:
    """Older servers write a letter of their own, with ours below it."""
    sender = f"{message.get('From', '')} {message.get('Return-Path', '')}"
    if not _MACHINE.search(sender[:1000]) or not _FAILED.search(f"{message.get('Subject', '')} {text[:2000]}"):
        return None
    head = text[:TEXT_LOOKED_AT]
    above = head[: found.start()] if (found := _ID_LINE.search(head)) else head
    status, said = enhanced(above), line_with_status(above)
    is_dead = is_nobody(status, above) or (not status and is_nobody("", above))
    return Returned("bounced", keys_of(message, parts, text), said, is_dead)


def line_with_status(text: str) -> str:
    """The line that says why, as well as that can be told."""
    lines = [line for line in text.splitlines() if line.strip()]
    said = next((line for line in lines if enhanced(line)), "") or next((one for one in lines if "55" in one), "")
    return in_words(said) or "no reason given"


def keys_of(message: Message, parts: Sequence[Message], text: str) -> tuple[str, ...]:
    """By what our letter was called: in itself if it came along, in its headers, in what it answers, in the words."""
    inside = [str(part.get("Message-ID", "")) for part in parts if part is not message]
    headers = [words_of(part) for part in parts if part.get_content_type() == HEADERS]
    quoted = [found for one in (*headers, text[:TEXT_LOOKED_AT]) for found in _ID_LINE.findall(one)[:20]]
    outside = [str(message.get(name, "")) for name in ("References", "In-Reply-To", "Original-Message-ID")]
    named = (key for one in (*inside, *quoted, *reversed(outside)) for key in keys_in(one[:2000]))
    return tuple(dict.fromkeys(named))[:20]


def blocks(report: Message) -> Iterator[Message]:
    """A report's parts, each with fields like headers."""
    payload = report.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload[:50] if isinstance(one, Message))


def words_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content[:TEXT_LOOKED_AT].decode("utf-8", "replace") if isinstance(content, bytes) else ""
