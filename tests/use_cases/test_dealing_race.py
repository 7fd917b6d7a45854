"""A flood of leads through many threads and two processes: one chain, no gaps, and everyone's share as if in a row."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from bot.intake import capture
from bot.ledger import verification
from bot.people import Profile
from bot.playbook.playbook import Playbook, parse_playbook
from bot.services import Services
from store.database import Database, StoreUnavailableError
from store.models import Decision, Lead, Offer, Team
from tests.factories import JANE, TUESDAY, Office
from tests.postgres import empty_database
from tests.schemas import create_tables

REPS = [Profile(f"U0REP{number}", f"Rep {number}", "Europe/Berlin") for number in range(7)]
PROCESSES, THREADS = 2, 16
LEADS = 280  # 40 rounds of seven reps, each of them contended from the first lead to the last
TEXT = """
stages = [{ name = "new" }, { name = "won", kind = "won" }, { name = "lost", kind = "lost" }]
[routing]
existing_owner = false
[matching]
merges = false
asks = false
[[teams]]
name = "smb"
channel = "#leads-smb"
[[routes]]
name = "all"
team = "smb"
"""


def playbook() -> Playbook:
    return parse_playbook(TEXT, "the test's playbook")


def send(services: Services, barrier: threading.Barrier, keys: list[str]) -> None:
    """One sender: a machine too busy to answer in time says so, and the same key is sent again."""
    barrier.wait()
    for key in keys:
        while True:
            try:
                capture.take_lead(services, {**JANE, "email": f"{key}@acme.example"}, key=key)
            except StoreUnavailableError:
                continue
            break


def flood(database: Database, name: str, *, leads: int, threads: int, others: Barrier | None = None) -> None:
    """Send that many leads through these threads at once; `others` is where processes wait for one another."""
    services = Services(database, playbook(), lambda: TUESDAY)

    def all_are_there() -> None:
        if others is not None:
            others.wait()

    start = threading.Barrier(threads, action=all_are_there)
    keys = [f"{name}-{number}" for number in range(leads)]
    senders = [threading.Thread(target=send, args=(services, start, keys[each::threads])) for each in range(threads)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def one_process(url: str, name: str, leads: int, others: Barrier) -> None:
    database = Database(url)
    flood(database, name, leads=leads, threads=THREADS // PROCESSES, others=others)
    database.close()


def dealt_as_if_in_a_row(office: Office, leads: int) -> None:
    lines = [line for line in office.rows(Decision, team_id=1) if line.rule]
    every = sorted(office.rows(Decision, team_id=1), key=lambda line: line.number)
    assert [line.number for line in every] == list(range(1, len(REPS) + leads + 1))
    assert all(after.previous_hash == before.hash for before, after in pairwise(every))
    assert office.rows(Team)[0].chain_head == every[-1].hash
    assert verification.report(office.services, lambda _: None, seals=[])
    assert len(office.rows(Lead)) == len(lines) == leads
    assert Counter(line.lead_id for line in lines).most_common(1)[0][1] == 1
    offers = Counter(offer.rep_id for offer in office.rows(Offer, status="open"))
    assert offers == Counter(line.winner_id for line in lines)
    assert len(offers) == len(REPS)
    assert max(abs(count - leads / len(REPS)) for count in offers.values()) < 1
    for number in range(0, leads, len(REPS)):
        whole_round = {line.winner_id for line in sorted(lines, key=lambda line: line.number)[number:][: len(REPS)]}
        assert len(whole_round) == min(len(REPS), leads - number), "nobody twice before everybody once"


@pytest.fixture
def office_of_seven(tmp_path: Path) -> Iterator[Office]:
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    create_tables(database)
    yield Office(database, *REPS, playbook=playbook())
    database.close()


@pytest.mark.timeout(300)
def test_hundreds_of_leads_through_two_processes_on_postgres(postgres_server: str) -> None:
    with empty_database(postgres_server) as url:
        database = Database(url)
        create_tables(database)
        office = Office(database, *REPS, playbook=playbook())
        spawn = multiprocessing.get_context("spawn")
        others = spawn.Barrier(PROCESSES)
        run = partial(spawn.Process, target=one_process)
        processes = [run(args=(url, f"process{number}", LEADS // PROCESSES, others)) for number in range(PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * PROCESSES
        dealt_as_if_in_a_row(office, LEADS)
        database.close()


def test_leads_through_sixteen_threads_on_sqlite(office_of_seven: Office) -> None:
    flood(office_of_seven.services.database, "lead", leads=200, threads=THREADS)
    dealt_as_if_in_a_row(office_of_seven, 200)
