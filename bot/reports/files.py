"""A report as a file: its tables with every figure as a plain number, which a spreadsheet can go on reckoning with."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.files.reading import harmless
from bot.rules.reports.report import Cell, Figure, Report, Row, Table
from store.models import Lead

MARK = "\ufeff"  # Excel takes UTF-8 for another encoding without
OF_LEADS = ("Lead", "Name", "Company", "Stage", "Owner", "Source", "Campaign", "Score", "Arrived", "Closed")


class File(NamedTuple):
    name: str
    content: bytes
    said: str  # with it


def of_report(report: Report) -> bytes:
    """The table, then the further ones, each below its headings."""
    lines: list[Sequence[str]] = []
    for number, table in enumerate((report.table, *report.details)):
        lines += [[]] if number else []
        lines.append([harmless(heading) for heading in headings(table)])
        lines += [[plain(cell) for cell in row.cells] for row in rows(table)]
    return encoded(lines)


def of_leads(leads: Iterable[Lead], owners: Mapping[int, str]) -> bytes:
    """What they are called, and how they stand now."""
    return encoded([OF_LEADS, *([harmless(each) for each in cells(lead, owners)] for lead in leads)])


def cells(lead: Lead, owners: Mapping[int, str]) -> tuple[str, ...]:
    return (
        f"#{lead.id}", lead.name, lead.company or "", lead.stage, owners.get(lead.owner_id or 0, ""), lead.source,
        lead.campaign or "", str(lead.score), lead.created_at.isoformat(),
        lead.closed_at.isoformat() if lead.closed_at else "",
    )  # fmt: skip


def encoded(lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return (MARK + out.getvalue()).encode("utf-8", "replace")


def rows(table: Table) -> tuple[Row, ...]:
    return (*table.rows, *((table.total,) if table.total else ()))


def headings(table: Table) -> list[str]:
    """With what the numbers below are in."""
    return [f"{heading}{unit(table, at)}" for at, heading in enumerate(table.headings)]


def unit(table: Table, at: int) -> str:
    figures = [cell for row in rows(table) if at < len(row.cells) and isinstance(cell := row.cells[at], Figure)]
    kinds, currencies = {figure.kind for figure in figures}, {figure.currency for figure in figures} - {""}
    if kinds == {"duration"}:
        return " (seconds)"
    return f" ({currencies.pop()})" if len(currencies) == 1 else ""


def plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    return f"{value / 100:.2f}" if cell.kind == "money" else f"{value:.10g}"
