"""What has reached the bot, under keys that make a second delivery a no-op."""

from typing import Any

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.models import InboxRow

STILL_WAITING = text("inbox.status = 'waiting'")


class Inbox:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def receive(self, row: InboxRow) -> bool:
        """Keep the row unless its key is known; False for a second delivery.

        On PostgreSQL this waits for another transaction that is just writing the same key.
        """
        insert = postgres_insert if self._locks_rows else sqlite_insert
        values = row.model_dump(exclude={"id"})
        statement = insert(InboxRow).on_conflict_do_nothing(index_elements=["key"]).returning(col(InboxRow.id))
        # Past the ORM, which would build the statement anew for every row.
        row.id = self._session.connection().execute(statement, values).scalar_one_or_none()
        return row.id is not None

    def answer(self, row: InboxRow, answer: dict[str, Any]) -> None:
        """What a second delivery is told, once the first has been dealt with."""
        told = update(InboxRow).where(col(InboxRow.id) == row.id).values(answer=answer)
        self._session.connection().execute(told)

    def answered(self, key: str) -> InboxRow | None:
        return self._session.exec(select(InboxRow).where(InboxRow.key == key)).first()

    def forget(self, key: str) -> None:
        """What comes under the key next counts as the first."""
        self._session.connection().execute(delete(InboxRow).where(col(InboxRow.key) == key))

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
