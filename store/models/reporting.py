"""What reports read: where leads stood and when, what was reached, and what managers ask to be told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Stay(SQLModel, table=True):
    """From when to when a lead stood where it stood. Only ever added to: the past can be asked again as it was.

    A new one begins whenever the lead's stage, team, owner, source or value changes, and when it is cleared out or
    comes back; one that was merged away or taken back with its import has none any more. So at any moment every lead
    that counts has one: `began_at < moment AND (ended_at IS NULL OR ended_at >= moment)`.
    """

    __table_args__ = (
        some("stay_one_now", "lead_id", where="ended_at IS NULL", unique=True),
        Index("stay_of_lead", "lead_id", "id"),
        Index("stay_by_beginning", "began_at"),
        some("stay_by_end", "ended_at", where="ended_at IS NOT NULL"),
        some("stay_closed_by_beginning", "began_at", "kind", where="kind <> 'open'"),
        some("stay_open_since", "since", where="kind = 'open'"),
        some("stay_closed_since", "since", where="kind <> 'open'"),
        some("stay_now_by_owner", "rep_id", "stage", where="ended_at IS NULL"),
        some("stay_by_getting", "got_at", where="got_at IS NOT NULL"),
        some("stay_to_fold", "id", where="folded < 1"),
        one_of("kind", "open", "won", "lost"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    team_id: int = Field(foreign_key="team.id")
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # its owner
    source: str = Field(default="unknown", max_length=80)
    stage: str = Field(max_length=40)
    kind: str = Field(default="open", max_length=10)  # of the stage, as the playbook said then
    chance: int = 0  # percent: the deal's own, or its stage's
    cents: int | None = Field(default=None, sa_column=Column(BigInteger))
    currency: str = Field(default="", max_length=3)
    arrived_at: datetime
    since: datetime  # when it entered this stage
    began_at: datetime
    ended_at: datetime | None = None
    is_cleared: bool = False  # out of the pipeline since it began, but what it was won or lost for still counts
    left_stage: bool = False  # it ended because the lead went on to another stage
    # Since when it is its owner's; after how many seconds somebody was in touch, -1 if that was before; and after how
    # much working time that was, or it was closed without.
    got_at: datetime | None = None
    answered: int | None = None
    worked: int | None = None
    left_owner: bool = False  # it ended because the lead went on to somebody else, or to nobody
    # Of a closed stage: why it was lost, or what was sold; and of a won one its campaign.
    reason: str | None = Field(default=None, max_length=300)
    competitor: str | None = Field(default=None, max_length=120)
    product: str | None = Field(default=None, max_length=120)
    campaign: str | None = Field(default=None, max_length=120)
    # Since when it is an MQL, whatever it became later; and the last word of sales about it: "sql" or "rejected".
    mql_at: datetime | None = None
    verdict: str | None = Field(default=None, max_length=10)
    judged_at: datetime | None = None
    rejected_why: str | None = Field(default=None, max_length=300)
    # 1: its beginning is in the sums; -1: that, and it has ended since; 2: its end as well.
    folded: int = 0


class Reached(SQLModel, table=True):
    """The first time that a lead got as far as this; one that skipped a stage has reached it as well.

    Steps are stages after the first, and "@arrived", "@claim", "@contact", "@mql", "@sql", "@won". Team and source are
    those that it arrived with, so that no step of a funnel can have more leads than the one before it. Only ever added
    to: what a lead had reached that comes back, or of which another country or campaign becomes known, is written down
    again. So what counted at any moment is `noted_at < moment AND (gone_at IS NULL OR gone_at >= moment)`.
    """

    __table_args__ = (
        some("reached_once", "lead_id", "step", where="gone_at IS NULL", unique=True),
        some("reached_and_gone", "lead_id", where="gone_at IS NOT NULL"),
        Index("reached_by_arrival", "arrived_at", "step"),
        Index("reached_by_time", "at", "step"),
        some("reached_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    step: str = Field(max_length=40)
    at: datetime
    noted_at: datetime  # when that was written down
    seconds: int = 0  # from its arrival to this
    arrived_at: datetime
    team_id: int = Field(foreign_key="team.id")
    source: str = Field(default="unknown", max_length=80)
    country: str | None = Field(default=None, max_length=80)
    campaign: str | None = Field(default=None, max_length=120)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # who owned it then
    working_seconds: int | None = None  # of "@contact": what it waited in working hours
    # It was merged into another, or taken back with its import; or another country or campaign was noted then.
    gone_at: datetime | None = None
    folded: int = 0  # as of a stay


class Credit(SQLModel, table=True):
    """What share of a won deal one model gives to what brought it in; the shares of a deal are a million in all."""

    __table_args__ = (
        UniqueConstraint("stay_id", "model", "source", "campaign", "touch"),
        Index("credit_by_time", "won_at"),
        some("credit_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    stay_id: int = Field(foreign_key="stay.id")  # the stay in a won stage
    lead_id: int = Field(foreign_key="lead.id", index=True)
    team_id: int = Field(foreign_key="team.id")
    model: str = Field(max_length=20)
    source: str = Field(default="", max_length=80)
    campaign: str = Field(default="", max_length=120)
    touch: str = Field(default="", max_length=40)  # its kind
    millionths: int
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(default="", max_length=3)
    won_at: datetime
    made_at: datetime  # when the stay began: a later one of the same win has another owner or value
    # The first that this model gives the deal's source, campaign and touch: 1, 2 and 4, added up. So deals are counted.
    firsts: int = 0
    folded: int = 0  # as of a stay


class Spend(SQLModel, table=True):
    """What a campaign cost over some days; corrected by withdrawing it and writing another."""

    __table_args__ = (
        Index("spend_by_days", "starts", "ends"),
        some("spend_once", "source", "campaign", "starts", "ends", "cents", "currency", where="withdrawn_at IS NULL",
             unique=True),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=80)
    campaign: str = Field(default="", max_length=120)
    starts: date
    ends: date  # the first day after it
    cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(max_length=3)
    made_by: int = Field(foreign_key="rep.id")
    made_at: datetime
    withdrawn_at: datetime | None = None


class Goal(SQLModel, table=True):
    """What is to be reached by whom in each week, month, quarter or year from its beginning on."""

    __table_args__ = (one_of("span", "week", "month", "quarter", "year"),)
    id: int | None = Field(default=None, primary_key=True)
    measure: str = Field(max_length=40)
    team_id: int | None = Field(default=None, foreign_key="team.id")  # neither team nor rep: everybody
    rep_id: int | None = Field(default=None, foreign_key="rep.id")
    span: str = Field(max_length=10)
    target: int = Field(sa_column=Column(BigInteger, nullable=False))  # a count, or cents
    currency: str = Field(default="", max_length=3)
    starts: date
    made_by: int = Field(foreign_key="rep.id")
    made_at: datetime
    ended_at: datetime | None = None


class SavedReport(SQLModel, table=True):
    """A question that somebody gave a name."""

    __tablename__ = "saved_report"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    key: str = Field(unique=True, max_length=60)  # the name, folded
    words: str = Field(max_length=500)
    made_by: int = Field(foreign_key="rep.id")
    made_at: datetime


class ReportSchedule(SQLModel, table=True):
    """A report that comes by itself."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        one_of("every", "day", "week", "month"),
        some("report_schedule_due", "next_at", where="next_at IS NOT NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=80)  # of those that every team has by default
    words: str = Field(max_length=500)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # in whose right it is asked; nobody: the team's own
    team_id: int | None = Field(default=None, foreign_key="team.id")
    channel: str = Field(max_length=40)  # or a person's id, for a DM; empty: the team's own channel
    every: str = Field(max_length=10)
    day: int = 0  # of the week from Monday 0, or of the month from 1
    at: str = Field(default="09:00", max_length=5)
    zone: str = Field(default="UTC", max_length=64)
    next_at: datetime | None = None
    last_at: datetime | None = None
    muted_until: datetime | None = None
    made_at: datetime
    ended_at: datetime | None = None  # somebody removed it, or it may not be sent any more


class ReportAlert(SQLModel, table=True):
    """A line that a figure is not to cross."""

    __tablename__ = "report_alert"
    __table_args__ = (some("report_alert_due", "next_at", where="next_at IS NOT NULL"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=80)
    kind: str = Field(max_length=20)
    words: str = Field(default="", max_length=500)
    limits: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rep_id: int | None = Field(default=None, foreign_key="rep.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    channel: str = Field(max_length=40)
    next_at: datetime | None = None  # when it is looked at again
    is_over: bool = False  # it fired, and has not come back inside since
    fired_at: datetime | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # of the last time
    muted_until: datetime | None = None
    made_at: datetime
    ended_at: datetime | None = None
