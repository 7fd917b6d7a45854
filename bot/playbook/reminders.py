"""The playbook's part about follow-ups: which set themselves, and when reminders speak of them."""

from datetime import time
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.playbook.parts import Minutes, Mistake, Part, WallTime, Word, refusal, shaped

Kind = Literal["call", "email", "meeting", "message", "task"]
DUE = "due"
LONGEST_MINUTES = 30 * 1440


class ReminderRule(Part):
    """A moment at which a reminder speaks: so many working minutes after the due time, or minutes before it."""

    name: Annotated[str, Field(max_length=40), shaped(r".*\S.*", "a rule needs a name")]
    minutes: Annotated[int, Field(ge=-1440, le=LONGEST_MINUTES)]
    tells: Literal["rep", "manager", "team"] = "rep"  # besides the rep: the managers, or the team, to take over
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] | None = None  # of follow-up; none is all

    def speaks_of(self, kind: str) -> bool:
        return self.kinds is None or kind in self.kinds


RULES = (
    ReminderRule(name="before a meeting", minutes=-15, kinds=("meeting",)),
    ReminderRule(name=DUE, minutes=0),
    ReminderRule(name="late", minutes=240),
    ReminderRule(name="neglected", minutes=1080, tells="manager"),
    ReminderRule(name="take over", minutes=2160, tells="team"),
)


class Reminders(Part):
    digest_at: WallTime = time(9)
    daily_budget: Annotated[int, Field(ge=1, le=200)] = 12  # messages about follow-ups to one rep in a day
    rules: Annotated[tuple[ReminderRule, ...], Field(min_length=1, max_length=10)] = RULES

    @model_validator(mode="after")
    def rules_climb(self) -> Self:
        mistakes: list[Mistake] = [
            (("rules", number, "minutes"), f"must be more than {earlier.minutes}, as it comes after '{earlier.name}'")
            for number, (earlier, later) in enumerate(pairwise(self.rules), start=1)
            if later.minutes <= earlier.minutes
        ]  # fmt: skip
        names = [rule.name for rule in self.rules]
        mistakes += [
            (("rules", number, "name"), f"another rule is called '{name}' already")
            for number, name in enumerate(names) if name in names[:number]
        ]  # fmt: skip
        if not any(rule.minutes >= 0 and rule.kinds is None for rule in self.rules):
            mistakes.append((("rules",), "one rule must speak at the due time or after it, of every kind"))
        if mistakes:
            raise refusal("Reminders", mistakes)
        return self

    def rule(self, name: str) -> ReminderRule | None:
        """None for one that the playbook does not have any more."""
        return next((rule for rule in self.rules if rule.name == name), None)


class FollowUps(Part):
    """Which follow-ups set themselves; none is never."""

    first_contact: Minutes | None = None  # working minutes after a claim
    hot_touches: Annotated[tuple[Word, ...], Field(max_length=50)] = ()  # words in what a lead did
    hot: Minutes = 30  # working minutes after such a touch
