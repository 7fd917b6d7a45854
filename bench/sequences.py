"""What sequences cost among few and among very many enrolments: asking who is due, taking steps, letters leaving.

`python -m bench.sequences --full` has a million enrolments, in SQLite and in PostgreSQL, each with a past.
"""

import logging
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from psycopg.rows import dict_row
from sqlalchemy import ColumnElement, Float, String, cast, func, insert, literal, make_url, text
from sqlmodel import SQLModel, col, select, update

from bench.measuring import interleaved, paired_ratio
from bench.processes import ROOT
from bench.rows import Row, at_least, at_most, skipped, table
from bench.tick import NOON, TOMORROW, asked, flat, lead, look_over, timed
from bench.town import CHANNELS
from bot import people
from bot.contact.addresses import said_for
from bot.contact.carriers import COMPOSERS
from bot.contact.outside import Outside
from bot.contact.ports import Carrier, Outcome, Parcel, Taken
from bot.contact.postman import Postman
from bot.people import Profile
from bot.playbook.playbook import Playbook, read_playbook
from bot.playbook.sequences import Sequence
from bot.sequences import advancing
from bot.services import Services
from handlers.clock import one_by_one
from store import schema
from store.contact.enrolments import DUE as QUESTION
from store.database import Database
from store.models import Consent, Enrolment, Lead, LeadMessage, StepTaken
from tests.postgres import PostgresMissingError, empty_database, postgres

DUE = 100
FLAT = 1.5
ROUNDS, SIZES, QUICK = 8, (10_000, 1_000_000), (1_000, 3_000)
A_MONTH_AGO = NOON - timedelta(days=30)
OUTSIDE = Outside("https://dibs.example", "Acme Sales <sales@acme.example>", channels=frozenset({"email"}))
WORDS = """Hello{% if first_name %} {{ first_name }}{% endif %},

may I ask one thing: what would have to get better for this to be worth your time?

One line is enough. It helps me to send you what fits, and nothing else. You are with {{ company }}, are you not?

{{ sender_name }}"""
STEPS = [
    {"kind": "email", "name": "hello", "subject": "Thank you", "text": "Hello"},
    {"kind": "wait", "days": 3},
    {"kind": "email", "name": "question", "subject": "One question about {{ company }}", "text": WORDS},
    {"kind": "wait", "days": 3},
    {"kind": "email", "name": "last", "subject": "Good bye", "text": "The last we say"},
]
BARE_DUE = QUESTION.replace("?", "{}")
TAKE = "INSERT INTO step_taken (enrolment_id, step, result, at) VALUES (?, ?, 'written', ?)"
GO_ON = "UPDATE enrolment SET step = 'wait 2', step_since = ?, due_at = ?, why = '' WHERE id = ?"
tick = one_by_one(advancing.due, advancing.advance)


@dataclass(frozen=True)
class Arrives:
    """A carrier whose letters have arrived before one has looked."""

    def carry(self, parcel: Parcel) -> Outcome:
        return Taken(parcel.key)


@dataclass(frozen=True)
class Town:
    """People who each are in a sequence, had its first letter a month ago, and are due some day."""

    services: Services
    hundreds: Iterator[int] = field(default_factory=count)

    def hundred_due(self, number: int) -> list[int]:
        first = number * DUE + 1
        mine = col(Enrolment.id).between(first, first + DUE - 1)
        with self.services.unit_of_work() as uow:
            uow.session.execute(update(Enrolment).where(mine).values(due_at=NOON - timedelta(minutes=1)))
            for given in uow.session.exec(select(Consent).where(col(Consent.lead_id).between(first, first + DUE - 1))):
                # No database can make this name, so it is made for those whose turn it is.
                given.recipient = said_for(uow, uow.session.get_one(Lead, given.lead_id), "email")
            uow.session.commit()
        return list(range(first, first + DUE))

    def steps(self) -> float:
        """Seconds for a tick in which a hundred people's letters are written, each in a transaction of its own."""
        self.hundred_due(next(self.hundreds))
        started = time.perf_counter()
        tick(self.services)
        taken = time.perf_counter() - started
        assert self.waiting() == DUE
        return taken

    def letters(self) -> float:
        """Seconds in which these letters are taken in hand, made, carried nowhere, and settled."""
        someone = postman(self.services, Arrives())
        started = time.perf_counter()
        for _ in range(DUE):
            assert someone.send_one()
        taken = time.perf_counter() - started
        assert not self.waiting()
        return taken

    def waiting(self) -> int:
        with self.services.reading() as uow:
            return uow.messages.summary(NOON).waiting


