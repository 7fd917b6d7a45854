"""What test after test arranges alike is arranged by the use cases once; after that the same rows are put back."""

from collections.abc import Callable, Hashable
from contextlib import closing
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from store.database import Database

NOBODY = "SELECT NOT EXISTS (SELECT 1 FROM rep) AND NOT EXISTS (SELECT 1 FROM team)"
INSERTS = "SELECT format('INSERT INTO %I SELECT (%L::%I).*', '{0}', row::text, '{0}') FROM \"{0}\" AS row"
NUMBERS = """
    SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
Statement = tuple[str, tuple[Any, ...] | None]


def arrange(database: Database, what: Hashable, how: Callable[[], None]) -> None:
    """Do it, or what it led to before; only from the same beginning, nothing, does the same lead to the same."""
    if not asked(database, NOBODY)[0][0]:
        how()
        return
    made = known().get((database.is_sqlite, what))
    if made is not None:
        put_back(database, made)
        return
    is_first = not inserts(database)
    how()
    if is_first:
        known()[database.is_sqlite, what] = inserts(database)


@cache
def known() -> dict[tuple[bool, Hashable], list[Statement]]:
    """What makes each that was arranged before."""
    return {}


def inserts(database: Database) -> list[Statement]:
    """What puts every row that is there into an empty database, and lets numbers go on from there."""
    names = [table.name for table in SQLModel.metadata.sorted_tables]
    if not database.is_sqlite:
        rows = asked(database, " UNION ALL ".join(INSERTS.format(name) for name in names))
        # One statement is one round trip.
        return [(";".join(row[0] for row in [*rows, *asked(database, NUMBERS)]), None)] if rows else []
    return [
        (f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', row)  # noqa: S608
        for name in names for row in asked(database, f'SELECT * FROM "{name}"')  # noqa: S608
    ]  # fmt: skip


def asked(database: Database, question: str) -> list[tuple[Any, ...]]:
    with closing(database.engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        cursor.execute(question)
        return list(map(tuple, cursor.fetchall()))


def put_back(database: Database, made: list[Statement]) -> None:
    with closing(database.engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for statement, row in made:
            cursor.execute(statement, *([] if row is None else [row]))
        raw.commit()
