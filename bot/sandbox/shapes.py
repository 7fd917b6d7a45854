"""Rules that a piece of JSON may have to follow, and the walk that reports where it does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.json_types import Json

EVERYWHERE = frozenset({"message", "modal", "home"})


@dataclass(frozen=True)
class String:
    most: int = 3000
    least: int = 1
    one_of: frozenset[str] = frozenset()


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


@dataclass(frozen=True)
class Many:
    of: "Rule"
    most: int
    least: int = 1


Rule = String | Text | Flag | Number | Anything | Kind | Part | Many


@dataclass(frozen=True)
class Shape:
    """The properties of an object; `any_of` names those of which at least one must be there."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    surfaces: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Checker:
    tables: Mapping[str, Mapping[str, Shape]]
    parts: Mapping[str, Shape]
    surface: str

    def check(self, rule: Rule, value: Any, at: str) -> Iterator[str]:
        match rule:
            case String():
                yield from _string(rule, value, at)
            case Text():
                yield from _text(rule, value, at)
            case Flag():
                if not isinstance(value, bool):
                    yield problem("must be true or false", at)
            case Number():
                yield from _number(rule, value, at)
            case Many():
                yield from self._many(rule, value, at)
            case Kind():
                yield from self._kind(rule, value, at)
            case Part():
                yield from self.shape(self.parts[rule.shape], value, at)
            case Anything():
                return

    def shape(self, shape: Shape, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", at)
            return
        present = {name: each for name, each in value.items() if each is not None}
        for name in shape.required.keys() - present.keys():
            yield problem(f"missing required field: {name}", at)
        if shape.any_of and not any(name in present for name in shape.any_of):
            yield problem(f"must have one of: {', '.join(shape.any_of)}", at)
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
        if len(value) > rule.most:
            yield problem(f"no more than {rule.most} items allowed, has {len(value)}", at)
        if len(value) < rule.least:
            yield problem(f"at least {rule.least} items needed, has {len(value)}", at)
        for number, each in enumerate(value):
            yield from self.check(rule.of, each, f"{at}/{number}")


def problem(text: str, at: str) -> str:
    return f"[ERROR] {text} [json-pointer:{at}]"


def length(value: str, least: int, most: int, at: str) -> Iterator[str]:
    if len(value) > most:
        yield problem(f"must be at most {most} characters, has {len(value)}", at)
    if len(value) < least:
        yield problem(f"must be at least {least} characters, has {len(value)}", at)


def _string(rule: String, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield problem("must be a string", at)
    elif rule.one_of and value not in rule.one_of:
        yield problem(f"must be one of: {', '.join(sorted(rule.one_of))}", at)
    else:
        yield from length(value, rule.least, rule.most, at)


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
