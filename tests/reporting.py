"""Reports asked without words: what a test wants to know, over which days, as of when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.actors import known
from bot.reports.kinds import Asked, ReportKind
from bot.rules.asking.question import Period, Question
from bot.rules.reports.report import Cell, Figure, Report
from store.reporting.scope import Scope
from tests.factories import DANA, Office

LIMITS = ("team_ids", "rep_ids", "sources")


def ask(office: Office, kind: ReportKind, starts: date, ends: date, **more: Any) -> Report:
    with asked(office, kind, starts, ends, **more) as one:
        return kind.build(one)


@contextmanager
def asked(
    office: Office, kind: ReportKind, starts: date, ends: date, *, as_of: datetime | None = None, **more: Any
) -> Iterator[Asked]:
    """`more`: by, options, teams of the question; team_ids, rep_ids, sources of the scope."""
    limits: dict[str, Any] = {name: frozenset(more.pop(name)) for name in LIMITS if name in more}
    zone = ZoneInfo(office.services.playbook.report_zone)
    first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (starts, ends))
    now = office.clock.now() + timedelta(microseconds=1)  # the clock stands still; what was done just now is known
    question = Question(kind.name, Period(starts, ends, "this time"), as_of or min(now, last), **more)
    scope = Scope(first, last, question.as_of, zone.key)
    with office.services.reading() as uow:
        yield Asked(
            office.services, uow, known(uow, DANA.slack_id), question, replace(scope, **limits), now
        )  # fmt: skip


def plain(report: Report) -> list[list[Any]]:
    """The table's rows as bare values."""
    return [[bare(cell) for cell in row.cells] for row in report.table.rows]


def said(report: Report) -> str:
    return "".join(str(bare(piece)) for piece in report.sentence)


def bare(cell: Cell) -> Any:
    return cell.value if isinstance(cell, Figure) else cell
