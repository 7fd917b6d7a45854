"""What a tick costs among few and among very many open follow-ups, beside the bare indexed query.

`python -m bench.tick --full` has a million of them, in SQLite and in PostgreSQL.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import make_url, text
from sqlmodel import SQLModel, col, insert, update

from bench.measuring import interleaved, paired_ratio, peak_memory_mb
from bench.processes import ROOT
from bench.rows import Row, at_most, skipped, table
from bench.town import CHANNELS
from bot import digests, people, reminders
from bot.people import Profile
from bot.playbook.playbook import read_playbook
from bot.services import Services
from handlers.clock import one_by_one
from store import schema
from store.database import Database
from store.models import FollowUp, Lead, OutboxRow, Reminder, Rep
from tests.postgres import PostgresMissingError, empty_database, postgres

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday, and office hours in Berlin
TOMORROW = NOON + timedelta(days=1)
DUE = 100
REPS = 10_000
ASKED = 50  # times in one go
GOAL, FLAT, FLAT_MEMORY = 3.0, 1.5, 1.2
CHUNK = 10_000
TICKS = 8  # of which each finds as many due; a rep hears of no more than a dozen a day
SIZES, QUICK = (10_000, 1_000_000), (10_000, 30_000)

BARE_REMINDERS = "SELECT id FROM reminder WHERE status = 'waiting' AND fire_at <= {} ORDER BY fire_at LIMIT 200"
BARE_DIGESTS = (
    "SELECT id FROM rep WHERE is_active AND digest_due_at IS NOT NULL AND digest_due_at <= {} "
    "ORDER BY digest_due_at LIMIT 200"
)
remind = one_by_one(reminders.due_reminders, reminders.fire_reminder)

Ask = Callable[[str], list[Any]]


def measure(*, quick: bool) -> Iterator[Row]:
    sizes, rounds = (QUICK, 2) if quick else (SIZES, TICKS)
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        urls = [f"sqlite:///{Path(folder) / f'{size}.db'}" for size in sizes]
        yield from compare("SQLite", dict(zip(sizes, urls, strict=True)), rounds)
    try:
        with postgres() as server, empty_database(server) as few, empty_database(server) as many:
            yield from compare("PostgreSQL", dict(zip(sizes, (few, many), strict=True)), rounds)
    except PostgresMissingError as missing:
        yield skipped("ticks, PostgreSQL", str(missing))


def compare(kind: str, urls: dict[int, str], rounds: int) -> Iterator[Row]:
    with ExitStack() as stack:
        few, many = (stack.enter_context(town(url, size)) for size, url in urls.items())
        least, most = urls
        make_due(few, 0)
        make_due(many, 0)
        yield from asked(f"{DUE} due of {most:,}, {kind}", many, reminders.due_reminders, BARE_REMINDERS)
        yield from asked(f"{DUE} digests due of {REPS:,}, {kind}", many, digests.due_digests, BARE_DIGESTS)
        yield from flat(f"asking for {DUE} due among {most:,} beside {least:,}, {kind}",
                        lambda: asking(few), lambda: asking(many), rounds)  # fmt: skip
        at_few, at_many = iter(range(rounds)), iter(range(rounds))
        yield from flat(f"tick that fires {DUE} among {most:,} beside {least:,}, {kind}",
                        lambda: firing(few, next(at_few)), lambda: firing(many, next(at_many)), rounds)  # fmt: skip
        least_memory, most_memory = (child(url) for url in urls.values())
        yield at_most(f"peak memory of such ticks, {kind}", most_memory, "MB", least_memory, FLAT_MEMORY)


def flat(name: str, few: Callable[[], float], many: Callable[[], float], rounds: int) -> Iterator[Row]:
    least, most = interleaved(rounds, few, many)
    yield at_most(name, median(most) * 1e3, "ms", median(least) * 1e3, FLAT, ratio=paired_ratio(most, least))


# --- asking what is due


def asked(name: str, services: Services, ours: Callable[[Services], list[int]], bare: str) -> Iterator[Row]:
    """The floor asks the same through the driver, over a connection that is open, as the pool's are."""
    with raw(services.database.url) as ask:
        expected = ask(bare)
        assert len(expected) == DUE
        assert sorted(row[0] for row in expected) == sorted(ours(services))
        times, floors = interleaved(15 * ASKED, lambda: once(lambda: ours(services)), lambda: once(lambda: ask(bare)))
    yield at_most(name, median(times) * 1e3, "ms", median(floors) * 1e3, GOAL, ratio=paired_ratio(times, floors))


