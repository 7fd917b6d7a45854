"""What has reached the bot, under keys that make a second delivery a no-op."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Executable, bindparam, delete, func, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.models import InboxRow

STILL_WAITING = text("inbox.status = 'waiting'")

TOLD = text("UPDATE inbox SET answer = :answer WHERE id = :row").bindparams(bindparam("answer", type_=JSON()))


@lru_cache
def received(is_postgres: bool) -> Executable:
    insert = postgres_insert if is_postgres else sqlite_insert
    return insert(InboxRow).on_conflict_do_nothing(index_elements=["key"]).returning(col(InboxRow.id))


class Inbox:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def receive(self, row: InboxRow) -> bool:
        """Keep the row unless its key is known; False for a second delivery.

        On PostgreSQL this waits for another transaction that is just writing the same key.
        """
        values = row.model_dump(exclude={"id"})
        # Past the ORM, which would build the statement anew for every row.
        row.id = self._session.connection().execute(received(self._locks_rows), values).scalar_one_or_none()
        return row.id is not None

    def answer(self, row: InboxRow, answer: dict[str, Any]) -> None:
        """What a second delivery is told, once the first has been dealt with."""
        self._session.connection().execute(TOLD, {"row": row.id, "answer": answer})

    def answered(self, key: str) -> InboxRow | None:
        return self._session.exec(select(InboxRow).where(InboxRow.key == key)).first()

    def lock(self, key: str) -> InboxRow | None:
        """The row of that key, held until the transaction ends; None while another replica holds it."""
        question = select(InboxRow).where(InboxRow.key == key)
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True)
        return self._session.exec(question.execution_options(populate_existing=True)).first()

    def forget(self, key: str) -> None:
        """What comes under the key next counts as the first."""
        self._session.connection().execute(delete(InboxRow).where(col(InboxRow.key) == key))

    def forget_rejected(self, before: datetime, *, most: int = 5000) -> None:
        """Delete what was wrong with what could not be taken before then; so many at a time."""
        # SQLite finds them by the beginning of the key; PostgreSQL orders signs as it was set up to, and looks at all.
        is_one = col(InboxRow.key).startswith("rejected:")
        is_one = is_one if self._locks_rows else col(InboxRow.key).between("rejected:", "rejected;")
        old = select(InboxRow.id).where(is_one, InboxRow.status == "rejected", InboxRow.received_at < before)
        self._session.connection().execute(delete(InboxRow).where(col(InboxRow.id).in_(old.limit(most))))

    def waiting(self, *, limit: int = 200) -> list[int]:
        """The ids of rows not worked off yet, oldest first."""
        question = select(InboxRow.id).where(STILL_WAITING).order_by(col(InboxRow.id)).limit(limit)
        return [row_id for row_id in self._session.exec(question) if row_id is not None]

    def take(self, row_id: int) -> InboxRow | None:
        """The row if it still waits, locked until the transaction ends; None if another replica works on it."""
        question = select(InboxRow).where(STILL_WAITING, InboxRow.id == row_id)
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True)
        return self._session.exec(question).first()

    def count_waiting(self) -> int:
        return self._session.exec(select(func.count()).select_from(InboxRow).where(STILL_WAITING)).one()

    def save(self, row: InboxRow) -> None:
        self._session.add(row)
