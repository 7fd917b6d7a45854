"""Whoever works on a lead or a team holds it against others who do, and not against those who write about it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from store.database import Database, StoreUnavailableError
from store.models import Duplicate, Lead, Team
from store.unit_of_work import unit_of_work

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def both(database: Database) -> Database:
    """Two leads of one team, where rows can be held; SQLite has one writer at a time anyway."""
    if database.is_sqlite:
        pytest.skip("SQLite holds the whole database")
    with unit_of_work(database) as uow:
        uow.session.add(Team(id=1, name="smb"))
        uow.session.flush()
        given: dict[str, Any] = {"team_id": 1, "stage": "new", "created_at": NOON}
        uow.session.add_all([Lead(name="Jane", **given), Lead(name="Joe", **given)])
        uow.commit()
    return database


def test_a_question_about_a_lead_that_somebody_works_on_waits_for_nobody(both: Database) -> None:
    with unit_of_work(both) as mine, unit_of_work(both) as theirs:
        mine.leads.lock(1)
        mine.touches.lock_leads([1])
        mine.followups.locked(1)
        mine.people.team_for_decision(1)
        asked = Duplicate(lead_id=2, other_id=1, probability=0.9, reasons=[], found_at=NOON)
        assert theirs.duplicates.ask(asked) is not None
        theirs.session.add(Lead(name="Jim", team_id=1, stage="new", created_at=NOON))
        theirs.session.flush()


def test_of_two_who_work_on_one_lead_the_second_waits(both: Database) -> None:
    with unit_of_work(both) as mine:
        mine.leads.lock(1)
        with pytest.raises(StoreUnavailableError), unit_of_work(both) as theirs:
            theirs.leads.lock(1)
