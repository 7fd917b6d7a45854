"""How good a lead is, what is known about the deal, and how that came to be known."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class Evaluation(SQLModel, table=True):
    """The receipt of a score: every factor with its points, and the rules that were asked."""

    __table_args__ = (Index("evaluation_of_lead", "lead_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    score: int
    fit: int
    engagement: int
    playbook: str = Field(default="", max_length=16)
    cause: str = Field(default="", max_length=40)  # arrived, touch, edited, answered, faded, rules
    factors: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime


class LevelChange(SQLModel, table=True):
    """A lead became an MQL by its score, or sales accepted or rejected it."""

    __tablename__ = "level_change"
    __table_args__ = (Index("level_change_of_lead", "lead_id", "id"), Index("level_change_by_time", "at"))
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # nobody: the score did it
    before: str = Field(max_length=10)
    after: str = Field(max_length=10)
    reason: str = Field(default="", max_length=300)
    score: int = 0
    at: datetime


class Answer(SQLModel, table=True):
    """What a rep learned on one question of a checklist, like BANT's budget; the newest answer holds."""

    __table_args__ = (Index("answer_of_lead", "lead_id", "question", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    rep_id: int | None = Field(default=None, foreign_key="rep.id")
    question: str = Field(max_length=40)
    text: str = Field(default="", max_length=1000)
    at: datetime


class Opportunity(SQLModel, table=True):
    """The deal that an accepted lead may become."""

    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", unique=True)
    cents: int | None = Field(default=None, sa_column=Column(BigInteger))  # hundredths of the currency
    currency: str = Field(default="EUR", max_length=3)  # ISO 4217
    probability: int | None = None  # percent; none: the stage's
    expected_on: date | None = None
    product: str = Field(default="", max_length=120)
    created_at: datetime
    changed_at: datetime
