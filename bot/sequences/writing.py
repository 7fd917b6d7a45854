"""Steps that write to the lead: only by what it agreed to, in its own hours, and while there is room in the week."""

from datetime import datetime, timedelta

from bot.contact.gate import address_of, gate, recipient_of
from bot.contact.queueing import Draft, queue
from bot.playbook.sequences import Booking
from bot.rules.sequences.caps import WEEK, room_at
from bot.rules.sequences.hours import LeadClock
from bot.rules.sequences.templates import CannotRenderError
from bot.sequences import clocks, experiments
from bot.sequences.rendering import LINK, Rendered, Writing, channel_of, may_book, rendered
from bot.sequences.turn import Done, Outcome, Turn, Waits, skipped
from store.models import LeadMessage

NOUNS = {"email": "e-mail", "sms": "SMS"}
LOOKS_AGAIN = timedelta(minutes=15)
NO_ZONE = "nobody knows their time zone"
NO_PAGE = "there is no page to book on: nobody owns the lead, or theirs is closed"


def write(turn: Turn, step: Writing) -> Outcome:
    """Queue the message, unless it may not leave now, or never."""
    channel = channel_of(step)
    if channel not in turn.services.outside.channels:
        return skipped(not_set_up(channel))
    clock = clocks.of_lead(turn.services, turn.uow, turn.lead)
    if clock is None:
        return skipped(NO_ZONE)
    wait = why_not_now(turn, clock)
    # What is queued asks for itself what allows it; nobody waits for what will not be.
    never = why_never(turn, step, channel) if wait is not None or isinstance(step, Booking) else ""
    if never:
        return skipped(never)
    if wait is not None:
        return wait
    variant = experiments.choose(turn.services, turn.uow, turn.lead, turn.sequence, step)
    try:
        made = rendered(turn.services, turn.uow, turn.lead, step, variant=variant)
    except CannotRenderError as error:
        return skipped(str(error))
    return queued(turn, step, made, variant)


def not_set_up(channel: str) -> str:
    return f"no {NOUNS[channel]} is set up here"


def why_never(turn: Turn, step: Writing, channel: str) -> str:
    """A reason for which waiting would not help."""
    if channel not in turn.services.outside.channels:
        return not_set_up(channel)
    allowed = gate(turn.uow, turn.lead, channel, turn.now)
    if isinstance(allowed, str):
        return allowed
    if isinstance(step, Booking) and LINK in step.text and not may_book(turn.services, turn.uow, turn.lead):
        return NO_PAGE
    return ""


def why_not_now(turn: Turn, clock: LeadClock) -> Waits | None:
    """An earlier message waits for a yes, or they sleep, or they had enough this week."""
    if turn.uow.enrolments.awaits_a_yes(turn.enrolment.id or 0):
        return Waits(turn.now + LOOKS_AGAIN, "waits for a yes to the message before")
    opens = clock.next_open(turn.now)
    if opens > turn.now:
        return Waits(opens, f"waits for their working hours in {clock.place} time")
    a_week = turn.services.playbook.contact.a_week
    room = room_at(contacts_of(turn), turn.now, a_week)
    if room > turn.now:
        return Waits(clock.next_open(room), f"waits: {a_week} a week is the most, and they had as many")
    return None


def contacts_of(turn: Turn) -> list[datetime]:
    lead, uow = turn.lead, turn.uow
    return uow.enrolments.contacts(lead.id or 0, recipients(turn), turn.now - WEEK, turn.now)


def recipients(turn: Turn) -> list[str]:
    """One who has an address and a number is one person."""
    found = [(channel, address_of(turn.lead, channel)) for channel in ("email", "sms")]
    return [recipient_of(turn.uow, channel, address) for channel, address in found if address]


def queued(turn: Turn, step: Writing, made: Rendered, variant: str) -> Done:
    lead, enrolment = turn.lead, turn.enrolment
    is_held = turn.sequence.approval or step.approval
    draft = Draft(
        channel_of(step), "sequence", made.text, made.subject, once=f"step:{enrolment.id}:{step.name}",
        content=made.content, enrolment_id=enrolment.id, sequence=enrolment.sequence, step=step.name,
        variant=variant, rep_id=lead.owner_id, is_held=is_held,
    )  # fmt: skip
    message = queue(turn.services, turn.uow, lead, draft, turn.now)
    return Done("asked for a yes" if is_held else "written") if isinstance(message, LeadMessage) else skipped(message)
