"""Text of strangers made safe and short, and case and spaces as people would have typed them."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Control characters, bidirectional overrides, zero-width marks that hide text, and the byte-order mark.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean_text(raw: str, *, limit: int, keeps_lines: bool = False) -> str:
    """NFC text of at most `limit` characters without anything invisible that could mislead or break a sink."""
    head = raw[: limit * 4]
    if head.isprintable() and (head.isascii() or unicodedata.is_normalized("NFC", head)):  # nearly all; far faster
        plain = " ".join(head.split())
        return plain if len(plain) <= limit else plain[:limit].strip()
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", head)
    # Composed last: what was hidden between a letter and its accent would keep them apart.
    text = unicodedata.normalize("NFC", _UNSAFE.sub("", text))
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()] if keeps_lines else [_SPACES.sub(" ", text)]
    return "\n".join(lines).strip()[:limit].strip()


@lru_cache(maxsize=16384)
def repeated_text(raw: str, limit: int) -> str:
    """The same for what many leads have in common, such as their country or where they came from."""
    return clean_text(raw, limit=limit)


def settled(standard: Callable[[str], str], text: str, *, limit: int) -> str:
    """The standard form, if it is one: made standard again it must not change, or the text stays as it is."""
    form = standard(text)
    if form == text:
        return text
    is_one = bool(form) and clean_text(form, limit=limit) == form and standard(form) == form
    return form if is_one else text


def is_one_case(text: str) -> bool:
    """All capitals or none at all, as nobody writes a name by choice."""
    return text.isupper() or text.islower()


def capitalised(word: str) -> str:
    """The first letter large and the others small, also after a hyphen or an apostrophe: Anne-Marie O'Neil."""
    letters = list(word.lower())
    begins = True
    for place, letter in enumerate(letters):
        if letter.isalpha():
            letters[place] = letter.title() if begins else letter
            begins = False
        elif letter in "-/(":
            begins = True
        elif letter in "'\u2019":
            begins = place == 1  # O'Neil and D'Angelo, but not Rock'N'Roll
    return "".join(letters)
