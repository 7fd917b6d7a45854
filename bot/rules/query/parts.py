"""What a search is made of, once it was read."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.rules.query.fields import Kind

Sign = Literal[":", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Test:
    """One thing asked of a lead, which any of the `values` answers.

    `field` is a key of the values that `matches` is given. What a value is depends on the kind: words to look for
    (with their spaces) for texts, a number, the first and the last moment but one, yes or no, an owner (an id, None
    for nobody, or words), the name of a field that is there, or another query.
    """

    field: str
    kind: Kind
    sign: Sign
    values: tuple[Any, ...]
    is_not: bool = False


@dataclass(frozen=True)
class Query:
    """All tests have to be met; without any, every lead meets it."""

    text: str
    tests: tuple[Test, ...] = ()

    @property
    def words(self) -> tuple[Test, ...]:
        """What is looked for in all of a lead's text."""
        return tuple(test for test in self.tests if test.kind == "words" and not test.is_not)

    def asks(self, key: str) -> bool:
        return any(
            test.field == key or (test.kind == "segment" and any(part.asks(key) for part in test.values))
            for test in self.tests
        )
