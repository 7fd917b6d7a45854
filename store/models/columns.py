"""What the tables' columns and indexes are made of."""

from sqlalchemy import CheckConstraint, Index, text

NOT_SUMMED = 3  # of a row that sums are not made of, or not yet: beside 0 to 2 and -1 of others, see `Stay.folded`


def one_of(column: str, *values: str) -> CheckConstraint:
    """A string column that takes only these values; native enums store names and need migrations to grow."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over some rows only; the predicate is literal, so that SQLite matches it to the queries that use it."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
