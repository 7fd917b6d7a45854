"""Whether one lead meets a query: decided in memory, for routes and as the yardstick of the database's answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.rules.query.parts import Query, Test
from bot.rules.query.words import haystack, spelled

Values = Mapping[str, Any]
PLAIN = ("name", "company", "email")  # what a lead is called
IN_TEXT = ("name", "email", "phone", "company", "title", "message")


def matches(query: Query, values: Values) -> bool:
    """Whether the lead with these values meets all of the query.

    `values` has the lead's columns by name, and owner, owner_slack_id, team (names), amount (in hundredths),
    follow_up (when the next is due), contacted and open; `fields` are the extra fields that may be seen.
    """
    return all(meets(test, values) for test in query.tests)


def meets(test: Test, values: Values) -> bool:
    check = CHECKS[test.kind]
    return any(check(test, wanted, values) for wanted in test.values) is not test.is_not


def in_words(_test: Test, wanted: str, values: Values) -> bool:
    return wanted in all_text(values)


def in_plain_words(_test: Test, wanted: str, values: Values) -> bool:
    return wanted in haystack(*(values.get(name) for name in PLAIN))


def all_text(values: Values) -> str:
    """What free words are looked for in: the usual texts, and those and whole numbers among the extra fields."""
    own = [value for value in (values.get("fields") or {}).values() if is_shown(value)]
    return haystack(*(values.get(name) for name in IN_TEXT), *own)


def is_shown(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def in_text(test: Test, wanted: str, values: Values) -> bool:
    return wanted in haystack(value_of(test.field, values))


def is_named(test: Test, wanted: str, values: Values) -> bool:
    value = value_of(test.field, values)
    return value is not None and f" {spelled(str(value))} " == wanted


def value_of(field: str, values: Values) -> Any:
    if not field.startswith("fields."):
        return values.get(field)
    value = (values.get("fields") or {}).get(field.removeprefix("fields."))
    return value if is_shown(value) or isinstance(value, bool | float) else None


def is_text_of(test: Test, wanted: str, values: Values) -> bool:
    value = value_of(test.field, values)
    return isinstance(value, str) and in_text(test, wanted, values)


def is_choice(test: Test, wanted: str, values: Values) -> bool:
    value = value_of(test.field, values)
    return isinstance(value, str) and is_named(test, wanted, values)


def is_equal(test: Test, wanted: object, values: Values) -> bool:
    return bool(values.get(test.field) == wanted)


def is_called(_test: Test, wanted: str, values: Values) -> bool:
    phone = values.get("phone") or ""
    return phone.startswith(wanted) if wanted.startswith("+") else wanted in phone


def is_person(_test: Test, wanted: int | str | None, values: Values) -> bool:
    if wanted is None or isinstance(wanted, int):
        return values.get("owner_id") == wanted
    if wanted.startswith("@"):
        return "@" + (values.get("owner_slack_id") or "") == wanted
    return values.get("owner_id") is not None and wanted in haystack(values.get("owner"))


def is_number(test: Test, wanted: float, values: Values) -> bool:
    value = value_of(test.field, values)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return {":": value == wanted, "<": value < wanted, "<=": value <= wanted, ">": value > wanted}.get(
        test.sign, value >= wanted
    )


def is_within(test: Test, wanted: tuple[Any, Any], values: Values) -> bool:
    """Before the span, in it or after it."""
    value, (first, after) = value_of(test.field, values), wanted
    if not isinstance(value, type(first)) or (isinstance(value, datetime) and value.tzinfo is None):
        return False
    is_point = first == after
    match test.sign:
        case "<":
            return bool(value < first)
        case "<=":
            return bool(value <= after if is_point else value < after)
        case ">":
            return bool(value > after if is_point else value >= after)
        case ">=":
            return bool(value >= first)
        case _:
            return bool(first <= value < after)


def is_so(test: Test, wanted: bool, values: Values) -> bool:
    value = value_of(test.field, values)
    return isinstance(value, bool) and value is wanted


def is_given(_test: Test, wanted: str, values: Values) -> bool:
    if wanted.startswith("fields."):
        return (values.get("fields") or {}).get(wanted.removeprefix("fields.")) not in (None, "")
    return values.get(wanted) not in (None, "")


def is_in(_test: Test, wanted: Query, values: Values) -> bool:
    return matches(wanted, values)


CHECKS: Mapping[str, Callable[[Test, Any, Values], bool]] = {
    "words": in_words, "plain words": in_plain_words,
    "text": in_text, "fields.text": is_text_of, "name": is_named, "fields.name": is_choice,
    "code": is_equal, "import": is_equal, "id": is_equal, "phone": is_called, "person": is_person,
    "number": is_number, "money": is_number, "fields.number": is_number, "moment": is_within, "day": is_within,
    "yes or no": is_so, "fields.yes or no": is_so, "has": is_given, "segment": is_in,
}  # fmt: skip
