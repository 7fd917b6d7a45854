"""Short messages: how long they are on the way, and the words with which people answer them. Pure."""

from dataclasses import dataclass
from typing import Literal

# The default alphabet and its extension, of which each takes two places (3GPP TS 23.038, 6.2.1).
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
# A single message, and a part of a longer one, whose first octets tell how to join them (3GPP TS 23.040, 9.2.3.24.1).
PLACES = {"GSM-7": (160, 153), "UCS-2": (70, 67)}

HOW_TO_STOP = "Reply STOP to unsubscribe"  # every message of a sequence ends with it
Word = Literal["stop", "start", "help"]
# What carriers and providers take for these, so that nobody has to know ours (CTIA's Messaging Principles and Best
# Practices).
WORDS: dict[Word, frozenset[str]] = {
    "stop": frozenset({
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "stopp",
        "abmelden", "arret", "arrêt", "alto", "parar",
    }),
    "start": frozenset({"start", "yes", "unstop", "subscribe"}),
    "help": frozenset({"help", "info", "hilfe", "aide", "ayuda"}),
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """What a text comes to on the way."""

    encoding: str
    places: int
    parts: int

    @property
    def in_words(self) -> str:
        parts = "1 SMS" if self.parts == 1 else f"{self.parts} SMS"
        why = "" if self.encoding == "GSM-7" else ", because of a character that only the long encoding has"
        return f"{self.places} characters, {parts}{why}"


def size_of(text: str) -> Size:
    """One character outside the default alphabet makes all of them take twice the room."""
    is_plain = all(one in GSM or one in EXTENSION for one in text)
    encoding = "GSM-7" if is_plain else "UCS-2"
    sizes = [2 if one in EXTENSION else 1 for one in text] if is_plain else [1 + (ord(one) > 0xFFFF) for one in text]
    single, part = PLACES[encoding]
    places = sum(sizes)
    return Size(encoding, places, 1 if places <= single else parts_of(sizes, part))


def parts_of(sizes: list[int], room: int) -> int:
    """How many parts: a character is never cut in two."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts


def word_in(text: str) -> Word | None:
    """What somebody asks for who answers with nothing but such a word."""
    said = " ".join(text.casefold().split()).strip(" .!\"'„“”")
    return next((word for word, spellings in WORDS.items() if said in spellings), None)
