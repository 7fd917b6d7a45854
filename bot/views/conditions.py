"""What a condition of the playbook asks, in words."""

from collections.abc import Sequence

from bot.playbook.parts import Condition
from bot.rules.cleaning.fields import PREFIX
from bot.rules.values import ANSWERS

YES, NO = frozenset({"true", "yes"}), frozenset({"false", "no"})


def all_in_words(conditions: Sequence[Condition]) -> str:
    """Like "they agreed to e-mails and the score is at least 20"."""
    return " and ".join(in_words(one) for one in conditions)


def in_words(one: Condition) -> str:
    if one.asks_the_time:
        return clock(one)
    if one.field == "consent" and one.is_one_of:
        wanted = {option.lower() for option in one.is_one_of}
        if wanted <= YES or wanted <= NO:
            return "they agreed to e-mails" if wanted <= YES else "they did not agree to e-mails"
    return f"{noun(one.field)} {verb(one)}"


def noun(field: str) -> str:
    if field.startswith(ANSWERS):
        return f"the answer about {field.removeprefix(ANSWERS)}"
    if field.startswith(PREFIX):
        return f"the field {field.removeprefix(PREFIX)}"
    return f"the {field.replace('_', ' ')}"


def verb(one: Condition) -> str:
    if one.is_one_of is not None:
        return f"is {either(one.is_one_of)}"
    if one.is_not is not None:
        return f"is not {either(one.is_not)}"
    if one.contains is not None:
        return f"has “{one.contains}” in it"
    if one.at_least is not None:
        return f"is at least {number(one.at_least)}"
    if one.at_most is not None:
        return f"is at most {number(one.at_most)}"
    return "is known" if one.exists else "is not known"


def either(options: Sequence[str]) -> str:
    """Like "a, b or c"."""
    *first, last = options
    return f"{', '.join(first)} or {last}" if first else last


def number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def clock(one: Condition) -> str:
    hours = f" between {one.between[0]:%H:%M} and {one.between[1]:%H:%M}" if one.between else ""
    days = f" on {either([day.capitalize() for day in one.days])}" if one.days else ""
    zone = f" ({one.zone})" if one.zone else ""
    return f"it is{hours}{days}{zone}"
