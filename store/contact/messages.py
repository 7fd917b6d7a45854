"""E-mails and SMS to leads: queued once, claimed by one, and what became of them."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from store.models import Lead, LeadMessage

QUEUED = text("lead_message.status IN ('held', 'waiting')")
WAITING = text("lead_message.status = 'waiting'")
IN_HAND = text("lead_message.status = 'sending'")
REACHED = ("sending", "sent", "doubtful")  # whatever may have arrived counts as a contact
HOLD = "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"
COUNTS = text("""
    SELECT
        (SELECT count(*) FROM lead_message WHERE lead_message.status = 'waiting') AS waiting,
        (SELECT min(due_at) FROM lead_message WHERE lead_message.status = 'waiting') AS oldest,
        (SELECT count(*) FROM lead_message WHERE lead_message.status = 'held') AS held,
        (SELECT count(*) FROM lead_message WHERE lead_message.status = 'sending') AS sending,
        (SELECT count(*) FROM lead_message
            WHERE lead_message.status = 'doubtful' AND lead_message.holder IS NOT NULL) AS doubtful
""")


@dataclass(frozen=True)
class MessagesSummary:
    """How many messages to leads are where."""

    waiting: int  # to leave, now or at their time
    held: int  # until somebody approves them
    sending: int
    doubtful: int  # that nobody has said yet what to do about
    oldest_due_seconds: float  # how late the one is that should have left longest ago; 0 when none is


class LeadMessages:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows
        self._insert = postgresql.insert if locks_rows else sqlite.insert
        self.has_news = False  # something was queued that whoever sends should look at

    # --- queued

    def add(self, message: LeadMessage) -> LeadMessage | None:
        """Queue it. None when it, or its content for that person, was queued before."""
        values = message.model_dump(exclude={"id"})
        made = self._insert(LeadMessage).values(**values).on_conflict_do_nothing().returning(col(LeadMessage.id))
        number = self._session.execute(made).scalar()
        self.has_news = self.has_news or (number is not None and message.status == "waiting")
        return None if number is None else self._session.get_one(LeadMessage, number)

    def save(self, message: LeadMessage) -> None:
        """Write down what was changed of it; whoever sends looks at it."""
        self._session.add(message)
        self.has_news = True

    def get(self, number: int) -> LeadMessage | None:
        return self._session.get(LeadMessage, number, populate_existing=True)

    def by_key(self, key: str) -> LeadMessage | None:
        return self._session.exec(select(LeadMessage).where(LeadMessage.key == key)).first()

    def by_provider_id(self, provider_id: str) -> LeadMessage | None:
        named = LeadMessage.provider_id == provider_id, col(LeadMessage.provider_id).is_not(None)
        return self._session.exec(select(LeadMessage).where(*named)).first()

    def last_to(self, recipient: str) -> LeadMessage | None:
        """What reached that person last."""
        question = select(LeadMessage).where(LeadMessage.recipient == recipient, col(LeadMessage.sent_at).is_not(None))
        return self._session.exec(question.order_by(col(LeadMessage.sent_at).desc()).limit(1)).first()

    def has_had(self, lead_id: int, content: str) -> bool:
        """Whether the lead got this very text, or is about to, wherever it went; what came back it did not get."""
        theirs = LeadMessage.lead_id == lead_id, LeadMessage.content == content
        arrived = col(LeadMessage.status).not_in(("skipped", "failed")), col(LeadMessage.bounced_at).is_(None)
        return self._session.exec(select(LeadMessage.id).where(*theirs, *arrived).limit(1)).first() is not None

    def count_to(self, recipient: str, kind: str, *, since: datetime) -> int:
        """How many of that kind were queued for that person after this moment."""
        theirs = LeadMessage.recipient == recipient, LeadMessage.kind == kind, LeadMessage.created_at > since
        return self._session.exec(select(func.count()).select_from(LeadMessage).where(*theirs)).one()

    def named(self, once: str) -> LeadMessage | None:
        """The one that was queued for this already."""
        return self._session.exec(select(LeadMessage).where(LeadMessage.once == once)).first()

    def hold(self, recipients: Collection[str]) -> None:
        """Until this transaction ends nobody else sends to these people, or is told that they want no more.

        After their leads are locked, never before. SQLite has one writer at a time anyway.
        """
        if self._locks_rows and recipients:
            numbers = sorted(number_of(recipient) for recipient in recipients)
            self._session.connection().execute(text(HOLD), {"numbers": numbers})

    def cancel(
        self, why: str, *, lead_id: int | None = None, enrolment_id: int | None = None, recipient: str | None = None,
        kinds: Collection[str] = (),
    ) -> list[int]:  # fmt: skip
        """What is queued of these is not sent any more. One of the three is named.

        `kinds`: only messages of these. Returns the numbers of those that somebody was asked about.
        """
        named = {"lead_id": lead_id, "enrolment_id": enrolment_id, "recipient": recipient}
        given: list[ColumnElement[bool]] = [
            col(getattr(LeadMessage, name)) == value for name, value in named.items() if value is not None
        ]
        if len(given) != 1:
            raise ValueError("Name either the lead, the enrolment or the recipient.")
        if kinds:
            given.append(col(LeadMessage.kind).in_(kinds))
        change = (
            update(LeadMessage).where(QUEUED, *given).values(status="skipped", error=why[:300])
            .returning(col(LeadMessage.id), col(LeadMessage.asked_channel))
            .execution_options(synchronize_session="fetch")
        )  # fmt: skip
        return [number for number, asked in self._session.execute(change) if number and asked]

    def hurry(self, enrolment_id: int, now: datetime) -> None:
        """What waits of an enrolment is looked at again at once: it goes on."""
        waits = WAITING, col(LeadMessage.enrolment_id) == enrolment_id, col(LeadMessage.due_at) > now
        change = update(LeadMessage).where(*waits).values(due_at=now)
        self._session.execute(change.execution_options(synchronize_session="fetch"))
        self.has_news = True

    # --- sent

    def due(self, now: datetime, limit: int, channels: Collection[str]) -> list[int]:
        """The numbers of those that may leave by these channels, the longest due first."""
        question = (
            select(col(LeadMessage.id))
            .where(WAITING, LeadMessage.due_at <= now, col(LeadMessage.channel).in_(channels))
            .order_by(col(LeadMessage.due_at), col(LeadMessage.id)).limit(limit)
        )  # fmt: skip
        return [number for number in self._session.exec(question) if number]

    def next_at(self, channels: Collection[str]) -> datetime | None:
        """When the next one may leave by these channels, or is to be looked at because its lease ends."""
        waiting = (
            select(LeadMessage.due_at).where(WAITING, col(LeadMessage.channel).in_(channels))
            .order_by(col(LeadMessage.due_at)).limit(1)
        )  # fmt: skip
        in_hand = select(func.min(LeadMessage.lease_until)).where(IN_HAND)
        moments = [self._session.exec(waiting).first(), self._session.exec(in_hand).one()]
        return min((moment for moment in moments if moment is not None), default=None)

    def lost(self, now: datetime, limit: int) -> list[int]:
        """Those whose lease ended: whoever had them in hand never said what became of them."""
        question = select(col(LeadMessage.id)).where(IN_HAND, col(LeadMessage.lease_until) <= now)
        return [number for number in self._session.exec(question.limit(limit)) if number]

    def lock_free(self, lead_ids: Collection[int]) -> dict[int, Lead]:
        """Those of the leads that nobody else has in hand, locked until the transaction ends."""
        question = select(Lead).where(col(Lead.id).in_(lead_ids)).order_by(col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(key_share=True, skip_locked=True)
        found = self._session.exec(question.execution_options(populate_existing=True))
        return {lead.id: lead for lead in found if lead.id is not None}

    def change(
        self, number: int, values: dict[str, Any], *, status: Collection[str], holder: str | None = None
    ) -> LeadMessage | None:  # fmt: skip
        """Give it these values if it still stands so, and is still in the hands of that holder; else None."""
        stands = [col(LeadMessage.id) == number, col(LeadMessage.status).in_(status)]
        if holder is not None:
            stands.append(col(LeadMessage.holder) == holder)
        changing = (
            update(LeadMessage).where(*stands).values(**values).returning(LeadMessage)
            .execution_options(synchronize_session=False, populate_existing=True)
        )  # fmt: skip
        self._session.flush()
        return self._session.scalars(changing).first()

    def decide(self, number: int, values: dict[str, Any]) -> LeadMessage | None:
        """Give these values to a doubtful one that nobody decided about; of many at once exactly one does."""
        is_open = col(LeadMessage.status) == "doubtful", col(LeadMessage.holder).is_not(None)
        changing = (
            update(LeadMessage).where(col(LeadMessage.id) == number, *is_open).values(**values).returning(LeadMessage)
            .execution_options(synchronize_session=False, populate_existing=True)
        )  # fmt: skip
        found = self._session.scalars(changing).first()
        self.has_news = self.has_news or (found is not None and found.status == "waiting")
        return found

    def readdress(self, message: LeadMessage, recipient: str) -> bool:
        """It goes to another address than when it was queued. False when that person has had its content."""
        try:
            with self._session.begin_nested():
                message.recipient = recipient
                self._session.add(message)
        except IntegrityError:
            return False
        return True

    def contacts_since(
        self, since: datetime, *, recipients: Collection[str], lead_ids: Collection[int] = (), limit: int = 100
    ) -> list[datetime]:  # fmt: skip
        """When that person got, or may have got, messages of sequences after this moment; the newest first.

        One who has an e-mail address and a telephone, or several leads, is one person.
        """
        whose = or_(col(LeadMessage.recipient).in_(recipients), col(LeadMessage.lead_id).in_(lead_ids))
        question = select(LeadMessage.sent_at).where(
            whose, col(LeadMessage.sent_at) > since, LeadMessage.kind == "sequence",
            col(LeadMessage.status).in_(REACHED),
        )  # fmt: skip
        found = self._session.exec(question.order_by(col(LeadMessage.sent_at).desc()).limit(limit))
        return [moment for moment in found if moment is not None]

    def summary(self, now: datetime) -> MessagesSummary:
        row = self._session.connection().execute(COUNTS.columns(oldest=LeadMessage.due_at.type)).one()  # type: ignore[attr-defined]
        late = (now - row.oldest).total_seconds() if row.oldest else 0.0
        return MessagesSummary(row.waiting, row.held, row.sending, row.doubtful, max(0.0, late))


def number_of(recipient: str) -> int:
    """A number of 64 bits for an advisory lock."""
    return int.from_bytes(hashlib.blake2b(f"to:{recipient}".encode(), digest_size=8).digest(), "big", signed=True)
