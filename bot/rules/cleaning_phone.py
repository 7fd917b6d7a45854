"""Telephone numbers in E.164, read as they are dialled where the person is."""

import re

import phonenumbers

from bot.rules.cleaning_text import clean_text

PHONE_MAX = 32
NOT_A_NUMBER = "This is not a telephone number. Try it with the country code, like +49 30 1234567."
UNREAD = "The phone number has no country code, so it is kept as it was typed."
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
