"""Saved searches, by name."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Segment


class Segments:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def all(self) -> list[Segment]:
        return list(self._session.exec(select(Segment).order_by(col(Segment.name))))

    def named(self, name: str) -> Segment | None:
        return self._session.exec(select(Segment).where(Segment.name == name)).first()

    def queries(self) -> dict[str, str]:
        """What each is a search for, as it was written."""
        return dict(self._session.exec(select(Segment.name, Segment.query)).all())

    def save(self, name: str, query: str, *, made_by: int | None, now: datetime) -> bool:
        """Under a name that may be taken already, or this very moment; whether it was new."""
        is_new = self.named(name) is None
        said = {"query": query, "made_by": made_by, "made_at": now}
        kept = self._insert(Segment).values(name=name, **said)
        self._session.connection().execute(kept.on_conflict_do_update(index_elements=["name"], set_=said))
        return is_new

    def delete(self, segment: Segment) -> None:
        """It may be gone already: somebody else did the same."""
        self._session.connection().execute(delete(Segment).where(col(Segment.id) == segment.id))
