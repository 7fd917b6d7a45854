"""Texts and numbers as strangers write them, made comparable: one spelling of a text, one number of an amount."""

import math
import re
import unicodedata

LONGEST_NUMBER = 60  # characters; what is longer is prose
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}

_AMOUNT = r"([0-9][0-9.,' \u00a0\u202f]*?)\s*(k|m|)"
_WORDS = "employees|people|staff|seats|users|licences|licenses"
# "5k", "51-200 employees", "1 to 5k", ">= 500", "€ 1,000+".
_NUMBER = re.compile(
    rf"(?:~|>=?|\u2265)?\s*[€$£]?\s*(-?){_AMOUNT}(?:\s*(?:-|\u2013|to|bis)\s*{_AMOUNT})?\s*\+?\s*[€$£]?\s*(?:{_WORDS}|)"
)
# Digits in groups of three: 1,000 or 1.000 or 1 000, with a fraction after another mark.
_GROUPED = re.compile(r"([1-9][0-9]{0,2})((?:([.,' \u00a0\u202f])[0-9]{3})(?:\3[0-9]{3})*)(?:[.,]([0-9]+))?")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")


def fold(text: str) -> str:
    """The spelling in which texts are compared: composed, without case, without space around it."""
    return fold_within(text).strip()


def fold_within(text: str) -> str:
    """The same for a piece of a text, where space at its edges counts."""
    if text.isascii():  # most are, and this is ten times as fast
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold()


def as_number(value: object) -> float | None:
    """The one number that a value stands for; none if it cannot be read, for yes and no, and for infinity.

    A text may carry a currency, "+", ">", "k" (thousand), "m" (million) or a word like "employees". A range stands
    for its lower end, so "51-200" is 51: the least that was said. Its unit belongs to both ends ("1-5k" is 1,000)
    unless the lower end is then the higher ("500-1k" is 500). A comma, dot, apostrophe or space before groups of
    exactly three digits only groups them ("1,000" and "1.000" are both 1000); else a comma or dot starts the fraction.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return finite(value)
    return number_in(fold(str(value)))


def number_in(folded: str) -> float | None:
    """The same for a text that is folded already."""
    if len(folded) > LONGEST_NUMBER or (found := _NUMBER.fullmatch(folded)) is None:
        return None
    sign, low_digits, low_unit, high_digits, high_unit = found.groups()
    low, high = plain(low_digits), plain(high_digits) if high_digits else None
    if low is None or (high_digits and high is None):
        return None
    if high is not None and not low_unit and low < high:
        low_unit = high_unit
    return finite((-low if sign else low) * UNITS[low_unit])


def plain(digits: str) -> float | None:
    """Digits with their marks, like 1,234.5; none if the marks make no sense."""
    if grouped := _GROUPED.fullmatch(digits):
        first, groups, mark, fraction = grouped.groups()
        return float(f"{first}{groups.replace(mark, '')}.{fraction or 0}")
    if single := _PLAIN.fullmatch(digits):
        return float(f"{single[1]}.{single[2] or 0}")
    return None


def finite(number: float) -> float | None:
    try:
        return float(number) if math.isfinite(number) else None
    except OverflowError:  # a whole number beyond what a float can hold
        return None
