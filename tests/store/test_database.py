"""One engine per process: who may hold it, what a failed block leaves, what a reader sees."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from store.database import Database, DatabaseInUseError, StoreUnavailableError
from store.models import OutboxRow, Team
from store.unit_of_work import UnitOfWork, unit_of_work
from tests.factories import TUESDAY

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys
from store.database import Database
database = Database(sys.argv[1])
database.hold_file()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process_holds(url: str) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.kill()


def teams(database: Database) -> list[str]:
    with database.session(writes=False) as session:
        return list(session.exec(select(Team.name).order_by(col(Team.id))))


def add_team(uow: UnitOfWork, name: str) -> None:
    uow.session.add(Team(name=name))
    uow.session.flush()


def test_a_second_process_on_one_file_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dibs.db'}"
    database = Database(url)
    with another_process_holds(url), pytest.raises(DatabaseInUseError, match="Another Dibs is already running"):
        database.hold_file()
    database.hold_file()
    database.close()


def test_a_file_is_free_again_once_its_holder_closes_it(tmp_path: Path) -> None:
    first, second = (Database(f"sqlite:///{tmp_path / 'dibs.db'}") for _ in range(2))
    first.hold_file()
    with pytest.raises(DatabaseInUseError):
        second.hold_file()
    first.close()
    second.hold_file()
    second.close()


def test_a_database_in_memory_has_no_file_to_hold() -> None:
    databases = [Database("sqlite://") for _ in range(2)]
    for database in databases:
        database.hold_file()
        database.close()


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with unit_of_work(database) as uow:
            add_team(uow, "smb")
            uow.outbox.add(kind="card", lane="team:1", payload={}, now=TUESDAY)
            uow.outbox.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert teams(database) == []
    with database.session(writes=False) as session:
        assert session.exec(select(OutboxRow)).all() == []


def test_leaving_a_block_without_commit_undoes_it(database: Database) -> None:
    with unit_of_work(database) as uow:
        add_team(uow, "smb")
    assert teams(database) == []


def test_what_was_committed_stays_although_the_block_fails_later(database: Database) -> None:
    def commit_and_fail() -> None:
        with unit_of_work(database) as uow:
            add_team(uow, "smb")
            uow.commit()
            add_team(uow, "enterprise")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        commit_and_fail()
    assert teams(database) == ["smb"]


def test_the_sender_is_woken_by_a_commit_that_speaks_and_only_then(database: Database) -> None:
    woken: list[str] = []
    with unit_of_work(database, wake_outbox=lambda: woken.append("quiet")) as uow:
        add_team(uow, "smb")
        uow.commit()
    with unit_of_work(database, wake_outbox=lambda: woken.append("undone")) as uow:
        uow.outbox.add(kind="card", lane="team:1", payload={}, now=TUESDAY)
    with unit_of_work(database, wake_outbox=lambda: woken.append("spoke")) as uow:
        uow.outbox.add(kind="card", lane="team:1", payload={}, now=TUESDAY)
        uow.commit()
    assert woken == ["spoke"]


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_before(database: Database) -> None:
    with unit_of_work(database) as uow:
        add_team(uow, "smb")
        seen: list[list[str]] = []
        reader = threading.Thread(target=lambda: seen.append(teams(database)))
        reader.start()
        reader.join(5)
        uow.commit()
    assert seen == [[]]
    assert teams(database) == ["smb"]


def test_writers_of_many_threads_all_get_their_turn(database: Database) -> None:
    def write(number: int) -> None:
        with unit_of_work(database) as uow:
            add_team(uow, f"team-{number}")
            uow.commit()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(teams(database)) == sorted(f"team-{number}" for number in range(40))


def test_sqlite_keeps_what_it_confirmed_and_checks_references(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "wal_autocheckpoint": 0}
    with database.session(writes=False) as session:
        found = {name: session.connection().execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    database.close()
    assert found == wanted


def test_a_checkpoint_folds_the_log_into_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    with database.session() as session:
        session.connection().execute(text("CREATE TABLE t (x)"))
        session.commit()
    log = tmp_path / "dibs.db-wal"
    assert log.stat().st_size > 0
    database.checkpoint()
    assert log.stat().st_size == 0
    database.close()


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/dibs.db"], ids=["postgres", "sqlite"]
)
def test_a_database_that_cannot_be_reached_is_said_so_without_its_address(url: str) -> None:
    database = Database(url)
    with pytest.raises(StoreUnavailableError, match="did not answer in time") as failed:
        database.is_reachable()
    database.close()
    assert "nobody" not in str(failed.value)


def test_a_database_that_is_not_there_is_named_when_it_is_asked_in_passing(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path / 'nowhere' / 'dibs.db'}")
    with pytest.raises(StoreUnavailableError):
        away.peek("SELECT 1 WHERE 1 <= ?", TUESDAY)
    with pytest.raises(StoreUnavailableError):
        Database("sqlite://").peek("SELECT id FROM no_such_table WHERE at <= ?", TUESDAY)
