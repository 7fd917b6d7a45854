"""What has come in and what is to go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class OutboxRow(SQLModel, table=True):
    """Something the bot is going to say. Its life: pending, sending, then sent, skipped or dead.

    A row found in `sending` after its lease ran out is doubtful: Slack may or may not have it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("status", "pending", "sending", "sent", "skipped", "dead"),
        # One waiting row a projection: many changes of one card become one update, the latest state wins.
        some("outbox_one_pending_per_key", "coalesce_key", where="status = 'pending'", unique=True),
        some("outbox_pending_by_lane", "lane", "id", where="status IN ('pending', 'sending')"),
        some("outbox_dead", "id", where="status = 'dead'"),
        some("outbox_to_sweep", "sweep_at", where="sweep_at IS NOT NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=36)  # travels as message metadata, so history can be asked for it
    lane: str = Field(max_length=80)  # messages of one lane leave in order
    kind: str = Field(max_length=20)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    coalesce_key: str | None = Field(default=None, max_length=80)
    status: str = Field(default="pending", max_length=10)
    attempts: int = 0
    refusals: int = 0  # definite errors about this row; outages never count
    created_at: datetime
    sent_at: datetime | None = None
    # What was tried and where, written before the attempt: after a crash it is all that is known of it.
    method: str | None = Field(default=None, max_length=60)
    channel: str | None = Field(default=None, max_length=40)
    thread_ts: str | None = Field(default=None, max_length=40)
    since_ts: str | None = Field(default=None, max_length=40)  # history is read from here
    ts: str | None = Field(default=None, max_length=40)
    error: str | None = Field(default=None, max_length=500)
    sweep_at: datetime | None = None  # a re-sent doubtful row is looked at again, in case both arrived


class OutboxLane(SQLModel, table=True):
    """One conversation's turn to speak; whoever holds the lease sends that lane's rows."""

    __tablename__ = "outbox_lane"
    __table_args__ = (
        some("outbox_lane_ready", "next_at", where="next_at IS NOT NULL"),
    )  # fmt: skip
    lane: str = Field(primary_key=True, max_length=80)
    next_at: datetime | None = None  # empty when nothing waits; while held, when the lease runs out
    holder: str | None = Field(default=None, max_length=120)
    parked: str | None = Field(default=None, max_length=500)  # why Slack refuses this conversation
    last_ts: str | None = Field(default=None, max_length=40)  # newest message known here; history starts there


class InboxRow(SQLModel, table=True):
    """Something that reached the bot, kept under a key that makes a second delivery a no-op."""

    __tablename__ = "inbox"
    __table_args__ = (
        one_of("status", "waiting", "done", "rejected"),
        some("inbox_waiting", "id", where="status = 'waiting'"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    kind: str = Field(max_length=40)
    body_hash: str = Field(default="", max_length=64)
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    status: str = Field(default="waiting", max_length=10)
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    received_at: datetime
    attempts: int = 0
