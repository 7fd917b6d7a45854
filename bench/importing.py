"""What a file of leads costs on its way in, with everything on, beside bare inserts of the same rows; and who waits.

`python -m bench.importing --work <database> <file>` is the child whose processor time and memory are measured.
"""

import csv
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from bench.load import drive
from bench.matching import FAMILY, GIVEN
from bench.measuring import peak_memory_mb, percentile
from bench.processes import ROOT
from bench.rows import Row, at_least, at_most, skipped, within
from bench.slack import claim_press
from bench.town import add_leads, dibs, local_slack, settled, utc_now
from bot.files.reading import read_table
from bot.importing import work as import_work
from bot.importing.plan import first_plan
from bot.rules.accounts import account_of
from bot.rules.matching import blocks_of
from bot.services import Services
from store.bulk import Shape
from store.models import Import, Lead
from tests.postgres import PostgresMissingError, empty_database, postgres

GOAL, POSTGRES_GOAL, MEMORY_GOAL, ACK_GOAL, ACK_LIMIT = 0.12, 0.15, 2.0, 3.0, 300.0
CLIENTS, PRESSES, ROUNDS = 16, 320, 3
# As wide as what people export: twelve columns, some 200 bytes a row.
HEADINGS = (
    "Name", "Email", "Phone", "Company", "Website", "Job title", "Country", "City", "Employees", "Source", "Campaign",
    "Message",
)  # fmt: skip
# What a bare list of leads has: twenty columns and three indexes, one of them unique.
PLAIN = (
    "id", "name", "email", "phone", "company", "title", "country", "source", "campaign", "message", "consent", "fields",
    "website", "account", "score", "team_id", "stage", "route_reason", "route_mode", "created_at",
)  # fmt: skip
PLAIN_INDEXES = (
    "CREATE UNIQUE INDEX plain_email ON {table} (email, id)", "CREATE INDEX plain_phone ON {table} (phone)",
    "CREATE INDEX plain_stage ON {table} (team_id, stage)",
)  # fmt: skip
TITLES = ("CEO", "Head of Sales", "Developer", "CFO", "Marketing Manager")
CITIES = ("Berlin", "Hamburg", "Munich", "Cologne", "Leipzig", "Bremen")
SOURCES = ("Fair 2026", "Webinar", "Website", "Partner")
MESSAGES = (
    "We are {} people and look for a tool for our {} team.", "Please call me about prices for {} seats in {}.",
    "Met at the fair, has {} branches and asks about {}.",
)  # fmt: skip
SUBJECTS = ("sales", "support", "logistics", "accounting", "field service")


def measure(*, quick: bool) -> Iterator[Row]:
    rows, known = (3_000, 10_000) if quick else (100_000, 1_000_000)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        yield from on_sqlite(folder, url, rows, known)
        yield from memory(folder, (1_000, 10_000) if quick else (rows, 10 * rows))
        yield from on_postgres(folder, rows, known)
        yield from ack(folder, PRESSES // 4 if quick else PRESSES, rows if not quick else 20_000)


def on_sqlite(folder: Path, url: str, rows: int, known: int) -> Iterator[Row]:
    file = written(folder / "new.csv", rows, seed=2)
    with settled(url, reps=3) as services:
        remember(services, known)
    done = worked(url, file)
    with closing(sqlite3.connect(folder / "dibs.db")) as there:
        brought = there.execute("SELECT * FROM lead WHERE import_id IS NOT NULL").fetchall()
        few = there.execute(f"SELECT {', '.join(PLAIN)} FROM lead WHERE import_id IS NOT NULL").fetchall()  # noqa: S608
        makes = [sql for (sql,) in there.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'lead' AND type IN ('table', 'index') AND sql IS NOT NULL"
        )]  # fmt: skip
    name, speed = f"import of {rows:,} rows among {known:,} leads", rows / done["cpu"]
    plain = [
        f"CREATE TABLE lead ({', '.join(PLAIN)}, PRIMARY KEY (id))",
        *(one.format(table="lead") for one in PLAIN_INDEXES),
    ]
    yield at_least(f"{name}, rows a CPU second, beside 20 columns and 3 indexes", speed, "rows/s",
                   len(few) / bare_sqlite(folder, few, plain), GOAL)  # fmt: skip
    yield at_least(f"{name}, beside our own table with its indexes", speed, "rows/s",
                   len(brought) / bare_sqlite(folder, brought, makes))  # fmt: skip
    yield at_least(f"{name}, beside our own table without", speed, "rows/s",
                   len(brought) / bare_sqlite(folder, brought, makes[:1]))  # fmt: skip


