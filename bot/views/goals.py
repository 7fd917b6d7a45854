"""What is shown of goals as they are set, listed and ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.amounts import in_words
from bot.rules.reports.goals import EXAMPLE
from bot.views import kit
from bot.views.kit import Block, Message, Strong, plural

END = "goal.end"


@dataclass(frozen=True)
class GoalLine:
    number: int
    name: str  # "won value per month, team smb"
    target: int
    currency: str
    since: str

    @property
    def words(self) -> str:
        amount = in_words(self.target, self.currency) if self.currency else f"{self.target:,}"
        return f"{amount} {self.name}"


def listed(lines: Sequence[GoalLine], *, may_end: bool) -> Message:
    if not lines:
        return kit.say(f"No goal is set. A manager sets one like: {EXAMPLE}")
    blocks: list[Block] = [kit.line(Strong("Goals"), ": how far they are, /report goals tells.")]
    for one in lines:
        block = kit.paragraph(f"{one.number}. {one.words}, since {one.since}")
        button = kit.button("End", END, str(one.number), says=f"End goal {one.number}")
        blocks.append({**block, "accessory": button} if may_end else block)
    return Message(kit.fallback(plural(len(lines), "goal")), tuple(blocks))


def was_set(line: GoalLine, *, instead: str = "") -> Message:
    before = f" It takes the place of {instead}." if instead else ""
    words = f"The goal is {line.words}, from {line.since} on.{before} /report goals tells how far it is."
    button = kit.button("End", END, str(line.number), says=f"End goal {line.number}")
    return Message(kit.fallback(words), (kit.line(words), kit.actions("goal", button)))
