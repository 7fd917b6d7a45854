"""Makes the letter of a message that is about to leave: its words, its small print, and the headers around them."""

import re
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from bot.contact import gate, links
from bot.contact.ports import Parcel
from bot.mailing import measuring
from bot.rules.cleaning.lead import clean_text
from bot.rules.consent import CONFIRM
from bot.rules.mailing import writing
from bot.rules.mailing.links import links_of
from bot.rules.mailing.names import ANY_ID, message_id, one_line
from bot.rules.mailing.writing import Measured, SmallPrint
from bot.rules.sequences.templates import is_linked
from bot.services import Services
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

NAME_MAX = 120
BY_ITSELF = ("sequence", "meeting", CONFIRM)  # kinds that no person pressed Send for, unless they approved it
A_NUMBER = re.compile(r"(?:\d[\s()./+-]*){6}")  # to be called; a date has letters in between
AFTER_THE_DATE = re.compile(r"(?<=\d)[,:]")
ONE_CLICK = "List-Unsubscribe=One-Click"


def letter(services: Services, uow: UnitOfWork, message: LeadMessage, lead: Lead, to: str) -> Parcel:
    """The e-mail as it leaves, in the transaction that claims it, so that what consent covers is asked now.

    Whether its openings and clicks are counted, and where its links lead, is written on the message.
    """
    measured = measure(services, uow, message, lead)
    stop_url = links.unsubscribe(uow, services.outside, message)
    sender = sender_of(services, uow, message)
    contact = services.playbook.contact
    small_print = SmallPrint(
        f"{sender.display_name} ({sender.addr_spec})" if sender.display_name else sender.addr_spec,
        to_them(message.basis), one_line(contact.postal_address), stop_url, message.is_measured,
    )  # fmt: skip
    # The link is in no text that anybody but its reader sees: whoever follows it speaks for the address.
    to_confirm = links.confirm(uow, services.outside, message, services.now()) if message.kind == CONFIRM else ""
    words = "\n\n".join(part for part in (message.text, to_confirm, contact.signature) if part)
    subject = one_line(message.subject)
    return Parcel(
        key=message.key, channel="email", to=to, subject=subject,
        text=writing.with_small_print(words, small_print), html=writing.as_page(subject, words, small_print, measured),
        headers={**named(services, message, sender), **threaded(services, uow, message), **stopping(stop_url)},
        attachments=tuple(message.attachments),
    )  # fmt: skip


def measure(services: Services, uow: UnitOfWork, message: LeadMessage, lead: Lead) -> Measured | None:
    """Count openings and clicks if the playbook wants it, they agreed to it, and our pages can be reached."""
    is_wanted = services.playbook.contact.is_measured and message.kind != CONFIRM
    wanted = is_wanted and services.outside.public_url
    message.is_measured = bool(wanted) and gate.may_measure(uow, lead)
    message.links = links_of(message.text) if message.is_measured else []
    return measuring.measured(uow, services.outside, message) if message.is_measured else None


def sender_of(services: Services, uow: UnitOfWork, message: LeadMessage) -> Address:
    """The one address that we write from, under the name of the rep in whose name it is."""
    ours = own_address(services.outside.mail_from)
    rep = uow.people.rep(message.rep_id) if message.rep_id else None
    name = " from ".join(part for part in (rep.name if rep else "", ours.display_name) if part)
    return Address(clean_text(name, limit=NAME_MAX), addr_spec=ours.addr_spec)


@lru_cache(maxsize=8)
def own_address(mail_from: str) -> Address:
    name, address = parseaddr(mail_from)
    return Address(name, addr_spec=address)


def to_them(basis: str) -> str:
    """What is written of them for us, said to them.

    Anybody can fill in a form with somebody else's address, and words of their own in place of ours: then the letter
    says when, but not in which words.
    """
    if is_linked(basis) or A_NUMBER.search(basis):
        basis = AFTER_THE_DATE.split(basis, maxsplit=1)[0]
    return one_line(f"you {basis.removeprefix('they ')}" if basis.startswith("they ") else basis)


def named(services: Services, message: LeadMessage, sender: Address) -> dict[str, str]:
    """From whom, when, and under which name: the same for every attempt, so that a second copy is known as one."""
    headers = {
        "From": str(sender), "Reply-To": sender.addr_spec, "Date": format_datetime(services.now()),
        "Message-ID": message_id(message.key, sender.domain),
    }  # fmt: skip
    # RFC 3834: a machine wrote it, so no machine is to answer. What a person approved, a person wrote.
    if message.kind in BY_ITSELF and message.decided_by_id is None:
        headers["Auto-Submitted"] = "auto-generated"
    return headers


def threaded(services: Services, uow: UnitOfWork, message: LeadMessage) -> dict[str, str]:
    """What it follows, so that mail programs show them together."""
    domain = own_address(services.outside.mail_from).domain
    before = [message_id(key, domain) for key in uow.letters.before(message)]
    answered = ANY_ID.fullmatch(message.answers or "")
    if answered:
        before = [*(one for one in before if one != answered.group()), answered.group()]
    return {"In-Reply-To": before[-1], "References": " ".join(before)} if before else {}


def stopping(stop_url: str) -> dict[str, str]:
    """RFC 2369 and RFC 8058: mail programs show a button, and press it with one POST."""
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": ONE_CLICK} if stop_url else {}
