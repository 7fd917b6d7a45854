"""Sums that reports read, each the key of what it tells apart and what that comes to; and how far they are."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

WITHOUT_ROWID = {"sqlite_with_rowid": False}
COUNTED = {"autoincrement": False}  # a number that is given, not one that the database counts up


class StageTotal(SQLModel, table=True):
    """A sum: by how much the leads that stand in a stage became more within a day, within a month, and in all.

    Spans are days as 20261224, months as 202612, quarters as 20264, years as 2026, and 0 for all together, in the
    calendar of `Fold.zone`. Written again and again by their keys and read in their order, sums need no row numbers
    beside them.
    """

    __tablename__ = "stage_total"
    __table_args__ = WITHOUT_ROWID
    span: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    stage: str = Field(primary_key=True, max_length=40)
    kind: str = Field(primary_key=True, max_length=10)
    currency: str = Field(primary_key=True, max_length=3)
    leads: int = 0
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    weighted: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # cents times chance in percent
    since: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # of all, seconds since 1970


class ReachedTotal(SQLModel, table=True):
    """A sum: of the leads that arrived in a month, quarter or year, how many reached a step; as noted in a month, and
    in all.

    A lead that is gone counts one less in the month in which that was noted.
    """

    __tablename__ = "reached_total"
    __table_args__ = WITHOUT_ROWID
    arrived: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    step: str = Field(primary_key=True, max_length=40)
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    leads: int = 0
    seconds: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # from arrival to the step


class OriginTotal(SQLModel, table=True):
    """A sum: of the leads that arrived in a month, quarter or year, how many of each country, campaign and day reached
    a step; as noted in a month, and in all, less those of which something else became known."""

    __tablename__ = "origin_total"
    __table_args__ = WITHOUT_ROWID
    way: str = Field(primary_key=True, max_length=10)  # country, campaign or day
    step: str = Field(primary_key=True, max_length=40)
    arrived: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    value: str = Field(primary_key=True, max_length=120)  # of a day: how many quarters of an hour after 1970 it begins
    leads: int = 0


class StepTotal(SQLModel, table=True):
    """A sum: how many leads got to a step on a day, whenever they arrived; of one owner, and of all together."""

    __tablename__ = "step_total"
    __table_args__ = WITHOUT_ROWID
    step: str = Field(primary_key=True, max_length=40)
    rep_id: int = Field(primary_key=True)  # 0: nobody; -1: all of them together
    day: int = Field(primary_key=True)
    team_id: int = Field(primary_key=True)
    leads: int = 0


class SpeedTotal(SQLModel, table=True):
    """A sum: of the leads that arrived in a month, quarter or year, how many took so long to a step."""

    __tablename__ = "speed_total"
    __table_args__ = WITHOUT_ROWID
    step: str = Field(primary_key=True, max_length=40)
    arrived: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)  # 0: all of them together
    bucket: int = Field(primary_key=True)  # see store/reporting/sql.py
    leads: int = 0


class ClosedTotal(SQLModel, table=True):
    """A sum: what was won and lost in a month, quarter or year; as noted in a month, and in all, less what was opened
    again."""

    __tablename__ = "closed_total"
    __table_args__ = WITHOUT_ROWID
    closed: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    rep_id: int = Field(primary_key=True)  # 0: nobody; -1: all of them together
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    stage: str = Field(primary_key=True, max_length=40)
    kind: str = Field(primary_key=True, max_length=10)
    currency: str = Field(primary_key=True, max_length=3)
    leads: int = 0
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class EndingTotal(SQLModel, table=True):
    """A sum: why leads were lost, to whom, and what was won, in a month, quarter or year; as noted in a month, and in
    all, less what was opened again.

    A lost lead is in it by its reason and by its competitor, a won one by its product and its campaign. With the source
    for all owners together, and of each owner without it, so that there are hundreds of sums a month and not one for
    each lead; by campaign only for all owners and sources together.
    """

    __tablename__ = "ending_total"
    __table_args__ = WITHOUT_ROWID
    closed: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    rep_id: int = Field(primary_key=True)  # 0: nobody; -1: all of them together
    way: str = Field(primary_key=True, max_length=10)  # reason, competitor, product or campaign
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)  # empty where an owner is told, and of campaigns
    value: str = Field(primary_key=True, max_length=300)  # empty: none was told
    currency: str = Field(primary_key=True, max_length=3)
    leads: int = 0
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class StoodTotal(SQLModel, table=True):
    """A sum: of the leads that arrived in a month, quarter or year, how many stand in a stage with an owner, and what
    they are worth; as noted in a month, and in all, less those that went on."""

    __tablename__ = "stood_total"
    __table_args__ = WITHOUT_ROWID
    arrived: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    stage: str = Field(primary_key=True, max_length=40)
    kind: str = Field(primary_key=True, max_length=10)
    rep_id: int = Field(primary_key=True)  # 0: nobody
    currency: str = Field(primary_key=True, max_length=3)
    leads: int = 0
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class JudgedTotal(SQLModel, table=True):
    """A sum: how many leads became MQLs in a month, quarter or year, and how many of them wait for a word of sales; and
    about how many sales said its last word in it. As noted in a month, and in all, less those that went on."""

    __tablename__ = "judged_total"
    __table_args__ = WITHOUT_ROWID
    happened: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    step: str = Field(primary_key=True, max_length=10)  # mql, sql or rejected
    reason: str = Field(primary_key=True, max_length=300)  # of a rejection
    leads: int = 0
    waits: int = 0


class OwnedTotal(SQLModel, table=True):
    """A sum: of the leads that became a rep's in a month, quarter or year, how many there are, were answered after how
    long, and are won; as noted in a month, and in all."""

    __tablename__ = "owned_total"
    __table_args__ = WITHOUT_ROWID
    got: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    rep_id: int = Field(primary_key=True)
    team_id: int = Field(primary_key=True)
    way: str = Field(primary_key=True, max_length=10)  # see store/reporting/reps.py
    seconds: int = Field(primary_key=True, sa_column_kwargs=COUNTED)  # see store/reporting/sql.py
    leads: int = 0


class CreditTotal(SQLModel, table=True):
    """A sum: what a model gives to a source, a campaign or a kind of touch, of what was won in a month, quarter or
    year; as noted in a month, and in all, less what was opened again."""

    __tablename__ = "credit_total"
    __table_args__ = WITHOUT_ROWID
    won: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    way: str = Field(primary_key=True, max_length=10)  # source, campaign or touch
    model: str = Field(primary_key=True, max_length=20)
    value: str = Field(primary_key=True, max_length=120)
    team_id: int = Field(primary_key=True)
    currency: str = Field(primary_key=True, max_length=3)
    deals: int = 0
    millionths: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class HoldTotal(SQLModel, table=True):
    """A sum: how many leads began in a month, quarter or year to wait for somebody, and waited for how long, why; as
    noted in a month, and in all, less those that are gone. Of waits that are over alone, noted when both ends were."""

    __tablename__ = "hold_total"
    __table_args__ = WITHOUT_ROWID
    began: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    why: str = Field(primary_key=True, max_length=20)
    seconds: int = Field(primary_key=True, sa_column_kwargs=COUNTED)  # see store/reporting/sql.py
    leads: int = 0


class UnansweredTotal(SQLModel, table=True):
    """A sum: how many offers of a team to a rep were passed or lapsed in a month, quarter or year."""

    __tablename__ = "unanswered_total"
    __table_args__ = WITHOUT_ROWID
    closed: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    rep_id: int = Field(primary_key=True)
    status: str = Field(primary_key=True, max_length=10)
    offers: int = 0


class LateTotal(SQLModel, table=True):
    """A sum: how many presses of a rep on Claim came so long after somebody else's in a month, quarter or year."""

    __tablename__ = "late_total"
    __table_args__ = WITHOUT_ROWID
    pressed: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    team_id: int = Field(primary_key=True)
    rep_id: int = Field(primary_key=True)
    # Milliseconds; see store/reporting/sql.py
    behind: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    presses: int = 0


