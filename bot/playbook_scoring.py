"""The playbook's part about how good a lead is: what counts how much, and from which score on sales hears of it."""

from typing import Annotated, Literal

from pydantic import Field

from bot.playbook_parts import Condition, Days, Label, Name, Part, Word

Points = Annotated[int, Field(ge=-100, le=100)]


class FitRule(Part):
    """Points for what a lead is, if all its conditions hold."""

    name: Label
    points: Points
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]


class EngagementRule(Part):
    """Points for each time a lead did something; they fade by half in so many days."""

    name: Label
    points: Points
    touch: Word  # the kind of touch
    contains: Word | None = None  # in its detail, like pricing
    half_life_days: Days = 14
    at_most: Annotated[int, Field(ge=1, le=100)] = 100  # all of them together


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


Level = Literal["lead", "mql", "sql", "rejected"]
