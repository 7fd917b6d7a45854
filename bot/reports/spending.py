"""What campaigns cost is written down by managers, from a command or a file, and withdrawn when it was wrong."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot import speech
from bot.actors import actor, known
from bot.errors import DibsError, NotFoundError
from bot.files.errors import UnreadableFileError
from bot.files.reading import read_table
from bot.rules.policy import require, why_not
from bot.rules.query.typos import meant
from bot.rules.reports.spending import (
    MOST_ROWS,
    NEEDED,
    Cost,
    UnclearSpendError,
    columns,
    in_all,
    is_spend,
    read_row,
    read_spend,
    twice,
)
from bot.services import Services
from bot.views import spend as views
from bot.views.kit import Message, plural, say
from bot.views.spend import SpendLine
from store.models import InboxRow, Spend
from store.reporting import names
from store.reporting import spend as store
from store.unit_of_work import UnitOfWork

SHOWN = 20
MOST_BYTES = 1_000_000
AT_ONCE = "Somebody wrote down the same at this moment. Look at /report spend, and give again what is missing."


class File(NamedTuple):
    """One that was dropped somewhere."""

    id: str
    name: str
    key: str  # the same when Slack tells of it again


def write_down(services: Services, slack_id: str, words: str) -> Message:
    """What the words say was spent.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: the words name no spend, or one that is there already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "spend")
        sources = names.sources(uow.session)
        cost = read_spend(words, today(services, now), services.playbook.closing.currency, sources)
        is_there = store.there(uow.session, [cost.row]).get(cost.row)
        if is_there:
            raise DibsError(f"This is written down already, as number {is_there}.")
        numbers = add(uow, [cost], made_by=who.rep_id, now=now)
        uow.commit()
        return views.taken(numbers[0], cost, hint=hint_about(cost.source, sources))


def today(services: Services, now: datetime) -> date:
    return now.astimezone(ZoneInfo(services.playbook.report_zone)).date()


def add(uow: UnitOfWork, costs: Sequence[Cost], *, made_by: int, now: datetime) -> list[int]:
    """Raises:
    DibsError: another replica was just as quick with the same.
    """
    numbers = store.add(uow.session, [cost.row for cost in costs], made_by=made_by, now=now)
    if not numbers:
        raise DibsError(AT_ONCE)
    return numbers


def hint_about(source: str, sources: Sequence[str]) -> str:
    """Where no lead ever came from, a letter may be wrong."""
    if source in sources:
        return ""
    guess = next(iter(meant(source.casefold(), {one.casefold(): 1 for one in sources}, most=1)), "")
    shown = next((one for one in sources if one.casefold() == guess), "")
    better = f" Did you mean {shown}? Then withdraw it and write it down again." if shown else ""
    return f"No lead has come from {source} so far.{better}"


def lines(services: Services, slack_id: str) -> Message:
    """What is written down and counts, the newest first.

    Raises:
        NotAllowedError: the actor is no manager.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "spend")
        found = store.newest(uow.session, limit=SHOWN + 1)
        people = uow.people.reps({one.made_by for one in found})
        shown = [SpendLine(one.id or 0, cost_of(one), people[one.made_by].name) for one in found[:SHOWN]]
        return views.listed(shown, has_more=len(found) > SHOWN)


def cost_of(one: Spend) -> Cost:
    return Cost(one.source, one.campaign, one.starts, one.ends, one.cents, one.currency)


def withdraw(services: Services, slack_id: str, number: int) -> str:
    """It counts in no report any more that is asked as of now.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such line.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "spend")
        one = line_of(uow, number)
        said = views.words(cost_of(one))
        if not store.withdraw(uow.session, [number], now):
            return f"Number {number} was withdrawn already: {said}."
        uow.commit()
        return f"Withdrew number {number}: {said}."


def withdraw_file(services: Services, slack_id: str, number: int) -> str:
    """All that was written down with it.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such line.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "spend")
        count = store.withdraw(uow.session, store.with_it(uow.session, line_of(uow, number)), now)
        uow.commit()
        return f"Withdrew {plural(count, 'line')} of spend." if count else "All of it was withdrawn already."


def line_of(uow: UnitOfWork, number: int) -> Spend:
    one = store.get(uow.session, number)
    if one is None:
        raise NotFoundError(f"There is no spend with the number {number}. /report spend lists what there is.")
    return one


# --- files


def require_spend(services: Services, slack_id: str) -> None:
    """Raises:
    NotAllowedError: the actor is no manager.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "spend")


def take_file(services: Services, slack_id: str, name: str, content: bytes) -> Message:
    """All of it, or nothing and what is wrong in which line.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: it is no table of spend, or all of it is written down already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "spend")
        costs, wrong = read_file(services, uow, name, content, now)
        if wrong:
            return views.file_refused(name, wrong)
        there = store.there(uow.session, [cost.row for cost in costs])
        new = [cost for cost in costs if cost.row not in there]
        if not new:
            raise DibsError(f"All of {name} is written down already.")
        numbers = add(uow, new, made_by=who.rep_id, now=now)
        uow.commit()
        return views.file_taken(name, len(new), in_all(new), numbers[0], before=len(there))


def read_file(
    services: Services, uow: UnitOfWork, name: str, content: bytes, now: datetime
) -> tuple[list[Cost], dict[int, str]]:
    """What its lines say, and what is wrong with the others.

    Raises:
        DibsError: it is no table of spend, or has too many lines.
    """
    table = read_table(content, name)
    at = columns(table.headings)
    missing = [column for column in NEEDED if column not in at]
    if missing:
        raise UnclearSpendError(f"{name} has no column {' and no column '.join(missing)}.")
    sources, day = names.sources(uow.session), today(services, now)
    costs: dict[int, Cost] = {}
    wrong: dict[int, str] = {}
    for row in table:
        if len(costs) + len(wrong) >= MOST_ROWS:
            raise UnclearSpendError(f"{name} has more than {MOST_ROWS:,} lines. Give it in parts.")
        try:
            costs[row.line] = read_row(row, at, day, services.playbook.closing.currency, sources)
        except UnclearSpendError as error:
            wrong[row.line] = str(error)
    wrong |= {line: f"This is the same as line {first}." for line, first in twice(costs).items()}
    if not costs and not wrong:
        raise UnclearSpendError(f"There is nothing in {name}.")
    return list(costs.values()), dict(sorted(wrong.items()))


def offer(services: Services, slack_id: str, file: File, content: bytes, *, channel: str) -> bool:
    """Whether a file that was dropped is spend, and whoever dropped it may write it down: then they are asked, once."""
    now = services.now()
    try:
        is_it = is_spend(read_table(content, file.name).headings)
    except UnreadableFileError:
        return False
    with services.unit_of_work() as uow:
        who = known(uow, slack_id)
        if not is_it or who is None or why_not(who, "spend", None):
            return False
        if uow.inbox.receive(InboxRow(key=file.key, kind="spend", status="done", received_at=now)):
            message = offered(services, uow, file, content, now)
            speech.tell_where(uow, channel=channel, slack_id=slack_id, message=message, now=now)
            uow.commit()
        return True


def offered(services: Services, uow: UnitOfWork, file: File, content: bytes, now: datetime) -> Message:
    try:
        costs, wrong = read_file(services, uow, file.name, content, now)
    except UnclearSpendError as error:
        return say(str(error))
    return views.file_refused(file.name, wrong) if wrong else (
        views.offered(file.name, len(costs), in_all(costs), file.id)
    )  # fmt: skip
