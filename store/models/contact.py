"""What is said to leads: sequences and who is in them, messages, who must not be written to, and meetings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.models.columns import one_of, some


class Enrolment(SQLModel, table=True):
    """A lead in a sequence. `step` is the one it stands at, `due_at` when that is looked at next."""

    __table_args__ = (
        one_of("status", "active", "paused", "finished", "left"),
        one_of("origin", "rule", "rep", "segment", "step"),
        # Two sequences never talk to one lead at once, and none has it twice, however many replicas enrol it.
        some("enrolment_one_that_talks", "lead_id", where="status IN ('active', 'paused') AND talks", unique=True),
        some("enrolment_once", "lead_id", "sequence", where="status IN ('active', 'paused')", unique=True),
        some("enrolment_due", "due_at", "id", where="status = 'active'"),
        Index("enrolment_of_sequence", "sequence", "entered_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="lead.id", index=True)
    sequence: str = Field(max_length=40)
    talks: bool = True  # whether any of its steps writes to the lead
    status: str = Field(default="active", max_length=10)
    origin: str = Field(default="rule", max_length=10)
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # who enrolled it, if somebody did
    step: str = Field(max_length=40)
    step_since: datetime  # when it came to that step: what a branch asks about happened after this
    due_at: datetime
    entered_at: datetime
    left_at: datetime | None = None
    why: str = Field(default="", max_length=120)  # it left, is paused, or waits


class StepTaken(SQLModel, table=True):
    """A step that was taken: each at most once, whoever is killed when."""

    __tablename__ = "step_taken"
    __table_args__ = (UniqueConstraint("enrolment_id", "step"),)
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id")
    step: str = Field(max_length=40)
    result: str = Field(default="", max_length=200)  # in words
    at: datetime


class LeadMessage(SQLModel, table=True):
    """An e-mail or SMS to a lead. Held until somebody approves it, waiting, sending, and then what became of it.

    One found in `sending` after its lease ran out is doubtful: it may have arrived, and is shown, not repeated.
    """

    __tablename__ = "lead_message"
    __table_args__ = (
        one_of("channel", "email", "sms"),
        one_of("kind", "sequence", "meeting", "answer", "confirm", "rep"),
        one_of("status", "held", "waiting", "sending", "sent", "doubtful", "skipped", "failed"),
        some("lead_message_due", "due_at", "id", where="status = 'waiting'"),
        some("lead_message_in_hand", "lease_until", where="status = 'sending'"),
        some("lead_message_held", "lead_id", where="status = 'held'"),
        some("lead_message_doubtful", "lead_id", where="status = 'doubtful'"),
        # Never the same content twice to one person, whichever sequence has it.
        some("lead_message_content_once", "recipient", "content", where="status <> 'skipped' AND content <> ''",
             unique=True),
        Index("lead_message_of_lead", "lead_id", "id"),
        Index("lead_message_to", "recipient", "sent_at"),
        Index("lead_message_of_step", "sequence", "step", "variant"),
        some("lead_message_of_enrolment", "enrolment_id", where="enrolment_id IS NOT NULL"),
        some("lead_message_by_name", "provider_id", where="provider_id IS NOT NULL"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=36)  # its Message-ID is made of it
    once: str | None = Field(default=None, unique=True, max_length=120)  # what it is for: "step:12:hello"
    lead_id: int = Field(foreign_key="lead.id")
    channel: str = Field(max_length=10)
    kind: str = Field(default="sequence", max_length=10)
    recipient: str = Field(max_length=64)  # salted hash of the address it goes to
    content: str = Field(default="", max_length=64)  # hash of the template it was made from
    sequence: str = Field(default="", max_length=40)
    step: str = Field(default="", max_length=40)
    variant: str = Field(default="", max_length=20)
    enrolment_id: int | None = Field(default=None, foreign_key="enrolment.id")
    rep_id: int | None = Field(default=None, foreign_key="rep.id")  # in whose name
    consent_id: int | None = Field(default=None, foreign_key="consent.id")  # what allows it, cited when it left
    basis: str = Field(default="", max_length=200)  # the same in words
    subject: str = Field(default="", max_length=300)
    text: str = Field(default="", max_length=20_000)
    html: str = Field(default="", max_length=60_000)
    links: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # where clicks lead
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_measured: bool = False  # openings and clicks, because the person agreed to that
    answers: str | None = Field(default=None, max_length=200)  # the Message-ID of the letter it answers
    status: str = Field(default="waiting", max_length=10)
    due_at: datetime
    lease_until: datetime | None = None
    holder: str | None = Field(default=None, max_length=120)
    attempts: int = 0
    created_at: datetime
    sent_at: datetime | None = None
    error: str = Field(default="", max_length=300)  # why it was not sent, or waits
    provider_id: str | None = Field(default=None, max_length=200)  # Message-ID or the provider's number
    decided_by_id: int | None = Field(default=None, foreign_key="rep.id")  # who approved or skipped it
    asked_channel: str | None = Field(default=None, max_length=40)  # where the DM stands that asks for approval
    asked_ts: str | None = Field(default=None, max_length=40)
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    replied_at: datetime | None = None
    bounced_at: datetime | None = None


class Experiment(SQLModel, table=True):
    """What came of comparing the variants of a step; other variants are another experiment."""

    __table_args__ = (UniqueConstraint("sequence", "step", "variants"),)
    id: int | None = Field(default=None, primary_key=True)
    sequence: str = Field(max_length=40)
    step: str = Field(max_length=40)
    variants: str = Field(max_length=64)  # fingerprint of what is compared
    winner: str = Field(max_length=20)  # empty: no difference worth knowing
    why: str = Field(default="", max_length=300)
    decided_at: datetime


class Suppression(SQLModel, table=True):
    """An address that must not be written to, known only by a salted hash: it outlives the lead."""

    __table_args__ = (
        UniqueConstraint("channel", "recipient"),
        one_of("channel", "email", "sms"),
        one_of("reason", "unsubscribed", "bounced", "complained", "stopped", "erased", "rep"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=10)
    recipient: str = Field(max_length=64)
    reason: str = Field(max_length=20)
    source: str = Field(default="", max_length=120)
    at: datetime
    lifted_at: datetime | None = None  # they said yes again themselves


class Secret(SQLModel, table=True):
    """A random value this installation made for itself: the salt of hashes, the key of links."""

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=128)


class BookingPage(SQLModel, table=True):
    """A rep's page on which leads choose a time, and the address of the rep's own calendar feed."""

    __tablename__ = "booking_page"
    rep_id: int = Field(primary_key=True, foreign_key="rep.id")
    token: str = Field(unique=True, max_length=64)
    feed_token: str = Field(unique=True, max_length=64)
    is_open: bool = True
    place: str = Field(default="", max_length=300)  # a video link, or where to meet
    # A calendar the rep subscribed to, whose times are busy here.
    calendar_url: str = Field(default="", max_length=1000)
    fetched_at: datetime | None = None
    fetch_at: datetime | None = None
    trouble: str = Field(default="", max_length=300)  # why it could not be read


class BusyTime(SQLModel, table=True):
    """A time at which a rep's subscribed calendar has something."""

    __tablename__ = "busy_time"
    __table_args__ = (Index("busy_time_of_rep", "rep_id", "ends_at"),)
    id: int | None = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="rep.id")
    starts_at: datetime
    ends_at: datetime


