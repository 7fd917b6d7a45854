"""Telephone numbers in E.164, read as they are dialled where the person is."""

import re
from functools import cache
from typing import NamedTuple

import phonenumbers

from bot.rules.cleaning.text import clean_text

PHONE_MAX = 32
NOT_A_NUMBER = "This is not a telephone number. Try it with the country code, like +49 30 1234567."
UNREAD = "The phone number has no country code, so it is kept as it was typed."
# As most of a file are: all digits are there, and nothing but a space or another common mark between two of them.
_INTERNATIONAL = re.compile(r"\+[0-9](?:[ ./-]?[0-9]){6,14}")
_MARKS = str.maketrans("", "", " ./-")
UNKNOWN = "The phone number is not one that its country gives out; a digit may be wrong."


def clean_phone(raw: str, *, country: str | None) -> str:
    """The number in E.164, read as dialled in `country` (ISO 3166 code) when it has no + prefix.

    Raises:
        ValueError: it cannot be a telephone number.
    """
    return read_phone(raw, country=country)[0]


def read_phone(raw: str, *, country: str | None) -> tuple[str, str]:
    """The number, and what is odd about it, if anything.

    Raises:
        ValueError: it cannot be a telephone number.
    """
    text = clean_text(raw, limit=40)
    plain = international(text)
    return (plain, "") if plain else read_closely(text, country)


def read_closely(text: str, country: str | None) -> tuple[str, str]:
    region = country.upper() if country and len(country) == 2 else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        # Without a country a local number is still worth a call; keep it as it was typed.
        kept = text[:PHONE_MAX].strip()
        digits = re.sub(r"\D", "", kept)
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and 6 <= len(digits) <= 15:
            return kept, UNREAD
        raise ValueError(NOT_A_NUMBER) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("This number is too long or too short. Try it with the country code, like +49 30 1234567.")
    standard = written(number)
    if phonenumbers.is_valid_number(number):
        return standard, ""
    # Zeros before a number that nobody has are read in two ways; only what stays the same can be kept.
    if written(phonenumbers.parse(standard, None)) != standard:
        raise ValueError(NOT_A_NUMBER)
    return standard, UNKNOWN


def written(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# --- the quick way, which finds the same in a sixth of the time


class Plan(NamedTuple):
    """How the ordinary numbers of one country code look."""

    trunk: re.Pattern[str] | None  # what stands before a number at home, and must be looked at closely
    all: re.Pattern[str]
    kinds: tuple[tuple[frozenset[int], re.Pattern[str]], ...]  # of fixed lines and mobiles: lengths and digits


def international(text: str) -> str | None:
    """A valid number of a fixed line or a mobile, typed with its country code; all others take a closer look."""
    if not text.isascii() or not _INTERNATIONAL.fullmatch(text):
        return None
    digits = text[1:].translate(_MARKS)
    length = 1 if digits[0] in "17" else 2 if plan_of(digits[:2]) else 3
    plan, national = plan_of(digits[:length]), digits[length:]
    if plan is None or national[:1] == "0" or (plan.trunk and plan.trunk.match(national)):
        return None
    is_valid = plan.all.fullmatch(national) and any(
        (not lengths or len(national) in lengths) and pattern.fullmatch(national) for lengths, pattern in plan.kinds
    )
    return f"+{digits}" if is_valid else None


@cache
def plan_of(code: str) -> Plan | None:
    """Of the first country that has the code; none if only the next digits tell whether it is that one."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ("001",))
    known = None if code[0] == "0" else phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    every = known.general_desc if known and not known.leading_digits else None
    if known is None or every is None or not every.national_number_pattern:
        return None
    kinds = tuple(
        (frozenset(kind.possible_length), re.compile(kind.national_number_pattern))
        for kind in (known.mobile, known.fixed_line) if kind and kind.national_number_pattern
    )  # fmt: skip
    trunk = known.national_prefix_for_parsing
    return Plan(re.compile(trunk) if trunk else None, re.compile(every.national_number_pattern), kinds)
