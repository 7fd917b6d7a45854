"""What could be a lead, and what people said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, func, text, update
from sqlmodel import Session, col, select

from store.models import Suggestion

IS_HELD = text("suggestion.status = 'held'")


class Suggestions:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, row: Suggestion) -> None:
        """Store it, which gives it its number."""
        self._session.add(row)
        self._session.flush()

    def get(self, suggestion_id: int) -> Suggestion | None:
        return self._session.exec(select(Suggestion).where(Suggestion.id == suggestion_id)).first()

    def lately(self, sender: str, since: datetime, limit: int) -> list[Suggestion]:
        """The newest that came from that sender after this moment, the newest first."""
        theirs = Suggestion.sender == sender, Suggestion.at > since
        question = select(Suggestion).where(*theirs).order_by(col(Suggestion.id).desc()).limit(limit)
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def unanswered_since(self, since: datetime) -> int:
        """How many of those that came after this moment are shown and wait for an answer."""
        shown = Suggestion.at > since, Suggestion.status == "waiting"
        return self._session.exec(select(func.count()).select_from(Suggestion).where(*shown)).one()

    def let_out(self) -> Suggestion | None:
        """The one that waits longest to be shown is shown from now on; of many who ask at once each gets another."""
        oldest = select(Suggestion).where(IS_HELD).order_by(col(Suggestion.id)).limit(1)
        if self._locks_rows:
            oldest = oldest.with_for_update(skip_locked=True)
        row = self._session.exec(oldest.execution_options(populate_existing=True)).first()
        if row is not None:
            row.status = "waiting"
            self._session.add(row)
        return row

    def one_more(self, row: Suggestion) -> None:
        """Another came from the same sender, which is told there instead of being shown."""
        counting = update(Suggestion).where(col(Suggestion.id) == row.id).values(more=col(Suggestion.more) + 1)
        self._session.connection().execute(counting.execution_options(synchronize_session=False))
        self._session.expire(row)

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
