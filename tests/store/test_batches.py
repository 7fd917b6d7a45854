"""Rows that are gathered and written at one go are there for whoever asks, and gone with an undone transaction."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from store.database import Database
from store.models import Lead, Offer
from store.unit_of_work import unit_of_work

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def people(database: Database) -> Database:
    """A team, a rep and a lead, each number 1."""
    with unit_of_work(database) as uow:
        team = uow.people.remember_team("smb")
        uow.people.remember_rep("U0ALICE", name="Alice", time_zone="UTC")
        uow.leads.add(Lead(name="Jane", team_id=team.id or 0, stage="new", created_at=NOON), kind="form", now=NOON)
        uow.commit()
    return database


def offers(database: Database) -> int:
    with Session(database.engine) as session:
        return len(session.exec(select(Offer)).all())


def test_every_question_of_the_same_transaction_sees_them(people: Database) -> None:
    with unit_of_work(people) as uow:
        uow.offers.give(1, 1, team_id=1, now=NOON, until=NOON + timedelta(minutes=15))
        found = uow.offers.open_for(1)
        assert found
        assert (found.rep_id, found.expires_at) == (1, NOON + timedelta(minutes=15))
        assert uow.offers.close(found.id or 0, "passed", now=NOON)
        uow.offers.had(1, 1, now=NOON)
        asked = uow.session.exec(select(Offer).where(Offer.lead_id == 1).order_by(col(Offer.id)))
        assert [offer.status for offer in asked] == ["passed", "claimed"]
        uow.commit()
    assert offers(people) == 2


def test_what_they_refer_to_is_written_first(people: Database) -> None:
    with unit_of_work(people) as uow:
        lead = Lead(name="Joe", team_id=1, stage="new", created_at=NOON)
        uow.session.add(lead)
        lead.id = 2
        uow.offers.had(2, 1, now=NOON)
        uow.commit()
    assert offers(people) == 1


def test_they_go_with_a_transaction_that_is_undone(people: Database) -> None:
    with unit_of_work(people) as uow:
        uow.offers.had(1, 1, now=NOON)
    assert offers(people) == 0


def test_constraints_hold_for_them_as_for_others(people: Database) -> None:
    with unit_of_work(people) as uow:
        for _ in range(2):
            uow.offers.give(1, 1, team_id=1, now=NOON, until=NOON)
        with pytest.raises(IntegrityError):
            uow.commit()
    assert offers(people) == 0
