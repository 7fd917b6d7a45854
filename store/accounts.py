"""The names that accounts go by, and the people of one account."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Lead

AT_ONCE = 500  # names in one question; SQLite takes 32,766 values in a statement
MOST_PEOPLE = 100  # of one account
# "WHERE true", or SQLite takes ON CONFLICT for a part of the join.
LEARN_SQLITE = """
    INSERT INTO account_name (name, account) SELECT key, value FROM json_each(:meant) WHERE true
    ON CONFLICT DO NOTHING RETURNING name
"""
LEARN_POSTGRES = """
    INSERT INTO account_name (name, account) SELECT key, value FROM json_each_text(CAST(:meant AS json)) WHERE true
    ON CONFLICT DO NOTHING RETURNING name
"""

KNOWN_SQLITE = "SELECT name, account FROM account_name WHERE name IN (SELECT value FROM json_each(:names))"
KNOWN_POSTGRES = "SELECT name, account FROM account_name WHERE name = ANY(CAST(:names AS text[]))"
UNDER_SQLITE = "SELECT id FROM lead WHERE account IN (SELECT value FROM json_each(:names)) ORDER BY id LIMIT :most"
UNDER_POSTGRES = "SELECT id FROM lead WHERE account = ANY(CAST(:names AS text[])) ORDER BY id LIMIT :most"
PEOPLE = text("SELECT id FROM lead WHERE account = :account AND lead.state = 'live' ORDER BY id DESC LIMIT :most")
# One part an index: asked with OR, SQLite might look through all leads there are.
OWNED = text("""
    SELECT 1 FROM lead WHERE account = :account AND owner_id IS NOT NULL AND lead.state = 'live' UNION ALL
    SELECT 1 FROM lead WHERE email = :email AND owner_id IS NOT NULL AND lead.state = 'live' UNION ALL
    SELECT 1 FROM lead WHERE phone = :phone AND owner_id IS NOT NULL AND lead.state = 'live' LIMIT 1
""")


def parts(names: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(names)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


class Accounts:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def known(self, names: Collection[str]) -> dict[str, str]:
        """Which account each of the names stands for; names that nobody explained are left out."""
        found: dict[str, str] = {}
        for some in parts(names):
            asked = text(KNOWN_POSTGRES if self._locks_rows else KNOWN_SQLITE)
            rows = self._session.connection().execute(asked, {"names": self._given(some)})
            found.update((name, account) for name, account in rows)
        return found

    def _given(self, names: Sequence[str]) -> Any:
        """Written out, as in LEARN."""
        return list(names) if self._locks_rows else json.dumps(list(names))

    def learn(self, meant: Mapping[str, str]) -> dict[str, str]:
        """Remember what the names stand for; returns those that were new. Of several explanations the first holds."""
        given = json.dumps({name[:254]: meant[name][:254] for name in sorted(meant)})
        # Written out: with a value for each name, compiling the statement would cost more than running it.
        added = text(LEARN_POSTGRES if self._locks_rows else LEARN_SQLITE)
        new = self._session.connection().execute(added, {"meant": given})
        return {name: meant[name] for (name,) in new if name in meant}

    def under_names(self, names: Collection[str]) -> list[Lead]:
        """Leads whose account is such a name only, because their people gave no business address.

        Locked until the transaction ends; what another is changing is passed over, because this one may hold what that
        one waits for. Such a lead stays under the name until somebody corrects it.
        """
        asked = text(UNDER_POSTGRES if self._locks_rows else UNDER_SQLITE)
        numbers: list[int] = []
        for some in parts(names):
            given = {"names": self._given(some), "most": AT_ONCE}
            numbers += self._session.connection().execute(asked, given).scalars()
        if not numbers:
            return []
        question = select(Lead).where(col(Lead.id).in_(numbers), col(Lead.account).in_(names)).order_by(col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True, key_share=True)
        return list(self._session.exec(question))

    def is_owned(self, account: str | None, email: str | None, phone: str | None) -> bool:
        """Whether somebody owns a lead of the same person or account."""
        given = {"account": account, "email": email, "phone": phone}
        return settled(self._session, Lead).execute(OWNED, given).first() is not None

    def people(self, account: str, *, besides: int | None = None) -> list[Lead]:
        """Everybody of the account, the newest first; not the lead `besides`."""
        given = {"account": account, "most": MOST_PEOPLE}
        numbers = list(settled(self._session, Lead).execute(PEOPLE, given).scalars())
        if not set(numbers) - {besides}:
            return []
        question = select(Lead).where(col(Lead.id).in_(numbers)).order_by(col(Lead.id).desc())
        return [lead for lead in self._session.exec(question) if lead.id != besides]
