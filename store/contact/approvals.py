"""Messages that wait for somebody's yes."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from store.models import Lead, LeadMessage

HELD = text("lead_message.status = 'held'")


class Approvals:
    def __init__(self, session: Session) -> None:
        self._session = session

    def of_owner(
        self, rep_id: int, *, since: datetime, before: datetime, limit: int = 20
    ) -> list[tuple[Lead, LeadMessage]]:  # fmt: skip
        """About this rep's leads, asked for within that time, the oldest first."""
        question = (
            select(Lead, LeadMessage).join(LeadMessage, col(LeadMessage.lead_id) == col(Lead.id))
            .where(HELD, Lead.owner_id == rep_id, LeadMessage.created_at >= since,
                   LeadMessage.created_at < before)
            .order_by(col(LeadMessage.id)).limit(limit)
        )  # fmt: skip
        return list(self._session.exec(question))
