"""Promises to contact a lead, and what is said about them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import NOT_SUMMED, one_of, some

FOLLOW_UP_KINDS = ("call", "email", "meeting", "message", "task")
# Who set it: a rep, a claim (first contact), the stage's cadence, silence (going stale), or what the lead did.
FOLLOW_UP_ORIGINS = ("rep", "claim", "stage", "silence", "behaviour")


class FollowUp(SQLModel, table=True):
    """A promise to contact the lead at a time, made by a rep or, where the playbook says so, by itself."""

    __tablename__ = "follow_up"
    __table_args__ = (
        one_of("status", "open", "done", "cancelled"),
        one_of("kind", *FOLLOW_UP_KINDS),
        one_of("origin", *FOLLOW_UP_ORIGINS),
        one_of("managers_hear", "no", "waiting", "heard"),
        some("follow_up_open_by_rep", "rep_id", "due_at", where="status = 'open'"),
        some("follow_up_open_by_time", "due_at", "id", where="status = 'open'"),
        some("follow_up_done_by_rep", "rep_id", "closed_at", where="status = 'done'"),
        some("follow_up_managers_to_hear", "id", where="managers_hear = 'waiting'"),
        # Whatever sets one by itself sets one at a time, however many replicas see the reason for it.
        some("follow_up_one_by_itself", "lead_id", "origin", where="status = 'open' AND origin <> 'rep'", unique=True),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    due_at: datetime
    kind: str = Field(default="task", max_length=10)
    what: str = Field(default="", max_length=300)
    origin: str = Field(default="rep", max_length=10)
    is_lent: bool = False  # given to a colleague by itself: it stays theirs when the lead changes hands
    status: str = Field(default="open", max_length=10)
    outcome: str = Field(default="", max_length=40)  # how it went
    created_at: datetime
    closed_at: datetime | None = None
    managers_hear: str = Field(default="no", max_length=10)  # that it is neglected


class Reminder(SQLModel, table=True):
    """One rule's word about one due time of a follow-up; `fire_at` is when it may go out.

    The first that arrives is the follow-up's DM in that conversation, and is edited as things change; later ones
    are lines in its thread. Folded: more than the rep is told in a day; digested: the morning digest has said it.
    """

    __table_args__ = (
        UniqueConstraint("follow_up_id", "rule", "due_at"),
        one_of("status", "waiting", "fired", "folded", "digested", "dropped"),
        some("reminder_waiting_by_time", "fire_at", where="status = 'waiting'"),
        some("reminder_folded", "follow_up_id", where="status = 'folded'"),
        Index("reminder_said_to", "said_to", "fired_at"),
        some("reminder_by_time", "fired_at", where="fired_at IS NOT NULL"),
        some("reminder_pending", "act_by", "fired_at", where="act_by IS NOT NULL"),
        some("reminder_to_fold", "id", where="folded < 1"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True)
    rule: str = Field(max_length=40)
    due_at: datetime
    fire_at: datetime
    status: str = Field(default="waiting", max_length=10)
    fired_at: datetime | None = None
    said_to: str | None = Field(default=None, max_length=40)  # Slack's id of the rep or their cover
    act_by: datetime | None = None  # until when that is in time, by their hours as they were then
    acted_at: datetime | None = None  # when somebody did something about it, and not before it was said
    # Whether sums have it, which is no status: none until it is said; then as of a stay, and an action is its end.
    folded: int = NOT_SUMMED
    # Where the DM stands, so that a press on it can be answered by editing it.
    channel: str | None = Field(default=None, max_length=40)
    ts: str | None = Field(default=None, max_length=40, index=True)


class HomeTab(SQLModel, table=True):
    """Somebody who has opened the App Home, and what they chose to see there."""

    __tablename__ = "home_tab"
    slack_id: str = Field(primary_key=True, max_length=40)
    opened_at: datetime
    tab: str = Field(default="day", max_length=10)
    stage: str = Field(default="", max_length=40)
    search: str = Field(default="", max_length=80)
