"""Lists and searches: how they stand growth, beside looking through every lead, and what the text index costs.

`python -m bench.finding --full` has a million leads on both databases, and takes ten minutes.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from random import Random
from statistics import median
from typing import Any

from sqlmodel import insert, text

from bench.measuring import interleaved
from bench.rows import Row, at_most, skipped, table
from bot.rules.query.parsing import Query, Setting, parse
from bot.rules.query.words import spelled
from store import schema, search_index
from store.database import Database
from store.models import Lead, Rep, Team
from store.search import Scope, Search
from tests.postgres import PostgresMissingError, empty_database, postgres

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REPS, OPEN_EACH, CHUNK = 50, 160, 5000
ME, RARE = 7, "zanzibarbourough"
PAGE = 80
GROWTH, OF_A_SCAN = 2.0, 1 / 20  # goals: a list at a million beside ten thousand; a search beside a scan
SETTING = Setting(now=NOW, rep_id=ME, stages=("new", "won"), teams=("smb",))


def measure(*, quick: bool) -> Iterator[Row]:
    yield from on_both((10_000, 100_000), rounds=5 if quick else 15)


def full() -> Iterator[Row]:
    yield from on_both((10_000, 100_000, 1_000_000), rounds=15)


def on_both(sizes: tuple[int, ...], *, rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{size}.db" for size in sizes]
        yield from figures("SQLite", sizes, urls, rounds=rounds)
    try:
        with postgres() as server, ExitStack() as stack:
            urls = [stack.enter_context(empty_database(server)) for _ in sizes]
            yield from figures("PostgreSQL", sizes, urls, rounds=rounds)
    except PostgresMissingError as missing:
        yield skipped("finding on PostgreSQL", str(missing))


def figures(kind: str, sizes: tuple[int, ...], urls: list[str], *, rounds: int) -> Iterator[Row]:
    with ExitStack() as stack:
        databases = [stack.enter_context(filled(url, size)) for url, size in zip(urls, sizes, strict=True)]
        least, most = databases[0], databases[-1]
        mine = [timed(database, page_of_mine) for database in (least, most)]
        small, large = (median(found) * 1000 for found in interleaved(rounds, *mine))
        growth = f"{kind}: page of {PAGE} 'my open leads' at {sizes[-1]:,}, beside {sizes[0]:,}"
        yield at_most(growth, large, "ms", small, GROWTH)
        at_100k = databases[min(1, len(databases) - 1)]
        for word in (RARE, "jane"):
            search, scan = timed(at_100k, searching(word)), timed(at_100k, scanning(word))
            indexed, scanned = (median(found) * 1000 for found in interleaved(rounds, search, scan))
            yield at_most(f"{kind}: search for a {'rare' if word == RARE else 'frequent'} word at {sizes[1]:,}, "
                          "beside a LIKE scan", indexed, "ms", scanned, OF_A_SCAN)  # fmt: skip


@contextmanager
def filled(url: str, size: int) -> Iterator[Database]:
    database = Database(url)
    try:
        schema.upgrade(database)
        with database.engine.begin() as connection:
            if not database.is_sqlite:  # a million leads are indexed at one go
                connection.execute(text("DROP INDEX lead_words"))
        fill(database, size)
        yield database
    finally:
        database.close()


def fill(database: Database, size: int) -> None:
    """Every rep has as many open leads, however many are closed or nobody's."""
    random = Random(size)  # noqa: S311 - the same leads every time
    names = ["".join(random.choices("bcdfglmnprst", k=3)) + random.choice("aeiou") * 2 for _ in range(20_000)]
    with database.session() as session:
        session.add(Team(id=1, name="smb"))
        session.add_all([Rep(id=number, slack_id=f"U{number}", name=f"Rep {number}") for number in range(1, REPS + 1)])
        session.flush()
        owned = set(random.sample(range(size), REPS * OPEN_EACH))
        for start in range(0, size, CHUNK):
            rows = [lead(random, names, number, is_owned=number in owned) for number in range(start, start + CHUNK)]
            session.connection().execute(insert(Lead), rows)
        session.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0" if not database.is_sqlite else "SELECT 1"))
        if not database.is_sqlite:
            search_index.make(connection)
        connection.execute(text("ANALYZE"))


USUAL = Lead(name="", team_id=1, stage="new", created_at=NOW).model_dump(exclude={"id"})


def lead(random: Random, names: list[str], number: int, *, is_owned: bool) -> dict[str, Any]:
    company, is_rare = random.choice(names), number % 10_000 == 77
    return {
        **USUAL, "name": f"{'Jane' if number % 50 == 0 else random.choice(names)} {random.choice(names)}",
        "email": f"{random.choice(names)}.{number}@{company}.example",
        "company": f"{RARE if is_rare else company} GmbH", "title": "Head of Sales",
        "owner_id": number % REPS + 1 if is_owned or number % 3 == 0 else None,
        "closed_at": None if is_owned or number % 3 else NOW, "message": f"{random.choice(names)} please call",
    }  # fmt: skip


def timed(database: Database, ask: Callable[[Search, Any], int]) -> Callable[[], float]:
    def run() -> float:
        with database.session(writes=False) as session:
            search = Search(session)
            started = time.perf_counter()
            assert ask(search, session)
            return time.perf_counter() - started

    return run


def page_of_mine(search: Search, _session: Any) -> int:
    query = parse("owner:me open:yes", SETTING)
    return len(search.find(query.tests, Scope({1}, rep_id=ME, is_open=True), spelled=spelled, limit=PAGE))


def searching(word: str) -> Callable[[Search, Any], int]:
    query: Query = parse(word, SETTING)
    return lambda search, _: len(search.find(query.tests, Scope(None), spelled=spelled, limit=21))


def scanning(word: str) -> Callable[[Search, Any], int]:
    """Every lead looked at, as without an index: all that hold the word, of which the newest are shown."""
    like = "lower(name) LIKE :it OR lower(company) LIKE :it OR lower(email) LIKE :it OR lower(message) LIKE :it"
    question = text(f"SELECT count(*) FROM lead WHERE state = 'live' AND ({like})")  # noqa: S608 - no outside words
    return lambda _, session: int(session.connection().execute(question, {"it": f"%{word}%"}).scalar() or 0)


if __name__ == "__main__":
    found = full() if "--full" in sys.argv else measure(quick="--quick" in sys.argv)
    sys.stdout.write(table(found) + "\n")
