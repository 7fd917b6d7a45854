"""Moving a lead along: the form that asks for just what is missing, and what is said about it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.playbook.playbook import Stage
from bot.rules.stages import in_words
from bot.views import kit
from bot.views.cards import title
from bot.views.forms import form, text_input
from bot.views.kit import At, Block, Message, Person, Piece, Strong
from store.models import Lead, StageChange

STAGE = "form.stage"
CHOOSE = "stage.choose"  # another stage is chosen in the open form
REASON, COMPETITOR, OTHER_COMPETITOR, WHY_BACK = "lost.reason", "lost.competitor", "lost.other", "back.why"
ANOTHER = "another one"  # of the competitors
REASON_MAX, COMPETITOR_MAX = 300, 120
MOST_LOSSES = 5  # that a thread's line names


@dataclass(frozen=True)
class Ask:
    """One thing that the form asks for; `name` is its block's id."""

    name: str
    label: str
    kind: Literal["text", "long", "choice", "date", "number"] = "text"
    choices: tuple[str, ...] = ()
    initial: str = ""
    hint: str = ""
    is_required: bool = True
    longest: int = kit.TEXT_MAX


@dataclass(frozen=True)
class Move:
    """A lead about to be moved: from where, to where, and what that takes."""

    lead: Lead
    stages: tuple[Stage, ...]
    to: Stage
    asks: tuple[Ask, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # what custom fields are called

    @property
    def is_complete(self) -> bool:
        """Nothing has to be asked."""
        return self.to.name != self.lead.stage and not any(ask.is_required for ask in self.asks)


def move(value: Move, *, opened_at: str = "") -> Block:
    """The stage is chosen on top; what is asked below it follows the choice.

    `opened_at` is the lead's stage when the form was opened, if that was before.
    """
    lead, labels = value.lead, dict(value.labels)
    said = " ".join(text for text in (value.to.means, entry(value.to, labels)) if text)
    return form(
        STAGE, "Move to a stage", "Move",
        kit.context(f"{title(lead)}, now in {lead.stage}"), chooser(value, labels),
        *([kit.context(said)] if said else []), *(asked(ask) for ask in value.asks),
        about=f"{lead.id}:{kit.clip(opened_at or lead.stage, 40)}",
    )  # fmt: skip


def chooser(value: Move, labels: dict[str, str]) -> Block:
    options = [kit.option(stage.name, stage.name, entry(stage, labels) or stage.means) for stage in value.stages]
    chosen = next((option for option in options if option["value"] == value.to.name), options[0])
    element: Block = {"type": "static_select", "action_id": CHOOSE, "options": options, "initial_option": chosen}
    return {
        "type": "input", "block_id": "stage", "label": kit.label("Stage"), "dispatch_action": True, "element": element,
    }  # fmt: skip


def entry(stage: Stage, labels: dict[str, str]) -> str:
    """The stage's entry criteria as a sentence; "" if it has none."""
    return f"Needs {in_words(stage.needs, labels)}." if stage.needs else ""


def asked(ask: Ask) -> Block:
    block: Block = {
        "type": "input", "block_id": ask.name, "label": kit.label(ask.label, 2000), "optional": not ask.is_required,
        "element": {**element(ask), "action_id": "value"},
    }  # fmt: skip
    return {**block, "hint": kit.label(ask.hint, 2000)} if ask.hint else block


def element(ask: Ask) -> Block:
    match ask.kind:
        case "choice":
            options = [kit.option(choice, kit.clip(choice, 150)) for choice in ask.choices]
            chosen = next((option for option in options if option["value"] == kit.clip(ask.initial, 150)), None)
            select: Block = {"type": "static_select", "options": options}
            return {**select, "initial_option": chosen} if chosen else select
        case "date":
            day: Block = {"type": "datepicker"}
            return {**day, "initial_date": ask.initial} if ask.initial else day
        case "number":
            number: Block = {"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "max_value": "100"}
            return {**number, "initial_value": ask.initial} if ask.initial else number
        case _:
            return text_input(multiline=ask.kind == "long", initial=ask.initial, longest=ask.longest)


# --- said afterwards


def moved(by: Person, change: StageChange, *, is_lost: bool = False, learned: Sequence[str] = ()) -> Message:
    """The line in the lead's thread."""
    said: list[Piece] = ["➡️ ", Strong(by.name), f" moved it from {change.before} to ", Strong(change.after), "."]
    if is_lost and change.reason:
        said.append(f" Why: {change.reason}{rival(change)}.")
    elif change.reason:
        said.append(f" Why back: {change.reason}.")
    return kit.say(*said, *(f" {each}." for each in learned))


def rival(change: StageChange) -> str:
    return f" ({change.competitor})" if change.competitor else ""


def reopened(by: Person, change: StageChange, before: Sequence[StageChange]) -> Message:
    """The line in the thread of a lead that comes back, with how often it was lost and why; the newest loss last."""
    start = f" opened it again, from {change.before} to "
    said: list[Piece] = ["↩️ ", Strong(by.name), start, Strong(change.after), "."]
    if change.reason:
        said.append(f" Why: {change.reason}.")
    if before:
        said.append(f" It was lost {times(len(before))} before:")
    for number, loss in enumerate(before[-MOST_LOSSES:]):
        why = f"{'; ' if number else ' '}{loss.reason or 'no reason given'}{rival(loss)}, "
        said += [why, At(loss.at, "{date_short}")]
    return kit.say(*said, "." if before else "")


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def overtaken(by: str, change: StageChange, zone: str) -> str:
    """To whoever moves a lead that somebody else has moved since they opened the form."""
    return (
        f"{by} moved it from {change.before} to {change.after} meanwhile, "
        f"{At(change.at, zone=zone).fallback()}. Close this form and open it again to see how it stands."
    )


def lost(change: StageChange) -> tuple[Piece, ...]:
    """The card's line about why."""
    return (f"Why: {change.reason}{rival(change)}.",)
