"""Random values this installation made for itself, once."""

from secrets import token_hex

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store.models import Secret

BYTES = 32


class Secrets:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert
        self._held: dict[str, Secret] = {}  # or the session would forget them, and ask anew for each link of a letter

    def known(self, name: str) -> str | None:
        """The value of that name, if there is one yet: for whoever only reads."""
        found = self._session.get(Secret, name)
        return found.value if found else None

    def get(self, name: str) -> str:
        """The value of that name; made the first time it is asked for, and the same for every replica."""
        known = self._session.get(Secret, name)
        if known is None:
            made = self._insert(Secret).values(name=name, value=token_hex(BYTES)).on_conflict_do_nothing()
            self._session.execute(made)
            known = self._session.get_one(Secret, name, populate_existing=True)
        self._held[name] = known
        return known.value
