"""What it costs to find out whether a newcomer is somebody we know, beside comparing them with everybody.

`python -m bench matching` has a hundred thousand and a million people, in SQLite and in PostgreSQL.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import text
from sqlmodel import SQLModel

from bench.measuring import interleaved, paired_ratio
from bench.rows import Row, at_most, skipped
from bench.tick import write
from bot.playbook.matching import Matching
from bot.rules.accounts import account_of
from bot.rules.matching import Known, best, blocks_of
from store.database import Database
from store.models import Lead, Team
from store.unit_of_work import unit_of_work
from tests.postgres import PostgresMissingError, empty_database, postgres

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIZES, QUICK = (100_000, 1_000_000), (10_000, 40_000)
SCAN, SCANNED, NEWCOMERS = 100_000, 20, 1000
GOAL, FLAT = 1 / 500, 2.0
GIVEN = ("anna", "ben", "carla", "david", "emma", "felix", "greta", "hugo", "ida", "jonas", "karla", "leon", "mia",
         "noah", "olga", "paul", "rosa", "simon", "tina", "ulf")  # fmt: skip
SYLLABLES = ("ba", "do", "fi", "ga", "ho", "ki", "lu", "ma", "ne", "po", "ra", "se", "ti", "vo", "wu", "za", "ber",
             "stein", "mann", "dorf", "son", "ski", "ley", "ton", "rich", "feld")  # fmt: skip
FAMILY = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
TRADES = ("Robotics", "Foods", "Logistics", "Software", "Textiles", "Energy", "Consulting", "Labs")
MATCHING = Matching()


def measure(*, quick: bool) -> Iterator[Row]:
    sizes, rounds = (QUICK, 2) if quick else (SIZES, 5)
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        urls = tuple(f"sqlite:///{Path(folder) / f'{size}.db'}" for size in sizes)
        yield from compare("SQLite", dict(zip(sizes, urls, strict=True)), rounds)
    try:
        with postgres() as server, empty_database(server) as few, empty_database(server) as many:
            yield from compare("PostgreSQL", dict(zip(sizes, (few, many), strict=True)), rounds)
    except PostgresMissingError as missing:
        yield skipped("matching, PostgreSQL", str(missing))


def compare(kind: str, urls: dict[int, str], rounds: int) -> Iterator[Row]:
    least, most = urls
    few, many = (filled(url, size) for size, url in urls.items())
    everybody = [f"{one.name} {one.company}" for one in (person(number, SCAN) for number in range(SCAN))]
    matching(few, least)  # what is asked for the first time is read from the disk
    matching(many, most)
    short, long, scans = interleaved(
        rounds, lambda: matching(few, least), lambda: matching(many, most), lambda: full_scan(everybody, clock_of(few))
    )
    yield at_most(f"matching a lead with {least:,} beside a scan of {SCAN:,}, {kind}", median(short) * 1e6, "us",
                  median(scans) * 1e6, GOAL, ratio=paired_ratio(short, scans))  # fmt: skip
    yield at_most(f"matching a lead with {most:,} beside {least:,}, {kind}", median(long) * 1e6, "us",
                  median(short) * 1e6, FLAT, ratio=paired_ratio(long, short))  # fmt: skip
    few.close()
    many.close()


def person(number: int, size: int) -> Known:
    """The same for the same number; about eight people have one employer, as in a customer base."""
    chance = random.Random(number)  # noqa: S311
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    firm = chance.randrange(max(1, size // 8))
    company = f"{FAMILY[firm % len(FAMILY)].title()}{firm // len(FAMILY) or ''} {TRADES[firm % len(TRADES)]}"
    email = f"{given}.{family}{number}@{company.replace(' ', '-').lower()}.example"
    name, account = f"{given} {family}".title(), account_of(email, company)
    return Known(number, name, email, f"+49{number:010d}", company, account, *blocks_of(name, company, account))


def newcomer(number: int, size: int) -> Known:
    """Half are somebody whom we know with a slip and another address; half are new."""
    if number % 2:
        return person(size + number, size)
    known = person(number * 37 % size, size)
    name = known.name[:-1]
    blocks = blocks_of(name, known.company, known.account)
    return Known(0, name, None, known.phone, known.company, known.account, *blocks)


def filled(url: str, size: int) -> Database:
    database = Database(url)
    SQLModel.metadata.create_all(database.engine)
    with database.session() as session:
        session.add(Team(id=1, name="smb"))
        session.commit()
    usual = Lead(name="", team_id=1, stage="new", created_at=NOON)
    write(database, usual, (columns(person(number, size)) for number in range(size)))
    with database.session() as session:
        session.connection().execute(text("ANALYZE lead"))
        session.commit()
    return database


def columns(of: Known) -> dict[str, Any]:
    names = ("name", "email", "phone", "company", "account", "person_block", "company_block")
    return {name: getattr(of, name) for name in names}


def matching(database: Database, size: int) -> float:
    """Seconds for one newcomer of a thousand, as an import works them off."""
    clock = clock_of(database)
    new = [newcomer(number, size) for number in range(NEWCOMERS)]
    started = clock()
    with unit_of_work(database, writes=False) as uow:
        found = uow.duplicates.candidates(
            [one.email for one in new if one.email], [one.phone for one in new if one.phone],
            [one.person_block for one in new if one.person_block],
            [one.company_block for one in new if one.company_block],
        )  # fmt: skip
    shelves: dict[str, list[Known]] = {}
    for candidate in found:
        known = Known(*candidate)
        for key in keys(known):
            shelves.setdefault(key, []).append(known)
    verdicts = [best(one, near(one, shelves), MATCHING) for one in new]
    spent = (clock() - started) / NEWCOMERS
    assert sum(verdict == "same" for verdict, _ in verdicts) >= NEWCOMERS * 0.45
    return spent


def near(one: Known, shelves: dict[str, list[Known]]) -> Iterable[Known]:
    """Whoever shares a key with them, each once."""
    return {known.lead_id: known for key in keys(one) for known in shelves.get(key, ())}.values()


def keys(of: Known) -> tuple[str, ...]:
    """What they are found by, told apart by a sign in front."""
    return tuple(
        f"{number}{key}" for number, key in enumerate((of.email, of.phone, of.person_block, of.company_block)) if key
    )


def clock_of(database: Database) -> Callable[[], float]:
    """The processor's, where all is in this process; the wall's, where half is in the server's."""
    return time.process_time if database.is_sqlite else time.perf_counter


def full_scan(everybody: list[str], clock: Callable[[], float]) -> float:
    """Seconds to compare one newcomer with everybody by name and company, at rapidfuzz's full speed."""
    new = [f"{one.name} {one.company}" for one in (newcomer(number, SCAN) for number in range(SCANNED))]
    started = clock()
    for each in new:
        process.extractOne(each, everybody, scorer=fuzz.token_sort_ratio, processor=None, score_cutoff=90)
    return (clock() - started) / SCANNED
