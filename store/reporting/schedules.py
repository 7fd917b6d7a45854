"""Reports that come by themselves and lines that figures are not to cross: what is due, and who takes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.models import ReportAlert, ReportSchedule
from store.unit_of_work import UnitOfWork

Kept = TypeVar("Kept", bound=ReportSchedule | ReportAlert)

# Asked every few seconds, straight through the driver; literal predicates, for the partial indexes.
DUE = """
    SELECT id FROM report_schedule WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT 50
"""
ALERTS_DUE = """
    SELECT id FROM report_alert WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT 50
"""


def get(session: Session, kind: type[Kept], number: int) -> Kept | None:
    return session.get(kind, number)


def standing(session: Session, kind: type[Kept]) -> list[Kept]:
    """Those that nobody has ended, oldest first."""
    return list(session.exec(select(kind).where(col(kind.ended_at).is_(None)).order_by(col(kind.id))))


def take(session: Session, one: Kept, *, before: datetime, next_at: datetime | None) -> bool:
    """Move it on to its next moment; exactly one caller who saw the same moment hears True."""
    kind = type(one)
    moving = (
        update(kind)
        .where(col(kind.id) == one.id, col(kind.next_at) == before, col(kind.ended_at).is_(None))
        .values(next_at=next_at)
        .execution_options(synchronize_session="fetch")
    )
    result = session.execute(moving)
    return isinstance(result, CursorResult) and result.rowcount == 1


def make(uow: UnitOfWork, one: ReportSchedule) -> tuple[ReportSchedule, bool]:
    """The one that stands under this key, and whether it is new."""
    insert = postgres_insert if uow.locks_rows else sqlite_insert
    values = one.model_dump(exclude={"id"})
    making = insert(ReportSchedule).values(values).on_conflict_do_nothing(index_elements=["key"])
    made = uow.session.connection().execute(making.returning(col(ReportSchedule.id))).first()
    return uow.session.exec(select(ReportSchedule).where(ReportSchedule.key == one.key)).one(), made is not None


def end(session: Session, one: Kept, now: datetime) -> bool:
    """It comes no more; False when somebody has ended it already. What somebody set up can be set up again."""
    kind = type(one)
    free = {"key": None} if isinstance(one, ReportSchedule) and one.rep_id is not None else {}
    ending = (
        update(kind)
        .where(col(kind.id) == one.id, col(kind.ended_at).is_(None))
        .values(ended_at=now, next_at=None, **free)
        .execution_options(synchronize_session="fetch")
    )
    result = session.execute(ending)
    return isinstance(result, CursorResult) and result.rowcount == 1


def keyed(session: Session) -> dict[str, ReportSchedule]:
    """Those that every team has by default, also if somebody has ended them."""
    found = session.exec(select(ReportSchedule).where(col(ReportSchedule.key).is_not(None)))
    return {one.key: one for one in found if one.key}


def make_once(uow: UnitOfWork, rows: Sequence[ReportSchedule]) -> None:
    """What another replica has made meanwhile stays."""
    insert = postgres_insert if uow.locks_rows else sqlite_insert
    values = [row.model_dump(exclude={"id"}) for row in rows]
    uow.session.connection().execute(insert(ReportSchedule).on_conflict_do_nothing(), values)
