"""Not now: a lead put aside until a day, and what is said when it comes back."""

from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.forms import field, form, text_input
from bot.views.kit import At, Block, Message, Person, Piece, Strong
from store.models import Lead

FORGO = "form.forgo"
WHY_LONGEST = 300


def not_now(lead: Lead, day: str) -> Block:
    """`day` is suggested, as the picker writes it."""
    picker: Block = {"type": "datepicker", "initial_date": day}
    hint = "Until then nothing reminds of it; it comes back that morning with a follow-up."
    return form(
        FORGO, "Not now", "Put aside", kit.context(title(lead)), field("date", "Until when?", picker, hint=hint),
        field("why", "Why?", text_input(longest=WHY_LONGEST), optional=True), about=str(lead.id),
    )  # fmt: skip


def line(lead: Lead) -> tuple[Piece, ...]:
    if lead.forgone_until is None or lead.closed_at is not None:
        return ()
    return Strong("Not now. "), "It comes back ", At(lead.forgone_until), because(lead.forgone_why)


def because(why: str) -> str:
    return f": {why.rstrip('.')}." if why else "."


def put_aside(by: Person, until: datetime, why: str) -> Message:
    return kit.say("⏸️ ", Strong(by.name), " put it aside until ", At(until), because(why))


def came_back(why: str, by: Person | None = None) -> Message:
    who: list[Piece] = [Strong(by.name), " took it up again"] if by else ["It is back"]
    return kit.say("▶️ ", *who, f" after “not now{': ' if why else ''}{why}”.")
