"""Won deals and the touches that led to them; what share of each deal every model gives to what."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.models import Credit, Lead, Opportunity, Stay, Touch
from store.reporting.scope import Scope

MOST_TOUCHES = 1000  # of one committee, the newest
SLACK = timedelta(days=1)  # transactions that were under way as a later one was seen


class Win(NamedTuple):
    """A stay in a won stage, and what is known of its lead."""

    stay_id: int
    lead_id: int
    team_id: int
    cents: int | None
    currency: str
    won_at: datetime
    began_at: datetime
    ended_at: datetime | None
    arrived_at: datetime
    account: str | None
    source: str
    campaign: str | None
    became_deal_at: datetime | None


class Deed(NamedTuple):
    """A touch of somebody on the buying committee."""

    kind: str
    source: str
    campaign: str
    at: datetime


class Credited(NamedTuple):
    """The sum of what a model gives."""

    model: str
    source: str
    campaign: str
    touch: str
    currency: str
    deals: int
    millionths: int
    cents: int


def without_credits(session: Session, *, limit: int) -> list[Win]:
    """Wins that nobody has been credited with, the oldest first."""
    newest = session.exec(select(func.max(Credit.made_at))).one()
    has_some = exists().where(col(Credit.stay_id) == col(Stay.id))
    question = (
        select(
            Stay.id, Stay.lead_id, Stay.team_id, Stay.cents, Stay.currency, Stay.since, Stay.began_at, Stay.ended_at,
            Stay.arrived_at, Lead.account, Stay.source, Lead.campaign, Opportunity.created_at,
        )  # type: ignore[call-overload, misc]
        .join(Lead, col(Lead.id) == col(Stay.lead_id))
        .outerjoin(Opportunity, col(Opportunity.lead_id) == col(Stay.lead_id))
        .where(Stay.kind == "won", col(Stay.kind) != "open", ~has_some)
        .order_by(col(Stay.began_at), col(Stay.id))
        .limit(limit)
    )  # fmt: skip
    if newest is not None:
        question = question.where(col(Stay.began_at) >= newest - SLACK)
    return [Win(*row) for row in session.execute(question)]


def deeds(session: Session, win: Win) -> list[Deed]:
    """What everyone of the lead's account in the same team did until the win, oldest first."""
    mine = col(Lead.id) == win.lead_id
    if win.account:
        colleagues = (col(Lead.account) == win.account, col(Lead.team_id) == win.team_id, col(Lead.state) == "live")
        mine = or_(mine, and_(*colleagues))
    source = case((col(Touch.source) != "", col(Touch.source)), else_=col(Lead.source))
    question = (
        select(Touch.kind, source, func.coalesce(Lead.campaign, ""), Touch.at)
        .join(Lead, col(Lead.id) == col(Touch.lead_id))
        .where(mine, col(Touch.at) <= win.won_at)
        .order_by(col(Touch.at).desc(), col(Touch.id).desc())
        .limit(MOST_TOUCHES)
    )
    return [Deed(*row) for row in session.execute(question)][::-1]


def keep(session: Session, rows: Sequence[dict[str, object]], *, locks_rows: bool) -> None:
    """What another replica has kept meanwhile stays."""
    kind = postgres_insert if locks_rows else sqlite_insert
    session.connection().execute(kind(Credit).on_conflict_do_nothing(), rows)


def credited(session: Session, scope: Scope, *, by: Collection[str] = ("source",)) -> list[Credited]:
    """Deals won within the period, as they were known at the moment asked for."""
    parts = [col(getattr(Credit, name)) if name in by else literal("") for name in ("source", "campaign", "touch")]
    question = (
        select(
            Credit.model, *parts, Credit.currency, func.count(func.distinct(Credit.lead_id)),
            func.sum(Credit.millionths), func.sum(Credit.cents),
        )  # type: ignore[call-overload]
        .join(Stay, col(Stay.id) == col(Credit.stay_id))
        .where(*within(scope))
        .group_by(col(Credit.model), *(col(getattr(Credit, name)) for name in by), col(Credit.currency))
    )  # fmt: skip
    return [Credited(*row) for row in session.execute(question)]


def behind(session: Session, scope: Scope, source: str) -> list[int]:
    """The numbers of the won leads that touches of this source had a part in."""
    question = select(Credit.lead_id).join(Stay, col(Stay.id) == col(Credit.stay_id))
    found = question.where(Credit.source == source, *within(scope)).distinct().order_by(col(Credit.lead_id))
    return list(session.exec(found))


def within(scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [
        col(Credit.won_at) >= scope.starts, col(Credit.won_at) < scope.ends, col(Credit.made_at) < scope.as_of,
        or_(col(Stay.ended_at).is_(None), col(Stay.ended_at) >= scope.as_of),
    ]  # fmt: skip
    limits = ((Credit.team_id, scope.team_ids), (Credit.source, scope.sources), (Stay.rep_id, scope.rep_ids))
    return conditions + [col(column).in_(allowed) for column, allowed in limits if allowed is not None]
