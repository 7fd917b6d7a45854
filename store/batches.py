"""Rows that nobody keeps in hand: gathered, and written at one go before anything is read or committed."""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session, SQLModel


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
            event.listen(self._session, "do_orm_execute", self._write)
            event.listen(self._session, "before_commit", self._write)
            self._is_heard = True
        self._rows.setdefault(model, []).append(values)

    def _write(self, _occasion: object) -> None:
        if self._rows:
            rows, self._rows = self._rows, {}
            self._session.flush()  # what they refer to comes first
            for model, values in rows.items():
                self._session.connection().execute(model.__table__.insert(), values)  # type: ignore[attr-defined]
