"""Reports over two years of leads: from the sums, by looking at every row, and the same rows in DuckDB."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from statistics import median
from typing import Any

import duckdb
import psycopg
from sqlmodel import select

from bench import deeds, upkeep
from bench.history import DUCK, POSTGRES, REACHED, SQLITE, STAY, TEAMS, statements
from bench.measuring import interleaved
from bench.questions import QUESTIONS, ZONE, Ask, Question
from bench.rows import Row, at_most, skipped
from bot.reports.shares import day_in, mark_slice
from store import schema
from store.database import Database
from store.models import (
    ClosedTotal,
    CreditTotal,
    EndingTotal,
    Fold,
    HoldTotal,
    JudgedTotal,
    LateTotal,
    OriginTotal,
    OwnedTotal,
    ReachedTotal,
    ReminderTotal,
    ShareMark,
    SpeedTotal,
    StageTotal,
    StepTotal,
    StoodTotal,
    UnansweredTotal,
)
from store.reporting.fairness import Book
from store.reporting.folding import Folding
from store.reporting.scope import Scope
from store.unit_of_work import unit_of_work
from tests.postgres import PostgresMissingError, empty_database, postgres

GOAL, MANY = 0.2, 1_000_000
SLICE = 100_000
ROUNDS, FEW, SLOW = 9, 2, 0.5  # of a question; of one that takes so many seconds
TYPES = {
    "lead_id": "BIGINT", "team_id": "INTEGER", "rep_id": "INTEGER", "chance": "INTEGER", "cents": "BIGINT",
    "is_cleared": "BOOLEAN", "left_stage": "BOOLEAN", "folded": "INTEGER", "seconds": "INTEGER", "id": "BIGINT",
    "stay_id": "BIGINT", "number": "BIGINT", "winner_id": "INTEGER", "won": "BOOLEAN", "millionths": "INTEGER",
    "answered": "INTEGER", "worked": "INTEGER", "left_owner": "BOOLEAN", "owner_id": "INTEGER",
    "is_open_to_all": "BOOLEAN",
}  # fmt: skip
SUMS = (
    StageTotal, ReachedTotal, SpeedTotal, ClosedTotal, EndingTotal, CreditTotal, StepTotal, StoodTotal, JudgedTotal,
    OwnedTotal, OriginTotal, HoldTotal, UnansweredTotal, LateTotal, ReminderTotal, ShareMark, Fold,
)  # fmt: skip
MOMENTS = ("at", "since", "act_by")


def measure(*, quick: bool) -> Iterator[Row]:
    leads = 20_000 if quick else 1_000_000
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-"))
        duck = stack.enter_context(closing(duckdb.connect(config={"threads": 2})))
        fill_duck(duck, leads)
        there = stack.enter_context(closing(Database(f"sqlite:///{folder}/dibs.db")))
        yield from on_sqlite(there, leads, duck)
        try:
            server = stack.enter_context(postgres())
            yield from on_postgres(stack.enter_context(empty_database(server)), leads, duck, there)
        except PostgresMissingError as missing:
            yield skipped("reports on PostgreSQL", str(missing))
    yield from upkeep.measure(quick=quick)


def on_sqlite(database: Database, leads: int, duck: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    schema.upgrade(database)
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as raw:
        # Without foreign keys: owners are written down after the leads that they own.
        for statement in [*statements(SQLITE, leads), *deeds.inserted(SQLITE)]:
            raw.execute(statement)
        raw.commit()
    database.checkpoint()
    yield Row("SQLite: a line of the ledger marked", mark_all(database), "us", None, None, None, met=True)
    yield Row("SQLite: a row folded, many at a time", fold_all(database), "us", None, None, None, met=True)
    database.checkpoint()
    yield from figures("SQLite", database, duck, leads)


def on_postgres(url: str, leads: int, duck: duckdb.DuckDBPyConnection, folded: Database) -> Iterator[Row]:
    """With the sums that were made over there of the same rows."""
    with closing(Database(url)) as database:
        schema.upgrade(database)
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("SET session_replication_role = replica")  # as above
            for statement in [*statements(POSTGRES, leads, folded=True), *deeds.inserted(POSTGRES, folded=True)]:
                raw.execute(statement.encode())
            copy_sums(folded, raw)
            raw.execute("VACUUM ANALYZE")
        yield from figures("PostgreSQL", database, duck, leads)


def copy_sums(folded: Database, raw: psycopg.Connection[Any]) -> None:
    with folded.session(writes=False) as session, raw.cursor() as cursor:
        for model in SUMS:
            names = list(model.model_fields)
            rows = session.execute(select(*(getattr(model, name) for name in names)))
            with cursor.copy(f"COPY {model.__tablename__} ({', '.join(names)}) FROM STDIN".encode()) as into:
                for row in rows:
                    into.write_row([json.dumps(value) if isinstance(value, list) else value for value in row])


def fill_duck(duck: duckdb.DuckDBPyConnection, leads: int) -> None:
    tables = {"stay": STAY.split(","), "reached": REACHED.split(","), **deeds.tables()}
    for table, columns in tables.items():
        names = [name.strip(' "') for name in columns]
        typed = ", ".join(f'"{name}" {type_of(name)}' for name in names)
        duck.execute(f"CREATE TABLE {table} ({typed})")
    for statement in [*statements(DUCK, leads), *deeds.inserted(DUCK)]:
        duck.execute(statement)


def type_of(column: str) -> str:
    return "TIMESTAMP" if column in MOMENTS or column.endswith("_at") else TYPES.get(column, "VARCHAR")


def fold_all(database: Database) -> float:
    """Microseconds for each row that the sums are made of."""
    started, rows = time.perf_counter(), 0
    while True:
        with unit_of_work(database) as uow:
            found = Folding(uow.session, locks_rows=uow.locks_rows).slice(ZONE, limit=SLICE)
            uow.session.commit()
        if not found:
            return (time.perf_counter() - started) / rows * 1e6
        rows += found


def mark_all(database: Database) -> float:
    """Microseconds for each line that shares are marked of."""
    started, lines, day = time.perf_counter(), 0, day_in(ZONE)
    for team_id in range(1, TEAMS + 1):
        found = 1
        while found:
            with unit_of_work(database) as uow:
                found = mark_slice(Book(uow.session, team_id), day)
                uow.session.commit()
            lines += found
    return (time.perf_counter() - started) / lines * 1e6


def figures(kind: str, database: Database, duck: duckdb.DuckDBPyConnection, leads: int) -> Iterator[Row]:
    for question in QUESTIONS:
        name = f"{kind}: {question.name}, {leads:,} leads"
        plain = check(database, question) if question.plain else None
        ask, ducks_ask = timed(database, question.scope, question.ours), duck_timed(duck, question)
        rounds = FEW if ask() > SLOW else ROUNDS
        ours, ducks = interleaved(rounds, ask, ducks_ask)
        value = median(ours) * 1000
        yield at_most(f"{name}, beside DuckDB", value, "ms", median(ducks) * 1000, GOAL if leads >= MANY else None)
        if plain is not None:
            yield at_most(f"{name}, beside every row", value, "ms", plain * 1000)


def check(database: Database, question: Question) -> float:
    """The sums have it, and it is the same; how many seconds it took to look at every row."""
    assert question.plain is not None
    with database.session(writes=False) as session:
        ours = question.ours(session, question.scope)
        started = time.perf_counter()
        plain = question.plain(session, question.scope)
        seconds = time.perf_counter() - started
    assert sorted(map(str, ours)) == sorted(map(str, plain)), question.name
    return seconds


def timed(database: Database, scope: Scope, ask: Ask) -> Callable[[], float]:
    def run() -> float:
        with database.session(writes=False) as session:
            session.connection()
            started = time.perf_counter()
            assert ask(session, scope)
            return time.perf_counter() - started

    return run


def duck_timed(duck: duckdb.DuckDBPyConnection, question: Question) -> Callable[[], float]:
    scope = question.scope
    moments = {"as_of": scope.as_of, "starts": scope.starts, "ends": scope.ends}
    given = {name: at.replace(tzinfo=None) for name, at in moments.items() if f"${name}" in question.duck}

    def run() -> float:
        started = time.perf_counter()
        assert duck.execute(question.duck, given).fetchall()
        return time.perf_counter() - started

    return run
