"""A file of leads on the command line: what would come of it as tables, or the leads brought in with a progress bar."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from bot import speech
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.files.reading import failed_csv, read_table
from bot.importing import drafts as imports
from bot.importing import forecast as forecasting
from bot.importing import work as import_work
from bot.importing.plan import Plan, first_plan
from bot.importing.sorting import INVALID
from bot.playbook import versions
from bot.playbook.fields import CustomField
from bot.rules.mapping import guessing as mapping
from bot.rules.mapping.guessing import EXTRA, FIELDS
from bot.rules.mapping.words import folded
from bot.rules.tables import Row, Table
from bot.services import Services
from bot.views.imports import Forecast
from store.database import DatabaseInUseError
from store.models import Import

WIDTH = 110  # where the output is no terminal
FAILED_AT_ONCE = 1000
LEFT_OUT = ("", "-", "none")
WISHES = ("source", "campaign", "mode", "consent", "wording")
VERDICTS = {"new": "new", "same": "known already", "ask": "perhaps known", "invalid": "cannot be taken"}


@dataclass(frozen=True)
class Wishes:
    """What was said on the command line."""

    columns: Sequence[str] = ()  # Heading=field
    said: Sequence[str] = ()  # source=text and the like; nothing after the = says nothing
    is_trial: bool = False


def bring(services: Services, path: Path, wishes: Wishes) -> bool:
    """Import the file, or say what would come of it; True when every row can be taken.

    Raises:
        DibsError: the file is no table, or what was asked does not fit it.
        DatabaseInUseError: the bot is running on the same SQLite file.
    """
    if not services.database.is_there():
        raise NotFoundError("There is no database yet, so there is nobody to give leads to. Start Dibs once.")
    services.put_in_force(versions.published(services) or services.playbook)
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    with opened(path) as file:
        table = read_table(file, path.name)
        plan = planned(services, table, path.name, wishes)
        show_columns(console, plan, table)
        must_be_reachable(plan)
        rows = count_rows(file, path.name)
        if wishes.is_trial:
            return show_forecast(console, forecast(services, file, path.name, plan, rows))
        hold(services)
        return show_result(console, services, take_in(services, file, path.name, plan, rows), path)


def hold(services: Services) -> None:
    """Two processes must not deal from one SQLite file.

    Raises:
        DatabaseInUseError: the bot holds it, for as long as it runs.
    """
    try:
        services.database.hold_file()
    except DatabaseInUseError as error:
        raise DatabaseInUseError(f"{error} Drop the file in Slack instead; a dry run works meanwhile.") from None


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Raises: NotFoundError, in words, when there is no such file."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def planned(services: Services, table: Table, name: str, wishes: Wishes) -> Plan:
    """As guessed, but for what was said.

    Raises:
        InvalidInputError: there is no such column, field or way.
    """
    custom = services.playbook.fields
    plan = first_plan(table.headings, table.sample, custom, file_name=name)
    columns = plan.columns
    for wish in wishes.columns:
        heading, mark, wanted = wish.rpartition("=")
        columns = mapping.changed(columns, column_called(columns, heading, mark), field_called(wanted, custom))
    return imports.decided(replace(plan, columns=columns), dict(wished(wishes.said)), set(mapping.choices(custom)))


def wished(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in said:
        name, _, text = one.partition("=")
        if name.strip() not in WISHES:
            raise InvalidInputError([Problem("--set", f"write it like mode=open; it takes {', '.join(WISHES)}.")])
        if text.strip():
            yield name.strip(), text.strip()


def must_be_reachable(plan: Plan) -> None:
    """Raises: DibsError, when nobody in the file could be answered."""
    if not {"email", "phone"} & {one.field for one in plan.columns}:
        raise DibsError("No column is an e-mail address or a phone number. Say which is: --map Heading=email.")


def column_called(columns: Sequence[mapping.Column], heading: str, mark: str) -> int:
    found = [index for index, one in enumerate(columns) if folded(one.heading) == folded(heading) != ""]
    if mark and found:
        return found[0]
    known = ", ".join(one.heading for one in columns)
    raise InvalidInputError([Problem("--map", f"write it as Heading=field. The headings are: {known}.")])


def field_called(text: str, custom: tuple[CustomField, ...]) -> str | None:
    wanted = text.strip()
    if wanted.casefold() in LEFT_OUT:
        return None
    known = {folded(word): name for name, shown in mapping.choices(custom).items() for word in (name, shown)}
    if folded(wanted) in known:
        return known[folded(wanted)]
    if wanted.startswith(EXTRA) and len(wanted) > len(EXTRA):
        return wanted
    listed = ", ".join(FIELDS)
    raise InvalidInputError([Problem("--map", f"{wanted} is no field. Take one of {listed}, fields.<any name>, or -.")])


def count_rows(file: BinaryIO, name: str) -> int:
    file.seek(0)
    return imports.count_rows(read_table(file, name))


def forecast(services: Services, file: BinaryIO, name: str, plan: Plan, rows: int) -> Forecast:
    file.seek(0)
    job = Import(file_name=name[:200], rows=rows, plan=plan.as_record(), made_at=services.now())
    with progress("Looking at rows", rows) as advance:
        return forecasting.forecast(services, job, read_table(file, name), lambda done, _: advance(done))


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=total)
        yield lambda done: bar.update(task, completed=done)


def take_in(services: Services, file: BinaryIO, name: str, plan: Plan, rows: int) -> int:
    """Bring all rows in, a batch a transaction; returns the import's number.

    Raises:
        KeyboardInterrupt: what is in stays in, and the import says where it stopped.
    """
    file.seek(0)
    job = begin(services, name, plan, rows)
    work = import_work.alone(services, job)
    number = job.id or 0
    with progress("Bringing leads in", rows) as advance:
        try:
            if work.take(told(read_table(file, name), advance)):
                work.finish()
        except KeyboardInterrupt:
            import_work.fail(services, number, f"It was stopped on the command line after row {work.next_row}.")
            raise
    return number


def told(rows: Iterable[Row], advance: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 100 == 0:
            advance(number)


def begin(services: Services, name: str, plan: Plan, rows: int) -> Import:
    """Like any other import, but nobody asked for it in Slack, and its file is not kept."""
    now = services.now()
    import_id = imports.draft(services, None, name, None)
    with services.unit_of_work() as uow:
        uow.imports.turn(import_id, "running", before=["draft"])
        job = uow.imports.lock(import_id)
        if job is None:
            raise AssertionError("an import of this process is not there")
        job.plan, job.rows = plan.as_record(), rows
        job.channel = imports.channel_for(services, uow, job)
        speech.show_import(uow, job, now)
        uow.commit()
        return job


# --- shown


def show_columns(console: Console, plan: Plan, table: Table) -> None:
    console.print(" ".join(table.notes), highlight=False, markup=False)
    grid = Grid("column", "becomes", "sure", "because")
    for one in plan.columns:
        grid.add_row(one.heading, called(one.field), f"{one.confidence:.0%}", one.why)
    console.print(grid, markup=False)


def called(name: str | None) -> str:
    return "left out" if name is None else FIELDS.get(name, name)


def show_forecast(console: Console, found: Forecast) -> bool:
    show_counts(console, found.counts)
    grid = Grid("line", "verdict", "who", "why")
    for verdict, rows in found.examples.items():
        for line, who, why in rows:
            grid.add_row(str(line), VERDICTS[verdict], who, why)
    console.print(grid, markup=False)
    dealt = Grid("goes to")
    dealt.add_column("leads", justify="right")
    told = (*found.shares, ("who has the account", found.owners), ("open to the team", found.open),
            ("held until somebody is there", found.held))  # fmt: skip
    for name, leads in told:
        if leads:
            dealt.add_row(name, f"{leads:,}")
    console.print(dealt, markup=False)
    console.print("Nothing was written.")
    return not found.counts.get(INVALID)


def show_counts(console: Console, counts: Mapping[str, int]) -> None:
    grid = Grid("verdict")
    grid.add_column("rows", justify="right")
    for verdict, shown in VERDICTS.items():
        grid.add_row(shown, f"{counts.get(verdict, 0):,}")
    console.print(grid)


def show_result(console: Console, services: Services, import_id: int, path: Path) -> bool:
    with services.reading() as uow:
        job = uow.imports.get(import_id)
    if job is None or job.status != "done":
        raise DibsError(job.problem if job and job.problem else "The import was stopped.")
    show_counts(console, {name: job.counts.get(name, 0) for name in VERDICTS})
    if not job.counts.get(INVALID):
        return True
    written = write_failed(services, job, path)
    console.print(
        f"The rows that cannot be taken are in {written}, each with the reason.", highlight=False, markup=False
    )
    return False


def write_failed(services: Services, job: Import, path: Path) -> Path:
    """Beside the file, under a name that nothing has yet: an earlier one may be half mended."""
    headings = tuple(one.heading for one in Plan.of(job.plan).columns)
    names = (path.with_name(f"{path.stem}.failed{f' {number}' * (number > 1)}.csv") for number in count(1))
    for name in names:
        try:
            file = name.open("xb")
        except FileExistsError:
            continue
        except OSError as error:
            raise DibsError(f"{name} cannot be written: {error.strerror}. The import's card has the rows.") from None
        with file:
            file.writelines(failed_csv(headings, failed_rows(services, job.id or 0)))
        return name
    raise AssertionError("numbers do not end")


def failed_rows(services: Services, import_id: int) -> Iterator[tuple[int, list[str], str]]:
    for after in count(0, FAILED_AT_ONCE):
        with services.reading() as uow:
            rows = uow.imports.failed(import_id, after=after, limit=FAILED_AT_ONCE)
        yield from ((row.line, row.cells, row.reason) for row in rows)
        if len(rows) < FAILED_AT_ONCE:
            return
