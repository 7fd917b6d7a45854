"""The playbook's part about how good a lead is: what counts how much, and from which score on sales hears of it."""

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.playbook.parts import Condition, Days, Label, Mistake, Name, Part, Word, refusal
from bot.rules.numbers import fold, fold_within
from bot.rules.values import ANSWERS, Value

Tests = tuple[tuple[str, Callable[[Value], bool]], ...]

Points = Annotated[int, Field(ge=-100, le=100)]


class FitRule(Part):
    """Points for what a lead is, if all its conditions hold."""

    name: Label
    points: Points
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def asks_about_the_lead(self) -> Self:
        """The clock says nothing about a lead, and a level is made of the score, not the other way round."""
        mistakes: list[Mistake] = [
            (("when", number, "field"), f"points are for what a lead is; leave out '{one.field}'")
            for number, one in enumerate(self.when)
            if one.field == "level" or one.asks_the_time
        ]
        if mistakes:
            raise refusal("FitRule", mistakes)
        return self


class EngagementRule(Part):
    """Points for each time a lead did something; they fade by half in so many days."""

    name: Label
    points: Points
    touch: Word  # the kind of touch
    contains: Word | None = None  # in its detail, like pricing
    half_life_days: Days = 14
    at_most: Annotated[int, Field(ge=1, le=100)] = 100  # all of them together

    def counts(self, kind: str, detail: str) -> bool:
        """Whether a touch of that kind is one of those."""
        wanted, needle = self._looks_for
        return fold(kind) == wanted and (not needle or needle in fold_within(detail))

    @cached_property
    def _looks_for(self) -> tuple[str, str]:
        return fold(self.touch), fold_within(self.contains or "")


class Question(Part):
    """One thing to find out before sales takes a lead on."""

    name: Name
    asks: Annotated[str, Field(max_length=150)]
    choices: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    for_sql: bool = True  # without an answer the lead cannot be accepted


BANT = (
    Question(name="budget", asks="Is there a budget, and how large?"),
    Question(name="authority", asks="Who decides?"),
    Question(name="need", asks="What do they need it for?"),
    Question(name="time", asks="By when?"),
)


class Scoring(Part):
    """Fit and engagement add up to a score from 0 to 100. Without any rules the sender's own score counts."""

    fit: Annotated[tuple[FitRule, ...], Field(max_length=100)] = ()
    engagement: Annotated[tuple[EngagementRule, ...], Field(max_length=100)] = ()
    mql: Annotated[int, Field(ge=1, le=100)] = 50
    questions: Annotated[tuple[Question, ...], Field(max_length=20)] = BANT
    reject_reasons: Annotated[tuple[Label, ...], Field(min_length=1, max_length=20)] = (
        "not our kind of customer", "no need", "no budget", "cannot be reached", "wrong data",
        "a competitor or a student",
    )  # fmt: skip

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        mistakes = [
            *named_twice("fit", [rule.name for rule in self.fit]),
            *named_twice("engagement", [rule.name for rule in self.engagement]),
            *named_twice("questions", [question.name for question in self.questions]),
            *named_twice("reject_reasons", self.reject_reasons),
            *self._unknown_questions(),
        ]
        if mistakes:
            raise refusal("Scoring", mistakes)
        return self

    def _unknown_questions(self) -> list[Mistake]:
        known = {question.name for question in self.questions}
        return [
            (("fit", number, "when", place, "field"), f"there is no question '{asked}'")
            for number, rule in enumerate(self.fit)
            for place, one in enumerate(rule.when)
            if one.field.startswith(ANSWERS) and (asked := one.field.removeprefix(ANSWERS)) not in known
        ]

    def question(self, name: str) -> Question | None:
        return next((one for one in self.questions if one.name == name), None)

    @cached_property
    def has_rules(self) -> bool:
        return bool(self.fit or self.engagement)

    @cached_property
    def tests(self) -> tuple[tuple[FitRule, Tests], ...]:
        """The fit rules, ready for use."""
        return tuple((rule, tuple((one.field, one.check) for one in rule.when)) for rule in self.fit)


def named_twice(table: str, names: tuple[str, ...] | list[str]) -> list[Mistake]:
    spelled = [fold(name) for name in names]
    return [((table, at), f"'{names[at]}' is there twice") for at, name in enumerate(spelled) if name in spelled[:at]]


Level = Literal["lead", "mql", "sql", "rejected"]
