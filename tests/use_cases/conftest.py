"""The office that use-case tests begin with."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel

from store.database import Database
from tests.factories import ALICE, BOB, CAROL, Office
from tests.recorded import assert_recorded

Furniture = dict[str, list[dict[str, Any]]]
COUNT_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest})"


@pytest.fixture(scope="session")
def furniture() -> dict[bool, Furniture]:
    """The rows of a new office, on SQLite or not: to put them back takes a tenth of what it takes to seat people."""
    return {}


@pytest.fixture
def office(database: Database, furniture: dict[bool, Furniture]) -> Iterator[Office]:
    """Tuesday morning in Europe: Alice and Bob are at work in team smb, Carol in New York is not yet.

    Whatever a test does there, what reports read has to say the same as the leads.
    """
    kept = furniture.get(database.is_sqlite)
    if kept is not None:
        with database.engine.begin() as connection:
            put_back(connection, kept)
    office = Office(database, ALICE, BOB, CAROL, is_furnished=kept is not None)
    if kept is None:
        with database.engine.connect() as connection:
            furniture[database.is_sqlite] = taken(connection)
    yield office
    assert_recorded(office.services)


def taken(connection: Connection) -> Furniture:
    found = {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in SQLModel.metadata.sorted_tables
    }
    return {name: rows for name, rows in found.items() if rows}


def put_back(connection: Connection, kept: Furniture) -> None:
    for name, rows in kept.items():
        connection.execute(insert(SQLModel.metadata.tables[name]), rows)
        if connection.dialect.name == "postgresql" and isinstance(rows[0].get("id"), int):
            connection.execute(text(COUNT_ON.format(table=name, highest=max(row["id"] for row in rows))))
