"""Follow-ups, and the reminders that speak of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, text, update
from sqlmodel import Session, col, select

from store.models import FollowUp, Lead, Reminder, Rep

STILL_OPEN = text("follow_up.status = 'open'")
STILL_WAITING = text("reminder.status = 'waiting'")


@dataclass(frozen=True)
class Promise:
    """A follow-up with the lead it is about and the rep who made it."""

    follow_up: FollowUp
    lead: Lead
    rep: Rep


class FollowUps:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, follow_up: FollowUp) -> FollowUp:
        self._session.add(follow_up)
        self._session.flush()
        return follow_up

    def promise(self, follow_up_id: int) -> Promise | None:
        return next(iter(self._promises(FollowUp.id == follow_up_id)), None)

    def open_of_rep(self, rep_id: int, *, limit: int = 20) -> list[Promise]:
        """The rep's open follow-ups, soonest first."""
        return self._promises(FollowUp.rep_id == rep_id, STILL_OPEN, limit=limit)

    def open_of_lead(self, lead_id: int) -> list[Promise]:
        return self._promises(FollowUp.lead_id == lead_id, STILL_OPEN)

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

    def overdue(self, now: datetime, *, team_ids: set[int] | None = None, limit: int = 50) -> list[Promise]:
        """Open follow-ups whose time has passed, longest overdue first. `team_ids` None: all teams."""
        conditions: list[Any] = [STILL_OPEN, FollowUp.due_at <= now]
        if team_ids is not None:
            conditions.append(col(Lead.team_id).in_(team_ids))
        return self._promises(*conditions, limit=limit)

    def _promises(self, *conditions: Any, limit: int = 50) -> list[Promise]:
        question = (
            select(FollowUp, Lead, Rep)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(*conditions)
            .order_by(col(FollowUp.due_at), col(FollowUp.id))
            .limit(limit)
        )
        return [Promise(*row) for row in self._session.exec(question)]

    def close(self, follow_up_id: int, status: str, *, now: datetime) -> bool:
        """End the follow-up if it is still open; exactly one caller hears True."""
        ending = (
            update(FollowUp)
            .where(col(FollowUp.id) == follow_up_id, col(FollowUp.status) == "open")
            .values(status=status, closed_at=now)
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(ending)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def move(self, follow_up_id: int, due_at: datetime) -> bool:
        """Put an open follow-up off to another time; False when it is not open any more."""
        later = (
            update(FollowUp)
            .where(col(FollowUp.id) == follow_up_id, col(FollowUp.status) == "open")
            .values(due_at=due_at)
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(later)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def remind(self, reminder: Reminder) -> bool:
        """Plan a reminder; False when that follow-up was already reminded of for that due time.

        One that was dropped comes back: a follow-up can be put off twice to the same morning.
        """
        same_time = (Reminder.follow_up_id == reminder.follow_up_id, Reminder.due_at == reminder.due_at)
        planned = self._session.exec(select(Reminder).where(*same_time)).first()
        if planned is None:
            self._session.add(reminder)
        elif planned.status == "dropped":
            planned.status, planned.fire_at, planned.in_digest = "waiting", reminder.fire_at, reminder.in_digest
        self._session.flush()
        return planned is None or planned.status == "waiting"

    def reminder(self, reminder_id: int) -> Reminder | None:
        return self._session.exec(select(Reminder).where(Reminder.id == reminder_id)).first()

    def reminders_of(self, follow_up_id: int) -> list[Reminder]:
        question = select(Reminder).where(Reminder.follow_up_id == follow_up_id).order_by(col(Reminder.id))
        return list(self._session.exec(question))

    def due_reminders(self, now: datetime, *, in_digest: bool, limit: int = 200) -> list[Reminder]:
        """Reminders whose moment has come, oldest first."""
        question = (
            select(Reminder)
            .where(STILL_WAITING, Reminder.fire_at <= now, Reminder.in_digest == in_digest)
            .order_by(col(Reminder.fire_at), col(Reminder.id))
            .limit(limit)
        )
        return list(self._session.exec(question))

    def due_in_digest_of(self, rep_id: int, now: datetime) -> list[Reminder]:
        """What the rep's morning digest has to say, most overdue first."""
        question = (
            select(Reminder)
            .join(FollowUp, col(FollowUp.id) == col(Reminder.follow_up_id))
            .where(STILL_WAITING, Reminder.fire_at <= now, Reminder.in_digest, FollowUp.rep_id == rep_id)
            .order_by(col(Reminder.due_at), col(Reminder.id))
        )
        return list(self._session.exec(question))

    def settle(self, reminder_id: int, status: str, *, now: datetime) -> bool:
        """Mark a waiting reminder fired or dropped; exactly one caller hears True."""
        settling = (
            update(Reminder)
            .where(col(Reminder.id) == reminder_id, col(Reminder.status) == "waiting")
            .values(status=status, fired_at=now)
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(settling)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def drop_waiting(self, follow_up_id: int, *, now: datetime) -> None:
        """Nothing more will be said about this follow-up."""
        dropping = (
            update(Reminder)
            .where(col(Reminder.follow_up_id) == follow_up_id, col(Reminder.status) == "waiting")
            .values(status="dropped", fired_at=now)
            .execution_options(synchronize_session="fetch")
        )
        self._session.execute(dropping)

    def oldest_waiting(self) -> datetime | None:
        question = select(Reminder.fire_at).where(STILL_WAITING).order_by(col(Reminder.fire_at)).limit(1)
        return self._session.exec(question).first()
