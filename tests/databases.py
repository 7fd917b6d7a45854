"""Fixtures that run a test on every database Dibs supports."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import QueuePool

from store.database import Database
from tests.postgres import Broom, PostgresMissingError, empty_database, postgres
from tests.schemas import create_tables

EMPTY = "empty.db"
KEPT_CONNECTIONS = 4
# It would tidy up between tests at moments that nobody chose.
UNTIDIED = "-c autovacuum=off"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "sqlite_alone: nothing here is for the database to keep, and other tests ask PostgreSQL all that these ask; "
        "DATABASES=both asks it nevertheless",
    )
    config.addinivalue_line("markers", "both_databases: in a file of tests on SQLite alone, one on both")


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests on SQLite alone, unless they say themselves which databases they are for."""
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    chosen = [mark for mark in metafunc.definition.iter_markers("parametrize") if mark.args[0] == "database_url"]
    is_alone = "sqlite_alone" in marks and "both_databases" not in marks and os.environ.get("DATABASES") != "both"
    if is_alone and not chosen and "database_url" in metafunc.fixturenames:
        metafunc.definition.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server. Without one the test is skipped, unless DIBS_REQUIRE lists postgres."""
    try:
        with postgres(UNTIDIED) as server:
            yield server
    except PostgresMissingError as missing:
        if "postgres" in os.environ.get("DIBS_REQUIRE", ""):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_desk(postgres_server: str) -> Iterator[Database]:
    """One database with all tables for test after test, each of which finds it empty: that is far quicker than
    to make one each, and the engine remembers how it compiled what the one before had asked."""
    with empty_database(postgres_server) as url:
        database = make_tables(url)
        yield database
        database.close()


@pytest.fixture(scope="session")
def postgres_broom(postgres_desk: Database) -> Iterator[Broom]:
    broom = Broom(postgres_desk.url)
    yield broom
    broom.close()


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("desk")
    database = make_tables(f"sqlite:///{folder / 'dibs.db'}")
    database.checkpoint()
    database.close()
    shutil.copyfile(folder / "dibs.db", folder / EMPTY)
    yield database
    database.close()


def make_tables(url: str) -> Database:
    database = Database(url)
    create_tables(database)
    return database


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database, once for each kind: with tables for tests that ask for `database`, else empty."""
    if "database" in request.fixturenames:
        yield request.getfixturevalue(f"{request.param}_desk").url
    elif request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'dibs.db'}"
    else:
        with empty_database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    if database_url.startswith("sqlite"):
        yield request.getfixturevalue("sqlite_database")
        return
    database: Database = request.getfixturevalue("postgres_desk")
    broom: Broom = request.getfixturevalue("postgres_broom")
    yield database
    sweep(database, broom)


@pytest.fixture
def sqlite_database(sqlite_desk: Database) -> Iterator[Database]:
    """The same where one kind is enough."""
    yield sqlite_desk
    sqlite_desk.close()
    put_empty_file(Path(sqlite_desk.url.removeprefix("sqlite:///")))


def sweep(database: Database, broom: Broom) -> None:
    """Nobody stays connected but a few who are at rest: what those have learned about the tables saves time."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    if pool.checkedout() or pool.checkedin() > KEPT_CONNECTIONS or broom.connected() != pool.checkedin():
        database.close()
        broom.disconnect_others()
    broom.sweep()


def put_empty_file(path: Path) -> None:
    """A new file in place of the old: whoever might still hold that one writes where nobody reads."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copyfile(path.parent / EMPTY, path)
