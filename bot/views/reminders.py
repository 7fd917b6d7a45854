"""What the bot says about one follow-up: its DM, the lines below that, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Message, Person, Piece, Strong
from store.models import FollowUp, Lead

DONE, SNOOZE, OPEN, MORE, UNDO, TAKE_OVER = (
    "follow_up.done", "follow_up.snooze", "follow_up.open", "follow_up.more", "follow_up.undo", "follow_up.take_over",
)  # fmt: skip
REASSIGN, NOT_NEEDED = "reassign", "not_needed"  # choices of the menu
CUSTOM = "custom"
SNOOZES = (
    ("1 hour", "1h"), ("Tomorrow 9:00", "tomorrow"), ("In 3 days, 9:00", "3d"), ("Next week", "week"),
    ("Another time…", CUSTOM),
)  # fmt: skip
KINDS = {"call": "Call", "email": "E-mail", "meeting": "Meeting", "message": "Message", "task": "Task"}


@dataclass(frozen=True)
class Due:
    """A follow-up and its lead; `zone` is the one reader's, where there is one."""

    follow_up: FollowUp
    lead: Lead
    zone: str = ""

    @property
    def at(self) -> At:
        return At(self.follow_up.due_at, zone=self.zone)


def what(follow_up: FollowUp) -> str:
    return in_words(follow_up.kind, follow_up.what)


def in_words(kind: str, what: str) -> str:
    """What to do, or at least how to get in touch."""
    how = KINDS[kind]
    if kind == "task":
        return what or "Get in touch"
    if what.casefold().startswith(how.casefold()):
        return what
    return f"{how}: {what}" if what else how


def reminder(value: Due, *, covers: str = "", asked_by: str = "") -> Message:
    """`covers` is the owner's name, for whoever stands in for them; `asked_by` the colleague's who gave it away."""
    follow_up, lead = value.follow_up, value.lead
    asks: list[Piece] = [Strong(asked_by), " asks you to do this: "] if asked_by else []
    said: list[Piece] = [
        "⏰ ", *asks, Strong(what(follow_up)), ", ", title(lead), ". Due ", value.at, ".",
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
    more = [("Reassign", f"{REASSIGN}:{row}"), ("Not needed", f"{NOT_NEEDED}:{row}")]
    return kit.actions(
        "follow_up",
        kit.button("Done", DONE, row, style="primary", says=f"Done: {name}"),
        snooze,
        kit.button("Open lead", OPEN, row, says=f"Open {name}"),
        kit.overflow(MORE, more),
    )


def nudge(value: Due, to: Person, *, tells: str, is_before: bool, now: datetime) -> Message:
    """A later word about it, below its DM; the mention is what rings."""
    said: list[Piece] = [to, ": ", Strong(what(value.follow_up)), f", {title(value.lead)[:120]}, "]
    if is_before:
        said += ["is due ", At(value.follow_up.due_at, "{time}", value.zone), "."]
    else:
        said += [f"is {late(now - value.follow_up.due_at)}."]
    said += {"manager": [" Your managers hear of it as well."], "team": [" Your team may take the lead over now."]}.get(
        tells, []
    )
    return kit.say(*said)


def late(by: timedelta) -> str:
    """How late something is: "due now", "3 hours late"."""
    minutes = int(by.total_seconds() // 60)
    if minutes < 15:
        return "due now"
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''} late"
    return "due now"


def elsewhere(value: Due) -> Message:
    """The same DM once its reader may not know whose the lead is, nor which."""
    return kit.say("Somebody else looks after it now: ", Strong(what(value.follow_up)), ".")


def settled(value: Due, *, by: str = "") -> Message:
    """The same DM once nothing is left to press; `by` is whose it is now, if another's."""
    said: list[Piece] = [Strong(what(value.follow_up)), ", ", title(value.lead), "."]
    if value.follow_up.status == "done":
        return kit.say("✅ Done: ", *said)
    if value.follow_up.status == "cancelled":
        return not_needed(value, said)
    if by:
        return kit.say(f"{by} looks after it now: ", *said)
    return kit.say("💤 Later: ", *said, " Due ", value.at, ".")


def not_needed(value: Due, said: list[Piece]) -> Message:
    message = kit.say("No longer needed: ", *said)
    if value.lead.closed_at is not None or value.lead.owner_id is None:
        return message
    undo = kit.button("Undo", UNDO, str(value.follow_up.id), says=f"Undo, it is needed: {title(value.lead)}")
    return Message(message.text, (*message.blocks, kit.actions("undo", undo)))


def take_over(follow_up: FollowUp, owner: str) -> Message:
    """In the lead's thread: somebody else may have it."""
    said: list[Piece] = [
        f"{owner} has not come to it for days: ", Strong(what(follow_up)), ", due ", At(follow_up.due_at),
        ". Anyone of the team may take the lead over.",
    ]  # fmt: skip
    button = kit.button("Take over", TAKE_OVER, str(follow_up.id), says="Take this lead over")
    return Message(kit.fallback(*said), (kit.line(*said), kit.actions("take_over", button)))


def neglected(dues: list[tuple[Due, str]], *, now: datetime) -> Message:
    """To a manager: follow-ups that their reps, named beside them, have left lying."""
    count = len(dues)
    heading = f"{count} follow-up{'s have' if count > 1 else ' has'} been left lying."
    rows: list[tuple[Piece, ...]] = [
        (Strong(f"{rep}: "), f"{what(due.follow_up)}, {title(due.lead)[:120]}, {late(now - due.follow_up.due_at)}")
        for due, rep in dues
    ]
    hint = "Their reps were reminded. /lead assign #number @rep gives a lead to somebody else."
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), kit.lines(rows), kit.context(hint)))
