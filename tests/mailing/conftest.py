"""Mail servers and an office that the tests of this folder share."""

import asyncio
from collections.abc import Iterator

import pytest

from store.database import Database
from tests.factories import ALICE, BOB, Office
from tests.mailing.servers import Certificate, loop_in_a_thread, make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with loop_in_a_thread() as made:
        yield made


@pytest.fixture
def office(database: Database) -> Office:
    """Tuesday morning, Alice and Bob at work, and letters leave as Acme Sales."""
    return Office(database, ALICE, BOB)
