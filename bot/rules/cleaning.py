"""Raw text from strangers becomes fields that every database and every message can carry."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.errors import InvalidInputError, Problem
from bot.rules import consent
from bot.rules.cleaning_fields import Asked

MAX_FIELDS = 64
MAX_FIELD_VALUE = 500
PHONE_MAX = 32
LIMITS = {
    "name": 200, "company": 200, "title": 200, "country": 80, "source": 80, "campaign": 120, "message": 5000,
}  # fmt: skip

# Control characters, bidirectional overrides, zero-width marks that hide text, and the byte-order mark.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# The common shape of an address; anything else is left to the library, which costs fifty times as much.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9_+-]|\.(?=[a-z0-9]))*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)


@dataclass(frozen=True)
class CleanLead:
    """A lead as it may be stored: normalised, bounded, safe to write anywhere."""

    name: str
    email: str | None = None
    phone: str | None = None  # E.164 where the number could be read, e.g. +493012345678
    company: str | None = None
    title: str | None = None
    country: str | None = None
    source: str = "unknown"
    campaign: str | None = None
    message: str | None = None
    consent: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    website: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)  # interests, location, time_zone, preferred_channel, links
    visitor: str | None = None  # by which id they were known before they said who they are
    consented: tuple[str, ...] = ()  # the channels they said yes to
    consent_wording: str = ""  # what they agreed to
    consent_basis: str = "consent"
    originals: dict[str, str] = field(default_factory=dict)  # what they wrote, where the standard form differs
    flaws: tuple[str, ...] = ()  # what is odd about it, in words for the rep


def clean_text(raw: str, *, limit: int, keeps_lines: bool = False) -> str:
    """NFC text of at most `limit` characters without anything invisible that could mislead or break a sink."""
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", raw[: limit * 4])
    # Composed last: what was hidden between a letter and its accent would keep them apart.
    text = unicodedata.normalize("NFC", _UNSAFE.sub("", text))
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()] if keeps_lines else [_SPACES.sub(" ", text)]
    return "\n".join(lines).strip()[:limit].strip()


def clean_email(raw: str) -> str:
    """The address in lower case.

    Raises:
        ValueError: it is not one single address; the message says why.
    """
    address = clean_text(raw, limit=400).lower()
    if len(address) <= 64 and _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def clean_phone(raw: str, *, country: str | None) -> str:
    """The number in E.164, read as dialled in `country` (ISO 3166 code) when it has no + prefix.

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
            return kept
        raise ValueError(
            "This is not a telephone number. Try it with the country code, like +49 30 1234567."
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("This number is too long or too short. Try it with the country code, like +49 30 1234567.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_lead(raw: dict[str, Any], custom: Sequence[Asked] = ()) -> CleanLead:  # noqa: ARG001
    """Normalise every field of a lead; `custom` are the playbook's own fields.

    Raises:
        InvalidInputError: with all the problems at once.
    """
    problems: list[Problem] = []
    texts = {name: _text(raw.get(name), name) for name in LIMITS}
    email, phone = _email(raw.get("email"), problems), _phone(raw.get("phone"), texts["country"], problems)
    name = texts["name"] or (email.partition("@")[0] if email else None)
    if not name and not any(problem.field == "email" for problem in problems):
        problems.append(Problem("name", "A lead needs a name or an e-mail address."))
    elif not (email or phone) and not problems:
        problems.append(Problem("email", "A lead needs an e-mail address or a phone number, or nobody can answer."))
    fields = _fields(raw.get("fields"), problems)
    consented, wording, basis = consent.given(raw.get("consent"), str(raw.get("consent_wording") or ""), problems)
    if problems:
        raise InvalidInputError(problems)
    return CleanLead(
        name=name or "", email=email, phone=phone, company=texts["company"], title=texts["title"],
        country=texts["country"], source=texts["source"] or "unknown", campaign=texts["campaign"],
        message=texts["message"], consent="email" in consented, fields=fields,
        consented=consented, consent_wording=clean_text(wording, limit=consent.WORDING_MAX), consent_basis=basis,
        visitor=clean_text(str(raw.get("visitor") or ""), limit=200) or None,
    )  # fmt: skip


def _text(raw: object, name: str) -> str | None:
    if raw is None:
        return None
    return clean_text(str(raw), limit=LIMITS[name], keeps_lines=name == "message") or None


def _email(raw: object, problems: list[Problem]) -> str | None:
    if not raw or not str(raw).strip():
        return None
    try:
        return clean_email(str(raw))
    except ValueError as error:
        problems.append(Problem("email", str(error)))
        return None


def _phone(raw: object, country: str | None, problems: list[Problem]) -> str | None:
    if not raw or not str(raw).strip():
        return None
    try:
        return clean_phone(str(raw), country=country)
    except ValueError as error:
        problems.append(Problem("phone", str(error)))
        return None


def _fields(raw: object, problems: list[Problem]) -> dict[str, Any]:
    if not raw:
        return {}
    if not isinstance(raw, dict):
        problems.append(Problem("fields", "Send the extra fields as names with values."))
        return {}
    if len(raw) > MAX_FIELDS:
        problems.append(Problem("fields", f"At most {MAX_FIELDS} extra fields are kept; these are {len(raw)}."))
        return {}
    return {clean_text(str(key), limit=80): _field_value(value) for key, value in raw.items()}


def _field_value(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no word for it, and PostgreSQL refuses the one Python writes
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean_text(str(value), limit=MAX_FIELD_VALUE)
