"""Meetings that somebody else has to decide about: their rep has left, is away then, or has not the lead any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views import kit
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.meetings import Guest
from store.models import Meeting

TAKE, ASK, LEAVE = "meeting.take", "meeting.ask", "meeting.leave"
LEFT, AWAY, OTHER = "left", "away", "other"  # what is wrong
BECAME = {
    "asked": "🔁 It is off, and they were asked to pick another time.", "cancelled": "🚫 It was cancelled.",
    "over": "It is over.", "left": "It stays as it is.",
}  # fmt: skip


@dataclass(frozen=True)
class Stranded:
    """One of them, and what became of it since."""

    meeting: Meeting
    guest: Guest
    host: str
    why: str
    became: str = ""
    is_ours: bool = True  # booked on our own pages, so that it can be changed here


def stranded(listed: Sequence[Stranded], zone: str) -> Message:
    """To whoever answers for the leads; each with its buttons, or with what became of it."""
    one = listed[0] if len(listed) == 1 else None
    heading = "Somebody has to decide about a meeting:" if one else \
        f"Somebody has to decide about {kit.plural(len(listed), 'meeting')}:"  # fmt: skip
    numbers = ",".join(str(each.meeting.id) for each in listed)
    blocks = [kit.line(Strong(heading))]
    for each in listed:
        blocks += [kit.line(*what(each, zone)), *can_be_done(each, numbers)]
    first = what(listed[0], zone) if one else (heading,)
    return Message(kit.fallback(*first), tuple(blocks))


def what(one: Stranded, zone: str) -> tuple[Piece, ...]:
    when: tuple[Piece, ...] = (Strong(one.guest.title), ", ", At(one.meeting.starts_at, zone=zone), ": ")
    if one.why == LEFT:
        return (*when, f"it is with {one.host}, who has left.")
    if one.why == AWAY:
        return (*when, f"it is with {one.host}, who is away then.")
    if one.why == OTHER:
        return (*when, f"it is with {one.host}, and the lead is not theirs.")
    return (*when, f"it is with {one.host}.")


def can_be_done(one: Stranded, numbers: str) -> list[Block]:
    if one.became:
        return [kit.context(BECAME[one.became])]
    if not one.why:
        return [kit.context(f"✅ {one.host} meets them.")]
    if not one.is_ours:
        return [kit.context(f"Booked with {one.meeting.source.capitalize()}: it is changed there.")]
    value, who = f"{one.meeting.id}|{numbers}", one.guest.name
    return [kit.actions(
        f"meeting {one.meeting.id}",
        kit.button("Take it over", TAKE, value, style="primary", says=f"Take over the meeting with {who}"),
        kit.button("Ask them to pick another time", ASK, value, says=f"Ask {who} to pick another time"),
        kit.button("Leave it", LEAVE, value, says=f"Leave the meeting with {who} as it is"),
    )]  # fmt: skip


def handed(meeting: Meeting, guest: Guest, by: str, zone: str) -> Message:
    """To whoever was to meet them."""
    return kit.say("🔁 ", Strong(by), " took over your meeting with ", Strong(guest.title), " of ",
                   At(meeting.starts_at, zone=zone), ".")  # fmt: skip


def handed_line(meeting: Meeting, by: str, host: str) -> Message:
    """For the thread."""
    return kit.say("🔁 ", Strong(by), f" took over the meeting with {host} of ", At(meeting.starts_at), ".")


def asked_line(meeting: Meeting, lead: str, by: str, host: str) -> Message:
    return kit.say("🔁 ", Strong(by), f" asked {lead} to pick another time, because {host} cannot keep the meeting of ",
                   At(meeting.starts_at), ".")  # fmt: skip
