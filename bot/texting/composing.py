"""Makes a text of a message to a lead: what it says, and how to be rid of it."""

from bot.contact.ports import Parcel
from bot.rules.texting import HOW_TO_STOP
from bot.services import Services
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork


def text_of(message: LeadMessage) -> str:
    """A message of a sequence says how to stop them; a confirmation of what somebody did themselves does not."""
    return f"{message.text.strip()}\n{HOW_TO_STOP}" if message.kind == "sequence" else message.text.strip()


def short_message(_services: Services, _uow: UnitOfWork, message: LeadMessage, _lead: Lead, to: str) -> Parcel:
    """The SMS as it leaves."""
    return Parcel(message.key, "sms", to, "", text_of(message))
