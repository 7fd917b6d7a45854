"""Who works here, and when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    # Slack's ids of the playbook's channels; empty until Slack has been asked once.
    channel_id: str | None = Field(default=None, index=True, max_length=40)
    witness_id: str | None = Field(default=None, max_length=40)
    # What a manager chose from Slack instead of what the playbook says.
    mode: str | None = Field(default=None, max_length=20)
    chosen_channel_id: str | None = Field(default=None, max_length=40)
    # Head of the team's decision chain; locking this row makes one rotation happen at a time.
    decisions_made: int = 0
    chain_head: str = Field(default="", max_length=64)
    # Everyone's turns and debts, as the last decision left them.
    rotation: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Rep(SQLModel, table=True):
    __table_args__ = (
        one_of("role", "rep", "manager"),
        some("rep_digest_due", "digest_due_at", where="digest_due_at IS NOT NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    slack_id: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=120)
    time_zone: str = Field(default="UTC", max_length=64)
    role: str = Field(default="rep", max_length=10)
    is_active: bool = True
    away_until: datetime | None = None
    cover_id: int | None = Field(default=None, foreign_key="rep.id")  # who works for them while they are away
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # Instead of the playbook's: {"days": ["mon"], "starts": "09:00", "ends": "17:00"}, and a holiday calendar.
    hours: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    holidays: str | None = Field(default=None, max_length=20)
    language: str = Field(default="", max_length=20)  # in which they write times; empty: English
    # The morning digest: at their own time ("08:30"; empty: the playbook's) or not at all; when the next one is due.
    digest_at: str = Field(default="", max_length=5)
    is_digest_off: bool = False
    digest_due_at: datetime | None = None
    digest_said_on: date | None = None  # on their own calendar: one a day, however often its time is changed
    muted_until: datetime | None = None  # until then nothing is said to them about follow-ups


class Absence(SQLModel, table=True):
    """A time away, kept so that decisions can be replayed under other rules."""

    id: int | None = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="rep.id", index=True)
    starts_at: datetime
    ends_at: datetime


class Membership(SQLModel, table=True):
    """A rep's seat in a team, and what a manager decided about it."""

    __table_args__ = (UniqueConstraint("team_id", "rep_id"),)
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    rep_id: int = Field(foreign_key="rep.id", index=True)
    joined_at: datetime
    weight: int = 1
    caps: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    is_paused: bool = False
    lapses: int = 0  # times in a row that offers got no answer
    set_aside_at: datetime | None = None  # too many of them: no turns until the rep says so
