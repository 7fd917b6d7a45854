"""Follow-ups: what was promised about which lead, and to whom it falls."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, text, update
from sqlmodel import Session, col, select

from store.models import FollowUp, Lead, Rep

STILL_OPEN = text("follow_up.status = 'open'")
MANAGERS_TO_HEAR = text("follow_up.managers_hear = 'waiting'")


@dataclass(frozen=True)
class Promise:
    """A follow-up with the lead it is about and the rep who made it."""

    follow_up: FollowUp
    lead: Lead
    rep: Rep


class FollowUps:
    def __init__(self, session: Session, *, locks_rows: bool = False) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, follow_up: FollowUp) -> FollowUp:
        self._session.add(follow_up)
        self._session.flush()
        return follow_up

    def promise(self, follow_up_id: int) -> Promise | None:
        return next(iter(self._promises(FollowUp.id == follow_up_id)), None)

    def locked(self, follow_up_id: int) -> Promise | None:
        """The promise as it is once its lead is locked; whoever changes either waits for the other there."""
        lead_id = self._session.exec(select(FollowUp.lead_id).where(FollowUp.id == follow_up_id)).first()
        if self._locks_rows:
            self._session.exec(select(Lead.id).where(Lead.id == lead_id).with_for_update(key_share=True)).first()
        return next(iter(self._promises(FollowUp.id == follow_up_id, is_fresh=True)), None)

    def open_of_lead(self, lead_id: int) -> list[Promise]:
        return self._promises(FollowUp.lead_id == lead_id, STILL_OPEN, limit=None)

    def next_lent(self, rep_id: int, team_ids: Collection[int] | None, *, after: int) -> int | None:
        """The next open follow-up that was lent to the rep, about a lead of these teams or of any."""
        question = (
            select(FollowUp.id)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .where(STILL_OPEN, FollowUp.rep_id == rep_id, FollowUp.is_lent, col(FollowUp.id) > after)
            .order_by(col(FollowUp.id))
            .limit(1)
        )
        return self._session.exec(
            question if team_ids is None else question.where(col(Lead.team_id).in_(team_ids))
        ).first()

    def next_by_lead(self, lead_ids: set[int]) -> dict[int, FollowUp]:
        """Each lead's soonest open follow-up."""
        if not lead_ids:
            return {}
        question = (
            select(FollowUp)
            .where(col(FollowUp.lead_id).in_(lead_ids), STILL_OPEN)
            .order_by(col(FollowUp.due_at).desc())
        )
        return {follow_up.lead_id: follow_up for follow_up in self._session.exec(question)}

    def _promises(self, *conditions: Any, limit: int | None = 50, is_fresh: bool = False) -> list[Promise]:
        question = (
            select(FollowUp, Lead, Rep)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(*conditions)
            .order_by(col(FollowUp.due_at), col(FollowUp.id))
            .limit(limit)
            .execution_options(populate_existing=is_fresh)
        )
        return [Promise(*row) for row in self._session.exec(question)]

    def close(self, follow_up_id: int, status: str, *, now: datetime, outcome: str = "") -> bool:
        """End the follow-up if it is still open; exactly one caller hears True."""
        ending = (
            update(FollowUp)
            .where(col(FollowUp.id) == follow_up_id, col(FollowUp.status) == "open")
            .values(status=status, closed_at=now, outcome=outcome, managers_hear="no")
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(ending)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def move(self, follow_up_id: int, due_at: datetime) -> bool:
        """Put an open follow-up off to another time; False when it is not open any more."""
        later = (
            update(FollowUp)
            .where(col(FollowUp.id) == follow_up_id, col(FollowUp.status) == "open")
            .values(due_at=due_at, managers_hear="no")
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(later)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def reopen(self, follow_up_id: int) -> bool:
        """Take back that it is not needed; False when it was not given up, or is open again already."""
        again = (
            update(FollowUp)
            .where(col(FollowUp.id) == follow_up_id, col(FollowUp.status) == "cancelled")
            .values(status="open", closed_at=None)
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(again)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def is_any_to_hear(self) -> bool:
        return self._session.exec(select(FollowUp.id).where(MANAGERS_TO_HEAR).limit(1)).first() is not None

    def managers_to_hear(self, *, limit: int = 50) -> list[FollowUp]:
        """Neglected ones that managers have not been told of, oldest first."""
        question = select(FollowUp).where(MANAGERS_TO_HEAR).order_by(col(FollowUp.id)).limit(limit)
        return list(self._session.exec(question.with_for_update(skip_locked=True) if self._locks_rows else question))
