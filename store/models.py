"""The tables. Constraints stand in the database, because several threads and replicas write at once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

FOLLOW_UP_KINDS = ("call", "email", "meeting", "message", "task")
# Who set it: a rep, a claim (first contact), the stage's cadence, silence (going stale), or what the lead did.
FOLLOW_UP_ORIGINS = ("rep", "claim", "stage", "silence", "behaviour")


def one_of(column: str, *values: str) -> CheckConstraint:
    """A string column that takes only these values; native enums store names and need migrations to grow."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over some rows only; the predicate is literal, so that SQLite matches it to the queries that use it."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


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
    lapses: int = 0  # offers in a row without an answer
    set_aside_at: datetime | None = None  # too many of them: no turns until the rep says so


class Lead(SQLModel, table=True):
    __table_args__ = (
        some("lead_open_by_owner", "owner_id", where="closed_at IS NULL"),
        Index("lead_by_team_stage", "team_id", "stage"), Index("lead_claimed_by", "owner_id", "claimed_at"),
        some("lead_held", "team_id", "held_rank", where="held_since IS NOT NULL"),
        some("lead_response_due", "response_due_at", where="response_due_at IS NOT NULL"),
        some("lead_going_stale", "stale_at", where="stale_at IS NOT NULL"),
        one_of("managers_hear", "no", "waiting", "heard"),
        some("lead_managers_to_hear", "id", where="managers_hear = 'waiting'"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    email: str | None = Field(default=None, max_length=254, index=True)
    phone: str | None = Field(default=None, max_length=32, index=True)
    company: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, max_length=200)
    country: str | None = Field(default=None, max_length=80)
    source: str = Field(default="unknown", max_length=80)
    campaign: str | None = Field(default=None, max_length=120)
    message: str | None = Field(default=None, max_length=5000)
    consent: bool = False
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    account: str | None = Field(default=None, max_length=254, index=True)
    score: int = 0
    team_id: int = Field(foreign_key="team.id")
    # What the route said, for whenever the lead goes round again.
    route_reason: str = Field(default="", max_length=300)
    route_mode: str = Field(default="offer", max_length=20)
    route_needs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    stage: str = Field(max_length=40)
    owner_id: int | None = Field(default=None, foreign_key="rep.id")
    is_open_to_all: bool = False
    created_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    managers_told_at: datetime | None = None
    # Waiting because nobody who may have it is free; a point of score counts like some minutes of waiting.
    held_since: datetime | None = None
    held_rank: datetime | None = None
    rejected_by: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # who call it wrong
    # The response-time ladder: when its next step is due, and the last one taken.
    response_due_at: datetime | None = None
    response_step: int = 0
    first_contact_at: datetime | None = None
    # Its clock: when the lead began to wait; since when, and in whose hours (empty: the team's), it counts now;
    # and the seconds of working time counted before that, in all and of them on this ladder.
    response_began_at: datetime | None = None
    response_from: datetime | None = None
    response_rep_id: int | None = Field(default=None, foreign_key="rep.id")
    response_waited: int = 0
    response_used: int = 0
    managers_hear: str = Field(default="no", max_length=10)  # that nobody was in touch
    # When an owned, open lead counts as going stale unless something happens to it before.
    stale_at: datetime | None = None
    # Where the card stands in Slack; empty until it was posted.
    card_channel: str | None = Field(default=None, max_length=40)
    card_ts: str | None = Field(default=None, max_length=40, index=True)


class Touch(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    kind: str = Field(max_length=40)
    source: str = Field(default="", max_length=80)
    at: datetime


class Note(SQLModel, table=True):
    __table_args__ = (Index("note_by_rep", "rep_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    text: str = Field(max_length=3000)
    at: datetime


class StageChange(SQLModel, table=True):
    __tablename__ = "stage_change"
    __table_args__ = (Index("stage_change_by_rep", "rep_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    before: str = Field(max_length=40)
    after: str = Field(max_length=40)
    at: datetime


class Offer(SQLModel, table=True):
    __table_args__ = (
        one_of("status", "open", "claimed", "passed", "lapsed", "withdrawn"),
        some("offer_one_open_per_lead", "lead_id", where="status = 'open'", unique=True),
        Index("offer_by_rep", "rep_id", "offered_at"),
        some("offer_open_by_rep", "rep_id", where="status = 'open'"),
        some("offer_open_by_expiry", "expires_at", where="status = 'open'"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    status: str = Field(default="open", max_length=10)
    pass_reason: str | None = Field(default=None, max_length=60)
    offered_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


class Press(SQLModel, table=True):
    """One press on Claim; its key makes the same press, delivered again, count once."""

    __table_args__ = (Index("press_by_lead", "lead_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    lead_id: int = Field(foreign_key="lead.id")
    rep_id: int = Field(foreign_key="rep.id")
    won: bool
    at: datetime


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


class FollowUp(SQLModel, table=True):
    """A promise to contact the lead at a time, made by a rep or, where the playbook says so, by itself."""

    __tablename__ = "follow_up"
    __table_args__ = (
        one_of("status", "open", "done", "cancelled"),
        one_of("kind", *FOLLOW_UP_KINDS),
        one_of("origin", *FOLLOW_UP_ORIGINS),
        one_of("managers_hear", "no", "waiting", "heard"),
        some("follow_up_open_by_rep", "rep_id", "due_at", where="status = 'open'"),
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
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True)
    rule: str = Field(max_length=40)
    due_at: datetime
    fire_at: datetime
    status: str = Field(default="waiting", max_length=10)
    fired_at: datetime | None = None
    said_to: str | None = Field(default=None, max_length=40)  # Slack's id of the rep or their cover
    acted_at: datetime | None = None  # when somebody did something about it
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
