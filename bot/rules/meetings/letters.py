"""What the lead is written about their meeting: plain words, with where to move or cancel it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.meetings.entries import line

BOOKED, MOVED, CANCELLED, REMINDER = "booked", "moved", "cancelled", "reminder"
HANDED, ASKED, PLACED = "handed", "asked", "placed"
PLACE_UNKNOWN = "They will tell you where, or call you."


@dataclass(frozen=True)
class Facts:
    """What the letters say."""

    guest: str
    host: str
    starts: datetime
    ends: datetime
    zone: str
    place: str = ""
    url: str = ""  # of the meeting's own page
    book_url: str = ""  # where another time is booked
    is_ours: bool = False  # the rep cancelled or moved it
    before: str = ""  # who was to be met, when somebody else is now


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def spoken(moment: datetime, zone: str) -> str:
    """ "Thursday, 26 November 2026 at 10:30 (Berlin time)" """
    local = moment.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    clock = "UTC" if zone == "UTC" else f"{place} time"
    return f"{local:%A}, {local.day} {local:%B %Y} at {local:%H:%M} ({clock})"


def letter(what: str, facts: Facts) -> Letter:
    return LETTERS[what](facts)


def booked(facts: Facts) -> Letter:
    when = spoken(facts.starts, facts.zone)
    return Letter(
        f"Your meeting with {line(facts.host)}: {when}",
        paragraphs(hello(facts), f"Your meeting with {line(facts.host)} is booked.", details(facts), change(facts),
                   "A calendar entry is attached."),
    )  # fmt: skip


def moved(facts: Facts) -> Letter:
    when = spoken(facts.starts, facts.zone)
    by = f"{line(facts.host)} moved your meeting." if facts.is_ours else "Your meeting was moved, as you asked."
    return Letter(
        f"Moved: your meeting with {line(facts.host)} is on {when}",
        paragraphs(hello(facts), by, details(facts), change(facts), "The attached entry corrects your calendar."),
    )


def cancelled(facts: Facts) -> Letter:
    when = spoken(facts.starts, facts.zone)
    by = f"{line(facts.host)} had to cancel" if facts.is_ours else "As you asked, we cancelled"
    again = f"Choose another time: {facts.book_url}" if facts.book_url else ""
    return Letter(
        f"Cancelled: your meeting with {line(facts.host)}",
        paragraphs(hello(facts), f"{by} your meeting on {when}.", again,
                   "The attached entry takes it out of your calendar."),
    )  # fmt: skip


def reminder(facts: Facts) -> Letter:
    said = f"This is to remind you of your meeting with {line(facts.host)}."
    return Letter(
        f"Soon: your meeting with {line(facts.host)}", paragraphs(hello(facts), said, details(facts), change(facts))
    )


def handed(facts: Facts) -> Letter:
    """Somebody else comes, at the time that was booked."""
    who = f"{line(facts.before)} cannot be there" if facts.before else "There is a change"
    return Letter(
        f"Your meeting is with {line(facts.host)} now",
        paragraphs(hello(facts), f"{who}: {line(facts.host)} meets you instead, at the time that you chose.",
                   details(facts), change(facts), "The attached entry corrects your calendar."),
    )  # fmt: skip


def asked(facts: Facts) -> Letter:
    """Nobody can come then: what was booked is off, and the link leads to the times of somebody who can."""
    when, missing = spoken(facts.starts, facts.zone), line(facts.before)
    again = f"Please choose another time with {line(facts.host)}: {facts.book_url}"
    return Letter(
        f"Please choose another time for your meeting of {when}",
        paragraphs(hello(facts), f"{missing} cannot keep your meeting on {when}. We are sorry.", again,
                   "The attached entry takes the old time out of your calendar."),
    )  # fmt: skip


def placed(facts: Facts) -> Letter:
    return Letter(
        f"Where your meeting with {line(facts.host)} is",
        paragraphs(hello(facts), "Here is where you meet.", details(facts), change(facts),
                   "The attached entry corrects your calendar."),
    )  # fmt: skip


LETTERS = {
    BOOKED: booked, MOVED: moved, CANCELLED: cancelled, REMINDER: reminder, HANDED: handed, ASKED: asked,
    PLACED: placed,
}  # fmt: skip


def enough(guest: str, host: str, wanted: str, coming: list[tuple[str, str]]) -> Letter:
    """Somebody asked for one more than they may: to the address itself, which alone may know of the others."""
    listed = "\n".join(f"- {when}: {url}" if url else f"- {when}" for when, url in coming)
    return Letter(
        "This meeting was not booked: you have several to come",
        paragraphs(
            f"Hello {line(guest)}," if guest else "Hello,",
            f"somebody, perhaps you, asked for a meeting with {line(host)} on {wanted}. It was not booked, because "
            f"these are still to come:\n\n{listed}",
            "Move or cancel one of them by its link. If it was not you who asked, you need not do anything.",
        ),
    )  # fmt: skip


def hello(facts: Facts) -> str:
    return f"Hello {line(facts.guest)}," if facts.guest else "Hello,"


def details(facts: Facts) -> str:
    minutes = int((facts.ends - facts.starts).total_seconds()) // 60
    where = f"\nWhere: {line(facts.place)}" if facts.place else f"\n{PLACE_UNKNOWN}"
    return f"When: {spoken(facts.starts, facts.zone)}, {minutes} minutes{where}"


def change(facts: Facts) -> str:
    return f"Move or cancel it: {facts.url}" if facts.url else ""


def paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
