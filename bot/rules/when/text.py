"""Text as it is compared: without capitals, accents and wide letters, yet knowing where each letter came from."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

READ_LETTERS = 160  # of what was written; a time and its day are said in fewer
NEVER = "(?!)"


@dataclass(frozen=True)
class Folded:
    """`text` is compared; `origin[n]` is where its letter n stands in what was written."""

    text: str
    origin: tuple[int, ...]


def folded(written: str) -> Folded:
    letters = [(letter, n) for n, one in enumerate(written[:READ_LETTERS]) for letter in plain(one)]
    return Folded("".join(letter for letter, _ in letters), (*(n for _, n in letters), len(written[:READ_LETTERS])))


def plain(letters: str) -> str:
    """Lower case without accents; the marks of Japanese letters stay, they make another letter."""
    if letters in "’‘`´":  # noqa: RUF001 - apostrophes as telephones write them
        return "'"
    split = unicodedata.normalize("NFKD", letters.casefold())
    return unicodedata.normalize("NFC", "".join(one for one in split if not "\u0300" <= one <= "\u036f"))


def squeezed(words: str) -> str:
    """For looking up what `either` has found."""
    return re.sub(r"[-\s.]", "", words)


def alternatives(words: str) -> list[str]:
    return [plain(one) for one in words.split("|") if one]


def either(words: Iterable[str]) -> str:
    """A pattern for the longest of the words that stands there as a whole."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(whole(word) for word in longest_first)})" if longest_first else NEVER


def whole(word: str) -> str:
    pattern = re.escape(word).replace(r"\-", "[- ]?")
    return pattern + (r"(?!\w)" if word[-1].isascii() and word[-1].isalnum() else "")
