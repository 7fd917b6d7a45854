"""What a file brings is in the sums with the transaction that writes it, where nobody else is adding to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from store.database import Database
from store.models import Fold, Reached, Stay
from store.reporting import quality, reached, standing
from store.reporting.folding import Folding
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork, unit_of_work
from tests.store.story import ANN, ENTERPRISE, Story, moment
from tests.store.test_folding import both, everything, fold, sums

FILE: list[dict[str, Any]] = [
    {"source": "fair", "country": "DE", "campaign": "Spring", "level": "mql"},
    {"source": "fair", "country": "DE", "campaign": "Spring", "level": "mql"},
    {"source": "fair", "country": "DE", "campaign": "Spring"},
    {"source": "web", "country": "FR", "team_id": ENTERPRISE},
]  # fmt: skip
# With the one that is there already.
STOOD = [("fair", 3), ("web", 1), ("web", 1)]
STEPS = [("@arrived", "fair", 3), ("@arrived", "web", 1), ("@arrived", "web", 1), ("@mql", "fair", 2)]


@pytest.fixture
def told(database: Database) -> Story:
    """One lead that is in the sums."""
    told = Story(database)
    told.at("2026-10-05 08:00").arrives()
    fold(told)
    return told.at("2026-10-06 08:00")


def asked(zone: str = "UTC", as_of: str = "2026-12-01") -> Scope:
    return Scope(moment("2026-09-01"), moment("2026-12-01"), moment(as_of), zone)


def assert_answers_are_right(told: Story, zone: str = "UTC") -> None:
    """Also those about a moment before the file came, and in the middle of a month."""
    for as_of in ("2026-10-06 08:00", "2026-10-20", "2026-12-01"):
        with told.reading() as session:
            for answered, plain in both(session, asked(zone, as_of)):
                assert answered == plain


def folded(told: Story) -> list[int]:
    return [row.folded for model in (Stay, Reached) for row in everything(told, model)]


def test_what_a_file_brings_is_in_the_sums_at_once(told: Story) -> None:
    told.brings(*FILE)
    assert folded(told) == [1] * (5 + 5 + 2)
    with unit_of_work(told.database) as uow:
        assert not Folding(uow.session, locks_rows=uow.locks_rows).is_due("UTC")
    assert_answers_are_right(told)


def test_it_is_read_from_the_sums_alone(told: Story) -> None:
    told.brings(*FILE)
    with unit_of_work(told.database) as uow:
        uow.session.connection().execute(text("UPDATE stay SET source = 'elsewhere', mql_at = NULL"))
        uow.session.connection().execute(text("UPDATE reached SET source = 'elsewhere', country = 'XX'"))
        assert sorted((one.source, one.leads) for one in standing.standing(uow.session, asked())) == STOOD
        assert sorted((one.step, one.source, one.leads) for one in reached.reached(uow.session, asked())) == STEPS
        assert [(one.step, one.leads) for one in quality.judged(uow.session, asked())] == [("mql", 2)]


@pytest.mark.parametrize("at_once", [{"state": "merged"}, {"owner_id": ANN}, {"stage": "won"}, {"source": "web"}])
def test_what_changes_in_the_same_transaction_counts_as_it_is_then(told: Story, at_once: dict[str, Any]) -> None:
    told.brings(*FILE, at_once=at_once)
    assert_answers_are_right(told)
    fold(told)
    assert_answers_are_right(told)


def test_a_file_that_is_taken_back_counts_until_then(told: Story) -> None:
    leads = told.brings(*FILE)
    told.at("2026-10-10 08:00")
    for lead in leads:
        told.change(lead, state="undone")
    assert_answers_are_right(told)
    fold(told)
    assert_answers_are_right(told)
    with told.reading() as session:
        assert sum(one.leads for one in standing.standing(session, asked())) == 1


def test_what_is_undone_before_the_commit_is_in_no_sum(told: Story) -> None:
    before = sums(told)
    with unit_of_work(told.database, now=lambda: told.now, zone=lambda: "UTC") as uow:
        told.brought(uow, *FILE, at_once={})
    assert sums(told) == before


def test_sums_of_another_zone_wait_to_be_made_anew(told: Story) -> None:
    told.zone = "Europe/Berlin"
    told.brings(*FILE)
    assert folded(told).count(0) == 4 + 4 + 2
    assert_answers_are_right(told, "Europe/Berlin")
    fold(told, "Europe/Berlin")
    assert_answers_are_right(told, "Europe/Berlin")
    told.brings(*FILE)
    assert folded(told).count(0) == 0


def test_while_sums_are_emptied_nothing_is_added(told: Story) -> None:
    told.zone = "Asia/Tokyo"
    fold(told, told.zone, limit=1, slices=1)
    told.brings(*FILE)
    assert everything(told, Fold)[0].is_clearing
    assert folded(told).count(0) >= 4 + 4 + 2
    fold(told, told.zone)
    assert_answers_are_right(told, told.zone)


def test_where_nobody_has_ever_folded_it_is_folded_later(database: Database) -> None:
    told = Story(database).at("2026-10-06 08:00")
    told.brings(*FILE)
    assert set(folded(told)) == {0}
    fold(told)
    assert_answers_are_right(told)


# --- replicas


@contextmanager
def open_file(told: Story) -> Iterator[UnitOfWork]:
    """A file that another replica is bringing in, written and not committed."""
    with unit_of_work(told.database, now=lambda: told.now, zone=lambda: told.zone) as uow:
        told.brought(uow, *FILE, at_once={})
        yield uow
        uow.commit()


def test_while_another_replica_folds_a_file_is_folded_later(database: Database, told: Story) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    told.arrives()
    with unit_of_work(database) as other:
        assert Folding(other.session, locks_rows=True).slice("UTC", limit=1000)
        told.brings(*FILE)
        other.commit()
    assert folded(told).count(0) == 4 + 4 + 2
    assert_answers_are_right(told)
    fold(told)
    assert_answers_are_right(told)


def test_nobody_waits_for_a_file_that_is_not_committed(database: Database, told: Story) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    told.arrives()
    with open_file(told):
        with unit_of_work(database) as tick:
            assert Folding(tick.session, locks_rows=True).slice("UTC", limit=1000) == 0
        assert_answers_are_right(told)
    assert_answers_are_right(told)
    assert folded(told).count(0) == 2
    fold(told)
    assert_answers_are_right(told)
