"""Many leads at once: a file is given, looked at, brought in, and taken back within a day if it was a mistake."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from bot import speech
from bot.actors import actor
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError, Problem
from bot.files.reading import failed_csv, read_table
from bot.importing import forecast as forecasting
from bot.importing.hidden import hidden_in
from bot.importing.plan import CONSENTS, MODES, Plan, first_plan
from bot.rules.cards_text import read_cards
from bot.rules.mapping import guessing as mapping
from bot.rules.policy import Actor, require
from bot.rules.tables import Table
from bot.services import Services
from bot.views import imports as views
from bot.views import kit
from store.models import Import, InboxRow
from store.unit_of_work import UnitOfWork

MOST_BYTES = 20_000_000
COUNTED_AT_ONCE = 2_000_000  # bytes of a file whose rows are counted while somebody waits
MOST_FOR_REPS = 1000  # rows; more are a manager's to decide about
UNDO_FOR = timedelta(days=1)
SAMPLES = 3
NO_SUCH_IMPORT = "There is no such import, or it is somebody else's."
WAITING = "draft"
PASTED = "pasted lines.csv"


# --- given


def require_import(services: Services, slack_id: str) -> None:
    """Before a form opens.

    Raises:
        NotAllowedError: they are in no team.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "import")


def may_import(services: Services, slack_id: str) -> bool:
    """Whether a file of theirs is looked at; a stranger's is none of our business."""
    try:
        require_import(services, slack_id)
    except NotAllowedError:
        return False
    return True


def is_import(file_name: str) -> bool:
    return file_name.lower().rpartition(".")[2] in views.FILE_TYPES


def offer(
    services: Services, slack_id: str, file: dict[str, Any], content: bytes | None, *, channel: str, key: str
) -> int | None:  # fmt: skip
    """A file was dropped where Dibs is: ask whoever did it, privately. None when they were asked already.

    Raises:
        NotAllowedError: they are in no team.
    """
    now, name = services.now(), str(file.get("name") or "leads.csv")
    rows, problem = counted(content, name)
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "import")
        if not uow.inbox.receive(InboxRow(key=f"import:{key}"[:200], kind="import", status="done", received_at=now)):
            return None
        job = new_job(uow, who, name, content, now=now, channel=channel, rows=rows)
        digest = sha256(content).hexdigest() if content else ""
        problem = problem or again(uow, digest)
        job.plan = {"file": file, "digest": digest}
        speech.tell_where(
            uow, channel=channel, slack_id=slack_id, now=now,
            message=views.given(job.file_name, rows, job.id or 0, problem=problem),
        )  # fmt: skip
        uow.commit()
        return job.id


def draft(services: Services, slack_id: str | None, name: str, content: bytes | None, *, channel: str = "") -> int:
    """A file that somebody wants to import; nobody is asked. Without an id: from the command line.

    Raises:
        NotAllowedError: they are in no team.
        DibsError: it is no table of leads.
    """
    now = services.now()
    rows = count_rows(read_table(content, name)) if content is not None and len(content) <= COUNTED_AT_ONCE else 0
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id) if slack_id else None
        if who is not None:
            require(who, "import")
        job = new_job(uow, who, name, content, now=now, channel=channel, rows=rows)
        uow.commit()
        return job.id or 0


