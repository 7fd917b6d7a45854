"""Reports over two years of leads: from the sums, by looking at every row, and the same rows in DuckDB."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

import duckdb
import psycopg
from sqlmodel import Session, select

from bench import upkeep
from bench.history import DUCK, NOW, POSTGRES, REACHED, SQLITE, STAY, statements
from bench.measuring import interleaved
from bench.rows import Row, at_most, skipped
from store import schema
from store.database import Database
from store.models import ClosedTotal, Fold, ReachedTotal, SpeedTotal, StageTotal
from store.reporting import reached, speed, standing, stays
from store.reporting.folding import Folding
from store.reporting.scope import Scope
from store.unit_of_work import unit_of_work
from tests.postgres import PostgresMissingError, empty_database, postgres

GOAL, MANY = 0.2, 1_000_000
SLICE = 100_000
ZONE = "UTC"
QUARTER, QUARTER_END = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TYPES = {
    "lead_id": "BIGINT", "team_id": "INTEGER", "rep_id": "INTEGER", "chance": "INTEGER", "cents": "BIGINT",
    "is_cleared": "BOOLEAN", "left_stage": "BOOLEAN", "folded": "INTEGER", "seconds": "INTEGER",
}  # fmt: skip
SUMS = (StageTotal, ReachedTotal, SpeedTotal, ClosedTotal, Fold)
MOMENTS = ("at", "since")


@dataclass(frozen=True)
class Question:
    """One question, three ways."""

    name: str
    scope: Scope
    ours: Callable[[Session, Scope], list[Any]]
    plain: Callable[[Session, Scope], list[Any]]
    duck: str


def asked(starts: datetime, ends: datetime, as_of: datetime, **limits: Any) -> Scope:
    return Scope(starts, ends, as_of, ZONE, **limits)


ALL_TIME, LAST_QUARTER = asked(EVER, NOW, NOW), asked(QUARTER, QUARTER_END, QUARTER_END)
CLAIMED_THEN = asked(QUARTER, QUARTER_END, NOW)
claimed, claimed_plain = partial(speed.took, step="@claim"), partial(speed.plain, step="@claim")
closed, closed_plain = partial(stays.closed, by_rep=False), partial(stays.plain, by_rep=False)
STANDING = """
    SELECT team_id, source, stage, kind, currency, count(*), sum(cents), sum(cents * chance), sum(epoch_ms(since))
    FROM stay WHERE began_at < $as_of AND (ended_at IS NULL OR ended_at >= $as_of) AND NOT is_cleared GROUP BY ALL"""
FUNNEL = """
    SELECT team_id, source, step, count(*), sum(seconds) FROM reached
    WHERE arrived_at >= $starts AND arrived_at < $ends AND noted_at < $as_of GROUP BY ALL"""
SPEED = """
    SELECT seconds - seconds % 60 AS bucket, count(*) FROM reached
    WHERE step = '@claim' AND arrived_at >= $starts AND arrived_at < $ends AND noted_at < $as_of GROUP BY ALL"""
CLOSED = """
    SELECT team_id, source, stage, kind, currency, count(*), sum(cents) FROM stay
    WHERE kind <> 'open' AND since >= $starts AND since < $ends AND began_at < $as_of
          AND (ended_at IS NULL OR ended_at >= $as_of) GROUP BY ALL"""
QUESTIONS = (
    Question("pipeline now", ALL_TIME, standing.standing, standing.plain, STANDING),
    Question("pipeline as of last quarter", LAST_QUARTER, standing.standing, standing.plain, STANDING),
    Question("funnel by source, all time", ALL_TIME, reached.reached, reached.plain, FUNNEL),
    Question("funnel by source, last quarter", LAST_QUARTER, reached.reached, reached.plain, FUNNEL),
    Question("speed to claim, all time", ALL_TIME, claimed, claimed_plain, SPEED),
    Question("speed to claim, last quarter", CLAIMED_THEN, claimed, claimed_plain, SPEED),
    Question("closed by source, last quarter", LAST_QUARTER, closed, closed_plain, CLOSED),
    Question("closed by source, all time", ALL_TIME, closed, closed_plain, CLOSED),
)  # fmt: skip


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
        # Without foreign keys: the leads themselves are in no question.
        for statement in statements(SQLITE, leads):
            raw.execute(statement)
        raw.commit()
    database.checkpoint()
    yield Row("SQLite: a row folded, many at a time", fold_all(database), "us", None, None, None, met=True)
    database.checkpoint()
    yield from figures("SQLite", database, duck, leads)


def on_postgres(url: str, leads: int, duck: duckdb.DuckDBPyConnection, folded: Database) -> Iterator[Row]:
    """With the sums that were made over there of the same rows."""
    with closing(Database(url)) as database:
        schema.upgrade(database)
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("SET session_replication_role = replica")  # as above
            for statement in statements(POSTGRES, leads, folded=True):
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
                    into.write_row(tuple(row))


def fill_duck(duck: duckdb.DuckDBPyConnection, leads: int) -> None:
    for table, columns in (("stay", STAY), ("reached", REACHED)):
        names = [name.strip(' "') for name in columns.split(",")]
        typed = ", ".join(f'"{name}" {type_of(name)}' for name in names)
        duck.execute(f"CREATE TABLE {table} ({typed})")
    for statement in statements(DUCK, leads):
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


def figures(kind: str, database: Database, duck: duckdb.DuckDBPyConnection, leads: int) -> Iterator[Row]:
    for question in QUESTIONS:
        name = f"{kind}: {question.name}, {leads:,} leads"
        check(database, question)
        ours, ducks = interleaved(9, timed(database, question.scope, question.ours), duck_timed(duck, question))
        plain, _ = interleaved(2, timed(database, question.scope, question.plain), float)
        value = median(ours) * 1000
        yield at_most(f"{name}, beside DuckDB", value, "ms", median(ducks) * 1000, GOAL if leads >= MANY else None)
        yield at_most(f"{name}, beside every row", value, "ms", median(plain) * 1000)


def check(database: Database, question: Question) -> None:
    """The sums have it, and it is the same."""
    with database.session(writes=False) as session:
        ours, plain = question.ours(session, question.scope), question.plain(session, question.scope)
    assert sorted(map(str, ours)) == sorted(map(str, plain)), question.name


def timed(database: Database, scope: Scope, ask: Callable[[Session, Scope], list[Any]]) -> Callable[[], float]:
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
