"""Leads that come many at once or are not leads yet, and the groups they are sorted into."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Import(SQLModel, table=True):
    """A file of leads on its way in; where it stands is a row, so that a restart goes on from there."""

    __tablename__ = "lead_import"
    __table_args__ = (
        one_of("status", "draft", "running", "done", "undoing", "undone", "failed"),
        some("lead_import_at_work", "id", where="status IN ('running', 'undoing')"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    status: str = Field(default="draft", max_length=10)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # nobody: the command line
    plan: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # columns to fields, …
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rows: int = 0
    next_row: int = 0
    problem: str = Field(default="", max_length=500)
    made_at: datetime
    done_at: datetime | None = None
    # Where its card stands.
    channel: str | None = Field(default=None, max_length=40)
    thread_ts: str | None = Field(default=None, max_length=40)
    card_channel: str | None = Field(default=None, max_length=40)
    card_ts: str | None = Field(default=None, max_length=40)


class ImportFile(SQLModel, table=True):
    """The file as it came, until it is worked off."""

    __tablename__ = "lead_import_file"
    import_id: int = Field(primary_key=True, foreign_key="lead_import.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportRow(SQLModel, table=True):
    """A row that was not taken as it is, told with its line and the reason."""

    __tablename__ = "lead_import_row"
    __table_args__ = (Index("lead_import_row_of", "import_id", "line"),)
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="lead_import.id")
    line: int
    reason: str = Field(max_length=500)
    cells: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Suggestion(SQLModel, table=True):
    """What could be a lead, from an e-mail for instance, until a person says so."""

    __table_args__ = (
        one_of("status", "held", "waiting", "taken", "dropped"),  # held: not shown before there is room
        some("suggestion_waiting", "id", where="status = 'waiting'"),
        some("suggestion_held", "id", where="status = 'held'"),
        Index("suggestion_of_sender", "sender", "at"),
        Index("suggestion_at", "at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    origin: str = Field(default="", max_length=3000)  # what it was read from, to judge by
    sender: str = Field(default="", max_length=64)  # salted hash of who wrote, as they say
    more: int = 0  # that came from the same sender after it, and are not shown one by one
    status: str = Field(default="waiting", max_length=10)
    lead_id: int | None = Field(default=None, foreign_key="lead.id")
    answered_by: int | None = Field(default=None, foreign_key="rep.id")
    at: datetime
    answered_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=40)
    ts: str | None = Field(default=None, max_length=40)


class Segment(SQLModel, table=True):
    """A search that was given a name, so that routes, reports and people can speak of it."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=40)
    query: str = Field(max_length=500)
    made_by: int | None = Field(default=None, foreign_key="rep.id")
    made_at: datetime
