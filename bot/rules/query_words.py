"""How texts are spelled to be searched: words of letters and digits, without case and accents."""

import unicodedata


def spelled(text: str) -> str:
    """The words of a text in one spelling, parted by single spaces; the text index has them in the same."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in parts if not unicodedata.combining(sign))
    lowered = text.lower()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in lowered).split())


def needle(words: str, *, is_whole: bool = False) -> str:
    """What to look for in `haystack`: these words one after the other; the last may be cut short unless `is_whole`."""
    plain = spelled(words)
    return f" {plain} " if is_whole and plain else f" {plain}" if plain else ""


def haystack(*texts: object) -> str:
    """What needles are looked for in."""
    return f" {spelled(' '.join(str(text) for text in texts if text is not None))} "
