"""Many reps press Claim on the same leads at once, against a bare conditional UPDATE by as many threads."""

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import make_url

from bench.measuring import interleaved, paired_ratio
from bench.rows import Row, at_least, skipped, within
from bench.town import add_leads, rep_id, settled, utc_now
from bot import claims
from bot.errors import DibsError
from bot.services import Services
from tests.postgres import PostgresMissingError, empty_database, postgres

REPS = 8
GOAL = 0.3
LONGEST_WAIT = 1.0
PATIENCE = 60
SQLITE_UPDATE = (
    "UPDATE lead SET owner_id = ?, claimed_at = ?, is_open_to_all = 0 "
    "WHERE id = ? AND owner_id IS NULL AND closed_at IS NULL"
)
POSTGRES_UPDATE = (
    "UPDATE lead SET owner_id = %s, claimed_at = %s, is_open_to_all = false "
    "WHERE id = %s AND owner_id IS NULL AND closed_at IS NULL"
)

Attempt = Callable[[int], bool]  # a lead's number -> whether this rep has won it
Contender = Callable[[int], AbstractContextManager[Attempt]]  # a rep's number -> how that rep tries


@dataclass(frozen=True)
class Race:
    attempts: int
    seconds: float
    longest: float

    @property
    def per_second(self) -> float:
        return self.attempts / self.seconds


def measure(*, quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        file = Path(folder) / "dibs.db"
        yield from compare("SQLite", f"sqlite:///{file}", partial(raw_sqlite, file), quick=quick)
    try:
        with postgres() as server, empty_database(server) as url:
            yield from compare("PostgreSQL", url, partial(raw_postgres, url), quick=quick)
    except PostgresMissingError as missing:
        yield skipped("claim race, PostgreSQL", str(missing))


def compare(name: str, url: str, raw: Contender, *, quick: bool) -> Iterator[Row]:
    rounds, leads = (2, 15) if quick else (3, 60)
    with settled(url, reps=REPS) as services:
        kinds = (partial(use_case, services), partial(store_only, services), raw)
        for kind in kinds:
            run(services, kind, 5)
        whole, store, floor = interleaved(
            rounds,
            lambda: run(services, kinds[0], leads),
            lambda: run(services, kinds[1], 3 * leads),
            lambda: run(services, kinds[2], 10 * leads),
        )
    floors = [race.per_second for race in floor]
    for title, races in ((f"claims, {name}, {REPS} threads", whole), (f"Leads.take alone, {name}", store)):
        rates = [race.per_second for race in races]
        yield at_least(title, median(rates), "tries/s", median(floors), GOAL, ratio=paired_ratio(rates, floors))
    longest, floor_longest = max(race.longest for race in whole), max(race.longest for race in floor)
    yield within(f"claims, {name}, longest wait", longest, "s", LONGEST_WAIT, floor_longest)


def run(services: Services, contender: Contender, count: int) -> Race:
    """Everybody tries for every lead in the same order.

    Raises:
        RuntimeError: a lead was won by nobody or by several.
    """
    leads = add_leads(services, count)
    gate = threading.Barrier(REPS + 1)
    with ThreadPoolExecutor(REPS) as pool:
        runners = [pool.submit(try_all, contender, rep, leads, gate) for rep in range(REPS)]
        gate.wait(PATIENCE)
        started = time.perf_counter()
        results = [runner.result(PATIENCE) for runner in runners]
        seconds = time.perf_counter() - started
    won = sorted(lead for mine, _ in results for lead in mine)
    if won != leads:
        raise RuntimeError(f"{count} leads were won {len(won)} times.")
    return Race(count * REPS, seconds, max(longest for _, longest in results))


def try_all(contender: Contender, rep: int, leads: list[int], gate: threading.Barrier) -> tuple[list[int], float]:
    won, longest = [], 0.0
    with contender(rep) as attempt:
        gate.wait(PATIENCE)
        for lead in leads:
            started = time.perf_counter()
            if attempt(lead):
                won.append(lead)
            longest = max(longest, time.perf_counter() - started)
    return won, longest


@contextmanager
def use_case(services: Services, rep: int) -> Iterator[Attempt]:
    """What a press on Claim does: everything but Slack's request around it."""

    def attempt(lead: int) -> bool:
        try:
            return not claims.claim(services, rep_id(rep), lead).is_repeat
        except DibsError:
            return False

    yield attempt


@contextmanager
def store_only(services: Services, rep: int) -> Iterator[Attempt]:
    """The conditional update alone, through the product's own session."""

    def attempt(lead: int) -> bool:
        with services.unit_of_work() as uow:
            won = uow.leads.take(lead, rep + 1, now=utc_now())
            uow.session.commit()
            return won

    yield attempt


@contextmanager
def raw_sqlite(file: Path, rep: int) -> Iterator[Attempt]:
    with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0"):
            connection.execute(f"PRAGMA {pragma}")

        def attempt(lead: int) -> bool:
            connection.execute("BEGIN IMMEDIATE")
            won = connection.execute(SQLITE_UPDATE, (rep + 1, utc_now().isoformat(" "), lead)).rowcount == 1
            connection.execute("COMMIT")
            return won

        yield attempt


@contextmanager
def raw_postgres(url: str, rep: int) -> Iterator[Attempt]:
    address = make_url(url).render_as_string(hide_password=False)
    with closing(psycopg.connect(address, autocommit=True)) as connection:

        def attempt(lead: int) -> bool:
            return connection.execute(POSTGRES_UPDATE, (rep + 1, utc_now(), lead)).rowcount == 1

        yield attempt
