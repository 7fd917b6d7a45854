"""Won deals and the touches that led to them; what share of each deal every model gives to what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, literal, or_
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.models import Credit, Lead, Opportunity, Stay, Touch
from store.reporting import spans, sql, sums
from store.reporting.additions import CREDITED
from store.reporting.scope import Scope

KEYS, VALUES = "model, value, currency", ("deals", "millionths", "cents")
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


def without_credits(session: Session, *, limit: int, locks_rows: bool = False) -> list[Win]:
    """Wins that nobody has been credited with, the oldest first; with `locks_rows` those that no other replica is at.

    Two that credit the same win may know of different touches, so that what both keep is more than one deal.
    """
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
    if not locks_rows:
        return [Win(*row) for row in session.execute(question)]
    locked = question.with_for_update(of=Stay, key_share=True, skip_locked=True)
    found = [Win(*row) for row in session.execute(locked)]
    # What another replica had credited before the locks were ours, but after we had looked.
    done = set(session.exec(select(Credit.stay_id).where(col(Credit.stay_id).in_([win.stay_id for win in found]))))
    return [win for win in found if win.stay_id not in done]


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


def firsts(named: Iterable[tuple[str, str, str]]) -> list[int]:
    """Of the credits of one deal by one model: which are the first of their source (1), campaign (2) and touch (4)."""
    seen: dict[int, set[str]] = defaultdict(set)
    found = []
    for names in named:
        found.append(sum(1 << place for place, name in enumerate(names) if name not in seen[place]))
        for place, name in enumerate(names):
            seen[place].add(name)
    return found


def credited(session: Session, scope: Scope, *, by: str = "source") -> list[Credited]:
    """Deals won within the period, as they were known at the moment asked for; by source, campaign or touch."""
    found = from_sums(session, scope, by=by)
    return plain(session, scope, by=by) if found is None else found


def plain(session: Session, scope: Scope, *, by: str = "source") -> list[Credited]:
    """By looking at every credit."""
    parts = [col(getattr(Credit, name)) if name == by else literal("") for name in CREDITED]
    question = (
        select(
            Credit.model, *parts, Credit.currency, func.count(func.distinct(Credit.lead_id)),
            cast(func.sum(Credit.millionths), BigInteger), cast(func.sum(Credit.cents), BigInteger),
        )  # type: ignore[call-overload]
        .join(Stay, col(Stay.id) == col(Credit.stay_id))
        .where(*within(scope))
        .group_by(col(Credit.model), col(getattr(Credit, by)), col(Credit.currency))
    )  # fmt: skip
    return [Credited(*row) for row in session.execute(question)]


def from_sums(session: Session, scope: Scope, *, by: str = "source") -> list[Credited] | None:
    """Whole months from the sums, less what was noted later; the days before and after them credit by credit."""
    whole = spans.cover(scope)
    if whole is None or scope.rep_ids is not None or (scope.sources is not None and by != "source"):
        return None
    total = f"{sql.of_scope(replace(scope, sources=None), 'credit_total')} AND way = '{by}'"
    total += " AND value IN :sources" if scope.sources is not None else ""
    later = sums.later(scope, "noted")
    parts = [sql.select(f"{KEYS}, {', '.join(VALUES)}", "credit_total", "won IN :spans AND noted = 0", total)]
    parts += credits_of(session, scope, whole, by)
    if later:
        less = ", ".join(f"-{value}" for value in VALUES)
        parts.append(sql.select(f"{KEYS}, {less}", "credit_total", f"won IN :spans AND {later}", total))
    found = sums.ask(session, scope, KEYS, VALUES, parts, is_now=later is None, **sums.within(whole))
    return None if found is None else [named(by, *row) for row in found]


def credits_of(session: Session, scope: Scope, whole: spans.Cover, by: str) -> list[str]:
    """Credits that are in no sum yet, and those of the days at the edges."""
    bit, mine, stay = 1 << CREDITED.index(by), sql.of_scope(scope, "credit"), " JOIN stay ON stay.id = credit.stay_id"
    sign = sql.sign("credit.folded = 0 AND made_at < :as_of", "stay.ended_at < :as_of")
    left = f"credit.{sums.LEFT} AND {sums.COVERED.format('won_at')}"
    there = "made_at < :as_of AND (stay.ended_at IS NULL OR stay.ended_at >= :as_of)"

    def counted(sign: str) -> str:
        values = f"{sign} * (firsts / {bit} % 2), {sign} * millionths, {sign} * credit.cents"
        return f"model, credit.{by}, credit.currency, {values}"

    new = sql.select(counted(sign), sql.unfolded(session, "credit") + stay, left, mine)
    beside = (f"{edge} AND {there}" for edge in sums.edges(whole, "won_at"))
    return [new, *(sql.select(counted("1"), f"credit{stay}", condition, mine) for condition in beside)]


def named(by: str, model: str, value: str, *rest: Any) -> Credited:
    source, campaign, touch = (value if name == by else "" for name in CREDITED)
    return Credited(model, source, campaign, touch, *rest)


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
