"""Leads, and what hangs from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Lead(SQLModel, table=True):
    __table_args__ = (
        some("lead_open_by_owner", "owner_id", "id", where="closed_at IS NULL"),
        Index("lead_by_team_stage", "team_id", "stage"),
        # By as much as there is to ask for, or SQLite rather looks through all open leads that nobody owns.
        some("lead_for_all", "state", "owner_id", "created_at", where="is_open_to_all AND closed_at IS NULL"),
        some("lead_claimed_by", "owner_id", "claimed_at", where="claimed_at IS NOT NULL"),
        some("lead_with_card", "card_ts", where="card_ts IS NOT NULL"),
        some("lead_held", "team_id", "held_rank", where="held_since IS NOT NULL"),
        some("lead_response_due", "response_due_at", where="response_due_at IS NOT NULL"),
        some("lead_going_stale", "stale_at", where="stale_at IS NOT NULL"),
        one_of("managers_hear", "no", "waiting", "heard"),
        some("lead_managers_to_hear", "id", where="managers_hear = 'waiting'"),
        one_of("state", "live", "merged", "undone", "archived"),
        one_of("level", "lead", "mql", "sql", "rejected"),
        some("lead_by_person", "person_block", "id", where="person_block IS NOT NULL"),
        some("lead_by_company", "company_block", "id", where="company_block IS NOT NULL"),
        some("lead_merged_into", "merged_into_id", where="merged_into_id IS NOT NULL"),
        some("lead_of_import", "import_id", "id", where="import_id IS NOT NULL"),
        some("lead_to_rescore", "rescore_at", where="rescore_at IS NOT NULL"),
        some("lead_forgone", "forgone_until", where="forgone_until IS NOT NULL"),
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
    website: str | None = Field(default=None, max_length=300)
    # What they wrote, by field, where the standard form differs; and what is odd about it, in words for the rep.
    originals: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    flaws: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # interests, location, time_zone, preferred_channel, links
    profile: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    account: str | None = Field(default=None, max_length=254, index=True)
    # Leads that could be the same person share one of these; only they are compared.
    person_block: str | None = Field(default=None, max_length=40)
    company_block: str | None = Field(default=None, max_length=40)
    # Merged: somebody else's row has it all now. Undone: its import was taken back. Archived: a manager cleared it out.
    # Whatever is not live is closed as well, so that only lists of closed leads have to ask.
    state: str = Field(default="live", max_length=10)
    merged_into_id: int | None = Field(default=None, foreign_key="lead.id")
    import_id: int | None = Field(default=None, foreign_key="lead_import.id")
    is_quiet: bool = False  # one of many that came at once: it has a card when somebody works on it, not before
    score: int = 0  # 0 to 100, as the newest evaluation found
    level: str = Field(default="lead", max_length=10)
    rescore_at: datetime | None = None  # what it did has faded by then
    forgone_until: datetime | None = None  # not now: it comes back by itself
    forgone_why: str = Field(default="", max_length=300)
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
    card_ts: str | None = Field(default=None, max_length=40)


class Touch(SQLModel, table=True):
    """Something the lead did. Of somebody who has not said yet who they are it has no lead, only who it could be."""

    __table_args__ = (
        Index("touch_of_lead", "lead_id", "at"),
        some("touch_anonymous", "visitor", where="lead_id IS NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int | None = Field(default=None, foreign_key="lead.id")
    visitor: str | None = Field(default=None, max_length=254)  # an e-mail address, or a visitor's id
    kind: str = Field(max_length=40)
    source: str = Field(default="", max_length=80)
    detail: str = Field(default="", max_length=300)
    seconds: int | None = None  # how long a call took
    recording: str | None = Field(default=None, max_length=500)  # where it can be heard
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # with whom they spoke
    outcome: str = Field(default="", max_length=40)  # of a call or a meeting
    number: str = Field(default="", max_length=40)  # which of our numbers they called
    key: str | None = Field(default=None, unique=True, max_length=120)  # the sender's own name for it
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
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # nobody: the lead itself came back
    before: str = Field(max_length=40)
    after: str = Field(max_length=40)
    reason: str = Field(default="", max_length=300)  # why it was lost, or went back
    competitor: str = Field(default="", max_length=120)
    at: datetime


class FieldChange(SQLModel, table=True):
    """Somebody corrected a field; what stood there before is kept."""

    __tablename__ = "field_change"
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # nobody: Dibs itself
    field: str = Field(max_length=90)
    before: str = Field(default="", max_length=5000)
    after: str = Field(default="", max_length=5000)
    at: datetime


class Consent(SQLModel, table=True):
    """What the person allowed or withdrew, for one channel; the newest row of a channel holds."""

    __table_args__ = (
        one_of("channel", "email", "phone", "sms", "measuring"),
        Index("consent_of_lead", "lead_id", "channel", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id")
    channel: str = Field(max_length=10)
    is_given: bool
    basis: str = Field(default="consent", max_length=40)  # or contract, legitimate interest, unproved form
    recipient: str = Field(default="", max_length=64)  # salted hash of the address that they said it for
    wording: str = Field(default="", max_length=1000)  # what they agreed to, word for word
    source: str = Field(default="", max_length=120)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # who recorded it, if a rep did
    at: datetime
