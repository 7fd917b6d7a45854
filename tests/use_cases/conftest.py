"""The office that use-case tests begin with."""

import pytest

from store.database import Database
from tests.factories import ALICE, BOB, CAROL, Office


@pytest.fixture
def office(database: Database) -> Office:
    """Tuesday morning in Europe: Alice and Bob are at work in team smb, Carol in New York is not yet."""
    return Office(database, ALICE, BOB, CAROL)
