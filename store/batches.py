"""Rows that nobody keeps in hand: gathered, and written at one go before anything is read or committed."""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session, SQLModel


def settled(session: Session, *models: type[SQLModel]) -> Any:
    """The connection, for a question past the ORM that looks at these tables: rows still in hand are written first.

    The session's own questions write whatever there is, and put each question together anew, which costs most of it.
    """
    if any(isinstance(row, models) for row in (*session.new, *session.dirty, *session.deleted)):
        session.flush()
    return session.connection()


class Batch:
    """Past the ORM, for which a row costs several times what it costs to decide about it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
        self._is_heard = False

    def add(self, model: type[SQLModel], **values: Any) -> None:
        """The row must have all columns but its id; rows of one model come in the order in which they were added."""
        if not self._is_heard:
            # Whatever asks a question sees the rows, as with the session's own.
            event.listen(self._session, "do_orm_execute", lambda _: self.write())
            event.listen(self._session, "before_commit", lambda _: self.write())
            self._is_heard = True
        self._rows.setdefault(model, []).append(values)

    def write(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, {}
            self._session.flush()  # what they refer to comes first
            for model, values in rows.items():
                self._session.connection().execute(model.__table__.insert(), values)  # type: ignore[attr-defined]
