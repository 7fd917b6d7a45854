"""Addresses that must not be written to, known by their salted hashes."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from store.models import Suppression


class Suppressions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def standing(self, channel: str, recipient: str) -> Suppression | None:
        """What forbids writing to that address, if anything does."""
        row = self._row(channel, recipient)
        return row if row is not None and row.lifted_at is None else None

    def add(self, channel: str, recipient: str, *, reason: str, source: str, now: datetime) -> bool:
        """Never write there again. False when that stood already."""
        row = self._row(channel, recipient)
        if row is None:
            self._session.add(Suppression(
                channel=channel, recipient=recipient, reason=reason, source=source[:120], at=now
            ))  # fmt: skip
            return True
        if row.lifted_at is None:
            return False
        row.reason, row.source, row.at, row.lifted_at = reason, source[:120], now, None
        self._session.add(row)
        return True

    def lift(self, channel: str, recipient: str, now: datetime) -> bool:
        """They said yes again themselves. False when nothing stood."""
        standing = col(Suppression.lifted_at).is_(None)
        question = select(Suppression.id).where(
            Suppression.channel == channel, Suppression.recipient == recipient, standing
        )
        found = self._session.exec(question).first()
        if found is None:
            return False
        self._session.execute(update(Suppression).where(col(Suppression.id) == found).values(lifted_at=now))
        return True

    def _row(self, channel: str, recipient: str) -> Suppression | None:
        question = select(Suppression).where(Suppression.channel == channel, Suppression.recipient == recipient)
        return self._session.exec(question.with_for_update()).first()
