"""What the bot says in DMs about leads that nobody has been in touch with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.views import kit
from bot.views.cards import NOTE, title, worked
from bot.views.kit import At, Message, Piece, Strong
from store.models import Lead

OPEN = "lead.open"


@dataclass(frozen=True)
class Awaiting:
    """A lead that waits for its first contact, and who has it: an owner, or a rep it is on offer to, or nobody."""

    lead: Lead
    waited: timedelta  # of working time
    owner: str | None = None
    offered_to: str | None = None
    offered_until: datetime | None = None


def reminder(value: Awaiting, *, covers: bool = False) -> Message:
    """To the owner, to whoever covers for the owner, or to the rep who has the offer."""
    lead = value.lead
    said: list[Piece] = ["⏳ ", Strong(title(lead)), f" waits for a first contact, for {worked(value.waited)} by now. "]
    if value.owner:
        said += [f"It is {value.owner}'s, for whom you cover. "] if covers else []
        said += ["Write a note or move its stage once you were in touch."]
    elif value.offered_until:
        said += ["It is yours to claim on its card until ", At(value.offered_until, "{time}"), "."]
    contact = ", ".join(way for way in (lead.phone, lead.email) if way)
    blocks = [kit.line(*said), *([kit.paragraph(contact)] if contact else []), buttons(value)]
    return Message(kit.fallback(*said), tuple(blocks))


def buttons(value: Awaiting) -> kit.Block:
    lead_id, name = str(value.lead.id), title(value.lead)
    note = [kit.button("Note", NOTE, lead_id, style="primary", says=f"Add a note to {name}")] if value.owner else []
    return kit.actions("first_contact", *note, kit.button("Open lead", OPEN, lead_id, says=f"Open {name}"))


def for_managers(leads: list[Awaiting]) -> Message:
    """To a manager: leads whose time for a first contact is up."""
    count = len(leads)
    heading = f"{count} lead{'s wait' if count > 1 else ' waits'} too long for a first contact."
    rows: list[tuple[Piece, ...]] = [
        (Strong(title(one.lead)[:120]), f"  {whose(one)}, waits for {worked(one.waited)}") for one in leads
    ]
    hint = "A note in a lead's thread or a new stage, by its owner or by you, counts as a contact."
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), kit.lines(rows), kit.context(hint)))


def whose(value: Awaiting) -> str:
    if value.owner:
        return f"{value.owner}'s"
    return f"on offer to {value.offered_to}" if value.offered_to else "nobody's yet"


def taken_back(lead: Lead, waited: timedelta) -> Message:
    """To the rep who does not own it any more."""
    return kit.say(
        Strong(title(lead)), " went on to somebody else, because no first contact was noted. ",
        f"It had waited for {worked(waited)} in all. If you were in touch, tell whoever has it now.",
    )  # fmt: skip
