"""Fixtures that run a test on every database Dibs supports."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from store.database import Database
from tests.postgres import PostgresMissingError, empty_database, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server. Without one the test is skipped, unless DIBS_REQUIRE lists postgres."""
    try:
        with postgres() as server:
            yield server
    except PostgresMissingError as missing:
        if "postgres" in os.environ.get("DIBS_REQUIRE", ""):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'dibs.db'}"
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    database = Database(database_url)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()
