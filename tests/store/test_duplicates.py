"""Who could be the same is found by index, many at once, and a crowded key slows nothing down."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from store.database import Database
from store.duplicates import KEYED, PER_KEY, Duplicates, question
from store.models import Lead, Team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
INDEXES = {
    "email": "ix_lead_email", "phone": "ix_lead_phone", "person_block": "lead_by_person",
    "company_block": "lead_by_company",
}  # fmt: skip


def lead(number: int, **given: Any) -> Lead:
    return Lead(name=f"Lead {number}", team_id=1, stage="new", created_at=NOON, **given)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        opened.add(Team(id=1, name="smb"))
        opened.flush()
        yield opened


@pytest.fixture
def duplicates(session: Session, database: Database) -> Duplicates:
    return Duplicates(session, locks_rows=not database.is_sqlite)


def test_each_key_finds_its_leads_once(session: Session, duplicates: Duplicates) -> None:
    session.add_all([
        lead(1, email="a@a.example", phone="+491"), lead(2, person_block="p"), lead(3, company_block="c"), lead(4),
    ])  # fmt: skip
    session.flush()
    found = duplicates.candidates(["a@a.example", "x"], ["+491"], ["p"], ["c"])
    assert sorted(one.name for one in found) == ["Lead 1", "Lead 2", "Lead 3"]


def test_a_lead_is_found_as_this_transaction_has_made_it(session: Session, duplicates: Duplicates) -> None:
    """A newcomer's address tells which account a known lead is of, whom they are then compared with."""
    known = lead(1, company_block="acme|dj", account="acme")
    session.add(known)
    session.flush()
    known.account = "acme.example"
    assert [one.account for one in duplicates.candidates(company_blocks=["acme|dj"])] == ["acme.example"]


def test_only_live_leads_are_found(session: Session, duplicates: Duplicates) -> None:
    session.add_all([lead(n, email="a@a.example", state=state) for n, state in
                     enumerate(("live", "merged", "undone", "archived"))])  # fmt: skip
    session.flush()
    assert [one.name for one in duplicates.candidates(["a@a.example"])] == ["Lead 0"]


def test_of_a_crowded_key_the_newest_are_found(session: Session, duplicates: Duplicates) -> None:
    session.add_all([lead(number, person_block="crowded") for number in range(PER_KEY + 30)])
    session.flush()
    found = duplicates.candidates(person_blocks=["crowded"])
    assert {one.name for one in found} == {f"Lead {number}" for number in range(30, PER_KEY + 30)}


def test_thousands_of_keys_are_one_question(session: Session, duplicates: Duplicates) -> None:
    session.add_all([lead(number, email=f"{number}@a.example") for number in range(40)])
    session.flush()
    found = duplicates.candidates([f"{number}@a.example" for number in range(5000)])
    assert len(found) == 40


@pytest.mark.parametrize("keys", [*((key,) for key in KEYED), KEYED])
def test_no_key_reads_the_whole_table(session: Session, database: Database, keys: tuple[str, ...]) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL decides by the size of the table")
    asked = text(f"EXPLAIN QUERY PLAN {question(keys, is_postgres=False)}")
    plan = [str(row[3]) for row in session.connection().execute(asked, dict.fromkeys(keys, "[]"))]
    assert all(any(INDEXES[key] in step for step in plan) for key in keys)
    assert not any(step.startswith("SCAN lead") for step in plan)
