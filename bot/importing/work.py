"""Brings a file's leads in, a batch a transaction: killed at any moment, it goes on from where it stands."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog

from bot import speech
from bot.deadlocks import once_more
from bot.errors import DibsError
from bot.files.reading import read_table
from bot.importing import undo
from bot.importing.plan import Plan
from bot.importing.rows import Writer
from bot.importing.sorting import INVALID, VERDICTS, Sorted, Sorter
from bot.rules.tables import Row
from bot.services import Services
from store.imports import AT_WORK, WITHOUT_FILE
from store.models import Import
from store.unit_of_work import UnitOfWork

AT_ONCE = 500  # rows that are looked up together
ALONE_AT_ONCE = 2000  # where nobody waits for a press; half of them in a transaction, with two locks each in PostgreSQL
SLICE = 2000  # rows of one knock, so that nothing else the tick does waits long
ROWS_TO_A_BREATH, BREATH_SECONDS = 8, 0.001
BREATHS_TO_A_FOLD = 20_000  # two a row
MOST_TRIES = 5
SILENT_FOR = timedelta(minutes=10)  # on the command line; a batch takes less than a second
LEFT = (
    "It stopped on the command line after row {row}. What is in stays in, and Undo takes it back; the same file given "
    "again joins those leads rather than doubling them."
)
log = structlog.get_logger(__name__)


def due(services: Services) -> list[int]:
    """The imports that are on their way in or out. Asks only, and locks nothing."""
    silent = services.now() - SILENT_FOR
    found = services.database.peek(WITHOUT_FILE, silent)
    return services.database.peek(AT_WORK, services.now()) + [one for one in found if is_left(services, one, silent)]


def is_left(services: Services, import_id: int, silent: datetime) -> bool:
    """Whether the command line that read its file is gone: nothing has come from it for long."""
    with services.reading() as uow:
        job = uow.imports.get(import_id)
        return job is not None and datetime.fromisoformat(job.counts.get("beat") or job.made_at.isoformat()) <= silent


def advance(services: Services, import_id: int) -> None:
    """Go on with it for a while."""
    job, content = begin(services, import_id)
    if job is None:
        return
    if job.status == "undoing":
        undo.advance(services, import_id)
    elif content is None:
        fail(services, import_id, LEFT.format(row=job.next_row))
    else:
        # Whoever starts late in the file has read all that comes before once more: longer slices make up for it.
        bring_in(services, job, content, most=max(SLICE, job.next_row // 8))


def begin(services: Services, import_id: int) -> tuple[Import | None, bytes | None]:
    """Count the try before trying: a row that kills the process must not do so for ever."""
    now = services.now()
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is None or job.status not in ("running", "undoing"):
            return None, None
        tries = int(job.counts.get("tries", 0)) + 1
        job.counts = {**job.counts, "tries": tries}
        if tries > MOST_TRIES:
            job.status, job.problem = "failed", f"It stopped after row {job.next_row}, and several tries did not help."
            speech.show_import(uow, job, now)
        content = uow.imports.content(import_id) if job.status == "running" else None
        uow.commit()
        return (job if job.status != "failed" else None), content


def bring_in(services: Services, job: Import, content: bytes, *, most: int) -> None:
    try:
        rows = iter(read_table(content, job.file_name))
        work = Work(services, job)
        if work.take(islice(rows, job.next_row, None), most=most):
            work.finish()
    except DibsError as error:
        fail(services, job.id or 0, str(error))


def fail(services: Services, import_id: int, problem: str) -> None:
    now = services.now()
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is None or job.status != "running":
            return
        job.status, job.problem = "failed", problem[:500]
        speech.show_import(uow, job, now)
        uow.commit()


def breather() -> Callable[[], None]:
    """Lets others have the processor every few rows: whoever presses a button must not wait for a file."""
    count = 0

    def breathe() -> None:
        nonlocal count
        count += 1
        if count % ROWS_TO_A_BREATH == 0:
            time.sleep(BREATH_SECONDS)

    return breathe


def folding(services: Services) -> Callable[[], None]:
    """For where no clock ticks: SQLite's write-ahead log would grow by gigabytes, and each look into it slow down."""
    count = 0

    def breathe() -> None:
        nonlocal count
        count += 1
        if count % BREATHS_TO_A_FOLD == 0:
            services.database.checkpoint()

    return breathe


@contextmanager
def without_sweeps() -> Iterator[None]:
    """For one chunk Python looks for no cycles: it would go through everything in memory again and again, in vain."""
    sweeps = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeps:
            gc.enable()


def alone(services: Services, job: Import) -> "Work":
    """For a process of its own, where nobody presses a button: larger batches, and no breaks for others."""
    return Work(services, job, breathe=folding(services), at_once=ALONE_AT_ONCE)


class Work:
    """One import, as far as this process takes it. The rows given must begin where it stands."""

    def __init__(
        self, services: Services, job: Import, *, breathe: Callable[[], None] | None = None, at_once: int = AT_ONCE
    ) -> None:  # fmt: skip
        self._services, self._import_id = services, job.id or 0
        self._breathe, self._at_once = breathe or breather(), at_once
        self.next_row = job.next_row
        self.counts: dict[str, Any] = {**dict.fromkeys(VERDICTS, 0), **job.counts}
        plan = Plan.of(job.plan)
        self._writer = Writer(services, plan, self._import_id)
        self._sorter = Sorter(services, plan, self._write, most_weight=at_once // 2)

    def take(self, rows: Iterable[Row], *, most: int | None = None) -> bool:
        """At most so many; True when they were all and are in."""
        wanted: Iterator[Row] = iter(rows)
        left = most
        while not self._sorter.is_over and (left is None or left > 0):
            chunk = list(islice(wanted, self._at_once if left is None else min(self._at_once, left)))
            if not chunk:
                return True
            left = None if left is None else left - len(chunk)
            with without_sweeps():
                self._sorter.go_through(chunk, self._breathe)
        return False

    @once_more
    def _write(self, rows: list[Sorted]) -> bool:
        """One transaction: the rows, and that they are in. On the command line nobody knocks again."""
        now, after = self._services.now(), self.next_row + len(rows)
        counts = {**self.counts, "tries": 0, "beat": now.isoformat()}
        with self._services.unit_of_work() as uow:
            self._sorter.look_once_more(uow, rows)
            for row in rows:
                counts[row.verdict] += 1
            moved = uow.imports.move_on(
                self._import_id, status="running", before=self.next_row, after=after, counts=counts
            )
            if not moved:
                return False
            self._writer.write(uow, rows, now)
            if after // AT_ONCE != self.next_row // AT_ONCE:
                self._show(uow, now)
            uow.commit()
        self.next_row, self.counts = after, counts
        return True

    def finish(self) -> None:
        now = self._services.now()
        with self._services.unit_of_work() as uow:
            if uow.imports.turn(self._import_id, "done", now=now, before=["running"]):
                uow.imports.forget_content(self._import_id)
                self._show(uow, now)
                uow.commit()

    def _show(self, uow: UnitOfWork, now: datetime) -> None:
        job = uow.imports.get(self._import_id)
        if job is not None:
            speech.show_import(uow, job, now)


def failed_rows(rows: Iterable[Sorted]) -> list[Sorted]:
    return [row for row in rows if row.verdict == INVALID]
