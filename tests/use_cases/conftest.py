"""The office that use-case tests begin with."""

from collections.abc import Iterator

import pytest

from store.database import Database
from tests.factories import ALICE, BOB, CAROL, Office
from tests.recorded import assert_recorded


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """Tuesday morning in Europe: Alice and Bob are at work in team smb, Carol in New York is not yet.

    Whatever a test does there, what reports read has to say the same as the leads.
    """
    office = Office(database, ALICE, BOB, CAROL)
    yield office
    assert_recorded(office.services)