class ReminderTotal(SQLModel, table=True):
    """A sum: how many reminders of a rule were said in a month, quarter or year, and what became of them; as noted in a
    month, and in all, less those that became something else. What nobody does anything about is missed in a month that
    may lie ahead, and in all at once."""

    __tablename__ = "reminder_total"
    __table_args__ = WITHOUT_ROWID
    said: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    noted: int = Field(primary_key=True, sa_column_kwargs=COUNTED)
    rule: str = Field(primary_key=True, max_length=40)
    way: str = Field(primary_key=True, max_length=10)  # see store/reporting/reminders.py
    seconds: int = Field(primary_key=True, sa_column_kwargs=COUNTED)  # see store/reporting/sql.py
    reminders: int = 0


class Fold(SQLModel, table=True):
    """By which calendar the sums are made, and until when; another zone makes them anew."""

    id: int = Field(default=1, primary_key=True, sa_column_kwargs=COUNTED)
    zone: str = Field(default="", max_length=64)
    latest: datetime | None = None  # the newest moment that is in the sums
    is_clearing: bool = False  # they are being emptied; up to these rows all count as not in them
    stays_until: int = 0
    reached_until: int = 0
    credits_until: int = 0
    holds_until: int = 0
    offers_until: int = 0
    presses_until: int = 0
    reminders_until: int = 0
