"""Which leads could be the same person, who was asked about it, and which rows were joined."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy
from sqlmodel import Session

PER_KEY = 50  # newest leads of one key: the most frequent name must not slow an import down
KEYED = ("email", "phone", "person_block", "company_block")


class Candidate(NamedTuple):
    """What a lead is compared by; `bot.rules.matching.Known` has the same fields."""

    lead_id: int
    name: str
    email: str | None
    phone: str | None
    company: str | None
    account: str | None
    person_block: str | None
    company_block: str | None
    title: str | None
    country: str | None


FIELDS = ", ".join(f"lead.{name}" for name in ("id", *Candidate._fields[1:]))
# One question for all keys: which leads share one, the newest of each key.
SQLITE = """
    SELECT {fields} FROM lead WHERE id IN (
        SELECT twin.value FROM json_each(:keys) AS wanted, json_each((
            SELECT json_group_array(id) FROM (
                SELECT id FROM lead WHERE {key} = wanted.value AND state = 'live' ORDER BY id DESC LIMIT {limit}
            )
        )) AS twin
    )
"""
POSTGRES = """
    SELECT {fields} FROM unnest(CAST(:keys AS text[])) AS wanted CROSS JOIN LATERAL (
        SELECT * FROM lead WHERE {key} = wanted AND state = 'live' ORDER BY id DESC LIMIT {limit}
    ) AS lead
"""


class Duplicates:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    # --- who could be the same

    def candidates(
        self, emails: Collection[str] = (), phones: Collection[str] = (), person_blocks: Collection[str] = (),
        company_blocks: Collection[str] = (),
    ) -> list[Candidate]:  # fmt: skip
        """Live leads with one of these keys, each once; of one key the newest. Thousands of keys may be asked for."""
        found: dict[int, Candidate] = {}
        for key, values in zip(KEYED, (emails, phones, person_blocks, company_blocks), strict=True):
            if values:
                found.update((row.lead_id, row) for row in self._with_key(key, values))
        return list(found.values())

    def _with_key(self, key: str, values: Collection[str]) -> list[Candidate]:
        sql = question(key, is_postgres=self._locks_rows)
        wanted = list(dict.fromkeys(values))
        given: Any = wanted if self._locks_rows else json.dumps(wanted)
        rows = self._session.connection().execute(sqlalchemy.text(sql), {"keys": given})
        return [Candidate(*row) for row in rows]


def question(key: str, *, is_postgres: bool) -> str:
    return (POSTGRES if is_postgres else SQLITE).format(fields=FIELDS, key=key, limit=PER_KEY)
