"""A migrated database and a fresh one are the same, on every database Dibs supports."""

from typing import Any

import pytest
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from store import models as _tables  # noqa: F401 - the tables
from store import schema
from store.database import Database

Facts = dict[str, Any]


def facts(engine: Engine) -> dict[str, Facts]:
    """Everything about each table that a migration could get wrong."""
    found = inspect(engine)
    tables = {
        table: {
            "columns": {column["name"]: told(column, found.dialect) for column in found.get_columns(table)},
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(tuple(each["column_names"]) for each in found.get_unique_constraints(table)),
            "checks": sorted((str(each["name"]), each["sqltext"]) for each in found.get_check_constraints(table)),
            "indexes": {each["name"]: index(each) for each in found.get_indexes(table)},
        }
        for table in found.get_table_names()
        if not table.startswith(
            ("lead_words", "lead_vocabulary")
        )  # SQLite's text index, which has no columns to speak of
    }
    tables.pop("alembic_version", None)
    return tables


def told(column: Any, dialect: Any) -> Facts:
    kind = column["type"].compile(dialect=dialect)
    return {"type": kind, "nullable": column["nullable"], "default": column.get("default")}


def index(found: Any) -> Facts:
    """Columns, uniqueness and, for a partial index, its predicate as the database has it."""
    predicate = {
        name: str(value) for name, value in found.get("dialect_options", {}).items() if name.endswith("_where")
    }
    return {"columns": found["column_names"], "unique": bool(found["unique"]), **predicate}


def test_a_migrated_database_equals_a_fresh_one(database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    migrated = facts(database.engine)
    with database.engine.begin() as connection:
        SQLModel.metadata.drop_all(connection)
    SQLModel.metadata.create_all(database.engine)
    fresh = facts(database.engine)
    database.close()
    assert fresh.keys() == migrated.keys() == set(SQLModel.metadata.tables)
    assert fresh == migrated


def test_the_comparison_sees_partial_indexes_checks_and_lengths(database: Database) -> None:
    offer = facts(database.engine)["offer"]
    one_open = offer["indexes"]["offer_one_open_per_lead"]
    assert one_open["unique"] is True
    assert "'open'" in str([value for name, value in one_open.items() if name.endswith("_where")])
    assert [name for name, _ in offer["checks"]] == ["status_known"]
    assert offer["columns"]["pass_reason"]["type"] == "VARCHAR(60)"
    assert offer["columns"]["closed_at"]["nullable"] is True


def test_migrations_and_fresh_tables_make_the_same_text_index(database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    migrated = text_index(database)
    with database.engine.begin() as connection:
        SQLModel.metadata.drop_all(connection)
    SQLModel.metadata.create_all(database.engine)
    assert text_index(database) == migrated != []
    database.close()


def text_index(database: Database) -> list[str]:
    """How the database says that it was made."""
    where = (
        "SELECT sql FROM sqlite_master WHERE name LIKE 'lead_words%' OR name = 'lead_vocabulary' ORDER BY name"
        if database.is_sqlite
        else "SELECT indexdef FROM pg_indexes WHERE indexname = 'lead_words'"
    )
    with database.engine.begin() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql(where.replace("%", "%%"))]


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    before = facts(database.engine)
    schema.upgrade(database)
    assert facts(database.engine) == before
    here, newest = schema.versions(database)
    database.close()
    assert here == newest


def test_an_empty_database_has_no_version(database_url: str) -> None:
    database = Database(database_url)
    here, newest = schema.versions(database)
    database.close()
    assert here is None
    assert newest


@pytest.mark.parametrize("table", sorted(SQLModel.metadata.tables))
def test_every_moment_in_every_table_keeps_its_zone(table: str) -> None:
    columns = SQLModel.metadata.tables[table].columns
    moments = [column for column in columns if "datetime" in type(column.type).__name__.lower()]
    assert all(type(column.type).__name__ == "UTCDateTime" for column in moments)
