"""The steps of a sequence in words: what is done, how long after the one before, and where a branch leads."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.playbook.sequences import (
    END,
    Booking,
    Branch,
    Email,
    Enrol,
    Move,
    Nudge,
    Sequence,
    SetSegment,
    Sms,
    Step,
    Task,
    Wait,
)
from bot.rules.sequences.templates import as_read
from bot.views import kit
from bot.views.conditions import all_in_words

COMES_IN = {
    "new": "every new lead", "mql": "leads that become an MQL", "lost": "leads that are lost",
    "won": "leads that are won", "no-show": "leads that did not come to their meeting",
    "hand": "only those whom somebody enrols",
}  # fmt: skip
ENDS = {"reply": "they answer", "booking": "they book a meeting", "won": "it is won", "lost": "it is lost"}
ASKS = {
    "opened": "open the last e-mail", "clicked": "click a link", "replied": "answer", "visited": "visit a page",
    "nothing": "do anything at all",
}  # fmt: skip
THE_END = "that is the end"


def in_words(step: Step) -> str:
    """What the step does, in one line."""
    match step:
        case Wait():
            said = f"wait {span(step)}"
        case Task():
            said = f"a follow-up for the owner: {step.what}"
        case Nudge():
            said = f"a word to the owner: {step.says}"
        case Move():
            said = f"move to the stage {step.to}"
        case SetSegment():
            said = f"set {step.field} to “{step.to}”"
        case Branch():
            said = question(step)
        case _:
            said = letter(step)
    return said


def letter(step: Email | Sms | Booking) -> str:
    if isinstance(step, Booking):
        with_link = "with a link to book a meeting"
        if step.channel == "sms":
            return f"text message {with_link}"
        return f"e-mail {with_link}, “{as_read(step.subject)}”"
    return f"e-mail “{as_read(step.subject)}”{texts(step)}" if isinstance(step, Email) else f"text message{texts(step)}"


def span(*waits: Wait) -> str:
    """Of one wait, or of several in a row."""
    days, hours = sum(one.days for one in waits), sum(one.hours for one in waits)
    said = [kit.plural(count, noun) for count, noun in ((days, "day"), (hours, "hour")) if count]
    return " and ".join(said)


def texts(step: Email | Sms) -> str:
    return f" in {len(step.variants) + 1} texts, compared" if step.variants else ""


def body_of(step: Step) -> str:
    """The template of what it writes; "" when it writes nothing to the lead."""
    return step.text if isinstance(step, Email | Sms | Booking) else ""


# --- one after the other


@dataclass(frozen=True)
class Row:
    """A step that does something, and the waits before it."""

    number: int  # as it is shown, from 1
    step: Step
    name: str  # "" when the playbook has none for it
    waits: tuple[Wait, ...] = ()

    @property
    def after(self) -> str:
        """Like "3 days later"; "" when it comes at once."""
        return f"{span(*self.waits)} {'later' if self.number > 1 else 'after they came in'}" if self.waits else ""


def rows(sequence: Sequence) -> list[Row]:
    """The steps without the waits, each of which is said of the step that follows it."""
    found: list[Row] = []
    waits: list[Wait] = []
    for written, step in zip(sequence.steps, sequence.named, strict=True):
        if isinstance(step, Wait):
            waits.append(step)
        else:
            found.append(Row(len(found) + 1, step, written.name, tuple(waits)))
            waits = []
    return found


def called(row: Row) -> str:
    """Like "4, “what to ask”"."""
    return f"{row.number}, “{row.name}”" if row.name else str(row.number)


# --- branches


def question(step: Branch) -> str:
    return f"waits up to {kit.plural(step.within_days, 'day')}: do they {deed(step)}?"


def deed(step: Branch) -> str:
    """What it looks for, after "they"."""
    if step.when == "score":
        return f"reach a score of {step.at_least}"
    return f"{ASKS[step.when]}{f' with “{step.contains}”' if step.contains else ''}"


def ways(step: Branch, sequence: Sequence) -> list[str]:
    """Where a yes leads, which counts at once, and where a no does, when the days are over."""
    yes, no = (step.otherwise, step.then) if step.when == "nothing" else (step.then, step.otherwise)
    return [f"As soon as they do: {goes(step, yes, sequence)}.", f"If not: {goes(step, no, sequence)}."]


def goes(step: Branch, to: str | None, sequence: Sequence) -> str:
    """To a step by its number; a wait on the way there is said."""
    target = to or sequence.after(step.name)
    coming = from_there(sequence, target) if target and target != END else []
    row = next((one for one in rows(sequence) if coming and one.step.name == coming[-1].name), None)
    waits = [one for one in coming if isinstance(one, Wait)]
    if row is None:
        return THE_END
    return f"{span(*waits)} later to {called(row)}" if waits else f"on to {called(row)}"


def from_there(sequence: Sequence, name: str) -> list[Step]:
    """From that step to the first that is no wait; nothing when only waits follow."""
    found: list[Step] = []
    for step in starting_at(sequence, name):
        found.append(step)
        if not isinstance(step, Wait):
            return found
    return []


def starting_at(sequence: Sequence, name: str) -> Iterator[Step]:
    names = [one.name for one in sequence.named]
    yield from sequence.named[names.index(name) :] if name in names else ()


# --- who comes in


def who_comes_in(enrol: Enrol) -> str:
    """Like "leads that come to the stage lost, if they agreed to be written to"."""
    conditions = f", if {all_in_words(enrol.when)}" if enrol.when else ""
    if enrol.on == "stage":
        return f"leads that come to the stage {enrol.stage}{conditions}"
    if enrol.on == "segment":
        return f"leads in the segment {enrol.segment}{conditions}"
    if enrol.on == "quiet":
        return f"open leads without a word for {kit.plural(enrol.quiet_days or 0, 'day')}{conditions}"
    return f"{COMES_IN[enrol.on]}{conditions}"
