"""What every report comes to: a sentence, a table, charts and notes, as values that nobody has formatted yet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["text", "count", "percent", "money", "duration", "number", "day"]


@dataclass(frozen=True)
class Figure:
    """A number and how it is to be read: a share from 0 to 1, cents, a span of time …; None is “not known”."""

    value: int | float | timedelta | date | None
    kind: Kind
    currency: str = ""  # of money


Cell = str | Figure
Said = tuple[str | Figure, ...]  # a sentence with its figures


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    behind: str = ""  # names the leads that it counts, for whoever wants to see them; empty: they cannot be listed


@dataclass(frozen=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[float, ...]  # one for each category


@dataclass(frozen=True)
class Chart:
    """What Slack draws natively: one point for every category in every series, no gaps.

    Values are of the unit's own size, as in Figure: cents, shares from 0 to 1, seconds.
    """

    shape: Literal["bar", "line", "area", "pie"]
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Kind = "count"
    currency: str = ""
    x: str = ""
    y: str = ""


@dataclass(frozen=True)
class Report:
    """An answer. It says nothing of the reader: how numbers look is decided when it is shown."""

    name: str  # of the report, like "funnel"
    title: str  # "Funnel, November 2026, team smb"
    sentence: Said  # what matters, first
    table: Table
    charts: tuple[Chart, ...] = ()  # at most two
    notes: tuple[Said, ...] = ()  # how it was counted, what is left out
    as_of: datetime | None = None
    details: tuple[Table, ...] = field(default=())  # further tables, for the CSV and a second page
