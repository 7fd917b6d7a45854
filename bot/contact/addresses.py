"""The name under which an address is remembered without being kept: a salted hash, the same however it was written."""

import hashlib
import hmac

from store.models import Lead
from store.unit_of_work import UnitOfWork

SALT = "salt"
PLACES = {"email": "email", "measuring": "email", "sms": "sms", "phone": "sms"}  # which address a yes is about


def address_of(lead: Lead, channel: str) -> str:
    """Where they are reached by that channel; "" when nobody knows."""
    return (lead.email if channel == "email" else lead.phone) or ""


def recipient_of(uow: UnitOfWork, channel: str, address: str) -> str:
    """The name of that address; in a transaction that may write."""
    return hashed(uow.secrets.get(SALT), channel, address)


def said_for(uow: UnitOfWork, lead: Lead, channel: str) -> str:
    """The name of the address for which they say yes or no to that channel now; "" while none is known."""
    place = PLACES[channel]
    address = address_of(lead, place)
    return recipient_of(uow, place, address) if address else ""


def names_now(uow: UnitOfWork, lead: Lead) -> dict[str, str]:
    """By channel, the name of the address that the lead has now; without a salt nobody ever said anything."""
    salt = uow.secrets.known(SALT)
    if not salt:
        return {}
    names = {place: hashed(salt, place, address) for place in ("email", "sms") if (address := address_of(lead, place))}
    return {channel: names[place] for channel, place in PLACES.items() if place in names}


def hashed(salt: str, channel: str, address: str) -> str:
    return hmac.new(bytes.fromhex(salt), f"{channel}:{normal(channel, address)}".encode(), hashlib.sha256).hexdigest()


def normal(channel: str, address: str) -> str:
    """One spelling of an address, whoever wrote it how."""
    if channel == "email":
        name, at, host = address.strip().casefold().rpartition("@")
        return f"{name}{at}{wire_name(host)}"
    return "".join(letter for letter in address if letter.isdigit())


def wire_name(host: str) -> str:
    """A host as mail servers know it, whether it was written with its accents or already without."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:  # no server has such a name
        return host
