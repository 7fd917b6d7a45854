"""Who is who: pairs that could be one person, rows that were joined, and the names a company goes by."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Duplicate(SQLModel, table=True):
    """Two leads that could be the same person, and what somebody said about it."""

    __table_args__ = (
        UniqueConstraint("lead_id", "other_id"),
        one_of("status", "open", "same", "different"),
        some("duplicate_open", "lead_id", where="status = 'open'"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")  # the later one
    other_id: int = Field(foreign_key="lead.id", index=True)
    probability: float
    reasons: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: str = Field(default="open", max_length=10)
    found_at: datetime
    answered_by: int | None = Field(default=None, foreign_key="rep.id")
    answered_at: datetime | None = None


class Merge(SQLModel, table=True):
    """One lead became part of another; `moved` and `before` are what it takes to part them again."""

    __table_args__ = (
        one_of("how", "certain", "asked", "by hand"),
        # A lead is part of one other at most.
        some("merge_standing", "gone_id", where="split_at IS NULL", unique=True),
        # What was merged or parted since a moment: reports ask where everything was then.
        Index("merge_by_time", "at"),
        some("merge_by_split", "split_at", where="split_at IS NOT NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    kept_id: int = Field(foreign_key="lead.id", index=True)
    gone_id: int = Field(foreign_key="lead.id")
    how: str = Field(max_length=10)
    probability: float
    reasons: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    moved: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rep_id: int | None = Field(default=None, foreign_key="rep.id")
    at: datetime
    split_at: datetime | None = None
    split_by: int | None = Field(default=None, foreign_key="rep.id")


class AccountName(SQLModel, table=True):
    """A name a company was called by, and the account that is; who gives no address there is found by it."""

    __tablename__ = "account_name"
    name: str = Field(primary_key=True, max_length=254)
    account: str = Field(max_length=254, index=True)
