"""The ledger shows when a decision was changed after the fact."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from store.database import Database
from store.ledger import Entry
from store.models import Decision, Lead, Team
from store.unit_of_work import unit_of_work

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def decided(database: Database) -> Database:
    """Three decisions of one team."""
    with unit_of_work(database) as uow:
        team = uow.people.remember_team("smb")
        for number in range(3):
            lead = Lead(name=f"Lead {number}", team_id=team.id or 0, stage="new", created_at=NOON)
            uow.leads.add(lead, kind="form", now=NOON)
            uow.ledger.add(team, Entry(kind="open", lead_id=lead.id, rule="r/1"), at=NOON)
        uow.commit()
    return database


def is_intact(database: Database) -> bool:
    with unit_of_work(database, writes=False) as uow:
        return uow.ledger.is_intact(uow.people.teams()[0])


def test_an_untouched_chain_is_intact(decided: Database) -> None:
    assert is_intact(decided)


@pytest.mark.parametrize("change", ["kind", "drop", "head"])
def test_a_changed_chain_is_not(decided: Database, change: str) -> None:
    with unit_of_work(decided) as uow:
        decision = uow.session.exec(select(Decision).where(Decision.number == 3)).one()
        if change == "kind":
            decision.kind = "turn"
        elif change == "drop":
            uow.session.delete(decision)
        else:
            uow.session.exec(select(Team)).one().chain_head = "0" * 64
        uow.commit()
    assert not is_intact(decided)
