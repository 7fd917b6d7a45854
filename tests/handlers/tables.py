"""Everything a database holds, to compare before with after."""

from collections.abc import Collection
from typing import Any

from sqlmodel import SQLModel, select

from store.database import Database

Rows = dict[str, list[tuple[Any, ...]]]


def rows(database: Database, *, but: Collection[str] = ()) -> Rows:
    """Each table's rows in a fixed order, without the tables in `but`."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in but]
    with database.session(writes=False) as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(*table.columns).order_by(*table.primary_key))]
            for table in tables
        }


def added(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows each table has more than before; tables that are the same are left out."""
    return {name: len(after[name]) - len(before[name]) for name in after if after[name] != before[name]}
