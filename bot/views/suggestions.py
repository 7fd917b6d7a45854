"""The question whether something is a lead, and how it was answered."""

from collections.abc import Sequence

from bot.playbook.fields import CustomField
from bot.views import edits, kit
from bot.views.cards import title
from bot.views.kit import Block, Message, Piece, Strong
from store.models import Lead, Suggestion

MAKE, DROP, MAKE_FORM = "suggestion.make", "suggestion.drop", "form.suggestion"
ORIGIN_MAX = 3000
SHOWN_MAX = 1200
SAID = {"e-mail": "an e-mail"}
NAMES = (
    ("name", "Name"), ("email", "E-mail"), ("phone", "Phone"), ("company", "Company"), ("title", "Title"),
    ("website", "Website"),
)  # fmt: skip


def question(row: Suggestion) -> Message:
    """Could this be a lead? The words it was read from stand below what was read."""
    who = named(row)
    known = [(label, str(row.values[name])[:300]) for name, label in NAMES if row.values.get(name)]
    blocks: list[Block] = [kit.line(Strong("Could this be a lead? "), f"It comes from {SAID.get(row.kind, row.kind)}.")]
    if known:
        blocks.append(kit.fields(known))
    if row.origin.strip():
        blocks.append(kit.quote(row.origin[:SHOWN_MAX]))
    if row.more:
        blocks.append(kit.line(f"… and {row.more} more from the same sender."))
    blocks.append(kit.actions(
        "suggestion",
        kit.button("Make it a lead", MAKE, str(row.id), style="primary", says=f"Make {who} a lead"),
        kit.button("Not a lead", DROP, str(row.id), says=f"{who} is not a lead"),
    ))  # fmt: skip
    return Message(kit.fallback("Could this be a lead? ", who), tuple(blocks))


def flood(most: int) -> Message:
    """For managers, when strangers write more than anybody could read."""
    return kit.say(
        Strong(f"More than {most} strangers wrote to us within a day."), " The others are kept, and each is shown once "
        "somebody has answered one of those that are. Whether it is an attack, the mail server's log may tell.",
    )  # fmt: skip


def make(row: Suggestion, custom: Sequence[CustomField] = ()) -> Block:
    """The form of a new lead, filled with what was read."""
    view = edits.new_lead(custom, {name: str(value) for name, value in row.values.items()})
    return {**view, "callback_id": MAKE_FORM, "private_metadata": str(row.id)}


def answered(row: Suggestion, by: str, lead: Lead | None) -> Message:
    """What became of it; the words are gone from the channel."""
    if row.status == "taken":
        which: tuple[Piece, ...] = (": ", Strong(title(lead))) if lead else ()
        return kit.say(f"{by} made {named(row)} a lead", *which, ".")
    return kit.say(f"{by} said that {named(row)} is not a lead.")


def spoken(message: Message) -> str:
    return message.text


def named(row: Suggestion) -> str:
    return str(row.values.get("name") or row.values.get("email") or "somebody")[:120]
