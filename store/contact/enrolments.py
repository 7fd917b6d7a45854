"""Which lead stands where in which sequence."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Enrolment, StepTaken

RUNNING = text("enrolment.status IN ('active', 'paused')")
ACTIVE = text("enrolment.status = 'active'")


class Enrolments:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def add(self, enrolment: Enrolment) -> Enrolment | None:
        """Enrol the lead. None when it is in that sequence, or in another one that talks to it, already."""
        values = enrolment.model_dump(exclude={"id"})
        made = self._insert(Enrolment).values(**values).on_conflict_do_nothing().returning(col(Enrolment.id))
        number = self._session.execute(made).scalar()
        return None if number is None else self._session.get_one(Enrolment, number)

    def running(self, lead_id: int) -> list[Enrolment]:
        """Those it is in now, paused ones included."""
        question = select(Enrolment).where(Enrolment.lead_id == lead_id, RUNNING).order_by(col(Enrolment.id))
        return list(self._session.exec(question))

    def due(self, now: datetime, limit: int) -> list[int]:
        """The numbers of those to be looked at, the longest due first."""
        question = (
            select(col(Enrolment.id)).where(ACTIVE, Enrolment.due_at <= now)
            .order_by(col(Enrolment.due_at), col(Enrolment.id)).limit(limit)
        )  # fmt: skip
        return [number for number in self._session.exec(question) if number]

    def get(self, number: int) -> Enrolment | None:
        return self._session.get(Enrolment, number, populate_existing=True)

    def take(self, enrolment: Enrolment, step: str, result: str, now: datetime) -> bool:
        """Write down that the step is taken. False when it was before."""
        values = {"enrolment_id": enrolment.id, "step": step, "result": result[:200], "at": now}
        made = self._insert(StepTaken).values(**values).on_conflict_do_nothing().returning(col(StepTaken.id))
        return self._session.execute(made).scalar() is not None

    def save(self, enrolment: Enrolment) -> None:
        self._session.add(enrolment)

    def leave(self, lead_id: int, why: str, now: datetime, *, only: int | None = None) -> list[Enrolment]:
        """End all that run for the lead, or the one of that number; returns those that ended."""
        ended = [one for one in self.running(lead_id) if only in (None, one.id)]
        for one in ended:
            one.status, one.left_at, one.why = "left", now, why[:120]
            self._session.add(one)
        return ended
