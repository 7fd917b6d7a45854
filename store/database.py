"""One engine per process: SQLite made safe for threads, or PostgreSQL when the address says so."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

# A person's click waits at most this long for our own threads, and once more for another process: Slack gives us 3.
BUSY_SECONDS = 1.2
CHECKPOINT_MILLISECONDS = 50
DEADLOCK = "40P01"  # PostgreSQL's name for it


# The database is there, and does not take what was to be written.
RefusedError = StatementError


class DatabaseInUseError(Exception):
    """Another Dibs is already running on this SQLite file. Stop it first, or use PostgreSQL for replicas."""


class StoreUnavailableError(Exception):
    """The database did not answer in time. Nothing is certain but what was confirmed before; try again."""


class DeadlockError(StoreUnavailableError):
    """This transaction and another waited for each other; this one was undone. Nothing of it is there."""


class Database:
    """The engine, and the one lock that lets SQLite's writers queue fairly."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        # Round write transactions: SQLite's own busy handler is unfair and let a writer wait over a second.
        self._write_lock = threading.RLock()
        self._file_lock: IO[str] | None = None
        self.engine = sqlite_engine(url) if self.is_sqlite else postgres_engine(url)

    @contextmanager
    def session(self, *, writes: bool = True) -> Iterator[Session]:
        """A session whose transaction ends with the block: rolled back unless it was committed."""
        if self.is_sqlite and writes:
            with self._turn_to_write(), self._open(writes=True) as session:
                yield session
        else:
            with self._open(writes=writes) as session:
                yield session

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        # Bounded: while another process holds the file, every thread of ours before this one waits in vain too.
        if not self._write_lock.acquire(timeout=BUSY_SECONDS):
            raise StoreUnavailableError(str(StoreUnavailableError.__doc__))
        try:
            yield
        finally:
            self._write_lock.release()

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[Session]:
        try:
            connection = self.engine.connect().execution_options(dibs_writes=writes)
            with connection, Session(bind=connection, expire_on_commit=False) as session:
                yield session
        except (OperationalError, InterfaceError) as error:
            is_deadlock = getattr(error.orig, "sqlstate", None) == DEADLOCK
            kind = DeadlockError if is_deadlock else StoreUnavailableError
            raise kind(str(StoreUnavailableError.__doc__)) from error

    def peek(self, sql: str, moment: datetime) -> list[int]:
        """The ids that a question finds, straight through the driver: what is asked every second, mostly in vain.

        Outside of any transaction of ours and without an object for each row; `?` stands for the moment, aware.
        """
        given = moment.astimezone(UTC)
        try:
            with closing(self.engine.raw_connection()) as raw, nullcontext() if self.is_sqlite else driver_commits(raw):
                cursor = raw.cursor()
                if self.is_sqlite:
                    cursor.execute(sql, (given.strftime("%Y-%m-%d %H:%M:%S.%f"),))
                else:
                    cursor.execute(sql.replace("?", "%s"), (given,))
                return [row[0] for row in cursor.fetchall()]
        except (OperationalError, InterfaceError, self.engine.dialect.loaded_dbapi.Error) as error:
            raise StoreUnavailableError(str(StoreUnavailableError.__doc__)) from error

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file, under the write lock.

        SQLite before 3.51.3 can corrupt a database when a write and a checkpoint fall on the same instant
        (sqlite.org/wal.html#the_wal_reset_bug), so nothing else ever checkpoints.
        """
        if not self.is_sqlite:
            return
        # Within a transaction SQLite refuses to checkpoint at all.
        with self._write_lock, self.engine.connect().execution_options(dibs_begins=False) as plain:
            # Those who read are hardly waited for: everyone who writes is waiting for us meanwhile.
            plain.execute(text(f"PRAGMA busy_timeout={CHECKPOINT_MILLISECONDS}"))
            plain.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            plain.execute(text(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}"))

    def is_there(self) -> bool:
        """False for a SQLite file that nobody has made yet: asking it anything else would make it."""
        path = make_url(self.url).database
        return not self.is_sqlite or not path or path == ":memory:" or Path(path).exists()

    def is_reachable(self) -> bool:
        """Whether a trivial question is answered; raises nothing SQLAlchemy would not."""
        with self.session(writes=False) as session:
            return bool(session.connection().execute(text("SELECT 1")).scalar())

    def hold_file(self) -> None:
        """Refuse a second process on the same SQLite file.

        Raises:
            DatabaseInUseError: another process holds it.
        """
        path = make_url(self.url).database
        if not self.is_sqlite or not path or path == ":memory:":
            return
        lock = Path(path + ".lock").open("w")  # noqa: SIM115 - held for as long as the process lives
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DatabaseInUseError(str(DatabaseInUseError.__doc__)) from error
        self._file_lock = lock

    def close(self) -> None:
        self.engine.dispose()
        if self._file_lock is not None:
            self._file_lock.close()
            self._file_lock = None


@contextmanager
def driver_commits(raw: Any) -> Iterator[None]:
    """Saves PostgreSQL the two round trips of a transaction around a single question."""
    raw.driver_connection.autocommit = True
    try:
        yield
    finally:
        raw.driver_connection.autocommit = False


def sqlite_engine(url: str) -> Engine:
    # hide_parameters: an error's text would otherwise carry people's data into the log.
    path = make_url(url).database
    in_memory = path in (None, "", ":memory:")
    engine = (
        create_engine(url, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False})
        if in_memory
        else create_engine(
            url, pool_size=40, max_overflow=100, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
        )
    )
    if path and not in_memory:
        event.listen(engine, "do_connect", lambda *_: _keep_to_owner(Path(path)))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_to_owner(path: Path) -> None:
    """People's data: for the account that runs Dibs, and nobody else. Made at the first connection, not before."""
    if path.parent.is_dir():
        path.touch(mode=0o600)


def _prepare_sqlite(raw: Any, _record: object) -> None:
    # Python 3.11's driver opens transactions late and never before a SELECT; we begin them ourselves.
    raw.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("dibs_begins", True):
        return
    # A deferred transaction that reads and then writes fails at once on a stale snapshot, whatever the timeout.
    writes = options.get("dibs_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def postgres_engine(url: str) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    limits = (
        "-c statement_timeout=30s -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s -c timezone=UTC "
        "-c jit=off"  # a report of a quarter spent seven seconds on being compiled, and less on being answered
    )
    return create_engine(
        address,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_size=40,  # a burst of clicks must not open and close a connection each
        max_overflow=40,
        connect_args={"options": limits, "connect_timeout": 2},
    )
