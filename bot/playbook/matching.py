"""The playbook's part about who is who: when two leads are one person, who decides in a company, what grows old."""

from typing import Annotated, Self

from pydantic import Field, StrictBool, model_validator

from bot.playbook.parts import Days, Label, Part, WallTime, Word, refusal

Probability = Annotated[float, Field(ge=0.5, le=1.0)]


class Matching(Part):
    """From `merge_at` on two leads are taken for one person; from `ask_at` on somebody is asked."""

    merges: StrictBool = True  # or whoever is certain is asked about as well
    asks: StrictBool = True
    merge_at: Probability = 0.98
    ask_at: Probability = 0.75

    @model_validator(mode="after")
    def asks_before_it_merges(self) -> Self:
        if self.ask_at > self.merge_at:
            raise refusal("Matching", [(("ask_at",), "this must not be above merge_at")])
        return self


class Role(Part):
    """A part that somebody plays when a company buys, told by words in their title."""

    name: Label
    titles: Annotated[tuple[Word, ...], Field(min_length=1)]


ROLES = (
    Role(name="decides", titles=(
        "ceo", "founder", "owner", "president", "managing director", "geschäftsführer", "chief executive",
    )),
    Role(name="holds the budget", titles=("cfo", "finance", "controller", "procurement", "purchasing", "treasurer")),
    Role(name="judges the technology", titles=(
        "cto", "cio", "engineer", "developer", "architect", "it manager", "technical",
    )),
    Role(name="will use it", titles=("manager", "specialist", "analyst", "coordinator", "assistant", "marketing")),
)  # fmt: skip


class Committee(Part):
    """Who has to be won in a company."""

    roles: Annotated[tuple[Role, ...], Field(max_length=10)] = ROLES


class Scrub(Part):
    """What the nightly look over all leads proposes to clear out; nothing goes without a manager's yes."""

    at: WallTime | None = None  # None: never
    silent_days: Days = 180  # open, and neither side said a word for so long
    bounces: Annotated[int, Field(ge=1, le=20)] = 2  # e-mails that came back
