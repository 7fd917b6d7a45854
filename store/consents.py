"""What people allowed and withdrew, as it was recorded."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from store.models import Consent, Lead

MAX_OF_ONE = 100  # leads of one address that are looked at


class Consents:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, consent: Consent) -> None:
        self._session.add(consent)

    def newest(self, lead: Lead) -> dict[str, Consent]:
        """By channel, the last word of the person: whichever of their leads it was recorded at."""
        newest = (
            select(func.max(col(Consent.id)))
            .join(Lead, col(Lead.id) == col(Consent.lead_id))
            .where(same_person(lead))
            .group_by(col(Consent.channel))
        )
        rows = self._session.exec(select(Consent).where(col(Consent.id).in_(newest)))
        return {row.channel: row for row in rows}

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

    def of_lead(self, lead: Lead, *, limit: int = 20) -> list[Consent]:
        """All that was recorded of the person, the newest first."""
        question = select(Consent).join(Lead, col(Lead.id) == col(Consent.lead_id)).where(same_person(lead))
        return list(self._session.exec(question.order_by(col(Consent.id).desc()).limit(limit)))

    def lock_person(self, lead: Lead) -> list[Lead]:
        """The person's leads in the order of their numbers, held until the transaction ends."""
        question = select(Lead).where(same_person(lead)).order_by(col(Lead.id)).limit(MAX_OF_ONE)
        if self._locks_rows:
            question = question.with_for_update()
        return list(self._session.exec(question.execution_options(populate_existing=True)))


def same_person(lead: Lead) -> ColumnElement[bool]:
    is_it = col(Lead.id) == lead.id
    return or_(is_it, col(Lead.email) == lead.email) if lead.email else is_it