def once(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def timed(ask: Callable[[], object]) -> float:
    """Seconds for one, as the median of many."""
    return median(once(ask) for _ in range(ASKED))


@contextmanager
def raw(url: str) -> Iterator[Ask]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as lite:
            moment = NOON.strftime("%Y-%m-%d %H:%M:%S.%f")
            yield lambda question: lite.execute(question.format("?"), (moment,)).fetchall()
        return
    with closing(psycopg.connect(url, autocommit=True)) as post:
        yield lambda question: post.execute(question.format("%s"), (NOON,)).fetchall()


def asking(services: Services) -> float:
    return timed(lambda: reminders.due_reminders(services))


# --- firing


def firing(services: Services, number: int) -> float:
    """Seconds for a whole tick: each reminder settled and queued in a transaction of its own, and the next planned."""
    make_due(services, number)
    started = time.perf_counter()
    remind(services)
    taken = time.perf_counter() - started
    with services.unit_of_work() as uow:
        uow.session.execute(update(OutboxRow).where(col(OutboxRow.status) == "pending").values(status="sent"))
        uow.session.commit()
    assert not reminders.due_reminders(services)
    return taken


def make_due(services: Services, number: int) -> None:
    """The next hundred follow-ups, each of another rep."""
    first = number * DUE + 1
    due_at = NOON - timedelta(minutes=1)
    with services.unit_of_work() as uow:
        mine = col(FollowUp.id).between(first, first + DUE - 1)
        uow.session.execute(update(FollowUp).where(mine).values(due_at=due_at))
        theirs = col(Reminder.follow_up_id).between(first, first + DUE - 1), col(Reminder.status) == "waiting"
        uow.session.execute(update(Reminder).where(*theirs).values(due_at=due_at, fire_at=due_at))
        uow.session.commit()


def child(url: str) -> float:
    """The most memory of a process that does nothing but such ticks."""
    command = [sys.executable, "-m", "bench.tick", "ticks", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def peak_of_ticks(url: str) -> float:
    services = at_noon(Database(url))
    for number in range(TICKS, 2 * TICKS):
        firing(services, number)
    services.database.close()
    return peak_memory_mb()


# --- a town with that many promises


@contextmanager
def town(url: str, size: int) -> Iterator[Services]:
    """Ten thousand reps with a lead each, and the promises spread evenly over them and over the coming months."""
    database = Database(url)
    try:
        schema.upgrade(database)
        services = at_noon(database)
        people.sync_teams(services, CHANNELS)
        people.add_founding_rep(services, ["smb"], Profile("U0FIRST", "Rep 1", "Europe/Berlin"))
        write(database, rep(), ({"slack_id": f"U0REP{number}"} for number in range(2, REPS + 1)))
        write(database, lead(), ({"owner_id": number} for number in range(1, REPS + 1)))
        write(database, follow_up(), promises(size))
        write(database, reminder(), words(size))
        digests_due(services)
        look_over(database)
        yield services
    finally:
        database.close()


def look_over(database: Database) -> None:
    """As both databases are found after a while: counted, and the log folded in."""
    with database.session() as session:
        session.execute(text("ANALYZE"))
        session.commit()
    database.checkpoint()


def at_noon(database: Database) -> Services:
    return Services(database, read_playbook(ROOT / "playbook.toml"), lambda: NOON)


def rep() -> Rep:
    return Rep(slack_id="", name="Rep", time_zone="Europe/Berlin", digest_due_at=TOMORROW)


def lead() -> Lead:
    return Lead(name="Jane Doe", email="jane@acme.example", consent=True, team_id=1, stage="new", claimed_at=NOON,
                created_at=NOON)  # fmt: skip


def follow_up() -> FollowUp:
    return FollowUp(lead_id=0, rep_id=0, due_at=NOON, what="call her", created_at=NOON)


def reminder() -> Reminder:
    return Reminder(follow_up_id=0, rule="due", due_at=NOON, fire_at=NOON)


def promises(size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        whose = number % REPS + 1
        yield {"lead_id": whose, "rep_id": whose, "due_at": due_at(number, size)}


def words(size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        at = due_at(number, size)
        yield {"follow_up_id": number + 1, "due_at": at, "fire_at": at}


def due_at(number: int, size: int) -> datetime:
    return TOMORROW + timedelta(days=90) * (number / size)


def digests_due(services: Services) -> None:
    with services.unit_of_work() as uow:
        everybody = update(Rep).where(col(Rep.digest_due_at).is_(None)).values(digest_due_at=TOMORROW)
        uow.session.execute(everybody)
        some = update(Rep).where(col(Rep.id) <= DUE).values(digest_due_at=NOON - timedelta(minutes=1))
        uow.session.execute(some)
        uow.session.commit()


def write(database: Database, like: SQLModel, differences: Iterator[dict[str, Any]]) -> None:
    """Rows like that one but for these differences, past the ORM."""
    usual = like.model_dump(exclude={"id"})
    with database.session() as session:
        if database.is_sqlite:
            while chunk := [{**usual, **each} for each in islice(differences, CHUNK)]:
                session.connection().execute(insert(type(like)), chunk)
        else:
            copy(session.connection().connection.cursor(), like, usual, differences)
        session.commit()


def copy(cursor: Any, like: SQLModel, usual: dict[str, Any], differences: Iterator[dict[str, Any]]) -> None:
    cursor.execute("SET LOCAL statement_timeout = 0")  # which is meant for people who wait
    with cursor.copy(f"COPY {like.__tablename__} ({', '.join(usual)}) FROM STDIN") as lines:
        for each in differences:
            row = {**usual, **each}
            lines.write_row([json.dumps(value) if isinstance(value, dict | list) else value for value in row.values()])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ticks", url]:
            print(json.dumps(peak_of_ticks(url)))
        case ["--full"]:
            print(table(list(measure(quick=False))))
        case _:
            sys.exit("python -m bench.tick --full")
