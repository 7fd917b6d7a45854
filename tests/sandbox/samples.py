"""Examples made from the tables of shapes: the smallest sound one, and one exactly at, or beyond, each limit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.kit import TABLES
from bot.sandbox.kit_parts import PARTS
from bot.sandbox.shapes import EVERYWHERE, Checker, Flag, Kind, Many, Number, Part, Rule, Shape, String, Text
from tests.sandbox.driver import Json, plain

IN_FORM = {
    "date": "2026-01-31",
    "time": "14:30",
    "number": "1",
    "address": "https://a.example",
    "web": "https://a.example",
    "secure": "https://a.example",
    "colour": "#00aaff",
}
# Their length follows from their form, so no limit can be overstepped.
FIXED = {"date", "time", "colour"}


@dataclass(frozen=True)
class Case:
    """One limit of one property: a value that is just allowed, and one that is just not."""

    name: str
    table: str
    kind: str
    surface: str
    just_right: Json
    too_much: Json

    def problems(self, value: Json) -> list[str]:
        checker = Checker(TABLES, PARTS, self.surface)
        rule: Rule = Part(self.kind) if self.table == "parts" else Kind(self.table, frozenset({self.kind}))
        return list(checker.check(rule, value, ""))


def cases() -> list[Case]:
    tables: Mapping[str, Mapping[str, Shape]] = {**TABLES, "parts": PARTS}
    return [
        case
        for table, shapes in tables.items()
        for kind, shape in shapes.items()
        for case in _cases_of(table, kind, shape)
    ]


def smallest(table: str, kind: str, surface: str) -> Json:
    shape = PARTS[kind] if table == "parts" else TABLES[table][kind]
    found: Json = {} if table == "parts" else {"type": kind}
    for name, rule in shape.required.items():
        found[name] = example(rule, surface)
    for name in shape.any_of[:1]:
        found[name] = example({**shape.optional, **shape.required}[name], surface)
    return found


def example(rule: Rule, surface: str) -> Any:  # noqa: PLR0911 - one for each kind of rule
    match rule:
        case String():
            return min(rule.one_of) if rule.one_of else IN_FORM.get(rule.form, "x" * max(rule.least, 1))
        case Text():
            return plain("x")
        case Flag():
            return True
        case Number():
            return rule.least if rule.least is not None else 1
        case Kind():
            return smallest(rule.table, _allowed(rule, surface), surface)
        case Part():
            return smallest("parts", rule.shape, surface)
        case Many():
            return [example(rule.of, surface)] * max(rule.least, 1)
    return {}


def _allowed(rule: Kind, surface: str) -> str:
    return next(kind for kind in sorted(rule.allowed) if surface in TABLES[rule.table][kind].surfaces)


def _cases_of(table: str, kind: str, shape: Shape) -> Iterator[Case]:
    surface = min(shape.surfaces & EVERYWHERE)
    for name, rule in {**shape.optional, **shape.required}.items():
        for what, right, wrong in _limits(rule, surface):
            base = {key: value for key, value in smallest(table, kind, surface).items() if not _rival(shape, key, name)}
            yield Case(f"{kind}.{name} {what}", table, kind, surface, base | {name: right}, base | {name: wrong})


def _rival(shape: Shape, key: str, name: str) -> bool:
    return shape.only_one and key in shape.any_of and name in shape.any_of and key != name


def _limits(rule: Rule, surface: str) -> Iterator[tuple[str, Any, Any]]:
    """Each end of what the rule allows: its name, the last value inside and the first outside."""
    match rule:
        case String() if not rule.one_of and rule.form not in FIXED:
            start = IN_FORM.get(rule.form, "")
            filler = "1" if rule.form == "number" else "x"
            yield f"of {rule.most} characters", start.ljust(rule.most, filler), start.ljust(rule.most + 1, filler)
            if rule.least:
                yield f"of {rule.least} characters at least", example(rule, surface), ""
        case String() if rule.one_of:
            yield "from a list", example(rule, surface), "something else"
        case String():
            yield f"as a {rule.form}", example(rule, surface), "something else"
        case Text():
            yield f"of {rule.most} characters", plain("x" * rule.most), plain("x" * (rule.most + 1))
            yield "of 1 character at least", plain("x"), plain("")
        case Number():
            yield from _number_limits(rule)
        case Many():
            one = example(rule.of, surface)
            yield f"of {rule.most} items", [one] * rule.most, [one] * (rule.most + 1)
            if rule.least:
                yield f"of {rule.least} items at least", [one] * rule.least, [one] * (rule.least - 1)
            if isinstance(rule.of, Many):
                yield from (
                    (f"with {what}", [a] * rule.least, [b] * rule.least) for what, a, b in _limits(rule.of, surface)
                )


def _number_limits(rule: Number) -> Iterator[tuple[str, Any, Any]]:
    if rule.most is not None:
        yield f"of {rule.most} at most", rule.most, rule.most + 1
    if rule.least is not None:
        yield f"of {rule.least} at least", rule.least, rule.least - 1
