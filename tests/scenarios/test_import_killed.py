"""A process that imports a file is killed with SIGKILL again and again: no row is lost, none is there twice."""

import signal
import sys
from collections import Counter
from datetime import timedelta
from functools import partial

from bot.importing import drafts as imports
from bot.importing import work as import_work
from bot.reports import folding
from bot.services import Services
from store.database import Database
from store.models import Evaluation, Import, ImportRow, Lead, Stay, Touch
from store.reporting.scope import Scope
from tests.factories import ALICE, DANA, TUESDAY, Office, everyone_new
from tests.preloaded import Program, forker
from tests.store.test_folding import both
from tests.world import eventually

ROWS, BAD_EVERY, KILLS = 1000, 40, 2
PATIENCE_SECONDS = 60.0


def text() -> str:
    mails = ["no mail" if number % BAD_EVERY == 0 else f"p{number}@kill{number}.example" for number in range(ROWS)]
    lines = [f"Person {number},{mail},Company {number}" for number, mail in enumerate(mails)]
    return "Name,Email,Company\n" + "\n".join(lines) + "\n"


def work(url: str) -> None:
    """What a replica does: the tick, until nothing is due."""
    services = Services(Database(url), everyone_new(), lambda: TUESDAY)
    while due := import_work.due(services):
        for import_id in due:
            import_work.advance(services, import_id)


def replica(url: str) -> Program:
    return forker().start("-m", "tests.scenarios.test_import_killed", url)


def test_no_row_is_lost_and_none_is_there_twice(database_url: str, database: Database) -> None:
    office = Office(database, ALICE)
    folding.fold(office.services)
    import_id = imports.draft(office.services, DANA.slack_id, "kill.csv", text().encode(), channel="C0LEADSSMB")
    imports.look(office.services, DANA.slack_id, import_id)
    imports.start(office.services, DANA.slack_id, import_id)
    killed_at = []
    for _ in range(KILLS):
        before = office.get(Import, import_id).next_row
        process = replica(database_url)
        eventually(partial(has_moved, office, import_id, before), "the import to go on")
        process.kill(signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
        killed_at.append(office.get(Import, import_id).next_row)
    two = [replica(database_url), replica(database_url)] if "postgres" in database_url else [replica(database_url)]
    assert [process.wait(PATIENCE_SECONDS) for process in two] == [0] * len(two)
    assert killed_at == sorted(set(killed_at))
    assert killed_at[0] < ROWS  # it was killed on its way
    judge(office, import_id)


def has_moved(office: Office, import_id: int, before: int) -> bool | None:
    return office.get(Import, import_id).next_row > before or None


def judge(office: Office, import_id: int) -> None:
    job = office.get(Import, import_id)
    assert (job.status, job.next_row) == ("done", ROWS)
    leads = office.rows(Lead)
    bad = len(range(0, ROWS, BAD_EVERY))
    assert Counter(lead.email for lead in leads).most_common(1)[0][1] == 1
    assert len(leads) == ROWS - bad
    assert job.counts["new"] == ROWS - bad
    assert len(office.rows(ImportRow)) == bad == job.counts["invalid"]
    assert_sums_are_right(office)
    everyone = [lead.id for lead in leads]
    assert sorted(touch.lead_id or 0 for touch in office.rows(Touch)) == everyone
    assert sorted(score.lead_id for score in office.rows(Evaluation)) == everyone


def assert_sums_are_right(office: Office) -> None:
    """Each lead was added once, most of them with the transaction that wrote them, and the rest is found without."""
    assert 1 in {stay.folded for stay in office.rows(Stay)}
    as_of = office.clock.now() + timedelta(seconds=1)
    asked = Scope(as_of - timedelta(days=40), as_of, as_of, office.services.playbook.report_zone)
    for _ in range(2):
        with office.services.reading() as uow:
            for answered, plain in both(uow.session, asked):
                assert answered == plain
        folding.fold(office.services)


if __name__ == "__main__":
    work(sys.argv[1])
