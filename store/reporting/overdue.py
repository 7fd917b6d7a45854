"""What is late now: open follow-ups whose time has passed, and open leads that nobody owns or is being offered."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from store.models import FollowUp, Lead, Rep
from store.reporting.scope import Scope

MOST = 1000  # of each, with names; nobody reads more
# Written out, because SQLite matches a partial index only to the very same words.
IS_OPEN = text("follow_up.status = 'open'")
IS_FOR_ALL = text("lead.is_open_to_all AND lead.owner_id IS NULL AND lead.closed_at IS NULL")
IS_LIVE = col(Lead.state) == "live"
LATE = (FollowUp.due_at, Rep.name, FollowUp.kind, FollowUp.what, Lead.id, Lead.name, Lead.company)
UNOWNED = (Lead.created_at, Lead.id, Lead.name, Lead.company)


class Late(NamedTuple):
    """A follow-up whose time has passed, with whose it is and the lead that it is about."""

    due_at: datetime
    rep: str
    kind: str
    what: str
    lead_id: int
    name: str
    company: str | None


class Unowned(NamedTuple):
    """A lead that anybody may take, and nobody has."""

    created_at: datetime
    lead_id: int
    name: str
    company: str | None


def late(session: Session, scope: Scope, now: datetime) -> tuple[list[Late], int]:
    """The longest overdue first, at most `MOST`; and how many there are."""
    those = [IS_OPEN, col(FollowUp.due_at) <= now, *of_scope(scope, FollowUp.rep_id)]
    joined: Any = select(*LATE).join(Lead, col(Lead.id) == col(FollowUp.lead_id))  # type: ignore[call-overload]
    question = joined.join(Rep, col(Rep.id) == col(FollowUp.rep_id)).where(*those)
    order = col(FollowUp.due_at), col(FollowUp.id)
    rows = [Late(*row) for row in session.execute(question.order_by(*order).limit(MOST))]
    return rows, counted(session, question, len(rows))


def unowned(session: Session, scope: Scope) -> tuple[list[Unowned], int]:
    """Those that wait longest first, at most `MOST`; and how many there are. They are no rep's own."""
    if scope.rep_ids is not None:
        return [], 0
    question: Any = select(*UNOWNED).where(IS_FOR_ALL, IS_LIVE, *of_scope(scope))  # type: ignore[type-var]
    order = col(Lead.created_at), col(Lead.id)
    rows = [Unowned(*row) for row in session.execute(question.order_by(*order).limit(MOST))]
    return rows, counted(session, question, len(rows))


def counted(session: Session, question: Any, found: int) -> int:
    if found < MOST:
        return found
    return int(session.execute(question.with_only_columns(func.count(), maintain_column_froms=True)).scalar_one())


def is_late(session: Session, scope: Scope, now: datetime, lead_id: int) -> bool:
    """Whether the lead is one of all of those."""
    those = IS_OPEN, col(FollowUp.lead_id) == lead_id, col(FollowUp.due_at) <= now
    promised = select(FollowUp.id).join(Lead, col(Lead.id) == col(FollowUp.lead_id))
    if session.exec(promised.where(*those, *of_scope(scope, FollowUp.rep_id)).limit(1)).first() is not None:
        return True
    waits = select(Lead.id).where(col(Lead.id) == lead_id, IS_FOR_ALL, IS_LIVE, *of_scope(scope))
    return scope.rep_ids is None and session.exec(waits).first() is not None


def of_scope(scope: Scope, rep: Any = None) -> list[Any]:
    """The teams and sources that it is about, and whose they are."""
    limits = [(Lead.team_id, scope.team_ids), (Lead.source, scope.sources)]
    limits += [] if rep is None else [(rep, scope.rep_ids)]
    return [col(column).in_(allowed) for column, allowed in limits if allowed is not None]
