"""Two replicas bring the same file in at the same time: each row is taken exactly once, and so is it taken back."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.files.reading import read_table
from bot.importing import drafts as imports
from bot.importing import undo
from bot.importing import work as import_work
from bot.playbook.matching import Matching
from bot.services import Services
from store.database import Database
from store.models import Evaluation, Import, ImportRow, Lead, Merge, Touch
from tests.factories import ALICE, BOB, DANA, Office, everyone_new
from tests.use_cases.test_consents import held, is_held
from tests.world import eventually

ROWS = import_work.AT_ONCE + 50  # more than one batch
TO_TAKE_BACK = undo.AT_ONCE + 50
KNOWN_EVERY, BAD_EVERY = 10, 50
TWO_KNOWN = b"Name,Email\nAnn 1,ann@lake1.example\nAnn 2,ann@lake2.example\n"


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=everyone_new().model_copy(update={"matching": Matching()}))


@pytest.fixture
def replicas(office: Office) -> Iterator[list[Services]]:
    """The office's own, and another with connections of its own, where several processes may have them."""
    own = office.services.database
    other = own if own.is_sqlite else Database(own.url)
    yield [office.services, Services(other, office.services.playbook, office.clock.now)]
    if other is not own:
        other.close()


def person(number: int) -> int:
    """Some rows are the one before once more."""
    return number - 1 if number % KNOWN_EVERY == 0 else number


def line(number: int) -> str:
    at = "-at-" if number % BAD_EVERY == 1 else "@"
    return f"Ann {person(number)},ann{at}lake{person(number)}.example"


def start(office: Office, rows: int) -> int:
    content = "Name,Email\n" + "\n".join(line(number) for number in range(2, rows + 2))
    import_id = imports.draft(office.services, DANA.slack_id, "fair.csv", content.encode(), channel="C0")
    imports.look(office.services, DANA.slack_id, import_id)
    imports.start(office.services, DANA.slack_id, import_id)
    return import_id


def all_work(replicas: list[Services]) -> None:
    together = Barrier(len(replicas))

    def ticks(services: Services) -> None:
        together.wait()
        while due := import_work.due(services):
            for import_id in due:
                import_work.advance(services, import_id)

    with ThreadPoolExecutor(len(replicas)) as pool:
        list(pool.map(ticks, replicas))


def test_two_replicas_that_bring_a_file_in_take_each_row_once(office: Office, replicas: list[Services]) -> None:
    import_id = start(office, ROWS)
    all_work(replicas)
    job, leads, failed = office.get(Import, import_id), office.rows(Lead), office.rows(ImportRow)
    assert (job.status, job.next_row) == ("done", ROWS)
    assert sorted([*(lead.name for lead in leads), *(row.cells[0] for row in failed)]) == sorted(
        f"Ann {person(number)}" for number in range(2, ROWS + 2)
    )
    merges = office.rows(Merge)
    assert {key: job.counts[key] for key in ("new", "same", "invalid")} == {
        "new": len(leads) - len(merges), "same": len(merges), "invalid": len(failed),
    }  # fmt: skip
    assert max(Counter(merge.gone_id for merge in merges).values()) == 1
    assert len(office.rows(Touch)) == len(leads)
    assert len(office.rows(Evaluation)) == len(leads) - len(merges)


def test_two_replicas_that_take_a_file_back_take_each_row_back_once(office: Office, replicas: list[Services]) -> None:
    import_id = start(office, TO_TAKE_BACK)
    all_work(replicas[:1])
    imports.undo(office.services, DANA.slack_id, import_id)
    all_work(replicas)
    job, leads = office.get(Import, import_id), office.rows(Lead)
    assert job.status == "undone"
    assert {lead.state for lead in leads} == {"undone"}
    assert job.counts["undone"] == job.counts["new"] == len(leads) - len(office.rows(Merge))


def test_rows_that_waited_in_a_circle_with_somebody_are_written_once_more_on_the_command_line(office: Office) -> None:
    """Another holds the second of two known people's leads and wants the first, which the rows have got by then."""
    database = office.services.database
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    known = [office.lead(name=f"Ann {number}", email=f"ann@lake{number}.example", phone=None) for number in (1, 2)]
    import_id = imports.draft(office.services, DANA.slack_id, "fair.csv", TWO_KNOWN, channel="C0")
    imports.look(office.services, DANA.slack_id, import_id)
    imports.start(office.services, DANA.slack_id, import_id)
    work = import_work.alone(office.services, office.get(Import, import_id))
    with database.engine.connect() as other, ThreadPoolExecutor() as pool:
        # It is patient, so that the ones who are undone are the rows.
        other.exec_driver_sql("SET LOCAL deadlock_timeout = '20s'; SET LOCAL lock_timeout = '20s'")
        held(other, known[1])
        done = pool.submit(work.take, read_table(TWO_KNOWN, "fair.csv"))
        eventually(lambda: is_held(database, known[0]) or None, "a lock")
        held(other, known[0])
        other.rollback()
        assert done.result()
    assert sorted(merge.kept_id for merge in office.rows(Merge)) == known
    assert len(office.rows(Lead)) == 4
    assert office.get(Import, import_id).counts["same"] == 2
