"""What a route's condition looks at: a lead's field as text and number, or the time on a wall clock."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.rules.accounts import account_of
from bot.rules.cleaning.lead import CleanLead
from bot.rules.numbers import as_number, fold, number_in

EXTRA = "fields."
ANSWERS = "answers."  # what a rep learned on a question of the checklist
CLOCK = "time "
_NO_QUESTION = frozenset({"fields", "profile", "visitor", "consent_wording", "originals", "flaws"})
LEAD_FIELDS = tuple(one.name for one in fields(CleanLead) if one.name not in _NO_QUESTION)
# What a lead is asked for by meaning: its own column where there is one, else the extra fields of these names.
NOUNS: dict[str, tuple[str, ...]] = {
    "account": (),  # worked out from the address and the company
    "company_size": ("company_size", "employees", "number_of_employees", "employee_count", "headcount", "team_size"),
    "level": (),  # worked out from the score
    "language": ("language", "preferred_language", "lang", "locale"),
    "product": ("product", "products", "product_interest", "interested_in"),
    "score": ("score", "lead_score"),
    "segment": ("segment", "market_segment", "customer_segment", "tier"),
}
SEGMENT = "segment"  # what the lead itself says, and besides the saved segments that it falls into
JUDGED = ("score", "level")
NOTHING: Mapping[str, str] = MappingProxyType({})
_REGION = re.compile(r"([a-z]{2,3})[-_][a-z0-9_.-]+")


class Value(NamedTuple):
    """Of a field: its folded text (none if missing or blank) and number. Of a clock: weekday (0 is Monday) and time."""

    text: str | None = None
    number: float | None = None
    weekday: int = 0
    clock: time = time(0)
    segments: frozenset[str] = frozenset()  # the saved ones that the lead falls into


MISSING = Value()
LONGEST_REPEATED = 200  # characters of a text that is worth remembering


class Judged(NamedTuple):
    """What the playbook's rules make of a lead."""

    score: int
    level: str


class Reading(dict[str, Value]):
    """One lead at one moment; every field is read once, however many rules ask for it."""

    def __init__(
        self, lead: CleanLead, now: datetime, *, answers: Mapping[str, str] = NOTHING,
        judged: Callable[[], Judged] | None = None, segments: Callable[[], frozenset[str]] | None = None,
    ) -> None:  # fmt: skip
        """`judged` tells score and level if rules of the playbook make them; only a condition that asks costs that."""
        super().__init__()
        self._lead, self._now, self._answers, self._judged = lead, now, answers, judged
        self._segments = segments

    def __missing__(self, key: str) -> Value:
        """`key` is a field of a condition, or `CLOCK` and a zone."""
        if key.startswith(CLOCK):
            local = self._now.astimezone(ZoneInfo(key.removeprefix(CLOCK)))
            value = Value(weekday=local.weekday(), clock=local.time())
        elif key in JUDGED and self._judged is not None:
            value = value_of(getattr(self._judged(), key))
        elif key.startswith(ANSWERS):
            value = value_of(self._answers.get(key.removeprefix(ANSWERS)))
        elif key == SEGMENT and self._segments is not None:
            value = value_of(raw_value(self._lead, key))._replace(segments=self._segments())
        else:
            value = value_of(raw_value(self._lead, key), is_language=key == "language")
        self[key] = value
        return value


def value_of(raw: object, *, is_language: bool = False) -> Value:
    if raw is None:
        return MISSING
    if type(raw) is str and len(raw) <= LONGEST_REPEATED:
        return repeated_value(raw, is_language)
    return read_value(raw, is_language=is_language)


@lru_cache(4096)
def repeated_value(raw: str, is_language: bool) -> Value:
    """The same for what many leads have in common, such as a title."""
    return read_value(raw, is_language=is_language)


def read_value(raw: object, *, is_language: bool) -> Value:
    text = fold(str(raw)) or None
    number = number_in(text or "") if isinstance(raw, str) else as_number(raw)
    return Value(without_region(text) if text and is_language else text, number)


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
    if not lead.fields:
        return None
    named = {spelling(name): value for name, value in lead.fields.items() if value not in (None, "")}
    return next((named[name] for name in NOUNS[field] if name in named), None)


@lru_cache(4096)
def spelling(name: str) -> str:
    """The same for "Company size", "company-size" and company_size."""
    return fold(name).replace(" ", "_").replace("-", "_")
