"""What one lead would get from a sequence: each letter filled in, with its time by the lead's own clock."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playbook.sequences import Branch, Sequence, Step, Wait
from bot.rules.sequences.hours import LeadClock
from bot.views import kit
from bot.views.cards import title
from bot.views.fit import as_many_as_fit
from bot.views.kit import Block, Message, Piece, Strong
from bot.views.sequence_steps import deed, in_words, rows, ways
from store.models import Lead

QUOTES_ROOM, QUOTE_MAX = 6000, 1500  # characters of all letters together, and of one
VARIANTS = {"": "", "edited": ", edited by hand"}  # others have a name of their own
STEPS_BYTES = 8000  # of all steps, letters and all


@dataclass(frozen=True)
class Text:
    """What a step writes; of texts that are compared, one of them."""

    text: str
    subject: str = ""
    variant: str = ""  # "" is the step's own
    is_theirs: bool = False  # that this lead gets it is known already


@dataclass(frozen=True)
class PreviewStep:
    step: Step
    at: datetime | None = None  # None: only if something else happens than nothing
    texts: tuple[Text, ...] = ()
    skipped: str = ""  # why it would not be sent
    done: str = ""  # it was taken already, with this result
    wrote: Text | None = None  # what left then
    waits_for_yes: bool = False


@dataclass(frozen=True)
class Preview:
    lead: Lead
    sequence: Sequence
    steps: tuple[PreviewStep, ...]
    clock: LeadClock | None
    refusal: str = ""  # why the lead would not come in
    is_in: bool = False

    @property
    def shown(self) -> list[PreviewStep]:
        """Without waits: the time of the step that follows tells of them."""
        return [one for one in self.steps if not isinstance(one.step, Wait)]


def preview(value: Preview) -> Message:
    heading = f"{value.sequence.name} for {title(value.lead)}"
    clock = value.clock
    whose = f"Times are by their clock in {clock.place}, {clock.how}." if clock else "Nobody knows their time zone."
    lead_in = "What is still to come if they do" if value.is_in else "What they would get if they came in now and did"
    blocks: list[Block] = [kit.header(heading), kit.context(f"{lead_in} nothing meanwhile. {whose}")]
    if value.refusal:
        blocks.append(kit.line(Strong("They would not come in: "), value.refusal))
    coming = [one for one in value.shown if one.at is not None]
    otherwise = [one for one in value.shown if one.at is None and not one.done]
    done = [one for one in value.shown if one.done]
    room = min(QUOTE_MAX, QUOTES_ROOM // max(sum(len(one.texts) for one in value.steps), 1))
    share = STEPS_BYTES // max(sum(map(bool, (coming, otherwise, done))), 1)
    for name, found in (("", coming), ("Only if something else happens", otherwise), ("Done already", done)):
        if found:
            blocks += [kit.line(Strong(name))] if name else []
            shown = as_many_as_fit([part for one in found for part in parts(value, one, room)], share)
            blocks.append(kit.rich(shown))
    if not coming:
        blocks.append(kit.line("Nothing more comes."))
    return Message(kit.fallback(heading, ". ", whose), tuple(blocks))


def parts(value: Preview, one: PreviewStep, room: int) -> list[Block]:
    row = next((row for row in rows(value.sequence) if row.step.name == one.step.name), None)
    number, name = (f"{row.number}.  ", row.name) if row else ("", "")
    when = Strong(f"{moment(one, value.clock)}  " if one.at else "")
    line: list[Piece] = [number, when, f"{name}: {what(one)}" if name else what(one)]
    if one.done:
        line.append(f"  ({one.done[:200]})")
    if one.skipped:
        line.append(Strong(f"  Would be skipped: {sentence(one.skipped)}"))
    elif one.waits_for_yes and one.texts:
        line.append("  (after the owner's yes)")
    said = kit.item(tuple(piece for piece in line if piece not in ("", Strong(""))))
    letters: list[Block] = [
        {"type": "rich_text_quote", "elements": [*which(one, text), kit.element(reads(one, text, room))]}
        for text in one.texts
    ]
    return [said, *leads_to(value, one), *letters]


def what(one: PreviewStep) -> str:
    if one.wrote is not None:
        return f"{letter(one.wrote)}{VARIANTS.get(one.wrote.variant, f', the text “{one.wrote.variant}”')}"
    if len(one.texts) == 1:
        return letter(one.texts[0])
    if one.texts:
        noun = "e-mail" if one.texts[0].subject else "text message"
        return f"{noun} in {len(one.texts)} texts, of which each lead gets one"
    if isinstance(one.step, Branch) and one.at:
        return f"do they {deed(one.step)}?"  # the time before it says until when that is looked for
    return in_words(one.step)


def letter(text: Text) -> str:
    return f"e-mail “{text.subject}”" if text.subject else "text message"


def which(one: PreviewStep, text: Text) -> list[Block]:
    """Of several texts, which this is."""
    if len(one.texts) == 1:
        return []
    name = f"The text “{text.variant}”" if text.variant else "The first text"
    theirs = ", which they get" if text.is_theirs else ""
    subject = f"“{text.subject}”\n" if text.subject else ""
    return [kit.element(Strong(f"{name}{theirs}: ")), *([kit.element(subject)] if subject else [])]


def reads(one: PreviewStep, text: Text, room: int) -> str:
    """What only another subject tells apart is not shown once more."""
    is_shown = text is not one.texts[0] and text.text == one.texts[0].text
    return "with the same text" if is_shown else kit.clip(text.text, room)


def leads_to(value: Preview, one: PreviewStep) -> list[Block]:
    if not isinstance(one.step, Branch) or one.done:
        return []
    found = [kit.item((way,)) for way in ways(one.step, value.sequence)]
    return [{"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": found}]


def moment(one: PreviewStep, clock: LeadClock | None) -> str:
    """Like "Tue 24 Nov 9:00", by the clock that the heading names; of a branch, until when it waits."""
    if one.at is None:
        return ""
    until = "until " if isinstance(one.step, Branch) else ""
    if clock is None:
        return f"{until}{one.at:%a} {one.at.day} {one.at:%b}"
    local = one.at.astimezone(ZoneInfo(clock.zone))
    return f"{until}{local:%a} {local.day} {local:%b} {local.hour}:{local:%M}"


def sentence(text: str) -> str:
    return f"{text[:1].lower()}{text[1:].rstrip('.')}."
