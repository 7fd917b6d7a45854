"""An office that writes e-mails, and what a test does in it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlmodel import col, select

from bot.contact.outside import Outside
from bot.contact.ports import Parcel
from bot.contact.queueing import Draft, queue
from bot.contact.standing import row_of
from bot.mailing import composing
from bot.mailing.mime import as_mail
from bot.playbook.sequences import Contact
from bot.rules.consent import Said
from store.models import Lead, LeadMessage
from tests.factories import JANE, Office

OUTSIDE = Outside("https://dibs.acme.example", "Acme Sales <sales@acme.example>", "", frozenset({"email"}))


def open_for_mail(office: Office, **contact: Any) -> Office:
    """The same office, with an address outside and the playbook's part about writing to leads."""
    office.services.outside = OUTSIDE
    playbook = office.services.playbook
    office.services.put_in_force(playbook.model_copy(update={"contact": Contact(**contact)}))
    return office


def agreed(office: Office, lead_id: int, *channels: str, is_given: bool = True) -> None:
    """The lead said yes, or no, to these."""
    with office.services.unit_of_work() as uow:
        for channel in channels:
            said = Said(channel, is_given=is_given, wording="Write to me", source="website")
            uow.consents.add(row_of(uow, uow.session.get_one(Lead, lead_id), said, office.clock.now()))
        uow.commit()


def queued(office: Office, lead_id: int, text: str, *, subject: str = "Welcome", **more: Any) -> int:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        draft = Draft(channel="email", kind=more.pop("kind", "sequence"), text=text, subject=subject, **more)
        message = queue(office.services, uow, lead, draft, office.clock.now())
        assert isinstance(message, LeadMessage), message
        uow.commit()
        return message.id or 0


def composed(office: Office, number: int, to: str = "") -> Parcel:
    """The letter, made as the postman makes it, and counted as sent."""
    with office.services.unit_of_work() as uow:
        message = uow.session.exec(select(LeadMessage).where(col(LeadMessage.id) == number)).one()
        lead = uow.session.get_one(Lead, message.lead_id)
        message.sent_at, message.status = office.clock.now(), "sent"
        parcel = composing.letter(office.services, uow, message, lead, to or lead.email or "")
        assert isinstance(parcel, Parcel)
        uow.commit()
        return parcel


def written(office: Office, text: str = "Hello", **more: Any) -> EmailMessage:
    """To a lead of its own: the letter as its mail program reads it."""
    lead_id = office.lead(**{**JANE, **more.pop("lead", {})})
    agreed(office, lead_id, "email")
    return read(composed(office, queued(office, lead_id, text, **more)))


def read(parcel: Parcel) -> EmailMessage:
    letter = message_from_bytes(as_mail(parcel), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def body(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
