"""The sequences there are, and one of them in full."""

from dataclasses import dataclass

from bot.playbook.sequences import Email, Sequence, Sms, Step
from bot.views import kit
from bot.views.fit import as_many_as_fit
from bot.views.kit import Block, Message, Piece, Strong
from bot.views.sequence_steps import ENDS, body_of, in_words, who_comes_in

EDIT = "sequence.edit"
NOUNS = {"email": "e-mail", "sms": "text messages"}
QUOTES_ROOM, QUOTE_MAX = 6000, 700  # characters of all texts together, and of one
STEPS_BYTES = 8000  # of all steps, texts and all
NO_SEQUENCES = "The playbook has no sequences yet. They stand in playbook.toml below [[sequences]]."


@dataclass(frozen=True)
class SequenceLine:
    sequence: Sequence
    active: int = 0
    paused: int = 0
    finished: int = 0
    left: int = 0
    missing: tuple[str, ...] = ()  # channels that it writes by and that are not set up


def listing(lines: list[SequenceLine], *, is_manager: bool = False) -> Message:
    if not lines:
        return kit.say(NO_SEQUENCES)
    heading = f"{kit.plural(len(lines), 'sequence')}. "
    rows: list[tuple[Piece, ...]] = [
        clean((Strong(value.sequence.name), f"  {value.sequence.means}  ", f"{sentence(counts(value))}",
               Strong(warning(value))))
        for value in lines
    ]  # fmt: skip
    about = "" if is_manager else " Counted are leads of your teams."
    name = lines[0].sequence.name
    hint = f"/sequence show {name} has its steps, /sequence preview #42 {name} what one lead would get.{about}"
    return Message(
        kit.fallback(heading, ", ".join(value.sequence.name for value in lines)),
        (kit.line(Strong(heading)), kit.lines(rows), kit.context(hint)),
    )  # fmt: skip


def counts(value: SequenceLine) -> str:
    said = [(value.active, "in it now"), (value.paused, "paused"), (value.finished, "finished"), (value.left, "left")]
    found = ", ".join(f"{count:,} {what}" for count, what in said if count)
    return found or "nobody was in it yet"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def warning(value: SequenceLine) -> str:
    said = [" Paused in the playbook."] if value.sequence.is_paused else []
    if value.missing:
        channels = " and ".join(NOUNS[channel] for channel in value.missing)
        said.append(f" No {channels} can be sent: that is not set up.")
    return "".join(said)


def sequence(value: SequenceLine, *, may_edit: bool = False, version: str = "") -> Message:
    """The steps in words with their texts, who comes in, and what ends it."""
    one = value.sequence
    heading = f"The sequence {one.name}"
    facts: list[tuple[Piece, ...]] = [
        (Strong("Comes in: "), who_comes_in(one.enrol), "."),
        (Strong("Leaves: "), leaves(one)),
        (Strong("Now: "), counts(value), ".", Strong(warning(value))),
    ]
    if one.approval:
        facts.append((Strong("Every message waits for the owner's yes."),))
    means = [kit.context(one.means)] if one.means else []
    blocks = [kit.header(heading), *means, kit.lines([clean(row) for row in facts]), steps(one)]
    if may_edit:
        blocks.append(kit.actions("sequence", chooser(one, version)))
    return Message(kit.fallback(heading, ": ", kit.plural(len(one.steps), "step"), "."), tuple(blocks))


def clean(row: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple(piece for piece in row if piece not in ("", Strong("")))


def leaves(one: Sequence) -> str:
    usual = "they unsubscribe, are erased, or the owner stops it"
    return f"when {', '.join([*(ENDS[name] for name in one.leaves_on), usual])}."


def steps(one: Sequence) -> Block:
    """One block however many there are: each step in a line, and its text below."""
    texts = sum(bool(body_of(step)) for step in one.named)
    room = min(QUOTE_MAX, QUOTES_ROOM // max(texts, 1))
    parts: list[Block] = []
    for number, step in enumerate(one.named, start=1):
        line: list[Piece] = [f"{number}.  ", Strong(step.name), f"  {in_words(step)[:300]}", approval(one, step)]
        parts.append(kit.item(clean(tuple(line))))
        parts += [{"type": "rich_text_quote", "elements": [kit.element(text)]} for text in quoted(step, room)]
    shown = as_many_as_fit(parts, STEPS_BYTES)
    rest = [kit.item(("… the rest has no room here; it stands in the playbook.",))] if len(shown) < len(parts) else []
    return kit.rich([*shown, *rest])


def approval(one: Sequence, step: Step) -> str:
    return "  (after the owner's yes)" if getattr(step, "approval", False) and not one.approval else ""


def quoted(step: Step, room: int) -> list[str]:
    """Its text, and of the variants what they have instead."""
    own = body_of(step)
    if not own:
        return []
    found = [kit.clip(own, room)]
    for one in step.variants if isinstance(step, Email | Sms) else ():
        said = ([f"subject “{one.subject}”"] if one.subject else []) + ([kit.clip(one.text, room)] if one.text else [])
        found.append(f"{one.name}: {'; '.join(said)}")
    return found


def chooser(one: Sequence, version: str) -> Block:
    """Which step to edit; those in which there is something to write."""
    options = [
        kit.option(f"{step.name}: {in_words(step)}", f"{version}:{number}:{one.name}")
        for number, step in enumerate(one.named) if step.kind in ("wait", "email", "sms", "booking")
    ][:100]  # fmt: skip
    if not options:
        return kit.button("Nothing to edit here", EDIT, "-")
    return {"type": "static_select", "action_id": EDIT, "placeholder": kit.label("Edit a step…"), "options": options}
