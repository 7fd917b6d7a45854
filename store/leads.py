"""Leads, and the rows that hang from them: touches, notes, stage changes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, String, bindparam, cast, or_, text, union, update
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.batches import settled
from store.models import Lead, Note, StageChange

# Written out, because SQLite matches a partial index only to the very same words.
STILL_OPEN = text("lead.closed_at IS NULL")
HELD = text("lead.held_since IS NOT NULL")
LIVE = text("lead.state = 'live'")  # not merged into another, taken back with its import, or cleared out
RESPONSE_AWAITED = text("lead.response_due_at IS NOT NULL")
FIRST_TOUCH = text(
    "INSERT INTO touch (lead_id, kind, source, detail, outcome, number, at) "
    "VALUES (:lead_id, :kind, :source, '', '', '', :at)"
).bindparams(bindparam("at", type_=UTCDateTime()))
OPEN_COUNTS = text(
    "SELECT owner_id, count(*) FROM lead WHERE owner_id IN :reps AND lead.closed_at IS NULL GROUP BY owner_id"
).bindparams(bindparam("reps", expanding=True))
MANAGERS_TO_HEAR = text("lead.managers_hear = 'waiting'")


@lru_cache
def locking(locks_rows: bool) -> Any:
    """Put together once: nearly every change of a lead begins with it."""
    question = select(Lead).where(col(Lead.id) == bindparam("number"))
    if locks_rows:
        question = question.with_for_update(key_share=True)
    return question.execution_options(populate_existing=True)


def containing(words: str) -> ColumnElement[bool]:
    """The lead's name, company or e-mail contains the words, whatever signs are among them."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(*(part.ilike(pattern, escape="\\") for part in (col(Lead.name), col(Lead.company), col(Lead.email))))


@dataclass(frozen=True)
class Held:
    """What decides who can take a lead that waits."""

    id: int
    route_mode: str
    route_needs: list[str]


