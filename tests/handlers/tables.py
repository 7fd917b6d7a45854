"""Everything a database holds, to compare before with after."""

from collections.abc import Collection
from contextlib import closing
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from store.database import Database

Rows = dict[str, list[tuple[Any, ...]]]


def rows(database: Database, *, but: Collection[str] = ()) -> Rows:
    """Each table's rows in a fixed order as the driver gives them, without the tables in `but`.

    Straight through the driver, and no table is read that has none: hundreds of tests look through all tables twice.
    """
    with database.session(writes=False) as session, closing(session.connection().connection.cursor()) as cursor:
        found: Rows = {table.name: [] for table in SQLModel.metadata.sorted_tables if table.name not in but}
        cursor.execute(with_rows())
        for (name,) in cursor.fetchall():
            if name in found:
                cursor.execute(in_order(name))
                found[name] = list(map(tuple, cursor.fetchall()))
        return found


@cache
def with_rows() -> str:
    names = [table.name for table in SQLModel.metadata.sorted_tables]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)  # noqa: S608


@cache
def in_order(name: str) -> str:
    key = ", ".join(f'"{column.name}"' for column in SQLModel.metadata.tables[name].primary_key)
    return f'SELECT * FROM "{name}" ORDER BY {key}'  # noqa: S608


def added(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows each table has more than before; tables that are the same are left out."""
    return {name: len(after[name]) - len(before[name]) for name in after if after[name] != before[name]}