class Meeting(SQLModel, table=True):
    """A time that a lead booked with a rep."""

    __table_args__ = (
        one_of("status", "booked", "moved", "cancelled", "held", "no-show"),
        Index("meeting_of_rep", "rep_id", "starts_at"),
        some("meeting_to_remind", "remind_at", where="status = 'booked' AND remind_at IS NOT NULL"),
        some("meeting_to_ask", "ends_at", where="status = 'booked'"),
        some("meeting_from_network", "network", "booked_at", where="network <> ''"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)  # the visitor's, in the links to move and cancel it
    once: str | None = Field(default=None, unique=True, max_length=120)  # sent twice, it is booked once
    lead_id: int = Field(foreign_key="lead.id", index=True)
    rep_id: int = Field(foreign_key="rep.id")
    follow_up_id: int | None = Field(default=None, foreign_key="follow_up.id")  # which reminds the rep of it
    starts_at: datetime
    ends_at: datetime
    status: str = Field(default="booked", max_length=10)
    zone: str = Field(default="UTC", max_length=64)  # the visitor's
    place: str = Field(default="", max_length=300)
    words: str = Field(default="", max_length=1000)  # what it is about, as the visitor wrote
    guest: str = Field(default="", max_length=300)  # who they are, as they wrote on the public page
    network: str = Field(default="", max_length=64)  # from which that was sent: a salted hash
    told: str = Field(default="", max_length=40)  # whom we told last that its rep is gone or away, and what they said
    source: str = Field(default="page", max_length=40)  # or a provider
    revision: int = 0  # of its calendar entry
    booked_at: datetime
    ended_at: datetime | None = None  # cancelled, moved, or told how it went
    remind_at: datetime | None = None
    asked_at: datetime | None = None  # when the rep was asked how it went


class MeetingSlot(SQLModel, table=True):
    """A quarter of an hour of a rep that is taken: no two meetings can have it, however they were booked."""

    __tablename__ = "meeting_slot"
    rep_id: int = Field(primary_key=True, foreign_key="rep.id")
    at: datetime = Field(primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