def bare_sqlite(folder: Path, rows: list[tuple[Any, ...]], makes: list[str]) -> float:
    """The processor time of executemany with the same rows into a table of the same shape."""
    path = folder / "bare.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        for sql in makes:
            bare.execute(sql)
        marks = ", ".join("?" * len(rows[0]))
        before = time.process_time()
        with bare:
            bare.executemany(f"INSERT INTO lead VALUES ({marks})", rows)  # noqa: S608 - question marks
        return time.process_time() - before


def on_postgres(folder: Path, rows: int, known: int) -> Iterator[Row]:
    name = f"import of {rows:,} rows among {known:,} leads, PostgreSQL"
    try:
        with postgres() as server, empty_database(server) as url:
            with settled(url, reps=3) as services:
                remember(services, known)
            done = worked(url, written(folder / "new.csv", rows, seed=2))
            speed = rows / done["seconds"]
            yield at_least(f"{name}, rows a second, beside COPY of 20 columns and 3 indexes", speed, "rows/s",
                           bare_copy(url, PLAIN), POSTGRES_GOAL)  # fmt: skip
            yield at_least(f"{name}, beside COPY into our own table with its indexes", speed, "rows/s", bare_copy(url))
    except PostgresMissingError as missing:
        yield skipped(name, str(missing))


