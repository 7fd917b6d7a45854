"""What leads did, who they are, and what somebody did who has not said yet who they are."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, TextClause, case, delete, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Lead, Touch

MOST_AT_ONCE = 1000  # that are cleared away
UNSUBSCRIBED = "unsubscribed"
ANONYMOUS = text("touch.lead_id IS NULL")  # written out, as SQLite wants for a partial index

DID_ANYTHING = text("SELECT 1 FROM touch WHERE touch.lead_id IS NULL AND touch.visitor = :visitor LIMIT 1")
ADOPT = text("UPDATE touch SET lead_id = :lead WHERE touch.lead_id IS NULL AND touch.visitor = :visitor")


class Touches:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, touch: Touch) -> bool:
        """Keep it unless its key is known; False for a second delivery."""
        insert = postgres_insert if self._locks_rows else sqlite_insert
        statement = insert(Touch).on_conflict_do_nothing(index_elements=["key"]).returning(col(Touch.id))
        added = self._session.connection().execute(statement, touch.model_dump(exclude={"id"}))
        return added.scalar_one_or_none() is not None

    def add_recording(self, key: str, recording: str) -> bool:
        """The call of that name can be heard now. False when that was known."""
        missing = col(Touch.recording).is_(None)
        change = update(Touch).where(col(Touch.key) == key, missing).values(recording=recording)
        result: CursorResult[Any] = self._session.connection().execute(change)
        return result.rowcount > 0

    def since(self, lead_id: int, since: datetime, *, limit: int = 200) -> list[Touch]:
        """What the lead did from then on, the newest first."""
        question = select(Touch).where(Touch.lead_id == lead_id, Touch.at >= since)
        return list(self._session.exec(question.order_by(col(Touch.id).desc()).limit(limit)))

    def leads_of(self, emails: Collection[str]) -> dict[str, int]:
        """By address, the number of the person's newest lead that is open, or else of their newest."""
        question = (
            select(Lead.email, Lead.id)
            .where(col(Lead.email).in_(emails), Lead.state == "live")
            # The last one of each address stays in the dictionary.
            .order_by(col(Lead.closed_at).is_(None), col(Lead.id))
        )
        return {email: lead_id for email, lead_id in self._session.exec(question) if email and lead_id}

    def leads_marked(self, marks: Collection[str]) -> dict[str, int]:
        """By the mark that a visitor left when they said who they are, their lead's number."""
        question = select(Touch.key, Touch.lead_id).where(col(Touch.key).in_(marks))
        return {key: lead_id for key, lead_id in self._session.exec(question) if key and lead_id}

    def mark(self, touch: Touch) -> None:
        """Remember under the touch's key whose it is; the newest word holds."""
        insert = postgres_insert if self._locks_rows else sqlite_insert
        statement = insert(Touch).on_conflict_do_update(
            index_elements=["key"], set_={"lead_id": touch.lead_id, "detail": touch.detail, "at": touch.at}
        )
        self._session.connection().execute(statement, touch.model_dump(exclude={"id"}))

    def lock_leads(self, lead_ids: Collection[int]) -> dict[int, Lead]:
        """The leads as they are now, held until the transaction ends; in one order, against deadlocks."""
        question = select(Lead).where(col(Lead.id).in_(lead_ids)).order_by(col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(key_share=True)
        found = self._session.exec(question.execution_options(populate_existing=True))
        return {lead.id: lead for lead in found if lead.id is not None}

    def where_now(self, lead_ids: Collection[int]) -> dict[int, int]:
        """The lead that each of these became part of, or is."""
        now = case((col(Lead.state) == "merged", col(Lead.merged_into_id)), else_=col(Lead.id))
        question = select(Lead.id, now).where(col(Lead.id).in_(lead_ids))
        return {lead_id: into for lead_id, into in self._session.exec(question) if lead_id and into}

    def anonymous(self, visitors: Collection[str], *, limit: int = 200) -> list[Touch]:
        """What was done under these addresses and ids while nobody knew whose they are, the newest first."""
        found: list[Touch] = []
        for visitor in visitors:
            if not settled(self._session, Touch).execute(DID_ANYTHING, {"visitor": visitor}).first():
                continue  # as with nearly everybody
            question = select(Touch).where(*of_stranger(visitor)).order_by(col(Touch.id).desc()).limit(limit)
            found += self._session.exec(question)
        return sorted(found, key=lambda touch: touch.id or 0, reverse=True)[:limit]

    def adopt(self, lead_id: int, visitors: Collection[str]) -> int:
        """What was done under these addresses and ids is the lead's from now on; how many things it was."""
        return sum(self._adopt_of(lead_id, visitor) for visitor in visitors)

    def _adopt_of(self, lead_id: int, visitor: str) -> int:
        result: CursorResult[Any] = self._session.connection().execute(ADOPT, {"lead": lead_id, "visitor": visitor})
        return result.rowcount

    def unsubscribed(self, lead_id: int) -> Touch | None:
        """When they last said no to e-mail."""
        question = select(Touch).where(Touch.lead_id == lead_id, Touch.kind == UNSUBSCRIBED)
        return self._session.exec(question.order_by(col(Touch.at).desc()).limit(1)).first()

    def keep_newest(self, visitors: Collection[str], most: int) -> None:
        """Of each of these, while nobody knows who they are, no more than so many are kept; but a no always is."""
        for visitor in visitors:
            theirs = select(Touch.id).where(*of_stranger(visitor), Touch.kind != UNSUBSCRIBED)
            newest_first = theirs.order_by(col(Touch.id).desc())
            too_many = newest_first.offset(most).limit(MOST_AT_ONCE)
            self._session.connection().execute(delete(Touch).where(col(Touch.id).in_(too_many)))

    def forget_anonymous(self, before: datetime, *, most: int = 5000) -> int:
        """Delete what was done before then by people who never said who they are; so many at a time.

        That somebody wants no e-mail stays, or the next list that has them would bring them one.
        """
        old = select(Touch.id).where(ANONYMOUS, Touch.at < before, Touch.kind != UNSUBSCRIBED).limit(most)
        result: CursorResult[Any] = self._session.connection().execute(delete(Touch).where(col(Touch.id).in_(old)))
        return result.rowcount


def of_stranger(visitor: str) -> tuple[TextClause, ColumnElement[bool]]:
    """One name a question: for several at once SQLite would read all strangers instead of looking into the index."""
    return ANONYMOUS, col(Touch.visitor) == visitor