def measure(*, quick: bool) -> Iterator[Row]:
    sizes, rounds = (QUICK, 2) if quick else (SIZES, ROUNDS)
    hush()
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        few, many = (f"sqlite:///{Path(folder) / f'{size}.db'}" for size in sizes)
        yield from compare("SQLite", dict(zip(sizes, (few, many), strict=True)), rounds)
    try:
        with postgres() as server, empty_database(server) as few, empty_database(server) as many:
            yield from compare("PostgreSQL", dict(zip(sizes, (few, many), strict=True)), rounds)
    except PostgresMissingError as missing:
        yield skipped("sequences, PostgreSQL", str(missing))


def hush() -> None:
    """The postman tells the log of every letter."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def compare(kind: str, urls: dict[int, str], rounds: int) -> Iterator[Row]:
    least, most = (f"{size:,}" for size in urls)
    with ExitStack() as stack:
        few, many = (Town(stack.enter_context(town(url, size))) for size, url in urls.items())
        few.hundred_due(0)
        many.hundred_due(0)
        yield from asked(f"{DUE} due of {most} enrolments, {kind}", many.services, advancing.due, BARE_DUE)
        yield from flat(f"asking for {DUE} due among {most} enrolments beside {least}, {kind}",
                        lambda: timed(lambda: advancing.due(few.services)),
                        lambda: timed(lambda: advancing.due(many.services)), rounds)  # fmt: skip
        write = stack.enter_context(bare(many.services.database.url))
        found = interleaved(rounds, few.steps, many.steps, write, few.letters, many.letters)
    steps, all_steps, floors, letters, all_letters = found
    yield beside(f"tick that takes {DUE} steps among {most} enrolments beside {least}, {kind}", all_steps, steps)
    yield beside(f"{DUE} letters taken in hand and settled among {most} beside {least}, {kind}", all_letters, letters)
    rates, bares = [DUE / one for one in all_steps], [DUE / one for one in floors]
    yield at_least(f"due steps with a letter each, among {most}, {kind}", median(rates), "steps/s", median(bares),
                   ratio=paired_ratio(rates, bares))  # fmt: skip


def beside(name: str, many: list[float], few: list[float]) -> Row:
    return at_most(name, median(many) * 1e3, "ms", median(few) * 1e3, FLAT, ratio=paired_ratio(many, few))


def postman(services: Services, carrier: Carrier) -> Postman:
    return Postman(
        services, {"email": carrier}, COMPOSERS, now=services.now, monotonic=time.monotonic,
        rng=random.Random(1),  # noqa: S311
    )  # fmt: skip


# --- the floor of a step: the same rows, each three in a transaction, through the driver


@contextmanager
def bare(url: str) -> Iterator[Callable[[], float]]:
    """Yields what writes them of a hundred people and takes them away again, and says how many seconds it wrote."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as lite:
            lite.row_factory = sqlite3.Row
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0"):
                lite.execute(f"PRAGMA {pragma}")
            yield lambda: written(lite, "BEGIN IMMEDIATE", lambda sql: sql)
        return
    with closing(psycopg.connect(url, autocommit=True, row_factory=dict_row)) as post:
        yield lambda: written(post, "BEGIN", lambda sql: sql.replace("?", "%s"))


def written(raw: Any, begin: str, spelled: Callable[[str], str]) -> float:
    last = dict(raw.execute("SELECT * FROM lead_message ORDER BY id DESC LIMIT 1").fetchone())
    number = last.pop("id")
    insert_it = f"INSERT INTO lead_message ({', '.join(last)}) VALUES ({', '.join('?' * len(last))})"  # noqa: S608
    add, take, go_on = spelled(insert_it), spelled(TAKE), spelled(GO_ON)
    at, later = last["created_at"], TOMORROW.strftime("%Y-%m-%d %H:%M:%S.%f")
    started = time.perf_counter()
    for whose in range(1, DUE + 1):
        name = uuid4().hex
        row = last | {"key": name, "once": name, "recipient": name, "links": "[]", "attachments": "[]"}
        raw.execute(begin)
        raw.execute(take, (whose, name, at))
        raw.execute(add, tuple(row.values()))
        raw.execute(go_on, (at, later, whose))
        raw.execute("COMMIT")
    taken = time.perf_counter() - started
    raw.execute(f"DELETE FROM lead_message WHERE id > {number}")  # noqa: S608
    return taken


