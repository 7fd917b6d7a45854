"""What writing down for reports, and keeping their sums, adds to a lead on its way in, alone or in a file."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from uuid import uuid4

from sqlalchemy import event

from bench.importing import job_of, written
from bench.measuring import interleaved, paired_ratio
from bench.rows import Row, at_most
from bench.town import settled, somebody
from bot.files.reading import read_table
from bot.importing import work as import_work
from bot.intake import capture
from bot.reports import folding
from bot.services import Services
from store.reporting.recording import Recorder
from store.unit_of_work import UnitOfWork

GOAL = 1.15


class Oblivious(Recorder):
    """Notices nothing and writes nothing down."""

    def write(self) -> None:
        pass

    def arrived(self, import_id: int, after: int) -> None:
        pass


class WithoutReports(Services):
    """As if there were no reports."""

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with super().unit_of_work() as uow:
            heard = uow.recorder
            event.remove(uow.session, "before_flush", heard.notice)
            uow.recorder = Oblivious(uow.session, self.now, dict)
            event.remove(uow.session, "before_flush", uow.recorder.notice)
            yield uow


def measure(*, quick: bool) -> Iterator[Row]:
    yield from one_by_one(quick=quick)
    yield from in_files(quick=quick)


def one_by_one(*, quick: bool) -> Iterator[Row]:
    rounds, leads = (3, 50) if quick else (12, 150)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-"))
        kept = stack.enter_context(settled(f"sqlite:///{folder}/kept.db", reps=3))
        other = stack.enter_context(settled(f"sqlite:///{folder}/other.db", reps=3))
        bare = WithoutReports(other.database, other.playbook, other.now)
        for services in (kept, bare):
            take(services, 50)
        costs, floors = interleaved(rounds, lambda: take(kept, leads), lambda: take(bare, leads))
        yield at_most("intake with what reports need, CPU a lead, beside intake without", median(costs), "ms",
                      median(floors), GOAL, ratio=paired_ratio(costs, floors))  # fmt: skip


def in_files(*, quick: bool) -> Iterator[Row]:
    rounds, rows = (2, 1000) if quick else (5, 10_000)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        kept = stack.enter_context(settled(f"sqlite:///{folder}/kept.db", reps=3))
        other = stack.enter_context(settled(f"sqlite:///{folder}/other.db", reps=3))
        bare = WithoutReports(other.database, other.playbook, other.now)
        folding.fold(kept)  # once, as the tick does before anybody can give it a file
        # Files of each one's own: of what was read a moment ago, half is found in caches of words.
        files = [written(folder / f"{number}.csv", rows, seed=number) for number in range(2 * rounds)]
        costs, floors = interleaved(rounds, partial(bring, kept, files[::2]), partial(bring, bare, files[1::2]))
        yield at_most("import with what reports need, CPU a row, beside import without", median(costs), "us",
                      median(floors), GOAL, ratio=paired_ratio(costs, floors))  # fmt: skip


def bring(services: Services, files: list[Path]) -> float:
    """CPU a row of the next file, in microseconds; with its sums."""
    file = files.pop()
    number = job_of(services, file, draft=False)
    with services.reading() as uow:
        job = uow.imports.get(number)
    assert job is not None
    started = time.process_time()
    with file.open("rb") as source:
        task = import_work.alone(services, job)
        if task.take(read_table(source, file.name)):
            task.finish()
    if not isinstance(services, WithoutReports):
        folding.fold(services)
    return (time.process_time() - started) / sum(1 for _ in file.open()) * 1e6


def take(services: Services, leads: int) -> float:
    """CPU a lead, in ms; the sums are brought up to date as often as by the tick when ten leads come in a second."""
    bodies = [{**somebody(), "country": "DE", "source": "website", "message": "Please call.", "consent": True}
              for _ in range(leads)]  # fmt: skip
    started = time.process_time()
    for number, body in enumerate(bodies):
        capture.take_lead(services, body, key=uuid4().hex)
        if not isinstance(services, WithoutReports) and number % 100 == 49:
            folding.fold(services)
    return (time.process_time() - started) / leads * 1000
