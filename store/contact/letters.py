"""E-mails that left: by their names, which answers and returns carry, and what came of each."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import LeadMessage

BEFORE = text("""
    SELECT key FROM lead_message
    WHERE enrolment_id IS NOT NULL AND enrolment_id = :enrolment AND channel = 'email'
        AND status IN ('sending', 'sent', 'doubtful') AND id < :number
    ORDER BY id DESC LIMIT :most
""")


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
        asked = {"enrolment": message.enrolment_id, "number": message.id, "most": limit}
        return list(settled(self._session, LeadMessage).execute(BEFORE, asked).scalars())[::-1]

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
