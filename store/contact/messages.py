"""E-mails and SMS to leads: queued once, claimed by one, and what became of them."""

from datetime import datetime

from sqlalchemy import func, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import LeadMessage

QUEUED = text("lead_message.status IN ('held', 'waiting')")
WAITING = text("lead_message.status = 'waiting'")
REACHED = ("sending", "sent", "doubtful")  # whatever may have arrived counts as a contact


class LeadMessages:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def add(self, message: LeadMessage) -> LeadMessage | None:
        """Queue it. None when it, or its content for that person, was queued before."""
        values = message.model_dump(exclude={"id"})
        made = self._insert(LeadMessage).values(**values).on_conflict_do_nothing().returning(col(LeadMessage.id))
        number = self._session.execute(made).scalar()
        return None if number is None else self._session.get_one(LeadMessage, number)

    def get(self, number: int) -> LeadMessage | None:
        return self._session.get(LeadMessage, number, populate_existing=True)

    def cancel(
        self, why: str, *, lead_id: int | None = None, enrolment_id: int | None = None, recipient: str | None = None
    ) -> int:
        """What is queued of these is not sent any more; returns how many that were. One of the three is named."""
        named = {"lead_id": lead_id, "enrolment_id": enrolment_id, "recipient": recipient}
        given = [getattr(LeadMessage, name) == value for name, value in named.items() if value is not None]
        if len(given) != 1:
            raise ValueError("Name either the lead, the enrolment or the recipient.")
        change = (
            update(LeadMessage).where(QUEUED, *given).values(status="skipped", error=why[:300])
            .returning(col(LeadMessage.id)).execution_options(synchronize_session="fetch")
        )  # fmt: skip
        return len(list(self._session.execute(change)))

    def contacts_since(self, recipient: str, since: datetime) -> int:
        """How many messages of sequences that person got, or may have got, after this moment."""
        question = select(func.count()).select_from(LeadMessage).where(
            LeadMessage.recipient == recipient, col(LeadMessage.sent_at) > since,
            LeadMessage.kind == "sequence", col(LeadMessage.status).in_(REACHED),
        )  # fmt: skip
        return int(self._session.exec(question).one())

    def due(self, now: datetime, limit: int) -> list[int]:
        """The numbers of those that may leave, the longest due first."""
        question = (
            select(col(LeadMessage.id)).where(WAITING, LeadMessage.due_at <= now)
            .order_by(col(LeadMessage.due_at), col(LeadMessage.id)).limit(limit)
        )  # fmt: skip
        return [number for number in self._session.exec(question) if number]
