"""Extra fields of a lead: those that the playbook asks for in their type, any others as short texts."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from bot.errors import Problem
from bot.rules.cleaning.text import clean_text, repeated_text
from bot.rules.numbers import as_number, fold

MAX_FIELDS = 64
MAX_FIELD_VALUE = 500
NAME_MAX = 80
PREFIX = "fields."  # before the name of an extra field, wherever it stands among a lead's own
YES = frozenset({"yes", "y", "true", "1", "on", "x", "ja", "oui", "si", "sí", "sim", "tak", "да", "✓"})
NO = frozenset({"no", "n", "false", "0", "off", "nein", "non", "não", "nie", "нет"})
_DATES = ("%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d", "%d-%m-%Y")


class Asked(Protocol):
    """One of the playbook's own fields, as cleaning needs to know it."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def shown(self) -> str: ...
    @property
    def also_called(self) -> tuple[str, ...]: ...


class UnreadableError(ValueError):
    """The value is none of this type; the message says what would be."""


def clean_fields(
    raw: object, custom: Sequence[Asked], problems: list[Problem], originals: dict[str, str]
) -> dict[str, Any]:  # fmt: skip
    if not raw:
        return {}
    if not isinstance(raw, dict):
        problems.append(Problem("fields", "Send the extra fields as names with values."))
        return {}
    if len(raw) > MAX_FIELDS:
        problems.append(Problem("fields", f"At most {MAX_FIELDS} extra fields are kept; these are {len(raw)}."))
        return {}
    asked = by_spelling(tuple(custom)) if custom else {}
    kept: dict[str, Any] = {}
    for key, value in raw.items():
        name = repeated_text(str(key), NAME_MAX) if len(str(key)) <= NAME_MAX else clean_text(str(key), limit=NAME_MAX)
        one = asked.get(spelled(name)) if asked else None
        if one is None:
            kept[name] = untyped(value)
        elif one.name not in kept:
            _take(one, value, kept, problems, originals)
    return kept


@lru_cache(maxsize=16)
def by_spelling(custom: tuple[Asked, ...]) -> dict[str, Asked]:
    """The playbook's fields by all that they are called; a field's own name wins over what others are also called."""
    found: dict[str, Asked] = {}
    for one in custom:
        found.update((spelled(name), one) for name in (one.shown, *one.also_called) if spelled(name) not in found)
    return found | {spelled(one.name): one for one in custom}


@lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """The same for "Company size", "company-size" and company_size."""
    return fold(name).replace(" ", "-").replace("_", "-")


def _take(
    one: Asked, value: object, kept: dict[str, Any], problems: list[Problem], originals: dict[str, str]
) -> None:  # fmt: skip
    said = untyped(value)
    if said in (None, ""):
        return
    try:
        kept[one.name] = typed(one, value)
    except UnreadableError as error:
        problems.append(Problem(f"{PREFIX}{one.name}", f"{one.shown}: {error}"))
        return
    if isinstance(said, str) and said != str(kept[one.name]):
        originals[f"{PREFIX}{one.name}"] = said


def typed(one: Asked, value: object) -> object:
    """The value in the field's type.

    Raises:
        UnreadableError: it cannot be read as one.
    """
    match one.type:
        case "number":
            return a_number(value)
        case "date":
            return a_date(value)
        case "choice":
            return a_choice(value, one.choices)
        case "yes or no":
            return yes_or_no(value)
        case _:
            return clean_text(str(value), limit=MAX_FIELD_VALUE)


def a_number(value: object) -> int | float:
    found = as_number(value)
    if found is None:
        raise UnreadableError("this is not a number. Write it like 250 or 1,200.50.")
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def a_date(value: object) -> str:
    """ISO 8601. A date with slashes is taken only if it can be read in one way."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = clean_text(str(value), limit=40)
    found = _iso(text) or next((day for form in _DATES if (day := _in_form(text, form))), None) or _with_slashes(text)
    if found is None:
        raise UnreadableError("this is not a date that can be read in one way only. Write it like 2026-11-24.")
    return found.isoformat()


def _iso(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _in_form(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _with_slashes(text: str) -> date | None:
    """13/11/2026 has one reading, 11/12/2026 two."""
    readings = {day for form in ("%d/%m/%Y", "%m/%d/%Y") if (day := _in_form(text, form))}
    return readings.pop() if len(readings) == 1 else None


def a_choice(value: object, choices: Sequence[str]) -> str:
    said = fold(clean_text(str(value), limit=MAX_FIELD_VALUE))
    found = next((choice for choice in choices if fold(choice) == said), None)
    if found is None:
        listed = ", ".join(choices[:10]) + (" …" if len(choices) > 10 else "")
        raise UnreadableError(f"this is none of the choices. They are: {listed}.")
    return found


def yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    said = fold(str(value))
    if said not in YES | NO:
        raise UnreadableError("this is neither yes nor no.")
    return said in YES


def untyped(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no word for it, and PostgreSQL refuses the one Python writes
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean_text(str(value), limit=MAX_FIELD_VALUE)
