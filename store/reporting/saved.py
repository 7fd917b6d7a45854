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

    def save(
        self, name: str, key: str, words: str, *, made_by: int, now: datetime, in_place_of: int | None = None
    ) -> bool:
        """Under a name that may be taken, or is this very moment; False if by anybody but these two."""
        said = {"name": name, "words": words, "made_by": made_by, "made_at": now}
        theirs = col(SavedReport.made_by).in_([made_by, *([in_place_of] if in_place_of else [])])
        kept = self._insert(SavedReport).values(key=key, **said)
        kept = kept.on_conflict_do_update(index_elements=["key"], set_=said, where=theirs)
        return self._session.connection().execute(kept.returning(col(SavedReport.id))).first() is not None

    def forget(self, saved: SavedReport) -> None:
        self._session.connection().execute(delete(SavedReport).where(col(SavedReport.id) == saved.id))