def pasted(services: Services, slack_id: str, text: str, *, field: str) -> int:
    """Lines that somebody pasted, one person a line.

    Raises:
        InvalidInputError: there is nothing to read.
    """
    cards = read_cards(text)
    if not cards:
        raise InvalidInputError([Problem(field, "Paste at least one line.")])
    known = [key for key in mapping.FIELDS if any(card.raw.get(key) for card in cards)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([mapping.FIELDS[key] for key in known])
    writer.writerows([str(card.raw.get(key) or "") for key in known] for card in cards)
    return draft(services, slack_id, PASTED, out.getvalue().encode())


def new_job(
    uow: UnitOfWork, who: Actor | None, name: str, content: bytes | None, *, now: datetime, channel: str, rows: int
) -> Import:
    job = Import(
        file_name=name[:200], rep_id=who.rep_id if who else None, made_at=now, channel=channel or None, rows=rows
    )
    return uow.imports.add(job, content)


def again(uow: UnitOfWork, digest: str) -> str:
    """What is asked instead when this very file is in already."""
    at = uow.imports.brought_in(digest) if digest else None
    known = "Who is a lead already is not doubled; one more touch is written for each."
    return f"This very file was imported on {at:%d %B}. Shall I read it once more? {known}" if at else ""


def counted(content: bytes | None, name: str) -> tuple[int, str]:
    """How many rows, as far as that is quickly said; and what is wrong with the file."""
    if content is None or len(content) > COUNTED_AT_ONCE:
        return 0, ""
    try:
        return count_rows(read_table(content, name)), ""
    except DibsError as error:
        return 0, str(error)


def count_rows(table: Table) -> int:
    return sum(1 for _ in table)


# --- looked at


def readable(services: Services, slack_id: str, import_id: int) -> Import:
    """The import, for whoever gave the file and for managers.

    Raises:
        NotFoundError: for everyone else.
    """
    with services.reading() as uow:
        return job_for(uow, actor(uow, slack_id), import_id)


def job_for(uow: UnitOfWork, who: Actor, import_id: int) -> Import:
    require(who, "import")
    job = uow.imports.get(import_id)
    if job is None or not (who.is_manager or job.rep_id == who.rep_id):
        raise NotFoundError(NO_SUCH_IMPORT)
    return job


def waiting(services: Services, slack_id: str, import_id: int) -> Import:
    """The same, as long as nothing was done with it."""
    job = readable(services, slack_id, import_id)
    if job.status != WAITING:
        raise DibsError(f"{job.file_name} was imported already. Drop it again to import it once more.")
    return job


def keep_content(services: Services, import_id: int, content: bytes) -> None:
    """The file was fetched."""
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is not None and job.status == WAITING and uow.imports.content(import_id) is None:
            uow.imports.keep_content(import_id, content)
        uow.commit()


def content_of(services: Services, import_id: int) -> bytes | None:
    with services.reading() as uow:
        return uow.imports.content(import_id)


def look(services: Services, slack_id: str, import_id: int) -> views.Draft:
    """How its columns are read; the first look guesses.

    Raises:
        DibsError: it is no table of leads.
    """
    job = waiting(services, slack_id, import_id)
    content, hidden = content_of(services, import_id) or b"", hidden_in(services, slack_id, job)
    custom = tuple(one for one in services.playbook.fields if mapping.EXTRA + one.name not in hidden)
    table = read_table(content, job.file_name)
    plan, sample = Plan.of(job.plan), table.sample
    if not plan.columns:
        plan = first_plan(table.headings, sample, custom, file_name=job.file_name)
    plan = plan.without(hidden)
    rows = job.rows or count_rows(table)
    with services.unit_of_work() as uow:
        kept = uow.imports.lock(import_id)
        if kept is not None and kept.status == WAITING:
            kept.plan, kept.rows = {**kept.plan, **plan.as_record()}, rows
        uow.commit()
    examples = tuple(
        tuple(row.cells[index][:60] for row in islice(sample, SAMPLES) if index < len(row.cells))
        for index in range(len(plan.columns))
    )
    return views.Draft(
        import_id, job.file_name, rows, plan, mapping.choices(custom), examples, tuple(table.notes)
    )  # fmt: skip


def choose(services: Services, slack_id: str, import_id: int, values: dict[str, str]) -> Plan:
    """Keep what the form says about some columns, and about all leads on its last page.

    Raises:
        InvalidInputError: it names what is not in the list.
    """
    hidden = hidden_in(services, slack_id, waiting(services, slack_id, import_id))
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is None or job.status != WAITING:
            raise NotFoundError(NO_SUCH_IMPORT)
        plan = decided(Plan.of(job.plan), values, set(mapping.choices(services.playbook.fields))).without(hidden)
        job.plan = {**job.plan, **plan.as_record()}
        uow.commit()
        return plan


def decided(plan: Plan, values: dict[str, str], fields: set[str]) -> Plan:
    for index in range(len(plan.columns)):
        chosen = values.get(f"{views.COLUMN}{index}")
        if chosen:
            plan = plan.with_field(index, field_of(plan, index, chosen, fields))
    for name, known in (("mode", MODES), ("consent", CONSENTS)):
        if name in values and values[name] not in known:
            raise InvalidInputError([Problem(name, "Choose one of the list.")])
    said = {
        name: values[name].strip() for name in ("mode", "source", "campaign", "consent", "wording") if name in values
    }
    return replace(plan, **said)  # type: ignore[arg-type]


def field_of(plan: Plan, index: int, chosen: str, fields: set[str]) -> str | None:
    if chosen == views.LEAVE_OUT:
        return None
    if chosen == views.EXTRA:
        own = plan.columns[index].field
        return own if own and own not in fields else f"fields.{plan.columns[index].heading[:80]}"
    if chosen not in fields:
        raise InvalidInputError([Problem(f"{views.COLUMN}{index}", "Choose one of the list.")])
    return chosen


def preview(
    services: Services, slack_id: str, import_id: int, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> views.Forecast:
    """What would come of it; writes nothing, and `tell`s how far it is."""
    job = waiting(services, slack_id, import_id)
    content = content_of(services, import_id)
    if content is None:
        raise DibsError("The file is not here any more. Drop it again.")
    job.plan = {**job.plan, **Plan.of(job.plan).without(hidden_in(services, slack_id, job)).as_record()}
    found = forecasting.forecast(services, job, read_table(content, job.file_name), tell)
    with services.reading() as uow:
        return replace(found, refusal=refusal(actor(uow, slack_id), sum(found.counts.values())))


def refusal(who: Actor, rows: int) -> str:
    if rows > MOST_FOR_REPS and not who.is_manager:
        return f"More than {MOST_FOR_REPS:,} rows are for a manager to import. Ask one of them to drop the file."
    return ""


# --- brought in


def start(services: Services, slack_id: str, import_id: int) -> kit.Message:
    """Import it; from here on it goes on by itself. Returns what to say.

    Raises:
        NotAllowedError: it is large, and they are no manager.
        DibsError: it was started already.
    """
    now, hidden = services.now(), hidden_in(services, slack_id, readable(services, slack_id, import_id))
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        job = job_for(uow, who, import_id)
        if job.rows > MOST_FOR_REPS:
            require(who, "import_many")
        if not uow.imports.turn(import_id, "running", before=[WAITING]):
            raise DibsError(f"{job.file_name} is being imported already.")
        uow.session.refresh(job)
        job.plan = {**job.plan, **Plan.of(job.plan).without(hidden).as_record()}
        job.channel = channel_for(services, uow, job)
        speech.show_import(uow, job, now)
        uow.commit()
        return views.started(job.file_name, job.channel)


def channel_for(services: Services, uow: UnitOfWork, job: Import) -> str | None:
    """Where its card goes: to the channel where the file was dropped, or to that of the team that takes the rest."""
    if job.channel and not job.channel.startswith("D"):
        return job.channel
    team = uow.people.team_named(services.playbook.routes[-1].team)
    return (team.chosen_channel_id or team.channel_id if team else None) or job.channel


# --- afterwards


def mine(services: Services, slack_id: str, import_id: int) -> Any:
    """A list of those of its leads that are this rep's, or theirs to claim."""
    with services.reading() as uow:
        who = actor(uow, slack_id)
        job = uow.imports.get(import_id)
        if job is None:
            raise NotFoundError(NO_SUCH_IMPORT)
        leads = uow.imports.leads_of(import_id, who.rep_id, limit=views.MOST_SHOWN + 1)
        shown, more = leads[: views.MOST_SHOWN], len(leads) > views.MOST_SHOWN
        return views.mine(job.file_name, shown, rep_id=who.rep_id, more=more)


def send_failed(services: Services, slack_id: str, import_id: int) -> str:
    """The rows that were not taken go to this person as files. Returns a sentence.

    Raises:
        NotFoundError: it is somebody else's file, or all its rows were taken.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        job = job_for(uow, actor(uow, slack_id), import_id)
        count = uow.imports.count_failed(import_id)
        if not count:
            raise NotFoundError(f"Every row of {job.file_name} was taken.")
        for part in range(0, count, speech.FAILED_ROWS):
            speech.send_failed_rows(uow, job, slack_id, part, now)
        uow.commit()
        return f"{kit.plural(count, 'row')} of {job.file_name} could not be taken. They come as a direct message."


def failed_file(uow: UnitOfWork, job: Import, after: int) -> tuple[str, bytes, str]:
    """A file of rows that were not taken, from behind so many on: its name, what is in it, and what is said with it."""
    rows = uow.imports.failed(job.id or 0, after=after, limit=speech.FAILED_ROWS)
    headings = tuple(column.heading for column in Plan.of(job.plan).columns)
    content = b"".join(failed_csv(headings, ((row.line, row.cells, row.reason) for row in rows)))
    stem, part = job.file_name.rpartition(".")[0] or job.file_name, after // speech.FAILED_ROWS + 1
    name = f"{stem} failed{f' {part}' if part > 1 else ''}.csv"
    said = f"{kit.plural(len(rows), 'row')} of {job.file_name} could not be taken; the first two columns say why. "
    return name, content, kit.escape(said + f"Mend {'it' if len(rows) == 1 else 'them'} and drop this file here.")


def undo(services: Services, slack_id: str, import_id: int) -> str:
    """Take it back: what nobody has worked on goes. Returns a sentence.

    Raises:
        NotFoundError: it is somebody else's.
        DibsError: it is too late, or was done already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        job = job_for(uow, actor(uow, slack_id), import_id)
        if job.done_at is not None and now > job.done_at + UNDO_FOR:
            raise DibsError(f"{job.file_name} was imported more than a day ago; it stays.")
        if not uow.imports.turn(import_id, "undoing", before=["running", "done", "failed"]):
            raise DibsError(f"{job.file_name} is taken back already.")
        uow.session.refresh(job)
        job.counts = {**job.counts, "tries": 0}
        uow.imports.forget_content(import_id)
        speech.show_import(uow, job, now)
        uow.commit()
        return f"{job.file_name} is being taken back. Its card tells what stays."


def forget_drafts(services: Services, kept_for: timedelta = timedelta(days=2)) -> Sequence[int]:
    """Files that nobody looked at again are not kept."""
    now = services.now()
    with services.unit_of_work() as uow:
        old = uow.imports.drafts(now - kept_for)
        for import_id in old:
            uow.imports.forget_content(import_id)
            uow.imports.turn(import_id, "undone", now=now, before=[WAITING])
        uow.commit()
        return old
