"""What a route's condition looks at: a lead's field as text and number, or the time on a wall clock."""

import re
from dataclasses import dataclass, fields
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.rules.accounts import account_of
from bot.rules.cleaning import CleanLead
from bot.rules.numbers import as_number, fold

EXTRA = "fields."
CLOCK = "time "
_NO_QUESTION = frozenset({"fields", "profile", "visitor", "consent_wording", "originals", "flaws"})
LEAD_FIELDS = tuple(one.name for one in fields(CleanLead) if one.name not in _NO_QUESTION)
# What a lead is asked for by meaning: its own column where there is one, else the extra fields of these names.
NOUNS = {
    "account": (),  # worked out from the address and the company
    "company_size": ("company_size", "employees", "number_of_employees", "employee_count", "headcount", "team_size"),
    "language": ("language", "preferred_language", "lang", "locale"),
    "product": ("product", "products", "product_interest", "interested_in"),
    "score": ("score", "lead_score"),
    "segment": ("segment", "market_segment", "customer_segment", "tier"),
}
_REGION = re.compile(r"([a-z]{2,3})[-_][a-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Value:
    """Of a field: its folded text (none if missing or blank) and number. Of a clock: weekday (0 is Monday) and time."""

    text: str | None = None
    number: float | None = None
    weekday: int = 0
    clock: time = time(0)


class Reading(dict[str, Value]):
    """One lead at one moment; every field is read once, however many rules ask for it."""

    def __init__(self, lead: CleanLead, now: datetime) -> None:
        super().__init__()
        self._lead, self._now = lead, now

    def __missing__(self, key: str) -> Value:
        """`key` is a field of a condition, or `CLOCK` and a zone."""
        if key.startswith(CLOCK):
            local = self._now.astimezone(ZoneInfo(key.removeprefix(CLOCK)))
            value = Value(weekday=local.weekday(), clock=local.time())
        else:
            value = value_of(raw_value(self._lead, key), is_language=key == "language")
        self[key] = value
        return value


def value_of(raw: object, *, is_language: bool = False) -> Value:
    text = None if raw is None else fold(str(raw)) or None
    if text and is_language:
        text = without_region(text)
    return Value(text, as_number(raw))


def without_region(language: str) -> str:
    """The language alone: "de-at" is German all the same."""
    found = _REGION.fullmatch(language)
    return found[1] if found else language


def raw_value(lead: CleanLead, field: str) -> object:
    if field.startswith(EXTRA):
        return lead.fields.get(field.removeprefix(EXTRA))
    own: object = getattr(lead, field, None)
    if own is not None or field not in NOUNS:
        return own
    if field == "account":
        return account_of(lead.email, lead.company)
    named = {spelling(name): value for name, value in lead.fields.items() if value not in (None, "")}
    return next((named[name] for name in NOUNS[field] if name in named), None)


def spelling(name: str) -> str:
    """The same for "Company size", "company-size" and company_size."""
    return fold(name).replace(" ", "_").replace("-", "_")
