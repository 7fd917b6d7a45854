"""Follow-ups that set themselves, leads that go stale, and leads without a next step."""

from datetime import datetime

from sqlalchemy import exists, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.followups import Promise
from store.models import FollowUp, Lead, Rep

# Written out, because SQLite matches a partial index only to the very same words.
STILL_OPEN = text("follow_up.status = 'open'")
LEAD_OPEN = text("lead.closed_at IS NULL")
STALE = text("lead.stale_at IS NOT NULL")


class NextSteps:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, follow_up: FollowUp) -> FollowUp | None:
        """Set a follow-up that sets itself; None when one of its origin is open for the lead already.

        On PostgreSQL this waits for another transaction that is just setting the same.
        """
        insert = postgres_insert if self._locks_rows else sqlite_insert
        values = follow_up.model_dump(exclude={"id"})
        statement = insert(FollowUp).values(values).on_conflict_do_nothing().returning(FollowUp)
        return self._session.scalars(statement).first()

    def open_of_lead(self, lead_id: int) -> list[FollowUp]:
        question = select(FollowUp).where(FollowUp.lead_id == lead_id, STILL_OPEN).order_by(col(FollowUp.id))
        return list(self._session.exec(question))

    def due_stale(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of leads that go stale now, those longest due first."""
        question = select(Lead.id).where(STALE, col(Lead.stale_at) <= now).order_by(col(Lead.stale_at)).limit(limit)
        return [lead_id for lead_id in self._session.exec(question) if lead_id is not None]

    def take_stale(self, lead_id: int, now: datetime) -> bool:
        """Its time to go stale is over; of several at once exactly one hears True."""
        taking = (
            update(Lead)
            .where(col(Lead.id) == lead_id, STALE, col(Lead.stale_at) <= now)
            .values(stale_at=None)
            .returning(Lead)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        return self._session.scalars(taking).first() is not None

    def going_stale(self, rep_id: int, *, limit: int = 50) -> list[Promise]:
        """The rep's open follow-ups that silence has set, those longest due first."""
        question = (
            select(FollowUp, Lead, Rep)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(FollowUp.rep_id == rep_id, STILL_OPEN, FollowUp.origin == "silence")
            .order_by(col(FollowUp.due_at), col(FollowUp.id))
            .limit(limit)
        )
        return [Promise(*row) for row in self._session.exec(question)]

    def without_next_step(self, rep_id: int, *, limit: int = 20) -> list[Lead]:
        """Open leads of the rep for which nothing is planned, the oldest first."""
        planned = exists().where(col(FollowUp.lead_id) == col(Lead.id), STILL_OPEN)
        is_for_now = col(Lead.forgone_until).is_(None)
        question = select(Lead).where(Lead.owner_id == rep_id, LEAD_OPEN, is_for_now, ~planned)
        return list(self._session.exec(question.order_by(col(Lead.id)).limit(limit)))
