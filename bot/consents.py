"""What people allowed and withdrew, channel by channel: recorded, shown, and held to."""

from collections.abc import Collection
from datetime import datetime

from bot import speech
from bot.errors import DibsError
from bot.rules import consent as rules
from bot.rules.cleaning import CleanLead
from bot.rules.consent import Channel, Standing
from store.models import Consent, Lead
from store.unit_of_work import UnitOfWork


def record_given(
    uow: UnitOfWork, lead: Lead, clean: CleanLead, now: datetime, *, is_own_word: bool | None = None
) -> None:
    """They said yes when they came, unless they withdrew before and this is not their own word.

    Their own word is a form that says what they agreed to; a list that somebody imports never is.
    """
    if not clean.consented:
        return
    if is_own_word is None:
        is_own_word = bool(clean.consent_wording) and lead.import_id is None
    held = standings(uow, lead)
    allowed = [one for one in clean.consented if rules.may_overrule(held.get(one), is_own_word=is_own_word)]
    for channel in allowed:
        uow.consents.add(Consent(
            lead_id=lead.id or 0, channel=channel, is_given=True, basis=clean.consent_basis,
            wording=clean.consent_wording, source=lead.source, at=now,
        ))  # fmt: skip
    if "email" in clean.consented:
        lead.consent = "email" in allowed


def standings(uow: UnitOfWork, lead: Lead) -> dict[str, Standing]:
    """What holds for each channel of which anything is known."""
    return {channel: standing(uow, row) for channel, row in uow.consents.newest(lead).items()}


def standing(uow: UnitOfWork, row: Consent) -> Standing:
    by = uow.people.rep(row.rep_id).name if row.rep_id else ""
    return Standing(row.channel, row.is_given, row.basis, row.wording, row.source, row.at, by)


def may_contact(uow: UnitOfWork, lead: Lead, channel: Channel) -> bool:
    """Unless they withdrew that channel."""
    return rules.may_contact(standings(uow, lead), channel)


def why_not(uow: UnitOfWork, lead: Lead, kind: str) -> str:
    """A sentence when a follow-up of this kind (call, email, message) would go against their word; else ""."""
    return rules.why_not(standings(uow, lead), kind) if kind in rules.NEEDED_FOR else ""


def require_contact(uow: UnitOfWork, lead: Lead, kind: str) -> None:
    """Let a follow-up of this kind be set, or say why not.

    Raises:
        DibsError: they withdrew that channel.
    """
    refusal = why_not(uow, lead, kind)
    if refusal:
        raise DibsError(refusal)


def withdrawn(uow: UnitOfWork, emails: Collection[str]) -> set[str]:
    """Which of the addresses belong to somebody who withdrew e-mail: many at once, for lists that are imported."""
    return uow.consents.withdrawn(emails)


def unsubscribed(uow: UnitOfWork, lead: Lead, now: datetime, *, at: datetime, source: str = "") -> None:
    """They said no to e-mail themselves, at an earlier moment perhaps."""
    withdraw(uow, lead, "email", at, source=source or "unsubscribed")
    speech.refresh_card(uow, lead, now)


def withdraw(
    uow: UnitOfWork, lead: Lead, channel: Channel, at: datetime, *, source: str, rep_id: int | None = None
) -> None:
    """They said no, to us or to somebody who told us."""
    uow.consents.add(Consent(
        lead_id=lead.id or 0, channel=channel, is_given=False, source=source[: rules.SOURCE_MAX], rep_id=rep_id, at=at
    ))  # fmt: skip
    if channel == "email":
        lead.consent = False
