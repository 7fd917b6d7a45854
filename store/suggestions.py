"""What could be a lead, and what people said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from store.models import Suggestion


class Suggestions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Suggestion) -> None:
        """Store it, which gives it its number."""
        self._session.add(row)
        self._session.flush()

    def get(self, suggestion_id: int) -> Suggestion | None:
        return self._session.exec(select(Suggestion).where(Suggestion.id == suggestion_id)).first()

    def settle(self, suggestion_id: int, status: str, rep_id: int, now: datetime) -> bool:
        """Of many who answer at once exactly one hears True."""
        answer = (
            update(Suggestion)
            .where(col(Suggestion.id) == suggestion_id, col(Suggestion.status) == "waiting")
            .values(status=status, answered_by=rep_id, answered_at=now)
            .execution_options(synchronize_session=False)
        )
        result: CursorResult[Any] = self._session.connection().execute(answer)
        return result.rowcount == 1

    def became(self, suggestion_id: int, lead_id: int) -> None:
        made = update(Suggestion).where(col(Suggestion.id) == suggestion_id).values(lead_id=lead_id)
        self._session.connection().execute(made)
