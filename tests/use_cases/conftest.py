"""The office that use-case tests begin with."""

from collections.abc import Iterator

import pytest

from store.database import Database
from tests.factories import ALICE, BOB, CAROL, Office
from tests.recorded import assert_recorded


@pytest.fixture
def office(database: Database) -> Office:
    """Tuesday morning in Europe: Alice and Bob are at work in team smb, Carol in New York is not yet."""
    return Office(database, ALICE, BOB, CAROL)


@pytest.fixture(autouse=True)
def is_recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does in an office, this or one of its own, what reports read has to say the same as the leads."""
    office: Office | None = request.getfixturevalue("office") if "office" in request.fixturenames else None
    yield
    if office is not None:
        assert_recorded(office.services)
