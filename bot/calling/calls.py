"""A rep writes down a call: how it went, how long it took, and what is next."""

from dataclasses import dataclass
from datetime import datetime

from bot import followups, notes, response, speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.followups import SPOKEN_WITH, Outcome
from bot.intake import touches
from bot.rules.policy import Actor
from bot.rules.touches import CleanTouch
from bot.services import Services
from bot.views import announcements
from bot.views import calls as views
from bot.views.cards import title
from bot.views.followup_forms import WENT
from bot.views.kit import Person
from store.models import InboxRow, Lead
from store.unit_of_work import UnitOfWork

LONGEST_MINUTES = 600
TALKED = ("reached", "not now")  # of how it went: both sides spoke


@dataclass(frozen=True)
class Call:
    went: str  # one of WENT
    minutes: int | None = None
    note: str = ""
    next_at: datetime | None = None
    next_what: str = ""


def log_call(services: Services, slack_id: str, lead_id: int, call: Call, *, key: str) -> str:
    """Write it down; the same key again changes nothing. Returns a sentence.

    Raises:
        NotAllowedError: they may not write about the lead, or not say what its owner is to do next.
        InvalidInputError: it does not say how it went, took longer than a day's work, or what is next lies in the past.
    """
    now = services.now()
    check(call)
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "follow_up" if call.next_at else "note", lead_id)
        if uow.inbox.receive(InboxRow(key=f"call:{key}", kind="call", status="done", received_at=now)):
            write_down(services, uow, lead, who, call, now=now)
            uow.commit()
        return f"Written down: the call with {title(lead)}."


def check(call: Call) -> None:
    if call.went not in WENT:
        raise InvalidInputError([Problem("went", "Say how it went.")])
    if call.minutes is not None and not 0 <= call.minutes <= LONGEST_MINUTES:
        raise InvalidInputError([Problem("minutes", f"Minutes are a number from 0 to {LONGEST_MINUTES}.")])


def write_down(services: Services, uow: UnitOfWork, lead: Lead, who: Actor, call: Call, *, now: datetime) -> None:
    """In the thread, in the story, and, when they spoke, in the score."""
    by = Person(who.slack_id, who.name)
    speech.log(uow, lead, views.logged(by, WENT[call.went], call.minutes), now)
    if call.note.strip():
        note = notes.record_note(uow, who, lead, call.note, now)
        speech.log(uow, lead, announcements.note(by, note.text), now)
    if call.went in TALKED:
        touch = CleanTouch(
            "call", WENT[call.went], now, lead_id=lead.id, seconds=None if call.minutes is None else call.minutes * 60,
            rep_id=who.rep_id, outcome=call.went,
        )  # fmt: skip
        touches.take_in(services, uow, lead, [(touch, None)], now)
    if call.went in SPOKEN_WITH or call.note.strip():
        response.contacted(services, uow, lead, who, now)
    followups.set_next(
        services, uow, who, lead, Outcome(call.went, next_at=call.next_at, next_what=call.next_what), now=now
    )  # fmt: skip
    speech.refresh_owners_home(uow, lead, now)
