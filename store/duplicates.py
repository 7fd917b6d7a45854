"""Which leads could be the same person, who was asked about it, and which rows were joined."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy import or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Duplicate, Lead

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


class Pair(NamedTuple):
    """A question, and the two leads it is about."""

    duplicate: Duplicate
    lead: Lead
    other: Lead


OPEN = sqlalchemy.text("duplicate.status = 'open'")
FIELDS = ", ".join(f"lead.{name}" for name in ("id", *Candidate._fields[1:]))
# One question for all keys: which leads share one, the newest of each key.
SQLITE = """
    SELECT {fields} FROM lead WHERE id IN (
        SELECT twin.value FROM json_each(:{key}) AS wanted, json_each((
            SELECT json_group_array(id) FROM (
                SELECT id FROM lead WHERE {key} = wanted.value AND state = 'live' ORDER BY id DESC LIMIT {limit}
            )
        )) AS twin
    )
"""
POSTGRES = """
    SELECT {fields} FROM unnest(CAST(:{key} AS text[])) AS wanted CROSS JOIN LATERAL (
        SELECT * FROM lead WHERE {key} = wanted AND state = 'live' ORDER BY id DESC LIMIT {limit}
    ) AS lead
"""

HOLD = "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"


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
        given = dict(zip(KEYED, (emails, phones, person_blocks, company_blocks), strict=True))
        asked = {key: list(dict.fromkeys(values)) for key, values in given.items() if values}
        if not asked:
            return []
        keys: dict[str, Any] = asked if self._locks_rows else {key: json.dumps(some) for key, some in asked.items()}
        rows = settled(self._session, Lead).execute(question(tuple(asked), is_postgres=self._locks_rows), keys)
        return list({row[0]: Candidate._make(row) for row in rows}.values())

    def hold(self, emails: Collection[str], phones: Collection[str]) -> None:
        """Until this transaction ends nobody else looks for, or becomes, a person with one of these.

        SQLite has one writer at a time anyway.
        """
        if not self._locks_rows:
            return
        numbers = {number_of(f"{kind}:{value}") for kind, all_ in (("e", emails), ("p", phones)) for value in all_}
        if numbers:  # in one order, so that two never wait for each other
            self._session.connection().execute(sqlalchemy.text(HOLD), {"numbers": sorted(numbers)})

    # --- questions about pairs

    def ask(self, duplicate: Duplicate) -> Duplicate | None:
        """Note that somebody is asked about the pair; None when somebody was before."""
        question = select(Duplicate.id).where(
            or_(
                (col(Duplicate.lead_id) == duplicate.lead_id) & (col(Duplicate.other_id) == duplicate.other_id),
                (col(Duplicate.lead_id) == duplicate.other_id) & (col(Duplicate.other_id) == duplicate.lead_id),
            )
        )
        if self._session.exec(question).first() is not None:
            return None
        self._session.add(duplicate)
        self._session.flush()
        return duplicate

    def open_about(self, lead: Lead) -> list[Pair]:
        """Questions about this lead and others of its team that nobody has answered, the likeliest first."""
        lead_id, other = lead.id, aliased(Lead)
        question = (
            select(Duplicate, other)
            .join(other, col(other.id).in_((col(Duplicate.lead_id), col(Duplicate.other_id))))
            .where(OPEN, or_(col(Duplicate.lead_id) == lead_id, col(Duplicate.other_id) == lead_id))
            .where(col(other.id) != lead_id, other.state == "live", col(other.team_id) == lead.team_id)
            .order_by(col(Duplicate.probability).desc(), col(Duplicate.id))
        )
        return [Pair(asked, lead, twin) for asked, twin in self._session.exec(question)]

    def get(self, duplicate_id: int) -> Duplicate | None:
        return self._session.exec(select(Duplicate).where(Duplicate.id == duplicate_id)).first()

    def answer(self, duplicate_id: int, status: str, *, by: int, now: datetime) -> bool:
        """The answer, if there is none yet; of several at once exactly one hears True."""
        answering = (
            update(Duplicate)
            .where(col(Duplicate.id) == duplicate_id, col(Duplicate.status) == "open")
            .values(status=status, answered_by=by, answered_at=now)
            .returning(Duplicate)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        return self._session.scalars(answering).first() is not None

    def remember_different(
        self, lead_id: int, other_id: int, *, probability: float, reasons: list[str], by: int | None, now: datetime
    ) -> None:
        """Somebody said that these are two people, asked or not."""
        pair = sorted((lead_id, other_id))
        question = select(Duplicate).where(
            col(Duplicate.lead_id).in_(pair), col(Duplicate.other_id).in_(pair)
        )  # fmt: skip
        known = self._session.exec(question).first() or Duplicate(
            lead_id=pair[1], other_id=pair[0], probability=probability, reasons=reasons, found_at=now
        )
        known.status, known.answered_by, known.answered_at = "different", by, now
        self._session.add(known)
        self._session.flush()

    def open_pairs(self, team_ids: Collection[int] | None, *, limit: int = 50) -> list[Pair]:
        """Questions that nobody has answered about live leads, the likeliest first; of these teams, or of all."""
        other = aliased(Lead)
        question = (
            select(Duplicate, Lead, other)
            .join(Lead, col(Lead.id) == col(Duplicate.lead_id))
            .join(other, col(other.id) == col(Duplicate.other_id))
            .where(OPEN, Lead.state == "live", other.state == "live")
        )
        if team_ids is not None:
            question = question.where(or_(col(Lead.team_id).in_(team_ids), col(other.team_id).in_(team_ids)))
        listed = question.order_by(col(Duplicate.probability).desc(), col(Duplicate.id)).limit(limit)
        return [Pair(*row) for row in self._session.exec(listed)]


@lru_cache
def question(keys: tuple[str, ...], *, is_postgres: bool) -> sqlalchemy.TextClause:
    """One for all the keys, as a newcomer alone is asked about by each."""
    one = POSTGRES if is_postgres else SQLITE
    return sqlalchemy.text(" UNION ALL ".join(one.format(fields=FIELDS, key=key, limit=PER_KEY) for key in keys))


def number_of(key: str) -> int:
    """A number of 64 bits for an advisory lock."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
