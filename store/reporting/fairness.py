"""What a team's ledger, offers and presses say of a period; all of it is only ever added to, or closed once."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, case, func, select, type_coerce
from sqlmodel import Session, col

from store.models import Decision, Offer, Press
from store.reporting.scope import Scope

PAGE = 1000  # lines read at once
SPREAD = 1000  # lines; how far one may stand behind another that is later, for replicas' clocks differ a little
UNANSWERED = ("passed", "lapsed")


class Dealt(NamedTuple):
    """A line of the ledger, as far as shares follow from it."""

    number: int
    kind: str
    mode: str
    rule: str
    lead_id: int | None
    winner_id: int | None
    candidates: list[dict[str, Any]]
    facts: dict[str, Any]
    at: datetime


class Part(NamedTuple):
    """What a line says of shares. Reading all of a line takes twice as long, and there is one for every lead."""

    number: int
    kind: str
    winner: int | None
    candidates: list[dict[str, Any]] | None
    facts: dict[str, Any] | None


class Ended(NamedTuple):
    """Offers that nobody took."""

    team_id: int
    rep_id: int
    status: str  # passed or lapsed
    offers: int


class Late(NamedTuple):
    """A press on Claim that came after somebody else's."""

    team_id: int
    rep_id: int
    at: datetime
    won_at: datetime


LINE = [col(getattr(Decision, name)) for name in Dealt._fields]


def numbers(session: Session, scope: Scope, team_id: int) -> tuple[int, int]:
    """The team's last line before the period, and its last one within it that was there as of then; 0: none."""

    return last(session, team_id, scope.starts), last(session, team_id, min(scope.ends, scope.as_of))


def last(session: Session, team_id: int, before: datetime) -> int:
    """The team's last line before then; found by halving, for lines stand in the order of time."""
    number, at, theirs = col(Decision.number), col(Decision.at), col(Decision.team_id) == team_id

    def moment(place: int) -> datetime:
        question = select(at).where(theirs, number >= place).order_by(number).limit(1)
        found: datetime = session.execute(question).scalar_one()
        return found

    newest = session.execute(select(func.max(number)).where(theirs)).scalar() or 0
    edge = bisect_left(range(1, newest + 1), before, key=moment) + SPREAD
    question = select(number).where(theirs, number <= edge, at < before).order_by(number.desc()).limit(1)
    return session.execute(question).scalar() or 0


def lines(session: Session, team_id: int, after: int, until: int) -> Iterator[Dealt]:
    """In order; a page at a time, so memory stays flat."""
    while after < until:
        question = select(*LINE).where(
            col(Decision.team_id) == team_id, col(Decision.number) > after, col(Decision.number) <= until
        )
        page = [Dealt(*row) for row in session.execute(question.order_by(col(Decision.number)).limit(PAGE))]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].number


def parts(
    session: Session, team_id: int, after: int, until: int, *, kinds: Collection[str], told: Collection[str]
) -> Iterator[Part]:  # fmt: skip
    """What shares of those kinds follow from; only of them the candidates are read, and the facts only of `told`."""
    kind, number = col(Decision.kind), col(Decision.number)
    candidates, facts = (
        type_coerce(case((kind.in_(some), column)), JSON)
        for some, column in ((kinds, col(Decision.candidates)), (told, col(Decision.facts)))
    )
    while after < until:
        question = select(number, kind, col(Decision.winner_id), candidates, facts).where(
            col(Decision.team_id) == team_id, number > after, number <= until
        )
        page = [Part(*row) for row in session.execute(question.order_by(number).limit(PAGE))]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].number


def last_decision(session: Session, team_id: int, until: int) -> Dealt | None:
    """The newest line up to that number that shows everyone's turns and debts."""
    question = select(*LINE).where(
        col(Decision.team_id) == team_id, col(Decision.number) <= until, col(Decision.rule) != "",
        col(Decision.kind) != "owner",
    )  # fmt: skip
    row = session.execute(question.order_by(col(Decision.number).desc()).limit(1)).first()
    return Dealt(*row) if row else None


def ended(session: Session, scope: Scope) -> list[Ended]:
    """Offers that ended without a claim within the period, by the team that had dealt them."""
    team = team_of(col(Offer.lead_id), col(Offer.offered_at)).label("team")
    question = (
        select(team, col(Offer.rep_id), col(Offer.status), func.count())
        .where(col(Offer.status).in_(UNANSWERED), *within(col(Offer.closed_at), scope))
        .group_by(team, col(Offer.rep_id), col(Offer.status))
    )
    return [Ended(*row) for row in session.execute(question) if is_asked(scope, row[0])]


def late(session: Session, scope: Scope) -> list[Late]:
    """Presses within the period on what somebody else had claimed, beside the press that won it."""
    before = Press.__table__.alias("before")  # type: ignore[attr-defined]
    winner = Press.__table__.alias("winner")  # type: ignore[attr-defined]
    newest = select(func.max(before.c.id)).where(
        before.c.lead_id == col(Press.lead_id), before.c.won, before.c.id < col(Press.id)
    )
    question = (
        select(team_of(col(Press.lead_id), col(Press.at)), col(Press.rep_id), col(Press.at), winner.c.at)
        .join(winner, winner.c.id == newest.correlate(Press.__table__).scalar_subquery())  # type: ignore[attr-defined]
        .where(~col(Press.won), winner.c.rep_id != col(Press.rep_id), *within(col(Press.at), scope))
    )
    return [Late(*row) for row in session.execute(question) if is_asked(scope, row[0])]


def team_of(lead_id: Any, at: Any) -> Any:
    """The team whose decision was the last about the lead by then."""
    question = select(col(Decision.team_id)).where(col(Decision.lead_id) == lead_id, col(Decision.at) <= at)
    return question.order_by(col(Decision.id).desc()).limit(1).scalar_subquery()


def within(at: Any, scope: Scope) -> list[ColumnElement[bool]]:
    return [at >= scope.starts, at < scope.ends, at < scope.as_of]


def is_asked(scope: Scope, team_id: int | None) -> bool:
    return team_id is not None and (scope.team_ids is None or team_id in scope.team_ids)
