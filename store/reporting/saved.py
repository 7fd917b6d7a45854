"""Questions to reports, by the names that somebody gave them."""

from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import SavedReport


class Saved:
    """`key` is the name as it is compared."""

    def __init__(self, session: Session) -> None:
        self._session = session
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        self._insert = sqlite.insert if is_sqlite else postgresql.insert

    def all(self) -> list[SavedReport]:
        return list(self._session.exec(select(SavedReport).order_by(col(SavedReport.key))))

    def count(self) -> int:
        return self._session.exec(select(func.count()).select_from(SavedReport)).one()

    def named(self, key: str) -> SavedReport | None:
        return self._session.exec(select(SavedReport).where(SavedReport.key == key)).first()

    def save(self, name: str, key: str, words: str, *, made_by: int, now: datetime) -> None:
        """Under a name that may be taken already, or this very moment."""
        said = {"name": name, "words": words, "made_by": made_by, "made_at": now}
        kept = self._insert(SavedReport).values(key=key, **said)
        self._session.connection().execute(kept.on_conflict_do_update(index_elements=["key"], set_=said))

    def forget(self, saved: SavedReport) -> None:
        self._session.connection().execute(delete(SavedReport).where(col(SavedReport.id) == saved.id))
