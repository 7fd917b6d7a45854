"""Who was offered what, who got it, and by which rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import NOT_SUMMED, one_of, some


class Offer(SQLModel, table=True):
    __table_args__ = (
        one_of("status", "open", "claimed", "passed", "lapsed", "withdrawn"),
        some("offer_one_open_per_lead", "lead_id", where="status = 'open'", unique=True),
        Index("offer_by_rep", "rep_id", "offered_at"),
        some("offer_open_by_rep", "rep_id", where="status = 'open'"),
        some("offer_open_by_expiry", "expires_at", where="status = 'open'"),
        some("offer_unanswered", "closed_at", "team_id", "rep_id", "status", where="status IN ('passed', 'lapsed')"),
        some("offer_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")  # that dealt it; none of what was not dealt
    status: str = Field(default="open", max_length=10)
    pass_reason: str | None = Field(default=None, max_length=60)
    offered_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    folded: int = NOT_SUMMED  # unless nobody took it; then as of a stay


class Press(SQLModel, table=True):
    """One press on Claim; its key makes the same press, delivered again, count once."""

    __table_args__ = (
        Index("press_by_lead", "lead_id", "at"),
        some("press_late", "at", "team_id", "rep_id", "behind", where="behind IS NOT NULL"),
        some("press_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    lead_id: int = Field(foreign_key="lead.id")
    rep_id: int = Field(foreign_key="rep.id")
    won: bool
    at: datetime
    team_id: int | None = Field(default=None, foreign_key="team.id")  # the lead's
    # Milliseconds after somebody else's press that had won it; those of a month are more than an INTEGER holds.
    behind: int | None = Field(default=None, sa_column=Column(BigInteger))
    folded: int = NOT_SUMMED  # unless it was late; then as of a stay


class Decision(SQLModel, table=True):
    """One line of the fairness ledger; only ever added, each sealed with the hash of the one before it.

    Most say who got a lead (`lead_id`, `winner_id`, and every candidate as the decision saw them); the others
    what else moved the rotation, like a rep who joined or a turn that was given back.
    """

    __table_args__ = (UniqueConstraint("team_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    number: int
    kind: str = Field(max_length=20)
    lead_id: int | None = Field(default=None, foreign_key="lead.id", index=True)
    winner_id: int | None = None
    rule: str = Field(default="", max_length=40)
    playbook: str = Field(default="", max_length=16)
    route: str = Field(default="", max_length=300)
    mode: str = Field(default="", max_length=20)
    candidates: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class PlaybookVersion(SQLModel, table=True):
    """Every playbook that was ever in force or proposed, word for word."""

    __tablename__ = "playbook_version"
    __table_args__ = (one_of("status", "draft", "published", "discarded"), one_of("origin", "file", "slack"))
    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(max_length=16, index=True)  # the playbook's own fingerprint, which decisions name
    text: str = Field(sa_column=Column(Text, nullable=False))
    origin: str = Field(max_length=10)
    status: str = Field(default="published", max_length=10)
    made_by: int | None = Field(default=None, foreign_key="rep.id")
    made_at: datetime
    approved_by: int | None = Field(default=None, foreign_key="rep.id")
    published_at: datetime | None = Field(default=None, index=True)
    # What the replay of recorded leads under it found, and beside which playbook.
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
