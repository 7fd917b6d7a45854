"""What reports read of dealing: which leads waited for somebody, and how the shares stood after a line of a ledger."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from store.models.columns import NOT_SUMMED, some


class Hold(SQLModel, table=True):
    """From when to when a lead waited because nobody was free. Only ever added to: the past can be asked as it was.

    It begins with the first decision that held the lead, and ends when another one deals it, or somebody owns it, or
    it is closed or cleared out. What waited of a lead that comes back is written down again. So what counted at any
    moment is `noted_at < moment AND (gone_at IS NULL OR gone_at >= moment)`.
    """

    __table_args__ = (
        some("hold_one_now", "lead_id", where="ended_at IS NULL AND gone_at IS NULL", unique=True),
        Index("hold_of_lead", "lead_id"),
        Index("hold_by_beginning", "began_at"),
        some("hold_by_end", "ended_at", where="ended_at IS NOT NULL"),
        some("hold_gone_waiting", "gone_at", where="ended_at IS NULL AND gone_at IS NOT NULL"),
        some("hold_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    team_id: int = Field(foreign_key="team.id")
    source: str = Field(default="unknown", max_length=80)  # when it began
    why: str = Field(default="", max_length=20)  # what stood in most people's way then; empty: nobody was there
    began_at: datetime
    noted_at: datetime  # when that was written down
    ended_at: datetime | None = None
    gone_at: datetime | None = None  # the lead was merged into another, or taken back with its import
    folded: int = NOT_SUMMED  # until it is over; then as of a stay


class ShareMark(SQLModel, table=True):
    """What everyone of a team had and was due of all lines of its ledger up to one of them, from the first on.

    Lines never change, so neither does what they come to: a mark can be made again from them at any time, and two
    replicas that make the same one make it alike.
    """

    __tablename__ = "share_mark"
    __table_args__ = (Index("share_mark_by_time", "team_id", "latest"),)
    team_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True)  # the line's
    latest: datetime  # of the lines up to it: the clocks of replicas differ a little
    # Of each rep: who, leads dealt in turn, billionths due, billionths taken back, leads made good.
    shares: list[list[int]] = Field(sa_column=Column(JSON, nullable=False))
