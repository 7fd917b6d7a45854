"""Notes: what reps write down about a lead, shown in its thread."""

from datetime import datetime

from bot import response, speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning.lead import clean_text
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import announcements
from bot.views.cards import title
from bot.views.kit import Person
from store.models import InboxRow, Lead, Note
from store.unit_of_work import UnitOfWork

NOTE_MAX = 3000


def add_note(services: Services, slack_id: str, lead_id: int, text: str, *, key: str) -> str:
    """Record a note and show it in the lead's thread; the same key again changes nothing.

    Raises:
        InvalidInputError: the note is empty.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "note", lead_id)
        if uow.inbox.receive(InboxRow(key=f"note:{key}", kind="note", status="done", received_at=now)):
            note = record_note(uow, who, lead, text, now)
            response.contacted(services, uow, lead, who, now)
            speech.log(uow, lead, announcements.note(Person(who.slack_id, who.name), note.text), now)
            speech.refresh_owners_home(uow, lead, now)
            uow.commit()
        return title(lead)


def record_note(uow: UnitOfWork, who: Actor, lead: Lead, text: str, now: datetime) -> Note:
    cleaned = clean_text(text, limit=NOTE_MAX, keeps_lines=True)
    if not cleaned:
        raise InvalidInputError([Problem("text", "The note is empty. Write what you learned about the lead.")])
    return uow.leads.add_note(Note(lead_id=lead.id or 0, rep_id=who.rep_id, text=cleaned, at=now))
