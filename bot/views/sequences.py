"""The sequences there are, and one of them in full."""

from dataclasses import dataclass

from bot.playbook.sequences import Booking, Branch, Email, Sequence, Sms, Step
from bot.rules.sequences.templates import as_read
from bot.rules.texting import HOW_TO_STOP, size_of
from bot.views import kit
from bot.views.fit import as_many_as_fit
from bot.views.kit import Block, Message, Piece, Strong
from bot.views.sequence_steps import ENDS, Row, body_of, in_words, rows, ways, who_comes_in

EDIT = "sequence.edit"
NOUNS = {"email": "e-mail", "sms": "text messages"}
QUOTES_ROOM, QUOTE_MAX = 6000, 700  # characters of all texts together, and of one
STEPS_BYTES = 8000  # of all steps, texts and all
FILLED_IN = "What stands in brackets is filled in for each lead."
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
    blocks += [kit.context(FILLED_IN)] if any("{{" in body_of(step) for step in one.named) else []
    if may_edit:
        blocks.append(kit.actions("sequence", chooser(one, version)))
    return Message(kit.fallback(heading, ": ", kit.plural(len(one.steps), "step"), "."), tuple(blocks))


def clean(row: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple(piece for piece in row if piece not in ("", Strong("")))


def leaves(one: Sequence) -> str:
    usual = "they unsubscribe, are erased, or the owner stops it"
    return f"when {', '.join([*(ENDS[name] for name in one.leaves_on), usual])}."


def steps(one: Sequence) -> Block:
    """One block however many there are: each step in a line, where its ways lead, and its text below."""
    texts = sum(bool(body_of(step)) for step in one.named)
    room = min(QUOTE_MAX, QUOTES_ROOM // max(texts, 1))
    parts: list[Block] = []
    for row in rows(one):
        parts += [line_of(one, row), *branches(one, row.step)]
        parts += [{"type": "rich_text_quote", "elements": found} for found in quoted(row.step, room)]
    shown = as_many_as_fit(parts, STEPS_BYTES)
    rest = [kit.item(("… the rest has no room here; it stands in the playbook.",))] if len(shown) < len(parts) else []
    return kit.rich([*shown, *rest]) if shown else kit.line("It only waits.")


def line_of(one: Sequence, row: Row) -> Block:
    """Like "2.  what matters  3 days later: e-mail “One question”"."""
    said = in_words(row.step)[:300]
    when = f"{row.after}: " if row.after else ""
    name = Strong(f"{row.name}  ") if row.name else ""
    return kit.item(clean((f"{row.number}.  ", name, when, said, length(row.step), approval(one, row.step))))


def branches(one: Sequence, step: Step) -> list[Block]:
    if not isinstance(step, Branch):
        return []
    return [{"type": "rich_text_list", "style": "bullet", "indent": 1,
             "elements": [kit.item((way,)) for way in ways(step, one)]}]  # fmt: skip


def length(step: Step) -> str:
    """What a text message comes to, with the line that every one ends with."""
    if not (isinstance(step, Sms) or (isinstance(step, Booking) and step.channel == "sms")):
        return ""
    sent = f"{as_read(step.text).strip()}\n{HOW_TO_STOP}"
    return f", about {size_of(sent).in_words}"


def approval(one: Sequence, step: Step) -> str:
    return "  (after the owner's yes)" if getattr(step, "approval", False) and not one.approval else ""


def quoted(step: Step, room: int) -> list[list[Block]]:
    """Its text as it reads, and of the variants what they have instead."""
    own = body_of(step)
    variants = step.variants if isinstance(step, Email | Sms) else ()
    if not own:
        return []
    heading = [kit.element(Strong("The first text: "))] if variants else []
    found = [[*heading, kit.element(kit.clip(as_read(own), room))]]
    for one in variants:
        subject = f"subject “{as_read(one.subject)}”" if one.subject else ""
        said = "; ".join(part for part in (subject, kit.clip(as_read(one.text), room) if one.text else "") if part)
        found.append([kit.element(Strong(f"The text “{one.name}”: ")), kit.element(said)])
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
