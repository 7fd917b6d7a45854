"""Saved searches, by name."""

from datetime import datetime

from sqlmodel import Session, col, select

from store.models import Segment


class Segments:
    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Segment]:
        return list(self._session.exec(select(Segment).order_by(col(Segment.name))))

    def named(self, name: str) -> Segment | None:
        return self._session.exec(select(Segment).where(Segment.name == name)).first()

    def queries(self) -> dict[str, str]:
        """What each is a search for, as it was written."""
        return dict(self._session.exec(select(Segment.name, Segment.query)).all())

    def save(self, name: str, query: str, *, made_by: int | None, now: datetime) -> bool:
        """Under a name that may be taken already; whether it was new."""
        known = self._session.exec(select(Segment).where(Segment.name == name).with_for_update()).first()
        if known is None:
            self._session.add(Segment(name=name, query=query, made_by=made_by, made_at=now))
            return True
        known.query, known.made_by, known.made_at = query, made_by, now
        return False

    def delete(self, segment: Segment) -> None:
        self._session.delete(segment)
