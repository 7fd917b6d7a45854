"""Offers: whose claim a lead is, and until when."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Result, text, update
from sqlmodel import Session, col, select

from store.models import Offer

STILL_OPEN = text("offer.status = 'open'")


def changed_rows(result: Result[Any]) -> int:
    """How many rows an UPDATE changed; SQLAlchemy's types do not know that it is countable."""
    return int(cast("CursorResult[Any]", result).rowcount)


class Offers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, offer: Offer) -> Offer:
        self._session.add(offer)
        self._session.flush()
        return offer

    def open_for(self, lead_id: int) -> Offer | None:
        return self._session.exec(select(Offer).where(Offer.lead_id == lead_id, STILL_OPEN)).first()

    def all_for(self, lead_id: int) -> list[Offer]:
        return list(self._session.exec(select(Offer).where(Offer.lead_id == lead_id).order_by(col(Offer.id))))

    def lapsed(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of open offers whose window is over, oldest first."""
        over = (STILL_OPEN, Offer.expires_at <= now)
        question = select(Offer.id).where(*over).order_by(col(Offer.expires_at)).limit(limit)
        return [offer_id for offer_id in self._session.exec(question) if offer_id is not None]

    def get(self, offer_id: int) -> Offer:
        return self._session.exec(select(Offer).where(Offer.id == offer_id)).one()

    def close(self, offer_id: int, status: str, *, now: datetime) -> bool:
        """End the offer if it is still open; exactly one caller hears True."""
        ending = (
            update(Offer)
            .where(col(Offer.id) == offer_id, col(Offer.status) == "open")
            .values(status=status, closed_at=now)
        )
        return changed_rows(self._session.execute(ending)) == 1

    def close_for(self, lead_id: int, status: str, *, now: datetime) -> None:
        """End whatever offer the lead has."""
        ending = (
            update(Offer)
            .where(col(Offer.lead_id) == lead_id, col(Offer.status) == "open")
            .values(status=status, closed_at=now)
        )
        self._session.execute(ending)
