"""E-mails that left: by their names, which answers and returns carry, and what came of each."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from store.models import LeadMessage

LEFT = ("sending", "sent", "doubtful")
OF_ENROLMENT = text("lead_message.enrolment_id IS NOT NULL")


class Letters:
    def __init__(self, session: Session) -> None:
        self._session = session

    def by_keys(self, keys: Sequence[str]) -> LeadMessage | None:
        """The e-mail that is meant: of the names, the first that is one of ours."""
        if not keys:
            return None
        question = select(LeadMessage).where(col(LeadMessage.key).in_(keys), LeadMessage.channel == "email")
        found = {one.key: one for one in self._session.exec(question)}
        return next((found[key] for key in keys if key in found), None)

    def fresh(self, number: int) -> LeadMessage | None:
        """As it is now, after its lead was locked."""
        return self._session.get(LeadMessage, number, populate_existing=True)

    def before(self, message: LeadMessage, *, limit: int = 10) -> list[str]:
        """The keys of the e-mails of its enrolment that left before it, the oldest first."""
        if message.enrolment_id is None:
            return []
        question = (
            select(col(LeadMessage.key))
            .where(OF_ENROLMENT, LeadMessage.enrolment_id == message.enrolment_id, LeadMessage.channel == "email",
                   col(LeadMessage.status).in_(LEFT), col(LeadMessage.id) < message.id)
            .order_by(col(LeadMessage.id).desc()).limit(limit)
        )  # fmt: skip
        return list(self._session.exec(question))[::-1]

    def came_back(self, recipient: str, times: int) -> bool:
        """Whether the last so many e-mails to that address all came back."""
        question = (
            select(col(LeadMessage.bounced_at))
            .where(LeadMessage.recipient == recipient, col(LeadMessage.sent_at).is_not(None),
                   LeadMessage.channel == "email")
            .order_by(col(LeadMessage.sent_at).desc(), col(LeadMessage.id).desc()).limit(times)
        )  # fmt: skip
        found = list(self._session.exec(question))
        return len(found) == times and None not in found

    def save(self, message: LeadMessage) -> None:
        self._session.add(message)