def bare_copy(url: str, columns: tuple[str, ...] = ()) -> float:
    """Rows a second of a COPY of the same rows into a table of the same shape, or of these columns of them."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    listed = ", ".join(columns) or "*"
    with psycopg.connect(address) as there, there.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        if columns:
            cursor.execute(f"CREATE TABLE bare AS SELECT {listed} FROM lead WHERE false".encode())  # noqa: S608
            for index in ("ALTER TABLE {table} ADD PRIMARY KEY (id)", *PLAIN_INDEXES):
                cursor.execute(index.format(table="bare").encode())
        else:
            cursor.execute("CREATE TABLE bare (LIKE lead INCLUDING ALL)")
        with cursor.copy(f"COPY (SELECT {listed} FROM lead WHERE import_id IS NOT NULL) TO STDOUT".encode()) as out:  # noqa: S608
            lines = [bytes(line) for line in out]
        before = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as into:
            for line in lines:
                into.write(line)
        there.commit()
        return len(lines) / (time.perf_counter() - before)


def memory(folder: Path, sizes: tuple[int, int]) -> Iterator[Row]:
    few, many = (worked(fresh(folder, size), written(folder / f"{size}.csv", size, seed=3))["peak"] for size in sizes)
    yield at_most(f"memory of an import of {sizes[1]:,} rows beside {sizes[0]:,}", many, "MB", few, MEMORY_GOAL)


def fresh(folder: Path, size: int) -> str:
    url = f"sqlite:///{folder / f'memory{size}.db'}"
    with settled(url, reps=3):
        return url


def ack(folder: Path, presses: int, rows: int) -> Iterator[Row]:
    """Sixteen clicks at once, while nothing else is done and while a file comes in, in turns."""
    url = f"sqlite:///{folder / 'ack.db'}"
    with ExitStack() as stack:
        slack = stack.enter_context(local_slack(folder))
        services = stack.enter_context(settled(url, reps=3))
        mine = add_leads(services, 10, owner_id=1)
        asked = [claim_press(mine[0])] * presses
        numbers = [job_of(services, written(folder / "ack.csv", rows, seed=4), draft=True) for _ in range(ROUNDS)]
        bot = stack.enter_context(dibs(url, slack))
        drive(bot.port, asked, clients=4)
        idle, busy = [], []
        for number in numbers:
            idle.append(percentile(drive(bot.port, asked, clients=CLIENTS).latencies, 99) * 1000)
            assert turn(services, number, "running")
            under_way(services, number)
            busy.append(percentile(drive(bot.port, asked, clients=CLIENTS).latencies, 99) * 1000)
            assert turn(services, number, "failed"), "the file was in before the last press"
            time.sleep(2)
        yield at_most("ack p99 of 16 presses during an import", sorted(busy)[ROUNDS // 2], "ms",
                      sorted(idle)[ROUNDS // 2], ACK_GOAL)  # fmt: skip
        yield within("ack p99 of 16 presses during an import, worst", max(busy), "ms", ACK_LIMIT)


def under_way(services: Services, import_id: int) -> None:
    """Wait for its first rows."""
    row = 0
    while row == 0:
        time.sleep(0.05)
        with services.reading() as uow:
            job = uow.imports.get(import_id)
            row = job.next_row if job else 1


def turn(services: Services, import_id: int, status: str) -> bool:
    with services.unit_of_work() as uow:
        done = uow.imports.turn(import_id, status, before=["draft", "running"])
        uow.commit()
        return done


def worked(url: str, file: Path) -> dict[str, float]:
    """What a process of its own used for it."""
    command = [sys.executable, "-m", "bench.importing", "--work", url, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def work(url: str, file: Path) -> None:
    with settled(url, reps=3) as services:
        number = job_of(services, file, draft=False)
        with services.reading() as uow:
            job = uow.imports.get(number)
        assert job is not None
        cpu, began = time.process_time(), time.perf_counter()
        with file.open("rb") as source:
            task = import_work.alone(services, job)
            if task.take(read_table(source, file.name)):
                task.finish()
        used, seconds = time.process_time() - cpu, time.perf_counter() - began
    sys.stdout.write(json.dumps({"cpu": used, "seconds": seconds, "peak": peak_memory_mb(), **task.counts}) + "\n")


def job_of(services: Services, file: Path, *, draft: bool) -> int:
    """An import of the file: a draft with its content, or running without, read from the disk."""
    content = file.read_bytes()
    table = read_table(content, file.name)
    plan = first_plan(table.headings, table.sample, (), file_name=file.name)
    job = Import(
        file_name=file.name, status="draft" if draft else "running", plan=plan.as_record(), made_at=utc_now(), rep_id=1
    )
    with services.unit_of_work() as uow:
        number = uow.imports.add(job, content if draft else None).id or 0
        uow.commit()
        return number


def written(path: Path, rows: int, *, seed: int) -> Path:
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(HEADINGS)
            out.writerows(people(rows, seed))
    return path


def people(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Invented ones by the headings above, of whom one in two hundred comes twice."""
    rng = random.Random(seed)  # noqa: S311 - the same every time
    last: tuple[str, ...] = ()
    for number in range(count):
        if last and rng.random() < 0.005:
            yield last
            continue
        first, family = rng.choice(GIVEN).title(), rng.choice(FAMILY).title()
        firm = f"{rng.choice(FAMILY).title()} {rng.choice(('Works', 'Labs', 'Foods', 'Trade'))} {rng.randrange(10)}"
        host = firm.lower().replace(" ", "") + ".example"
        size = rng.randrange(5, 2000)
        last = (
            f"{first} {family}", f"{first}.{family}{seed}x{number}@{host}".lower(),
            f"+49 30 {rng.randrange(10**6, 10**7)}", firm, f"https://www.{host}", rng.choice(TITLES), "Germany",
            rng.choice(CITIES), str(size), rng.choice(SOURCES), "Autumn 2026",
            rng.choice(MESSAGES).format(size, rng.choice(SUBJECTS)),
        )  # fmt: skip
        yield last


def remember(services: Services, count: int) -> None:
    """So many leads that are there already, and nothing but the leads."""
    columns = ("name", "email", "phone", "company", "account", "person_block", "company_block")
    shape = Shape(Lead(name="", team_id=1, stage="new", created_at=utc_now(), managers_told_at=utc_now()), columns)
    source = people(count, seed=1)
    while some := list(islice(source, 20_000)):
        lines = []
        for name, email, phone, company, *_ in some:
            account = account_of(email, company)
            blocks = blocks_of(name, company, account)
            lines.append((name, email, phone.replace(" ", ""), company, account, *blocks))
        with services.unit_of_work() as uow:
            uow.imports.write(shape, lines)
            uow.commit()
        services.database.checkpoint()


if __name__ == "__main__":
    work(sys.argv[2], Path(sys.argv[3]))