class Leads:
    def __init__(
        self, session: Session, *, locks_rows: bool, changed: Callable[[Iterable[int]], None] = lambda _: None
    ) -> None:
        """`changed` hears of leads that are changed past the session's objects."""
        self._session = session
        self._locks_rows = locks_rows
        self._changed = changed

    def add(self, lead: Lead, *, kind: str, now: datetime) -> Lead:
        """Store the lead, which gives it its number, with its first touch."""
        self._session.add(lead)
        self._session.flush()
        # Past the ORM, for which the row costs more than the statement.
        first = {"lead_id": lead.id, "kind": kind, "source": lead.source, "at": now}
        self._session.connection().execute(FIRST_TOUCH, first)
        return lead

    def get(self, lead_id: int) -> Lead | None:
        return self._session.exec(select(Lead).where(Lead.id == lead_id)).first()

    def lock(self, lead_id: int) -> Lead | None:
        """The lead as it is now, held until the transaction ends: always before its offers and its team are."""
        found: Lead | None = self._session.scalars(locking(self._locks_rows), {"number": lead_id}).first()
        return found

    def with_card(self, channel: str, ts: str) -> Lead | None:
        return self._session.exec(select(Lead).where(Lead.card_ts == ts, Lead.card_channel == channel)).first()

    def of_phone(self, phone: str) -> int | None:
        """The number of the person's newest lead that is open, or else of their newest."""
        question = (
            select(Lead.id).where(Lead.phone == phone, LIVE)
            .order_by(col(Lead.closed_at).is_(None).desc(), col(Lead.id).desc()).limit(1)
        )  # fmt: skip
        return self._session.exec(question).first()

    def take(self, lead_id: int, rep_id: int, *, now: datetime) -> bool:
        """Make the rep the owner if nobody is; of many at once exactly one hears True."""
        claim = (
            update(Lead)
            .where(col(Lead.id) == lead_id, col(Lead.owner_id).is_(None), col(Lead.closed_at).is_(None))
            .values(
                owner_id=rep_id,
                claimed_at=now,
                is_open_to_all=False,
                managers_told_at=None,
                held_since=None,
                held_rank=None,
            )
            .returning(Lead)
            # The lead in memory, which may be older than this transaction, becomes what was written.
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        self._changed([lead_id])
        return self._session.scalars(claim).first() is not None

    def give_back(self, lead_id: int, rep_id: int) -> bool:
        """Take the owner away if it is still this rep."""
        release = (
            update(Lead)
            .where(col(Lead.id) == lead_id, col(Lead.owner_id) == rep_id)
            .values(owner_id=None, claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        self._changed([lead_id])
        result: CursorResult[Any] = self._session.connection().execute(release)
        return result.rowcount == 1

    def refresh(self, lead: Lead) -> Lead:
        self._session.refresh(lead)
        return lead

    def matching(self, words: str, *, team_ids: set[int] | None, limit: int = 10) -> list[Lead]:
        """Leads whose name, company or e-mail contains the words; newest first. `team_ids` None: all teams."""
        return self._list(containing(words), team_ids, limit)

    def owned_by(self, rep_id: int, *, limit: int = 20) -> list[Lead]:
        return self._list(col(Lead.owner_id) == rep_id, None, limit, STILL_OPEN)

    def of_teams(self, team_ids: set[int] | None, *, limit: int = 20) -> list[Lead]:
        return self._list(STILL_OPEN, team_ids, limit)

    def open_counts(self, rep_ids: Collection[int]) -> dict[int, int]:
        """How many leads that are not closed each rep owns; reps without any are left out."""
        return dict(settled(self._session, Lead).execute(OPEN_COUNTS, {"reps": list(rep_ids)}).all())

    def teams_that_hold(self) -> list[int]:
        """The teams in which leads wait for somebody to be free."""
        return list(self._session.exec(select(Lead.team_id).where(HELD).distinct().order_by(col(Lead.team_id))))

    def held(self, team_id: int, *, limit: int) -> list[Lead]:
        """Leads that wait for somebody to be free, in the order in which they are dealt."""
        question = select(Lead).where(Lead.team_id == team_id, HELD)
        return list(self._session.exec(question.order_by(col(Lead.held_rank), col(Lead.id)).limit(limit)))

    def held_asks(self, team_id: int, *, after: int, limit: int) -> list[Held]:
        """What those leads ask for, without the first so many: there may be a thousand to look through."""
        question = select(Lead.id, Lead.route_mode, Lead.route_needs).where(Lead.team_id == team_id, HELD)
        in_order = question.order_by(col(Lead.held_rank), col(Lead.id)).offset(after).limit(limit)
        return [Held(lead_id or 0, mode, list(needs)) for lead_id, mode, needs in self._session.exec(in_order)]

    def lock_held(self, lead_ids: Collection[int]) -> list[Lead]:
        """Those of the leads that are still held, in that order and locked until the transaction ends.

        What another transaction is changing is left for the next time.
        """
        question = select(Lead).where(col(Lead.id).in_(lead_ids), HELD).order_by(col(Lead.held_rank), col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True, key_share=True)
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def of_account(self, account: str | None, email: str | None, phone: str | None) -> list[Lead]:
        """Earlier leads of the same person or account that somebody owns, newest first."""
        known = ((col(Lead.account), account), (col(Lead.email), email), (col(Lead.phone), phone))
        # One question an index: asked with OR, SQLite might look through all leads there are.
        same = [select(Lead.id).where(column == value) for column, value in known if value]
        if not same:
            return []
        question = select(Lead).where(col(Lead.id).in_(union(*same)), col(Lead.owner_id).is_not(None), LIVE)
        return list(self._session.exec(question.order_by(col(Lead.id).desc()).limit(20)))

    def managers_not_told(self, *, held_before: datetime, limit: int = 50) -> list[Lead]:
        """Leads that were left to anyone, or held since before that moment, and no manager has heard of, oldest first.

        Locked until the transaction ends, and passed over by another replica: each is told once.
        """
        # Where leads are for whoever is first, that alone is no news; that some call one wrong is.
        is_news = (col(Lead.route_mode) != "open") | (cast(col(Lead.rejected_by), String) != "[]")
        left_to_anyone = col(Lead.is_open_to_all) & is_news
        question = (
            select(Lead)
            .where(col(Lead.owner_id).is_(None), col(Lead.managers_told_at).is_(None), STILL_OPEN)
            .where(or_(left_to_anyone, col(Lead.held_since) <= held_before))
            .order_by(col(Lead.id))
            .limit(limit)
        )
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True, key_share=True)
        return list(self._session.exec(question))

    def response_due(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of leads about whose first contact something is to be done, longest due first."""
        question = select(Lead.id).where(RESPONSE_AWAITED, col(Lead.response_due_at) <= now)
        ids = self._session.exec(question.order_by(col(Lead.response_due_at)).limit(limit))
        return [lead_id for lead_id in ids if lead_id is not None]

    def take_step(self, lead: Lead, step: int, *, due_at: datetime | None) -> bool:
        """Climb to `step` of the response-time ladder, from where the lead stands; of several at once one hears True.

        `due_at` is when the step after it is due.
        """
        climb = (
            update(Lead)
            .where(col(Lead.id) == lead.id, col(Lead.response_step) == lead.response_step, RESPONSE_AWAITED)
            .values(response_step=step, response_due_at=due_at)
            .returning(Lead)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        return self._session.scalars(climb).first() is not None

    def managers_to_hear(self, *, limit: int = 200) -> list[Lead]:
        """Leads that managers are to hear of because nobody was in touch, the oldest first.

        Locked until the transaction ends, and passed over by another replica: each is told once.
        """
        question = select(Lead).where(MANAGERS_TO_HEAR).order_by(col(Lead.id)).limit(limit)
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True, key_share=True)
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def is_any_to_hear(self) -> bool:
        """Whether managers are to hear of some lead; locks nothing."""
        return self._session.exec(select(Lead.id).where(MANAGERS_TO_HEAR).limit(1)).first() is not None

    def _list(
        self, condition: ColumnElement[bool] | Any, team_ids: set[int] | None, limit: int, *more: Any
    ) -> list[Lead]:
        question = select(Lead).where(condition, LIVE, *more).order_by(col(Lead.id).desc()).limit(limit)
        if team_ids is not None:
            question = question.where(col(Lead.team_id).in_(team_ids))
        return list(self._session.exec(question))

    def add_note(self, note: Note) -> Note:
        self._session.add(note)
        self._session.flush()
        return note

    def notes(self, lead_id: int, *, limit: int = 5) -> list[Note]:
        question = select(Note).where(Note.lead_id == lead_id).order_by(col(Note.id).desc()).limit(limit)
        return list(self._session.exec(question))

    def add_stage_change(self, change: StageChange) -> None:
        self._session.add(change)
