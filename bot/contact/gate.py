"""Whether somebody may be written to: a recorded basis for that channel, and an address that nothing forbids."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.contact.standing import standing, standings
from bot.rules import consent as rules
from store.models import Lead, Suppression
from store.unit_of_work import UnitOfWork

SALT = "salt"
BASIS_MAX = 200
NO_ADDRESS = {"email": "No e-mail address is known of them.", "sms": "No telephone number is known of them."}


@dataclass(frozen=True)
class Allowed:
    """What the message cites: the row, unless they asked for the message themselves, and the same in words."""

    consent_id: int | None
    basis: str


def gate(
    uow: UnitOfWork, lead: Lead, channel: str, now: datetime, *, kind: str = "sequence", asked: str = ""
) -> Allowed | str:  # fmt: skip
    """What allows a message of this kind, or a sentence that says what does not.

    `asked`, of what they asked for themselves: how they did, in words.
    """
    address = address_of(lead, channel)
    if not address:
        return NO_ADDRESS[channel]
    forbidden = suppressed(uow, channel, address)
    if forbidden is not None and rules.is_barred(forbidden.reason, kind):
        return rules.barred(channel, forbidden.reason, forbidden.at)
    if kind in rules.ASKED_FOR:
        return Allowed(None, (asked or f"they asked for it on {rules.said_on(now)}")[:BASIS_MAX])
    row = uow.consents.newest(lead).get(channel)
    held = standing(uow, row) if row else None
    if row is None or held is None or rules.without_yes(held, channel):
        return rules.without_yes(held, channel)
    return Allowed(row.id, rules.cited(held)[:BASIS_MAX])


def may_measure(uow: UnitOfWork, lead: Lead) -> bool:
    """Whether they agreed to their openings and clicks being counted."""
    return not rules.without_yes(standings(uow, lead).get("measuring"), "measuring")


def address_of(lead: Lead, channel: str) -> str:
    """Where they are reached by that channel; "" when nobody knows."""
    return (lead.email if channel == "email" else lead.phone) or ""


def suppressed(uow: UnitOfWork, channel: str, address: str) -> Suppression | None:
    """What forbids writing there, if anything does."""
    salt = uow.secrets.known(SALT)  # without one, nobody was ever suppressed
    return uow.suppressions.standing(channel, hashed(salt, channel, address)) if salt else None


def barred(uow: UnitOfWork, lead: Lead) -> dict[str, Suppression]:
    """By channel, what forbids writing to the lead there."""
    salt = uow.secrets.known(SALT)
    places = {channel: address_of(lead, channel) for channel in NO_ADDRESS}
    names = {channel: hashed(salt, channel, address) for channel, address in places.items() if salt and address}
    return {row.channel: row for row in uow.suppressions.all_standing(names)} if names else {}


def suppressed_among(uow: UnitOfWork, channel: str, addresses: Collection[str]) -> set[str]:
    """Which of the addresses must not be written to: many at once, for lists that are imported."""
    salt = uow.secrets.known(SALT)
    if not salt or not addresses:
        return set()
    names = {hashed(salt, channel, address): address for address in addresses}
    return {names[name] for name in uow.suppressions.among(channel, names)}


def recipient_of(uow: UnitOfWork, channel: str, address: str) -> str:
    """The name under which an address is remembered without being kept; in a transaction that may write."""
    return hashed(uow.secrets.get(SALT), channel, address)


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
