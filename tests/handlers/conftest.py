"""Databases and servers that many tests of one file share; each test compares before with after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from tests.handlers.door import Door, door
from tests.postgres import empty_database


@pytest.fixture(autouse=True)
def logging_as_in_production() -> None:
    logs.configure("WARNING")


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


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dibs.db'}"
