"""What one lead would get from a sequence: each letter filled in, with its time by the lead's own clock."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playbook.sequences import Sequence, Step
from bot.rules.sequences.hours import LeadClock
from bot.views import kit
from bot.views.cards import title
from bot.views.fit import as_many_as_fit
from bot.views.kit import Block, Message, Piece, Strong
from bot.views.sequence_steps import in_words
from store.models import Lead

QUOTES_ROOM, QUOTE_MAX = 6000, 1500  # characters of all letters together, and of one
STEPS_BYTES = 8000  # of all steps, letters and all


@dataclass(frozen=True)
class PreviewStep:
    step: Step
    at: datetime | None = None  # None: only if something else happens than nothing
    subject: str = ""
    text: str = ""
    skipped: str = ""  # why it would not be sent
    done: str = ""  # it was taken already, with this result
    variant: str = ""
    waits_for_yes: bool = False


@dataclass(frozen=True)
class Preview:
    lead: Lead
    sequence: Sequence
    steps: tuple[PreviewStep, ...]
    clock: LeadClock | None
    refusal: str = ""  # why the lead would not come in
    is_in: bool = False


def preview(value: Preview) -> Message:
    heading = f"{value.sequence.name} for {title(value.lead)}"
    clock = value.clock
    whose = f"Times are by their clock in {clock.place}, {clock.how}." if clock else "Nobody knows their time zone."
    lead_in = "What is still to come" if value.is_in else "What they would get if they came in now"
    blocks: list[Block] = [kit.header(heading), kit.context(f"{lead_in}, and nothing else happened. {whose}")]
    if value.refusal:
        blocks.append(kit.line(Strong("They would not come in: "), value.refusal))
    coming = [one for one in value.steps if one.at is not None]
    otherwise = [one for one in value.steps if one.at is None and not one.done]
    done = [one for one in value.steps if one.done]
    room = min(QUOTE_MAX, QUOTES_ROOM // max(sum(bool(one.text) for one in value.steps), 1))
    share = STEPS_BYTES // max(sum(map(bool, (coming, otherwise, done))), 1)
    for name, found in (("", coming), ("Only if something else happens", otherwise), ("Done already", done)):
        if found:
            blocks += [kit.line(Strong(name))] if name else []
            shown = as_many_as_fit([part for one in found for part in parts(one, clock, room)], share)
            blocks.append(kit.rich(shown))
    return Message(kit.fallback(heading, ". ", whose), tuple(blocks))


def parts(one: PreviewStep, clock: LeadClock | None, room: int) -> list[Block]:
    when = moment(one.at, clock) if one.at else ""
    what = named(one) if one.text else in_words(one.step)
    line: list[Piece] = [Strong(f"{when}  " if when else ""), f"{one.step.name}: {what}"]
    if one.done:
        line.append(f"  ({one.done[:200]})")
    if one.skipped:
        line.append(Strong(f"  Would be skipped: {sentence(one.skipped)}"))
    elif one.waits_for_yes and one.text:
        line.append("  (after the owner's yes)")
    said = kit.item(tuple(piece for piece in line if piece not in ("", Strong(""))))
    letter = {"type": "rich_text_quote", "elements": [kit.element(kit.clip(one.text, room))]}
    return [said, letter] if one.text else [said]


def named(one: PreviewStep) -> str:
    noun = f"e-mail “{one.subject}”" if one.subject else "text message"
    return f"{noun}, the text “{one.variant}”" if one.variant else noun


def moment(at: datetime, clock: LeadClock | None) -> str:
    """Like "Tue 24 Nov 9:00 in Berlin"."""
    if clock is None:
        return f"{at:%a} {at.day} {at:%b}"
    local = at.astimezone(ZoneInfo(clock.zone))
    return f"{local:%a} {local.day} {local:%b} {local.hour}:{local:%M} in {clock.place}"


def sentence(text: str) -> str:
    return f"{text[:1].lower()}{text[1:].rstrip('.')}."