# --- a town with that many enrolments


@contextmanager
def town(url: str, size: int) -> Iterator[Services]:
    """Each lead agreed to e-mails, is in the sequence, and has had its first letter; nobody is due before tomorrow."""
    database = Database(url)
    try:
        schema.upgrade(database)
        services = Services(database, playbook(), lambda: NOON, outside=OUTSIDE)
        people.sync_teams(services, CHANNELS)
        people.add_founding_rep(services, ["smb"], Profile("U0FIRST", "Rep 1", "Europe/Berlin"))
        fill(database, size)
        look_over(database)
        yield services
    finally:
        database.close()


def playbook() -> Playbook:
    own = Sequence.model_validate({"name": "questions", "steps": STEPS})
    return read_playbook(ROOT / "playbook.toml").model_copy(update={"sequences": (own,)})


def fill(database: Database, size: int) -> None:
    n = literal(1).label("n")
    numbers = select(n).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < size))
    number = numbers.c.n
    name = cast(number, String)
    with database.session() as session:
        if not database.is_sqlite:
            session.execute(text("SET LOCAL statement_timeout = 0"))  # which is meant for people who wait
        for like, own in rows(name, number, due_at(number, size, is_sqlite=database.is_sqlite)):
            same = {key: value for key, value in like.model_dump(exclude={"id", *own}).items() if value is not None}
            columns = type(like).__table__.columns  # type: ignore[attr-defined]
            values = [*(literal(value, columns[key].type) for key, value in same.items()), *own.values()]
            # Ordered, so that the first enrolment is the first lead's.
            source = select(*values).select_from(numbers).order_by(number)
            session.execute(insert(type(like)).from_select([*same, *own], source))
        session.commit()


def rows(
    name: ColumnElement[str], number: ColumnElement[int], due: ColumnElement[Any]
) -> Iterator[tuple[SQLModel, dict[str, ColumnElement[Any]]]]:  # fmt: skip
    """One of each kind, and what differs from one to the next."""
    then, email = A_MONTH_AGO, literal("jane.doe.") + name + literal("@acme.example")
    yield lead().model_copy(update={"owner_id": 1, "company": "Acme"}), {"email": email}
    yield (
        Consent(lead_id=0, channel="email", is_given=True, wording="You may write to me", at=then),
        {"lead_id": number},
    )
    yield Enrolment(lead_id=0, sequence="questions", step="question", step_since=then, due_at=then,
                    entered_at=then), {"lead_id": number, "due_at": due}  # fmt: skip
    yield StepTaken(enrolment_id=0, step="hello", result="written", at=then), {"enrolment_id": number}
    yield StepTaken(enrolment_id=0, step="wait 1", at=then), {"enrolment_id": number}
    yield LeadMessage(
        key="", once="", lead_id=0, channel="email", recipient="", content="hello", sequence="questions", step="hello",
        enrolment_id=0, consent_id=0, basis="they agreed", subject="Thank you", text="Hello", status="sent",
        due_at=then, created_at=then, sent_at=then, attempts=1,
    ), {"key": name, "once": literal("step:") + name, "lead_id": number, "recipient": literal("hash of ") + name,
        "enrolment_id": number, "consent_id": number}  # fmt: skip


def due_at(number: ColumnElement[int], size: int, *, is_sqlite: bool) -> ColumnElement[Any]:
    """Spread over the coming months."""
    seconds = number * (90 * 86_400 // size)
    if is_sqlite:
        later = cast(seconds, String) + literal(" seconds")
        return func.strftime("%Y-%m-%d %H:%M:%S.000000", TOMORROW.strftime("%Y-%m-%d %H:%M:%S"), later)
    return literal(TOMORROW) + func.make_interval(0, 0, 0, 0, 0, 0, cast(seconds, Float))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--full"]:
            print(table(list(measure(quick=False))))
        case _:
            sys.exit("python -m bench.sequences --full")
