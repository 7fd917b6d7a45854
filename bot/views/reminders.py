"""What the bot says about follow-ups in a rep's DM: the reminder, what became of it, the morning digest."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Message, Piece, Strong
from store.models import FollowUp, Lead

DONE, SNOOZE, OPEN = "follow_up.done", "follow_up.snooze", "follow_up.open"
SNOOZES = (("1 hour", "1h"), ("Tomorrow 9:00", "tomorrow"), ("Next week", "week"))


@dataclass(frozen=True)
class Due:
    follow_up: FollowUp
    lead: Lead


def what(follow_up: FollowUp) -> str:
    return follow_up.what or "Get in touch"


def reminder(value: Due, *, covers: str = "") -> Message:
    """`covers` is the owner's name, for whoever stands in for them."""
    follow_up, lead = value.follow_up, value.lead
    said: list[Piece] = [
        "⏰ ", Strong(what(follow_up)), ": ", title(lead), ". Due ", At(follow_up.due_at), ".",
        *stands_in(covers),
    ]  # fmt: skip
    contact = ", ".join(way for way in (lead.phone, lead.email) if way)
    blocks = [kit.line(*said)]
    if contact:
        blocks.append(kit.paragraph(contact))
    return Message(kit.fallback(*said), (*blocks, buttons(follow_up, title(lead))))


def stands_in(covers: str) -> list[Piece]:
    return [f" You cover for {covers}."] if covers else []


def buttons(follow_up: FollowUp, name: str) -> kit.Block:
    row = str(follow_up.id)
    snooze: kit.Block = {
        "type": "static_select", "action_id": SNOOZE, "placeholder": kit.label("Snooze"),
        "options": [kit.option(text, f"{value}:{row}") for text, value in SNOOZES],
    }  # fmt: skip
    return kit.actions(
        "follow_up",
        kit.button("Done", DONE, row, style="primary", says=f"Done: {name}"),
        snooze,
        kit.button("Open lead", OPEN, row, says=f"Open {name}"),
    )


def settled(value: Due) -> Message:
    """The same DM once nothing is left to press."""
    outcome = {"done": "✅ Done: ", "cancelled": "No longer needed: "}.get(value.follow_up.status)
    if outcome:
        return kit.say(outcome, Strong(what(value.follow_up)), ", ", title(value.lead), ".")
    moved = At(value.follow_up.due_at)
    return kit.say("💤 Later: ", Strong(what(value.follow_up)), ", ", title(value.lead), ". Due ", moved, ".")


def digest(overdue: list[Due], *, now: datetime, covers: str = "") -> Message:
    """One line for each follow-up that is overdue by a day or more."""
    count = len(overdue)
    heading = f"Good morning. {count} follow-up{'s are' if count > 1 else ' is'} overdue:"
    if covers:
        heading = f"You cover for {covers}: {heading.removeprefix('Good morning. ')}"
    rows: list[tuple[Piece, ...]] = [
        (Strong(what(due.follow_up)), f": {title(due.lead)[:120]}, ", f"{days_late(due, now)} late") for due in overdue
    ]
    hint = "Close one with Done in its reminder above, or put it off with Snooze."
    return Message(
        kit.fallback(heading, " ", "; ".join(title(due.lead)[:60] for due in overdue[:5])),
        (kit.line(Strong(heading)), kit.lines(rows), kit.context(hint)),
    )


def days_late(due: Due, now: datetime) -> str:
    days = max(1, (now - due.follow_up.due_at).days)
    return "1 day" if days == 1 else f"{days} days"
