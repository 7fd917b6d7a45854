"""What leads did, and who they are."""

from datetime import datetime

from sqlmodel import Session, col, select

from store.models import Lead, Touch


class Touches:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, touch: Touch) -> None:
        self._session.add(touch)

    def since(self, lead_id: int, since: datetime, *, limit: int = 200) -> list[Touch]:
        """What the lead did from then on, the newest first."""
        question = select(Touch).where(Touch.lead_id == lead_id, Touch.at >= since)
        return list(self._session.exec(question.order_by(col(Touch.id).desc()).limit(limit)))

    def lead_of(self, email: str) -> int | None:
        """The number of the person's newest lead that is open, or else of their newest."""
        question = (
            select(Lead.id)
            .where(Lead.email == email, Lead.state == "live")
            .order_by(col(Lead.closed_at).is_not(None), col(Lead.id).desc())
            .limit(1)
        )
        return self._session.exec(question).first()
