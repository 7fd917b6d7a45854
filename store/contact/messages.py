"""E-mails and SMS to leads: queued once, claimed by one, and what became of them."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, bindparam, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Lead, LeadMessage

QUEUED = text("lead_message.status IN ('held', 'waiting')")
WAITING = text("lead_message.status = 'waiting'")
IN_HAND = text("lead_message.status = 'sending'")
MOST_CONTACTS = 100
REACHED = text("lead_message.status IN ('sending', 'sent', 'doubtful')")  # whatever may have arrived is a contact
GOT = text("lead_message.status NOT IN ('skipped', 'failed')")
# As peek asks them.
LOST = "SELECT id FROM lead_message WHERE status = 'sending' AND lease_until <= ? LIMIT 100"
DUE = """
    SELECT id FROM lead_message WHERE status = 'waiting' AND due_at <= ? AND channel IN ({})
    ORDER BY due_at, id LIMIT 20
"""
# The lead that it is to, and all others of the same person.
WHOSE = text("""
    SELECT lead.id FROM lead_message JOIN lead ON lead.id = lead_message.lead_id WHERE lead_message.id = :number
    UNION SELECT other.id FROM lead_message JOIN lead ON lead.id = lead_message.lead_id
    JOIN lead AS other ON other.email = lead.email WHERE lead_message.id = :number
""")
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


def due_by(channels: Collection[str]) -> str:
    """The question, as peek asks it, which may leave by these channels, the longest due first."""
    return DUE.format(", ".join(f"'{name}'" for name in channels if name.isalpha()) or "NULL")


# Put together once: that takes longer than to ask. Each leaves the session's objects alone.


@lru_cache
def enters(is_postgres: bool) -> Any:
    insert = postgresql.insert if is_postgres else sqlite.insert
    return insert(LeadMessage).on_conflict_do_nothing().returning(col(LeadMessage.id))


@lru_cache
def by_number() -> Any:
    question = select(LeadMessage).where(col(LeadMessage.id) == bindparam("number"))
    return question.execution_options(populate_existing=True)


@lru_cache
def changing(names: tuple[str, ...], status: tuple[str, ...], is_held: bool) -> Any:
    """Gives new values in these columns to the message that still stands so, in that one's hands."""
    stands = [col(LeadMessage.id) == bindparam("number"), or_(*(col(LeadMessage.status) == one for one in status))]
    if is_held:
        stands.append(col(LeadMessage.holder) == bindparam("in_hands_of"))
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(LeadMessage.__table__).where(*stands).values(new)  # type: ignore[attr-defined]


@lru_cache
def having() -> Any:
    theirs = col(LeadMessage.lead_id) == bindparam("lead"), col(LeadMessage.content) == bindparam("content")
    return select(col(LeadMessage.id)).where(*theirs, GOT, col(LeadMessage.bounced_at).is_(None)).limit(1)


@lru_cache
def lately() -> Any:
    """By one who has an e-mail address and a telephone, or several leads: that is one person."""
    theirs = (
        col(LeadMessage.recipient).in_(bindparam("recipients", expanding=True)),
        col(LeadMessage.lead_id).in_(bindparam("leads", expanding=True)),
    )
    question = select(col(LeadMessage.sent_at)).where(
        or_(*theirs), col(LeadMessage.sent_at) > bindparam("since"), col(LeadMessage.kind) == "sequence", REACHED,
    )  # fmt: skip
    return question.order_by(col(LeadMessage.sent_at).desc()).limit(MOST_CONTACTS)


class LeadMessages:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows
        self.has_news = False  # something was queued that whoever sends should look at

    # --- queued

    def add(self, message: LeadMessage) -> LeadMessage | None:
        """Queue it. None when it, or its content for that person, was queued before."""
        self._session.flush()  # what it refers to comes first
        connection, values = self._session.connection(), message.model_dump(exclude={"id"})
        number = connection.execute(enters(self._locks_rows), values).scalar()
        if number is None:
            return None
        self.has_news = self.has_news or message.status == "waiting"
        message.id = number
        make_transient_to_detached(message)  # the session's from now on, without being read back
        self._session.add(message)
        return message

    def save(self, message: LeadMessage) -> None:
        """Write down what was changed of it; whoever sends looks at it."""
        self._session.add(message)
        self.has_news = True

    def get(self, number: int) -> LeadMessage | None:
        found: LeadMessage | None = self._session.scalars(by_number(), {"number": number}).first()
        return found

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
        asked = {"lead": lead_id, "content": content}
        return settled(self._session, LeadMessage).execute(having(), asked).first() is not None

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

    def next_at(self, channels: Collection[str]) -> datetime | None:
        """When the next one may leave by these channels, or is to be looked at because its lease ends."""
        waiting = (
            select(LeadMessage.due_at).where(WAITING, col(LeadMessage.channel).in_(channels))
            .order_by(col(LeadMessage.due_at)).limit(1)
        )  # fmt: skip
        in_hand = select(func.min(LeadMessage.lease_until)).where(IN_HAND)
        moments = [self._session.exec(waiting).first(), self._session.exec(in_hand).one()]
        return min((moment for moment in moments if moment is not None), default=None)

    def whose(self, number: int) -> set[int]:
        """The lead that the message is to, and all others of the same person."""
        found = settled(self._session, Lead, LeadMessage).execute(WHOSE, {"number": number})
        return {lead_id for (lead_id,) in found}

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
        return self.get(number) if self.changed(number, values, status=status, holder=holder) else None

    def changed(
        self, number: int, values: dict[str, Any], *, status: Collection[str], holder: str | None = None
    ) -> bool:  # fmt: skip
        """The same, without reading it back."""
        self._session.flush()
        change = changing(tuple(values), tuple(status), holder is not None)
        given = {f"new_{name}": value for name, value in values.items()} | {"number": number, "in_hands_of": holder}
        result: CursorResult[Any] = self._session.connection().execute(change, given)
        return result.rowcount == 1

    def take(self, message: LeadMessage, values: dict[str, Any]) -> bool:
        """Give these values to one that still waits, which was read since its lead was locked."""
        if not self.changed(message.id or 0, values, status=("waiting",)):
            return False
        for name, value in values.items():
            set_committed_value(message, name, value)
        return True

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
        self, since: datetime, *, recipients: Collection[str], lead_ids: Collection[int] = ()
    ) -> list[datetime]:  # fmt: skip
        """When that person got, or may have got, messages of sequences after this moment; the newest first."""
        asked = {"since": since, "recipients": list(recipients), "leads": list(lead_ids)}
        return list(settled(self._session, LeadMessage).execute(lately(), asked).scalars())

    def summary(self, now: datetime) -> MessagesSummary:
        row = self._session.connection().execute(COUNTS.columns(oldest=LeadMessage.due_at.type)).one()  # type: ignore[attr-defined]
        late = (now - row.oldest).total_seconds() if row.oldest else 0.0
        return MessagesSummary(row.waiting, row.held, row.sending, row.doubtful, max(0.0, late))


def number_of(recipient: str) -> int:
    """A number of 64 bits for an advisory lock."""
    return int.from_bytes(hashlib.blake2b(f"to:{recipient}".encode(), digest_size=8).digest(), "big", signed=True)
