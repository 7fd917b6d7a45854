"""Which lead stands where in which sequence."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, bindparam, exists, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Enrolment, Lead, LeadMessage, Meeting, Note, StepTaken, Touch

# Written out, because SQLite matches a partial index only to the very same words.
RUNNING = text("enrolment.status IN ('active', 'paused')")
ACTIVE = text("enrolment.status = 'active'")
OPEN_AND_LIVE = text("lead.closed_at IS NULL AND lead.state = 'live'")
DUE = (
    "SELECT id FROM enrolment WHERE status = 'active' AND due_at <= ? ORDER BY due_at, id LIMIT 200"  # as peek asks it
)
LEAD_OF = text("SELECT lead_id FROM enrolment WHERE id = :number")
TAKEN = text("SELECT step FROM step_taken WHERE enrolment_id = :enrolment")
LAST = text("""
    SELECT status FROM lead_message WHERE enrolment_id = :enrolment AND status <> 'skipped' ORDER BY id DESC LIMIT 1
""")
REACHED_OR_WILL = text("lead_message.status IN ('held', 'waiting', 'sending', 'sent', 'doubtful')")


# Put together once: that takes longer than to ask.


@lru_cache
def enters(is_postgres: bool) -> Any:
    insert = postgresql.insert if is_postgres else sqlite.insert
    return insert(Enrolment).on_conflict_do_nothing().returning(col(Enrolment.id))


@lru_cache
def taking(is_postgres: bool) -> Any:
    insert = postgresql.insert if is_postgres else sqlite.insert
    return insert(StepTaken).on_conflict_do_nothing().returning(col(StepTaken.id))


@lru_cache
def by_number() -> Any:
    question = select(Enrolment).where(col(Enrolment.id) == bindparam("number"))
    return question.execution_options(populate_existing=True)


@lru_cache
def contacting() -> Any:
    whose = or_(
        col(LeadMessage.recipient).in_(bindparam("recipients", expanding=True)),
        col(LeadMessage.lead_id) == bindparam("lead"),
    )
    lately = or_(col(LeadMessage.sent_at) > bindparam("since"), col(LeadMessage.sent_at).is_(None))
    return select(col(LeadMessage.sent_at)).where(whose, lately, col(LeadMessage.kind) == "sequence", REACHED_OR_WILL)


class Enrolments:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def add(self, enrolment: Enrolment) -> Enrolment | None:
        """Enrol the lead. None when it is in that sequence, or in another one that talks to it, already."""
        self._session.flush()  # what it refers to comes first
        values = enrolment.model_dump(exclude={"id"})
        number = self._session.connection().execute(enters(self._locks_rows), values).scalar()
        if number is None:
            return None
        enrolment.id = number
        make_transient_to_detached(enrolment)  # the session's from now on, without being read back
        self._session.add(enrolment)
        return enrolment

    def running(self, lead_id: int) -> list[Enrolment]:
        """Those it is in now, paused ones included."""
        question = select(Enrolment).where(Enrolment.lead_id == lead_id, RUNNING).order_by(col(Enrolment.id))
        return list(self._session.exec(question))

    def of_lead(self, lead_id: int) -> list[Enrolment]:
        """All it ever was in, the first first."""
        question = select(Enrolment).where(Enrolment.lead_id == lead_id).order_by(col(Enrolment.id))
        return list(self._session.exec(question))

    def was_in(self, lead_ids: Collection[int], sequence: str) -> set[int]:
        """Those of the leads that are in the sequence, or ever were."""
        question = select(Enrolment.lead_id).where(col(Enrolment.lead_id).in_(lead_ids), Enrolment.sequence == sequence)
        return set(self._session.exec(question))

    def talked_to(self, lead_ids: Collection[int]) -> set[int]:
        """Those of the leads that a sequence writes to now."""
        question = select(Enrolment.lead_id).where(
            col(Enrolment.lead_id).in_(lead_ids), RUNNING, col(Enrolment.talks).is_(True)
        )
        return set(self._session.exec(question))

    def get(self, number: int) -> Enrolment | None:
        found: Enrolment | None = self._session.scalars(by_number(), {"number": number}).first()
        return found

    def lead_of(self, number: int) -> int | None:
        """Whose it is, read without remembering the rest, which may be old before that one is locked."""
        found: int | None = self._session.connection().execute(LEAD_OF, {"number": number}).scalar()
        return found

    def save(self, enrolment: Enrolment) -> None:
        self._session.add(enrolment)

    def leave(self, lead_id: int, why: str, now: datetime, *, only: int | None = None) -> list[Enrolment]:
        """End all that run for the lead, or the one of that number; returns those that ended."""
        ended = [one for one in self.running(lead_id) if only in (None, one.id)]
        for one in ended:
            one.status, one.left_at, one.why = "left", now, why[:120]
            self._session.add(one)
        return ended

    def leave_all(self, lead_ids: Collection[int], why: str, now: datetime) -> None:
        """The same of many leads, of which hardly any is in a sequence."""
        leaving = update(Enrolment).where(col(Enrolment.lead_id).in_(lead_ids), RUNNING)
        gone = {"status": "left", "left_at": now, "why": why[:120]}
        self._session.execute(leaving.values(**gone).execution_options(synchronize_session="fetch"))

    def put_off(self, sequences: Collection[str], now: datetime, until: datetime, why: str) -> int:
        """Those of these sequences that are due are looked at again then; how many that were."""
        waiting = update(Enrolment).where(ACTIVE, col(Enrolment.due_at) <= now, col(Enrolment.sequence).in_(sequences))
        result: CursorResult[Any] = self._session.connection().execute(waiting.values(due_at=until, why=why[:120]))
        return result.rowcount

    def put_off_one(self, number: int, now: datetime, until: datetime, why: str) -> None:
        """The one of that number, if it is due, is looked at again then."""
        waiting = update(Enrolment).where(ACTIVE, col(Enrolment.due_at) <= now, col(Enrolment.id) == number)
        self._session.connection().execute(waiting.values(due_at=until, why=why[:120]))

    # --- steps

    def taken(self, enrolment_id: int) -> set[str]:
        """The names of the steps that were taken."""
        return set(self._session.connection().execute(TAKEN, {"enrolment": enrolment_id}).scalars())

    def take(self, enrolment: Enrolment, step: str, result: str, now: datetime) -> bool:
        """Write down that the step is taken. False when it was before."""
        values = {"enrolment_id": enrolment.id, "step": step, "result": result[:200], "at": now}
        made = settled(self._session, Enrolment).execute(taking(self._locks_rows), values)
        return made.scalar() is not None

    def steps_of_lead(self, lead_id: int) -> list[tuple[Enrolment, StepTaken]]:
        """What was done in all its sequences, in that order."""
        question = (
            select(Enrolment, StepTaken)
            .join(StepTaken, col(StepTaken.enrolment_id) == col(Enrolment.id))
            .where(Enrolment.lead_id == lead_id)
            .order_by(col(StepTaken.id))
        )
        return list(self._session.exec(question))

    # --- what was written

    def contacts(self, lead_id: int, recipients: Collection[str], since: datetime, now: datetime) -> list[datetime]:
        """When messages of sequences left for that person after this moment; what is on its way counts as of now."""
        asked = {"recipients": list(recipients), "lead": lead_id, "since": since}
        found = settled(self._session, LeadMessage).execute(contacting(), asked)
        return [at or now for at in found.scalars()]

    def awaits_a_yes(self, enrolment_id: int) -> bool:
        """Whether the newest that it wrote and nobody took back is held until somebody approves it."""
        found = settled(self._session, LeadMessage).execute(LAST, {"enrolment": enrolment_id})
        return bool(found.scalar() == "held")

    def last_message(self, enrolment_id: int, channel: str | None = None) -> LeadMessage | None:
        """The newest that it wrote and nobody took back."""
        question = select(LeadMessage).where(LeadMessage.enrolment_id == enrolment_id, LeadMessage.status != "skipped")
        if channel is not None:
            question = question.where(LeadMessage.channel == channel)
        return self._session.exec(question.order_by(col(LeadMessage.id).desc()).limit(1)).first()

    def last_meeting(self, lead_id: int) -> Meeting | None:
        """The one that they booked last, whatever became of it."""
        question = select(Meeting).where(Meeting.lead_id == lead_id).order_by(col(Meeting.id).desc()).limit(1)
        return self._session.exec(question).first()

    # --- who comes in as time passes

    def open_between(self, after: int, most: int) -> list[int]:
        """The numbers of so many open leads, from behind that one on."""
        question = select(col(Lead.id)).where(OPEN_AND_LIVE, col(Lead.id) > after).order_by(col(Lead.id)).limit(most)
        return [number for number in self._session.exec(question) if number]

    def quiet_among(self, lead_ids: Collection[int], since: datetime) -> list[int]:
        """Those of the open leads that came before then, and about whom neither side has said a word from then on."""
        question = select(col(Lead.id)).where(
            col(Lead.id).in_(lead_ids), OPEN_AND_LIVE, Lead.created_at < since,
            ~said(Touch, col(Touch.at) >= since), ~said(Note, col(Note.at) >= since),
        )  # fmt: skip
        return [number for number in self._session.exec(question.order_by(col(Lead.id))) if number]


def said(table: type[Touch] | type[Note], when: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(table.lead_id) == col(Lead.id), when)
