"""A telephone system tells of a call: it is in the story of the lead that it was with, once."""

from bot import speech
from bot.deadlocks import once_more
from bot.intake import suggestions, touches
from bot.rules.telephony import HeardCall
from bot.rules.touches import CleanTouch
from bot.services import Services
from bot.views import calls as views
from store.models import InboxRow, Lead
from store.unit_of_work import UnitOfWork

SOURCE = "telephone"


@once_more
def take(services: Services, system: str, heard: HeardCall) -> bool:
    """Whether it is news: told again, with a recording that was not ready before, only that is added."""
    now = services.now()
    with services.unit_of_work() as uow:
        found = uow.leads.of_phone(heard.outside) if heard.outside else None
        lead = uow.leads.lock(found) if found else None
        key = f"call:{system}:{heard.own_id}"[:120]
        if not uow.inbox.receive(InboxRow(key=key, kind="call", status="done", received_at=now)):
            added = bool(heard.recording and uow.touches.add_recording(key, heard.recording))
            uow.commit()
            return added
        if lead is not None:
            hear(services, uow, lead, heard, key)
        elif heard.outside and heard.is_inbound:
            suggest(services, uow, heard)
        uow.commit()
        return True


def hear(services: Services, uow: UnitOfWork, lead: Lead, heard: HeardCall, key: str) -> None:
    """A call that nobody answered is told, and is no touch."""
    now = services.now()
    speech.log(uow, lead, views.told(heard), now)
    if not heard.is_answered:
        return
    touch = CleanTouch(
        "call", heard.source or heard.outcome, min(heard.at or now, now), lead_id=lead.id, seconds=heard.seconds,
        recording=heard.recording, outcome=heard.outcome, number=heard.our_number,
    )  # fmt: skip
    touches.take_in(services, uow, lead, [(touch, key)], now)


def suggest(services: Services, uow: UnitOfWork, heard: HeardCall) -> None:
    """Somebody whom nobody knows called us; a person says whether it is a lead."""
    values = {"phone": heard.outside, "name": heard.name, "source": heard.source or SOURCE}
    suggestions.suggest(
        services, uow, values, kind=SOURCE, origin=views.told(heard).text, now=services.now()
    )  # fmt: skip
