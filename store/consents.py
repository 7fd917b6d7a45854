"""What people allowed and withdrew, as it was recorded."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select

from store.models import Consent, Lead

# Asked of everybody who comes, and of whom hardly anything is known yet, so put into words once.
# A no is about the person, a yes about the address for which it was said; what anybody could have said counts least.
LAST = """
    SELECT coalesce(
        max(CASE WHEN consent.basis <> :least AND (NOT consent.is_given OR consent.recipient IN (:one, :other))
            THEN consent.id END),
        max(CASE WHEN consent.recipient IN (:one, :other) THEN consent.id END),
        max(consent.id)
    ) FROM consent
"""
OF_THEM = (
    " JOIN lead ON lead.id = consent.lead_id WHERE lead.id = :lead OR lead.email = :email GROUP BY consent.channel"
)
OF_IT = " WHERE consent.lead_id = :lead GROUP BY consent.channel"
NOWHERE = "-"  # no address has this name


@lru_cache
def newest_of(whose: str) -> Any:
    return select(Consent).where(text(f"consent.id IN ({LAST} {whose})"))


class Consents:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, consent: Consent) -> None:
        self._session.add(consent)

    def newest(self, lead: Lead, recipients: Collection[str], *, least: str) -> dict[str, Consent]:
        """By channel, the last word of the person: whichever of their leads it was recorded at.

        A yes counts that was said for one of these addresses, by their names; another one only where nothing else is
        known, as does one of the basis `least`.
        """
        one, other, *_ = (*recipients, NOWHERE, NOWHERE)
        given = {"lead": lead.id, "email": lead.email, "one": one, "other": other, "least": least}
        found = self._session.scalars(newest_of(OF_THEM if lead.email else OF_IT), given)
        return {row.channel: row for row in found}

    def withdrawn(self, emails: Collection[str]) -> set[str]:
        """Which of the addresses belong to somebody whose last word on e-mail was no."""
        newest = (
            select(func.max(col(Consent.id)))
            .join(Lead, col(Lead.id) == col(Consent.lead_id))
            .where(col(Lead.email).in_(emails), Consent.channel == "email")
            .group_by(col(Lead.email))
        )
        question = (
            select(Lead.email)
            .join(Consent, col(Lead.id) == col(Consent.lead_id))
            .where(col(Consent.id).in_(newest), col(Consent.is_given).is_(False))
        )
        return {email for email in self._session.exec(question) if email}

    def alike(self, lead_ids: Collection[int]) -> set[int]:
        """These leads, and all others of the same people: whose word is written down at each of them, so that
        whoever does locks them all, in one order."""
        addresses = select(Lead.email).where(col(Lead.id).in_(lead_ids), col(Lead.email).is_not(None))
        others = self._session.exec(select(Lead.id).where(col(Lead.email).in_(addresses)))
        return {*lead_ids, *(number for number in others if number)}

    def mirror(self, lead: Lead, is_given: bool) -> None:
        """The person's other leads say the same; they are locked, in one order if nobody did that before."""
        if not lead.email:
            return
        is_other = col(Lead.email) == lead.email, col(Lead.id) != lead.id, col(Lead.consent).is_not(is_given)
        question = select(col(Lead.id)).where(*is_other).order_by(col(Lead.id))
        # SQLite passes over the lock: it has one writer at a time.
        numbers = list(self._session.exec(question.with_for_update(key_share=True)))
        if numbers:
            changing = update(Lead).where(col(Lead.id).in_(numbers)).values(consent=is_given)
            self._session.connection().execute(changing.execution_options(synchronize_session=False))
