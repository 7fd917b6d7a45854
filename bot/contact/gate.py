"""Whether somebody may be written to: a recorded basis for that channel, and an address that nothing forbids."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.contact.addresses import SALT, address_of, hashed, normal, recipient_of, wire_name
from bot.contact.standing import newest, standing, standings
from bot.rules import consent as rules
from store.models import Lead, Suppression
from store.unit_of_work import UnitOfWork

__all__ = [
    "SALT", "Allowed", "address_of", "barred", "gate", "hashed", "may_measure", "normal", "recipient_of", "suppressed",
    "suppressed_among", "wire_name",
]  # fmt: skip

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
    row = newest(uow, lead).get(channel)
    held = standing(uow, lead, row) if row else None
    refusal = rules.nothing_to_confirm(held) if kind == rules.CONFIRM else rules.without_yes(held, channel)
    if row is None or held is None or refusal:
        return refusal
    return Allowed(row.id, (rules.to_be_confirmed(held) if kind == rules.CONFIRM else rules.cited(held))[:BASIS_MAX])


def may_measure(uow: UnitOfWork, lead: Lead) -> bool:
    """Whether they agreed to their openings and clicks being counted."""
    return rules.allows(standings(uow, lead).get("measuring"))


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
