"""A message of which nobody knows whether it arrived: a person says whether it is sent again, once."""

from dataclasses import dataclass
from typing import Any

from bot import speech
from bot.actors import actor, lead_for
from bot.deadlocks import once_more
from bot.errors import DibsError, NotFoundError
from bot.services import Services
from bot.views import contact as views

GONE = "This message is not there any more."


@dataclass(frozen=True)
class Place:
    """Where the question stands, if it can be edited."""

    channel: str = ""
    ts: str = ""


NOWHERE = Place()


def send_again(services: Services, slack_id: str, number: int, place: Place = NOWHERE) -> str:
    """It leaves once more, if it still may. Returns a sentence.

    Raises:
        NotAllowedError: it is about somebody else's lead.
        NotFoundError, DibsError: it is not there, or was decided already.
    """
    return decide(services, slack_id, number, place, is_sent_again=True)


def leave_it(services: Services, slack_id: str, number: int, place: Place = NOWHERE) -> str:
    """Nobody will ever know, and that is well. Returns and raises as above."""
    return decide(services, slack_id, number, place, is_sent_again=False)


@once_more
def decide(services: Services, slack_id: str, number: int, place: Place, *, is_sent_again: bool) -> str:
    now = services.now()
    with services.unit_of_work() as uow:
        who, message = actor(uow, slack_id), uow.messages.get(number)
        if message is None:
            raise NotFoundError(GONE)
        uow.leads.lock(message.lead_id)
        lead = lead_for(uow, who, "sequence", message.lead_id)
        # Without a holder: nobody who might still tell what became of the first one is listened to any more.
        values: dict[str, Any] = {"holder": None, "decided_by_id": who.rep_id}
        if is_sent_again:
            values |= {"status": "waiting", "due_at": now, "sent_at": None, "error": ""}
        else:
            values |= {"error": f"left as it is by {who.name}"}
        changed = uow.messages.decide(number, values)
        if changed is None:
            newest = uow.messages.get(number) or message
            raise DibsError(settled(newest.status))
        said = views.decided(lead, changed, who.name, is_sent_again=is_sent_again)
        if place.ts:
            speech.edit(uow, lead, channel=place.channel, ts=place.ts, message=said, now=now)
        uow.commit()
        return said.text


def settled(status: str) -> str:
    """Why there is nothing to decide."""
    said = {"sent": "It did arrive.", "waiting": "It is on its way again.", "sending": "It is on its way again."}
    return said.get(status, "Somebody decided that already.")
