"""How letters are called, and to whom they go: one address, and a Message-ID that is made of the row's key. Pure."""

import re

_KEY = r"[A-Za-z0-9-]{8,36}"
_ID = re.compile(rf"<({_KEY})@[^<>\s@]{{1,253}}>")
ANY_ID = re.compile(r"<[^<>\s]{3,250}>")
# No quotes, no brackets and nothing that parts addresses: whoever could write two of them here would reach two people.
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]{1,64}@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f.]+(?:\.[^\s@,;:<>()"
                      r"\[\]\\\"\x00-\x20\x7f.]+)*")  # fmt: skip
ADDRESS_MAX = 254
MOST_KEYS = 20


def is_one_address(text: str) -> bool:
    """Whether it names exactly one mailbox, and nothing else."""
    return len(text) <= ADDRESS_MAX and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def message_id(key: str, domain: str) -> str:
    return f"<{key}@{domain}>"


def keys_in(text: str) -> list[str]:
    """The keys of what could be letters of ours, the last named first: that is the one that is answered."""
    found = _ID.findall(text[: 300 * MOST_KEYS])
    return list(dict.fromkeys(reversed(found)))[:MOST_KEYS]


def one_line(text: str, limit: int = 300) -> str:
    """For a header: without anything that could begin another one."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:limit]
