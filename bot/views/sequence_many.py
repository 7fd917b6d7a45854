"""Many leads into a sequence: the question before, and what came of it."""

from bot.views import kit
from bot.views.kit import Message, Piece, Strong

YES, NO = "sequence.enrol_many", "sequence.enrol_nobody"


def sure(name: str, words: str, count: int, value: str, *, is_more: bool = False) -> Message:
    heading = f"{kit.plural(count, 'lead')} would come into the sequence {name}. "
    more = " There are more; they can follow afterwards." if is_more else ""
    hint = f"Found by: {words[:200]}. Nobody is written to who did not agree, or had the same text before.{more}"
    buttons = kit.actions(
        "sequence",
        kit.button(f"Enrol {kit.plural(count, 'lead')}", YES, value, style="primary"),
        kit.button("Cancel", NO, "-"),
    )
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), kit.context(hint), buttons))


def begun(name: str, count: int) -> Message:
    return kit.say(f"{kit.plural(count, 'lead')} for the sequence {name}: I tell you here when they are in.")


def called_off() -> Message:
    return kit.say("Nobody was enrolled.")


def done(name: str, came: int, reasons: list[tuple[str, int]]) -> Message:
    heading = f"{kit.plural(came, 'lead')} came into the sequence {name}. "
    rows: list[tuple[Piece, ...]] = [(Strong(f"{count} "), f"did not: {why}") for why, count in reasons]
    blocks = [kit.line(Strong(heading)), *([kit.lines(rows)] if rows else [])]
    return Message(kit.fallback(heading), tuple(blocks))
