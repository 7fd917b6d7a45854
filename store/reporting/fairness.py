"""What a team's ledger says of a period, and what everyone had of it up to some lines; both are only added to."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Insert, bindparam, case, delete, func, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from store.models import Decision, ShareMark

PAGE = 1000  # lines read at once


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
    at: datetime
    kind: str
    winner: int | None
    candidates: list[dict[str, Any]] | None
    facts: dict[str, Any] | None


class Mark(NamedTuple):
    """What everyone of a team had and was due of all lines up to one."""

    team_id: int
    number: int
    latest: datetime | None  # moment of those lines; None of no lines at all
    shares: list[list[int]]


LINE = [col(getattr(Decision, name)) for name in Dealt._fields]
MARK = [col(getattr(ShareMark, name)) for name in Mark._fields]
# Put together once: each is asked twice for every team.
LAST_MARK = (
    select(*MARK)
    .where(col(ShareMark.team_id) == bindparam("team"), col(ShareMark.latest) < bindparam("before"))
    .order_by(col(ShareMark.latest).desc(), col(ShareMark.number).desc())
    .limit(1)
)
NEWEST_MARK = (
    select(*MARK).where(col(ShareMark.team_id) == bindparam("team")).order_by(col(ShareMark.number).desc()).limit(1)
)
FIRST_FROM = (
    select(Decision.number)  # type: ignore[call-overload]
    .where(
        col(Decision.team_id) == bindparam("team"), col(Decision.number) > bindparam("after"),
        col(Decision.at) >= bindparam("moment"),
    )
    .order_by(col(Decision.number))
    .limit(1)
)  # fmt: skip
NEWEST = select(func.max(col(Decision.number))).where(col(Decision.team_id) == bindparam("team"))
BEHIND = text("""
    SELECT id FROM team WHERE decisions_made > coalesce(
        (SELECT max(number) FROM share_mark WHERE share_mark.team_id = team.id), 0) ORDER BY id
""")


# --- lines


def until(session: Session, team_id: int, before: datetime, *, after: int = 0) -> int:
    """The number of the team's last line that came before all lines of then and later.

    Clocks of replicas differ a little, so that a line may stand behind one that is a moment later: it counts with that
    one. So what came before a moment is never changed by a line that is added.
    """
    connection = session.connection()
    first = connection.execute(FIRST_FROM, {"team": team_id, "after": after, "moment": before}).scalar()
    if first is not None:
        return int(first) - 1
    return connection.execute(NEWEST, {"team": team_id}).scalar() or 0


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
    kind, number, at = col(Decision.kind), col(Decision.number), col(Decision.at)
    candidates, facts = (
        type_coerce(case((kind.in_(some), column)), JSON)
        for some, column in ((kinds, col(Decision.candidates)), (told, col(Decision.facts)))
    )
    while after < until:
        question = select(number, at, kind, col(Decision.winner_id), candidates, facts).where(
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


# --- marks


def behind(session: Session) -> list[int]:
    """The teams whose newest lines no mark has."""
    return list(session.connection().execute(BEHIND).scalars())


class Book:
    """The ledger of one team, as far as shares follow from it, with the marks that are kept of it."""

    def __init__(self, session: Session, team_id: int) -> None:
        self._session, self.team_id = session, team_id

    def until(self, before: datetime, *, after: int) -> int:
        return until(self._session, self.team_id, before, after=after)

    def lines(self, after: int, until: int, *, kinds: Collection[str], told: Collection[str]) -> Iterator[Part]:
        return parts(self._session, self.team_id, after, until, kinds=kinds, told=told)

    def last_mark(self, before: datetime) -> Mark:
        """The newest of those of whose lines all came before then; of no lines, if there is none."""
        row = self._session.connection().execute(LAST_MARK, {"team": self.team_id, "before": before}).first()
        return Mark(*row) if row else Mark(self.team_id, 0, None, [])

    def newest_mark(self) -> Mark:
        row = self._session.connection().execute(NEWEST_MARK, {"team": self.team_id}).first()
        return Mark(*row) if row else Mark(self.team_id, 0, None, [])

    def keep(self, marks: list[Mark]) -> None:
        """One that is there already is the same."""
        made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._session.get_bind().dialect.name]
        insert: Insert = made(ShareMark).on_conflict_do_nothing()
        self._session.connection().execute(insert, [mark._asdict() for mark in marks])

    def drop(self, mark: Mark) -> None:
        """A newer one takes its place."""
        those = col(ShareMark.team_id) == mark.team_id, col(ShareMark.number) == mark.number
        self._session.connection().execute(delete(ShareMark).where(*those))
