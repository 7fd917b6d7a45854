"""Everything that was ever written down about one lead, of each kind the newest so many."""

from collections.abc import Sequence
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, or_, select

from store.models import (
    Answer,
    Consent,
    Decision,
    FieldChange,
    FollowUp,
    LeadMessage,
    LevelChange,
    Meeting,
    Merge,
    Note,
    Offer,
    OutboxRow,
    Press,
    StageChange,
    Touch,
)

Row = TypeVar("Row", bound=SQLModel)
MOST = 500  # of each kind: a lead with more than that is no person


class Timeline:
    def __init__(self, session: Session) -> None:
        self._session = session

    def touches(self, lead_id: int) -> list[Touch]:
        return self._newest(Touch, lead_id)

    def consents(self, lead_id: int) -> list[Consent]:
        return self._newest(Consent, lead_id)

    def notes(self, lead_id: int) -> list[Note]:
        return self._newest(Note, lead_id)

    def moves(self, lead_id: int) -> list[StageChange]:
        return self._newest(StageChange, lead_id)

    def decisions(self, lead_id: int) -> list[Decision]:
        return self._newest(Decision, lead_id)

    def claims(self, lead_id: int) -> list[Press]:
        return [press for press in self._newest(Press, lead_id) if press.won]

    def offers(self, lead_id: int) -> list[Offer]:
        """Those that were not taken."""
        return [offer for offer in self._newest(Offer, lead_id) if offer.status in ("passed", "lapsed")]

    def kept(self, lead_id: int) -> list[FollowUp]:
        """Follow-ups that were done."""
        return [one for one in self._newest(FollowUp, lead_id) if one.status == "done"]

    def meetings(self, lead_id: int) -> list[Meeting]:
        return self._newest(Meeting, lead_id)

    def messages(self, lead_id: int) -> list[LeadMessage]:
        return self._newest(LeadMessage, lead_id)

    def corrections(self, lead_id: int) -> list[FieldChange]:
        return self._newest(FieldChange, lead_id)

    def levels(self, lead_id: int) -> list[LevelChange]:
        return self._newest(LevelChange, lead_id)

    def answers(self, lead_id: int) -> list[Answer]:
        return self._newest(Answer, lead_id)

    def merges(self, lead_id: int) -> list[Merge]:
        """Those in which it was kept, and those in which it became part of another."""
        question = select(Merge).where(or_(Merge.kept_id == lead_id, Merge.gone_id == lead_id))
        return list(self._session.exec(question.order_by(col(Merge.id).desc()).limit(MOST)))

    def said_in(self, channel: str, thread_ts: str) -> list[OutboxRow]:
        """The lines that are known to have arrived in this thread, oldest first, as far as the outbox remembers."""
        question = select(OutboxRow).where(
            OutboxRow.thread_ts == thread_ts, OutboxRow.channel == channel, OutboxRow.status == "sent"
        )
        return list(self._session.exec(question.order_by(col(OutboxRow.id))))

    def is_on_its_way(self, keys: Sequence[str]) -> bool:
        """Whether a row with one of these coalesce keys has not left yet."""
        waits = col(OutboxRow.coalesce_key).in_(keys), col(OutboxRow.status).in_(("pending", "sending"))
        return self._session.exec(select(OutboxRow.id).where(*waits).limit(1)).first() is not None

    def _newest(self, kind: type[Row], lead_id: int) -> list[Row]:
        table = kind.metadata.tables[str(kind.__tablename__)]
        question = select(kind).where(table.c.lead_id == lead_id).order_by(table.c.id.desc()).limit(MOST)
        return list(self._session.exec(question))
