"""A parcel becomes an e-mail for the wire: every header through the library, which refuses a second line."""

import base64
import binascii
from email import policy
from email.message import EmailMessage
from typing import Any

from bot.contact.ports import Parcel
from bot.rules.mailing.names import is_one_address

MOST_ATTACHMENTS = 5
MAIL_MAX = 5 * 1024 * 1024
WIRE = policy.SMTP.clone(cte_type="7bit")


class CannotMailError(Exception):
    """This can never be sent; says why."""


def as_mail(parcel: Parcel) -> bytes:
    """The e-mail, ready for the wire.

    Raises:
        CannotMailError: it has not exactly one recipient, has headers that are none, or is too large.
    """
    if not is_one_address(parcel.to):
        raise CannotMailError("This is not exactly one e-mail address.")
    try:
        made = message_of(parcel).as_bytes(policy=WIRE)
    except (ValueError, LookupError, TypeError, IndexError, AttributeError) as error:  # what the library refuses
        raise CannotMailError(f"No e-mail can be made of this: {error}") from error
    if len(made) > MAIL_MAX:
        raise CannotMailError(f"The e-mail is larger than {MAIL_MAX // 2**20} MB.")
    return made


def message_of(parcel: Parcel) -> EmailMessage:
    message = EmailMessage(policy=WIRE)
    message["To"] = wire_address(parcel.to)
    message["Subject"] = parcel.subject
    for name, value in parcel.headers.items():
        message[name] = value
    message.set_content(parcel.text)
    if parcel.html:
        message.add_alternative(parcel.html, subtype="html")
    for attachment in parcel.attachments[:MOST_ATTACHMENTS]:
        attach(message, attachment)
    return message


def wire_address(address: str) -> str:
    """As servers know it: a host's name in letters without accents."""
    name, _, host = address.rpartition("@")
    if not name.isascii():
        raise CannotMailError("Mail servers do not know addresses with such letters before the @.")
    return f"{name}@{host if host.isascii() else host.encode('idna').decode('ascii')}"


def attach(message: EmailMessage, attachment: dict[str, Any]) -> None:
    """Text as it is, everything else from base64; of the type's parameters only what calendars need."""
    kind, _, parameters = str(attachment["type"]).partition(";")
    main, _, sub = kind.strip().lower().partition("/")
    name, content = str(attachment["name"]), str(attachment["content"])
    if main == "text":
        said = {"method": method} if (method := method_in(parameters)) else {}
        message.add_attachment(content, subtype=sub, filename=name, params=said)
    else:
        message.add_attachment(from_base64(content), maintype=main, subtype=sub, filename=name)


def method_in(parameters: str) -> str:
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "method" and value.strip().isalpha():
            return value.strip().upper()
    return ""


def from_base64(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise CannotMailError("An attachment cannot be read.") from error
