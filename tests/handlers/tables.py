"""Everything a database holds, to compare before with after."""

from collections.abc import Collection
from contextlib import closing
from typing import Any

from sqlmodel import SQLModel

from store.database import Database

Rows = dict[str, list[tuple[Any, ...]]]


def rows(database: Database, *, but: Collection[str] = ()) -> Rows:
    """Each table's rows in a fixed order as the driver gives them, without the tables in `but`.

    Straight through the driver: hundreds of tests look through all tables twice.
    """
    with database.session(writes=False) as session, closing(session.connection().connection.cursor()) as cursor:
        found: Rows = {}
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in but:
                key = ", ".join(f'"{column.name}"' for column in table.primary_key)
                cursor.execute(f'SELECT * FROM "{table.name}" ORDER BY {key}')  # noqa: S608
                found[table.name] = list(map(tuple, cursor.fetchall()))
        return found


def added(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows each table has more than before; tables that are the same are left out."""
    return {name: len(after[name]) - len(before[name]) for name in after if after[name] != before[name]}
