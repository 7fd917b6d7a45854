"""Rules that a piece of JSON may have to follow, and the walk that reports where it does not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.json_types import Json

EVERYWHERE = frozenset({"message", "modal", "home"})
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "date": (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "a date such as 2026-01-31"),
    "time": (re.compile(r"([01]\d|2[0-3]):[0-5]\d"), "a time such as 14:30"),
    "number": (re.compile(r"-?\d+(\.\d+)?"), "a number"),
    "address": (re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+"), "an address such as https://example.com"),
    "web": (re.compile(r"https?://[^\s/]+\S*"), "a web address that begins with http:// or https://"),
    "secure": (re.compile(r"https://[^\s/]+\S*"), "a web address that begins with https://"),
    "colour": (re.compile(r"#[0-9a-fA-F]{6}"), "a colour such as #00aaff"),
}


@dataclass(frozen=True)
class String:
    """`form` names one of FORMS."""

    most: int = 3000
    least: int = 1
    one_of: frozenset[str] = frozenset()
    form: str = ""


@dataclass(frozen=True)
class Text:
    """A text object; `plain` means that mrkdwn is not allowed."""

    most: int
    plain: bool = False


@dataclass(frozen=True)
class Flag:
    pass


@dataclass(frozen=True)
class Number:
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Anything:
    """Not looked into."""


@dataclass(frozen=True)
class Kind:
    """An object told apart by its `type`, one of those named, described in a table of shapes."""

    table: str
    allowed: frozenset[str]


@dataclass(frozen=True)
class Part:
    """An object without a type of its own."""

    shape: str
    or_null: bool = False


@dataclass(frozen=True)
class Many:
    of: "Rule"
    most: int
    least: int = 1


Rule = String | Text | Flag | Number | Anything | Kind | Part | Many


@dataclass(frozen=True)
class Shape:
    """The properties of an object; `any_of` names those of which one must be there, `only_one` that no second may."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    only_one: bool = False
    surfaces: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Checker:
    tables: Mapping[str, Mapping[str, Shape]]
    parts: Mapping[str, Shape]
    surface: str

    def check(self, rule: Rule, value: Any, at: str) -> Iterator[str]:
        match rule:
            case Many():
                yield from self._many(rule, value, at)
            case Kind():
                yield from self._kind(rule, value, at)
            case Part():
                if value is not None or not rule.or_null:
                    yield from self.shape(self.parts[rule.shape], value, at)
            case _:
                yield from _leaf(rule, value, at)

    def shape(self, shape: Shape, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", at)
            return
        present = {name: each for name, each in value.items() if each is not None}
        for name in sorted(shape.required.keys() - present.keys()):
            yield problem(f"missing required field: {name}", at)
        yield from _any_of(shape, present, at)
        rules = {**shape.optional, **shape.required}
        for name, each in present.items():
            if name in rules:
                yield from self.check(rules[name], each, f"{at}/{name}")
            elif name != "type":
                yield problem(f"invalid additional property: {name}", at)

    def _kind(self, rule: Kind, value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = self.tables[rule.table].get(str(kind))
        if kind not in rule.allowed or shape is None:
            yield problem(f"unsupported type: {kind}", f"{at}/type")
        elif self.surface not in shape.surfaces:
            yield problem(f"{kind} is not allowed in a {self.surface}", f"{at}/type")
        else:
            yield from self.shape(shape, value, at)

    def _many(self, rule: Many, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be a list", at)
            return
        yield from within(len(value), rule.least, rule.most, "items", at)
        for number, each in enumerate(value):
            yield from self.check(rule.of, each, f"{at}/{number}")


def problem(text: str, at: str) -> str:
    """What is wrong, with a pointer to where: `/blocks/3/text/text: 3,204 of 3,000 characters`."""
    return f"{at}: {text}"


def as_slack_says(found: str) -> str:
    """The same in the form of Slack's own messages."""
    at, _, text = found.partition(": ")
    return f"[ERROR] {text} [json-pointer:{at}]"


def within(count: int, least: int, most: int, what: str, at: str) -> Iterator[str]:
    if count > most:
        yield problem(f"{count:,} of {most:,} {what}", at)
    if count < least:
        yield problem(f"{count:,} {what}, at least {least:,} needed", at)


def _any_of(shape: Shape, present: Json, at: str) -> Iterator[str]:
    named = [name for name in shape.any_of if name in present]
    if shape.any_of and not named:
        yield problem(f"must have one of: {', '.join(shape.any_of)}", at)
    if shape.only_one and len(named) > 1:
        yield problem(f"must have only one of: {', '.join(shape.any_of)}", at)


def _leaf(rule: String | Text | Flag | Number | Anything, value: Any, at: str) -> Iterator[str]:
    match rule:
        case String():
            yield from _string(rule, value, at)
        case Text():
            yield from _text(rule, value, at)
        case Number():
            yield from _number(rule, value, at)
        case Flag() if not isinstance(value, bool):
            yield problem("must be true or false", at)


def _string(rule: String, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield problem("must be a string", at)
    elif rule.one_of and value not in rule.one_of:
        yield problem(f"must be one of: {', '.join(sorted(rule.one_of))}", at)
    elif rule.form and not FORMS[rule.form][0].fullmatch(value):
        yield problem(f"must be {FORMS[rule.form][1]}", at)
    else:
        yield from within(len(value), rule.least, rule.most, "characters", at)


def _number(rule: Number, value: Any, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield problem("must be a number", at)
    elif rule.most is not None and value > rule.most:
        yield problem(f"must be at most {rule.most}, is {value}", at)
    elif rule.least is not None and value < rule.least:
        yield problem(f"must be at least {rule.least}, is {value}", at)


TEXT_PROPERTIES = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def _text(rule: Text, value: Any, at: str) -> Iterator[str]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in TEXT_PROPERTIES or (rule.plain and kind != "plain_text"):
        yield problem("must be a plain_text object" if rule.plain else "must be a text object", at)
        return
    for name in value.keys() - TEXT_PROPERTIES[kind]:
        yield problem(f"invalid additional property: {name}", at)
    yield from _string(String(rule.most), _or_empty(value), f"{at}/text")


def _or_empty(value: Json) -> Any:
    return value.get("text", "")
