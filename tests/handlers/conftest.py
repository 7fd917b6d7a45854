"""Databases and servers that many tests of one file share; each test compares before with after."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from bot import logs
from bot.sandbox import Sandbox
from handlers.manifest import manifest
from store.database import Database
from tests.handlers.desk import Desk, desk_over
from tests.handlers.door import Door, door
from tests.postgres import empty_database


@pytest.fixture(autouse=True)
def log() -> StringIO:
    """What is logged, set up as in production."""
    written = StringIO()
    logs.configure("WARNING", written)
    return written


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}"
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="module")
def there(shared_database_url: str) -> Iterator[Door]:
    """The HTTP face over a database that the tests of a file share."""
    with door(shared_database_url) as made:
        yield made


@pytest.fixture(scope="session")
def slack() -> Iterator[Sandbox]:
    """A workspace that answers the bot's calls."""
    sandbox = Sandbox(manifest=manifest(), rate_limits=False)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def office(sqlite_database: Database, slack: Sandbox) -> Iterator[Desk]:
    """The Bolt app over a database of its own."""
    with desk_over(sqlite_database, slack) as made:
        yield made


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dibs.db'}"
