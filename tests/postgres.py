"""A throw-away PostgreSQL for the tests: its own cluster on a free loopback port, gone when the tests end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

# Nobody pulls this server's plug: what the tests kill is Dibs.
HASTE = "-c max_connections=300 -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
NOT_FOUND = "no PostgreSQL server found: install postgresql (initdb and pg_ctl), or set TEST_DATABASE_URL"


class PostgresMissingError(Exception):
    """This machine has no PostgreSQL server to start."""


@contextmanager
def postgres(more_options: str = "") -> Iterator[str]:
    """The address of a running server, whose databases may be created and dropped freely by its superuser.

    Raises:
        PostgresMissingError: there is neither TEST_DATABASE_URL nor a server to start.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = find_programs()
    if programs is None:
        raise PostgresMissingError(NOT_FOUND)
    home = Path(tempfile.mkdtemp(prefix="dibs-postgres-"))
    try:
        yield from _run(programs, home, more_options)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def find_programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _run(programs: Path, home: Path, more_options: str) -> Iterator[str]:
    user = []
    if os.geteuid() == 0:  # the server refuses to be root
        user = ["runuser", "-u", "postgres", "--"]
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
    data = str(home / "data")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} {HASTE} {more_options}"
    init = ["initdb", "-D", data, "--auth=trust", "--username=dibs", "--encoding=UTF8", "--locale=C.UTF-8"]
    start = ["pg_ctl", "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start"]
    for command, *arguments in (init, start):
        _call([*user, str(programs / command), *arguments], home)
    try:
        yield f"postgresql://dibs@127.0.0.1:{port}/postgres"
    finally:
        _call([*user, str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"], home)


def _call(command: list[str], home: Path) -> None:
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with (home / "output").open("a+") as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd=home, check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{output.read()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The address of a new database on that server, dropped at the end."""
    name = f"dibs_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SIZE = sql.SQL("SELECT {name}, pg_relation_size({name}) WHERE EXISTS (SELECT FROM {table})")
NUMBER_FROM_ONE = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
BULKY_BYTES = 256 * 1024


class Broom:
    """Empties one database's tables test after test, over a connection of its own.

    A few rows are deleted, which takes a tenth of what TRUNCATE takes to make the files of the tables anew.
    """

    def __init__(self, url: str) -> None:
        # A replica's rows need no check for what points to them: in the end all are gone.
        self._connection = psycopg.connect(url, autocommit=True, options="-c session_replication_role=replica")
        names = [row[0] for row in self._connection.execute(TABLES)]
        asked = [SIZE.format(name=sql.Literal(name), table=sql.Identifier(name)) for name in names]
        self._sizes = sql.SQL(" UNION ALL ").join(asked)

    def close(self) -> None:
        self._connection.close()

    def connected(self) -> int:
        """How many others are."""
        row = self._connection.execute(f"SELECT count(*) {OTHERS}").fetchone()
        assert row
        return int(row[0])

    def disconnect_others(self) -> None:
        self._connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")

    def sweep(self) -> None:
        """No rows any more, and numbers from one again."""
        used: dict[str, int] = dict(self._connection.execute(self._sizes, prepare=True).fetchall())
        bulky = [sql.Identifier(name) for name, size in used.items() if size > BULKY_BYTES]
        if bulky:
            self._connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(bulky)))
        if used:
            rid = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in used]
            self._connection.execute(sql.SQL("; ").join(rid))
        self._connection.execute(NUMBER_FROM_ONE, prepare=True)
