"""Tables made once and copied after that: to make them one by one takes longer than most tests do."""

from functools import cache
from pathlib import Path

from sqlalchemy import make_url
from sqlmodel import SQLModel

from store import schema
from store.database import Database


def create_tables(database: Database) -> None:
    """In a database that has none, as the models say."""
    if not database.is_sqlite:
        SQLModel.metadata.create_all(database.engine)
        return
    path = make_url(database.url).database
    if path in (None, "", ":memory:"):
        with database.engine.connect() as connection:
            connection.connection.driver_connection.deserialize(modelled())  # type: ignore[union-attr]
    else:
        make_file(Path(str(path)), modelled())


def migrate_new_file(url: str) -> None:
    """A file that nobody has made yet gets what migrations would make of it."""
    path = make_url(url).database
    if url.startswith("sqlite") and path not in (None, "", ":memory:") and not Path(str(path)).exists():
        make_file(Path(str(path)), migrated())


def make_file(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


@cache
def modelled() -> bytes:
    database = Database("sqlite://")
    SQLModel.metadata.create_all(database.engine)
    return serialized(database)


@cache
def migrated() -> bytes:
    database = Database("sqlite://")
    schema.upgrade(database)
    return serialized(database)


def serialized(database: Database) -> bytes:
    with database.engine.connect() as connection:
        content = bytes(connection.connection.driver_connection.serialize())  # type: ignore[union-attr]
    database.close()
    return content
