"""The forms about follow-ups: set one, say how it went, put it off, give it to a colleague."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.forms import field, form, text_input
from bot.views.kit import Block
from bot.views.reminders import KINDS, Due, what
from store.models import Lead

FOLLOW_UP, DONE, SNOOZE, REASSIGN = "form.follow_up", "form.follow_up_done", "form.snooze", "form.reassign"
WHAT_MAX = 300
NOTE_MAX = 2000
PICKED = "picked"  # the moment that the pickers below show
QUICK = (
    ("At the day and time below", PICKED),
    ("In 1 hour", "1h"), ("This afternoon, 15:00", "15:00"), ("Tomorrow, 9:00", "tomorrow"), ("In 3 days, 9:00", "3d"),
    ("In a week, 9:00", "week"), ("In 4 weeks, 9:00", "4w"),
)  # fmt: skip
NO_NEXT, BY_STAGE = "none", "stage"
WENT = {
    "reached": "Reached, went well", "not now": "Reached, not now", "message": "Left a message",
    "no answer": "No answer", "other": "Something else",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What the form begins with; `asks` is a question about a date that can be read in two ways."""

    at: datetime  # in the rep's own zone, which is how the pickers are read back
    what: str = ""
    kind: str = "task"
    echo: str = ""
    asks: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (in words, ISO moment)


def follow_up(lead: Lead, draft: Draft) -> Block:
    said = [kit.context(text) for text in (title(lead), draft.echo, draft.asks) if text]
    readings = (*draft.choices, ("At the day and time below", PICKED))
    choices = [field("choice", "Which one do you mean?", radio(readings))] if draft.choices else []
    return form(
        FOLLOW_UP, "Set a follow-up", "Save", *said, *choices,
        field("quick", "When?", select(QUICK, PICKED)),
        *pickers(draft.at),
        field("kind", "How?", select(tuple((text, kind) for kind, text in KINDS.items()), draft.kind)),
        field("what", "What is to do?", text_input(longest=WHAT_MAX, initial=draft.what), optional=True,
              hint="For example: call about the offer"),
        about=str(lead.id),
    )  # fmt: skip


def done(value: Due, *, cadence: str = "") -> Block:
    """How it went, and what is next; `cadence` says in words what the stage would set by itself, if it does."""
    nexts = [("Nothing for now, or at the day and time below", NO_NEXT), *QUICK[1:]]
    if cadence:
        nexts.insert(0, (f"As usual, {cadence}; or at the day and time below", BY_STAGE))
    return form(
        DONE, "Done", "Save", kit.context(f"{what(value.follow_up)}, {title(value.lead)}"),
        field("went", "How did it go?", select(tuple((text, value) for value, text in WENT.items())), optional=True),
        field("note", "Note", text_input(multiline=True, longest=NOTE_MAX), optional=True,
              hint="The team sees it in the lead's thread."),
        field("quick", "What is next?", select(tuple(nexts), nexts[0][1])),
        *pickers(None),
        field("what", "What is to do then?", text_input(longest=WHAT_MAX), optional=True),
        about=str(value.follow_up.id),
    )  # fmt: skip


def snooze(value: Due, suggested: datetime) -> Block:
    return form(
        SNOOZE, "Put it off", "Save", kit.context(f"{what(value.follow_up)}, {title(value.lead)}"),
        *pickers(suggested), about=str(value.follow_up.id),
    )  # fmt: skip


def reassign(value: Due) -> Block:
    element: Block = {"type": "users_select", "placeholder": kit.label("Choose a colleague")}
    return form(
        REASSIGN, "Reassign", "Give", kit.context(f"{what(value.follow_up)}, {title(value.lead)}"),
        field("person", "Who does it?", element,
              hint="Somebody of the lead's team. The lead stays with its owner."),
        about=str(value.follow_up.id),
    )  # fmt: skip


def pickers(at: datetime | None) -> tuple[Block, Block]:
    """Empty, and free to be left so, without a time to begin with."""
    day: Block = {"initial_date": at.date().isoformat()} if at else {}
    clock: Block = {"initial_time": at.strftime("%H:%M")} if at else {}
    return (
        field("date", "Day", {"type": "datepicker", **day}, optional=at is None),
        field("time", "Time", {"type": "timepicker", **clock}, optional=at is None, hint="In your own time zone."),
    )


def select(options: tuple[tuple[str, str], ...], chosen: str = "") -> Block:
    entries = [kit.option(text, value) for text, value in options]
    element: Block = {"type": "static_select", "options": entries}
    initial = next((entry for entry in entries if entry["value"] == chosen), None)
    return {**element, "initial_option": initial} if initial else element


def radio(options: tuple[tuple[str, str], ...]) -> Block:
    return {"type": "radio_buttons", "options": [kit.option(text, value) for text, value in options]}
