"""Fixtures that run a test on every database Dibs supports."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with all tables, to be copied: that is six times quicker than to make them."""
    with empty_database(postgres_server) as url:
        make_tables(url).close()
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "dibs.db"
    database = make_tables(f"sqlite:///{path}")
    database.checkpoint()
    database.close()
    return path


def make_tables(url: str) -> Database:
    database = Database(url)
    SQLModel.metadata.create_all(database.engine)
    return database


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database, once for each kind: with tables for tests that ask for `database`, else empty."""
    has_tables = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "dibs.db"
        if has_tables:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template") if has_tables else "template1"
    with empty_database(request.getfixturevalue("postgres_server"), template=template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    database = Database(database_url)
    yield database
    database.close()
