"""How texts are spelled to be searched: words of letters and digits, without case and Latin accents."""

import unicodedata

SAME = {ord("\u03c2"): "\u03c3", ord("\u00b5"): "\u03bc"}  # the sigma that ends a word, and the sign for micro


def spelled(text: str) -> str:
    """The words of a text in one spelling, parted by single spaces; the text index has them in the same."""
    if not text.isascii():
        text = "".join(map(bare, unicodedata.normalize("NFC", text)))
    lowered = text.lower()
    if lowered.isalnum():
        return lowered
    return " ".join("".join(sign if sign.isalnum() else " " for sign in lowered).split())


def bare(sign: str) -> str:
    """Small, and a Latin letter without its accents: other scripts' marks make other letters."""
    first = unicodedata.normalize("NFD", sign)[0]
    return (first if first.isascii() else "" if unicodedata.combining(sign) else sign).lower().translate(SAME)


def needle(words: str, *, is_whole: bool = False) -> str:
    """What to look for in `haystack`: these words one after the other; the last may be cut short unless `is_whole`."""
    plain = spelled(words)
    return f" {plain} " if is_whole and plain else f" {plain}" if plain else ""


def haystack(*texts: object) -> str:
    """What needles are looked for in."""
    return f" {spelled(' '.join(str(text) for text in texts if text is not None))} "
