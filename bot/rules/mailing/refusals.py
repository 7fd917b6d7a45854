"""What a mail server's no means: that nobody can be reached there, or that it did not take this letter. Pure."""

import re

REASON_MAX = 200
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# RFC 3463 and the IANA registry: no such mailbox or host, moved without a new address, closed, or takes no e-mail.
DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
# For those who give no such number, or one that says only "no".
VAGUE = frozenset({"", "5.0.0", "5.1.0", "5.4.1"})
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|account)\b.{0,40}\b(?:unknown|not found|does(?: not|n't) exist|not exist"
    r"|no longer|invalid|disabled|deactivated|unavailable)"
    r"|(?:no such|unknown|invalid) (?:user|recipient|mailbox|address|person|local user)"
    r"|(?:no|not a) (?:valid )?mailbox (?:here|by that name)|recipient address rejected: access denied",
    re.IGNORECASE,
)  # fmt: skip


def enhanced(text: str) -> str:
    """The status in three numbers, if the words have one."""
    found = _ENHANCED.search(text)
    return found.group(1) if found else ""


def is_nobody(status: str, words: str) -> bool:
    """Whether nobody will ever be reached there; a full mailbox or a strict policy is no such thing."""
    if status in DEAD:
        return True
    return status in VAGUE and _NOBODY.search(words[:1000]) is not None


def in_words(text: str) -> str:
    """What the server said, on one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:REASON_MAX]
