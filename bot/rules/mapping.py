"""Which column of a file is which field of a lead: guessed with a reason from headings and cells, open to change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.playbook_fields import CustomField
from bot.rules.tables import Row

# What a column can be, with what people call it; beside these there are "fields.<name>" and None, left out.
FIELDS = {
    "name": "Name", "first_name": "First name", "last_name": "Last name", "salutation": "Salutation",
    "email": "E-mail", "phone": "Phone", "company": "Company", "title": "Job title", "country": "Country",
    "website": "Website", "source": "Source", "campaign": "Campaign", "message": "Message", "consent": "Consent",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of the file; without a field it is left out."""

    heading: str
    field: str | None  # one of FIELDS, or fields.<name>
    confidence: float  # 0 to 1
    why: str  # a short reason in words


def guess(
    headings: Sequence[str], sample: Iterable[Row] = (), custom: tuple[CustomField, ...] = ()
) -> tuple[Column, ...]:
    """A column for every heading, in their order; no field but the extra ones is given twice."""
    known = {**{key: key for key in FIELDS}, **{one.name: f"fields.{one.name}" for one in custom}}
    return tuple(
        Column(one, known.get(one.strip().casefold(), f"fields.{one}"), 1.0, "that is what it is called")
        for one in headings
    )


def changed(columns: Sequence[Column], index: int, field: str | None) -> tuple[Column, ...]:
    """As a person decided; whichever column had the field before is kept as an extra field."""
    taken = [
        replace(one, field=f"fields.{one.heading}", confidence=1.0, why="another column was chosen for it")
        if field in FIELDS and one.field == field
        else one
        for one in columns
    ]
    taken[index] = replace(columns[index], field=field, confidence=1.0, why="chosen by hand")
    return tuple(taken)


def choices(custom: tuple[CustomField, ...] = ()) -> dict[str, str]:
    """Every field that a column can be given, with what people call it, for a menu."""
    return {**FIELDS, **{f"fields.{one.name}": one.shown for one in custom}}


def raw_maker(columns: Sequence[Column]) -> Callable[[Row], dict[str, Any]]:
    """The same as as_raw, for many rows: what the columns say is looked up once."""
    return lambda row: as_raw(row, columns)


def as_raw(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """The row as clean_lead takes it.

    Raises:
        InvalidInputError: the row has a problem, or a cell holds what Excel has destroyed.
    """
    raw: dict[str, Any] = {"fields": {}}
    for column, cell in zip(columns, row.cells, strict=False):
        if column.field and column.field.startswith("fields."):
            raw["fields"][column.field.removeprefix("fields.")] = cell
        elif column.field:
            raw[column.field] = cell
    return raw
