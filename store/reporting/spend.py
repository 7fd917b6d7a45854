"""What campaigns cost: written down, withdrawn, listed, and as it was known at a moment."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, tuple_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from store.models import Spend

AT_ONCE = 100  # rows that one question asks for
WHAT = ("source", "campaign", "starts", "ends", "cents", "currency")
Row = tuple[Any, ...]  # of WHAT


def of_days(
    session: Session, first: date, end: date, as_of: datetime, sources: Collection[str] | None = None
) -> list[Spend]:
    """That has a day from the first until before the end, as it was written down before the moment."""
    question = select(Spend).where(col(Spend.starts) < end, col(Spend.ends) > first, *known(as_of))
    if sources is not None:
        question = question.where(col(Spend.source).in_(sources))
    return list(session.exec(question.order_by(col(Spend.id))))


def known(as_of: datetime) -> list[ColumnElement[bool]]:
    gone = col(Spend.withdrawn_at)
    return [col(Spend.made_at) < as_of, or_(gone.is_(None), gone >= as_of)]


def newest(session: Session, *, limit: int) -> list[Spend]:
    """That counts, the newest first."""
    question = select(Spend).where(col(Spend.withdrawn_at).is_(None))
    return list(session.exec(question.order_by(col(Spend.id).desc()).limit(limit)))


def there(session: Session, rows: Sequence[Row]) -> dict[Row, int]:
    """Which of these count already, and their numbers."""
    found: dict[Row, int] = {}
    columns = [col(getattr(Spend, name)) for name in WHAT]
    for start in range(0, len(rows), AT_ONCE):
        question = select(Spend).where(
            tuple_(*columns).in_(rows[start : start + AT_ONCE]), col(Spend.withdrawn_at).is_(None)
        )
        found |= {tuple(getattr(one, name) for name in WHAT): one.id or 0 for one in session.exec(question)}
    return found


def add(session: Session, rows: Sequence[Row], *, made_by: int, now: datetime) -> list[int]:
    """Their numbers; none if the database refuses one, as somebody wrote down the same at this very moment."""
    made = [Spend(**dict(zip(WHAT, row, strict=True)), made_by=made_by, made_at=now) for row in rows]
    session.add_all(made)
    try:
        session.flush()
    except IntegrityError:
        return []
    return [one.id or 0 for one in made]


def withdraw(session: Session, numbers: Sequence[int], now: datetime) -> int:
    """How many counted until now, and no longer do."""
    those = col(Spend.id).in_(numbers), col(Spend.withdrawn_at).is_(None)
    return int(session.connection().execute(update(Spend).where(*those).values(withdrawn_at=now)).rowcount)


def with_it(session: Session, one: Spend) -> list[int]:
    """The numbers of all that was written down at the same moment by the same person."""
    question = select(Spend.id).where(Spend.made_at == one.made_at, Spend.made_by == one.made_by)
    return [number for number in session.exec(question) if number]


def get(session: Session, number: int) -> Spend | None:
    return session.get(Spend, number)
