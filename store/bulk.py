"""Many rows at one go, past SQLAlchemy: executemany on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, SQLModel

Cell = str | int | float | None
CACHE_KB = 16_000
COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Shape:
    """How rows of one table are written: which columns differ from row to row, and what the others hold in each."""

    def __init__(self, example: SQLModel, varying: Sequence[str]) -> None:
        """`example` is a row like the others; what it does not have the others do not have either."""
        table = example.__table__  # type: ignore[attr-defined]
        self.table = str(table.name)
        same = {
            name: value
            for name, value in ((column.name, getattr(example, column.name)) for column in table.columns)
            if name not in varying and name != "id" and value is not None
        }
        self.columns = (*varying, *same)
        self._same = tuple(same.values())

    def complete(
        self, rows: Collection[tuple[Cell, ...]], moment: Callable[[datetime], str], now: datetime | None = None
    ) -> list[tuple[Cell, ...]]:
        """With `now`, every moment that the rows have in common is that one."""
        same = [now if now and isinstance(value, datetime) else value for value in self._same]
        rest = tuple(stored(value, moment) for value in same)
        return [row + rest for row in rows] if rest else list(rows)


class Bulk:
    """Writes within the session's transaction."""

    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._copies = locks_rows  # PostgreSQL
        if not self._copies:
            # What a batch changes must fit, or SQLite writes pages out and reads them in again before it commits.
            session.connection().exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KB}")

    def moment(self, at: datetime) -> str:
        """As the database reads it in a row of text."""
        given = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return given + "+00" if self._copies else given

    def write(self, shape: Shape, rows: Collection[tuple[Cell, ...]], now: datetime | None = None) -> None:
        """The rows hold the shape's varying columns; moments and JSON as text."""
        if not rows:
            return
        self._session.flush()  # what they refer to comes first
        cursor = self._session.connection().connection.cursor()
        names, complete = ", ".join(f'"{name}"' for name in shape.columns), shape.complete(rows, self.moment, now)
        try:
            if self._copies:
                with cursor.copy(f'COPY "{shape.table}" ({names}) FROM STDIN') as copy:
                    for row in complete:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(shape.columns))
                cursor.executemany(f'INSERT INTO "{shape.table}" ({names}) VALUES ({marks})', complete)  # noqa: S608
        finally:
            cursor.close()


def stored(value: Any, moment: Callable[[datetime], str]) -> Cell:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, dict | list | tuple):
        return COMPACT(value)
    return value  # type: ignore[no-any-return]
