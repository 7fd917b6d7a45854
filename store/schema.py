"""Brings a database to the newest schema, and tells which one it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as every replica takes the same one while it migrates.
ADVISORY_LOCK = 4_101_845


def upgrade(database: Database) -> None:
    """Run the migrations that are missing; of several replicas one does, the others wait."""
    with database.session() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        command.upgrade(config(connection), "head")
        session.commit()


def versions(database: Database) -> tuple[str | None, str | None]:
    """The database's version and the newest one there is."""
    with database.session(writes=False) as session:
        connection = session.connection()
        newest = ScriptDirectory.from_config(config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision(), newest


def config(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
