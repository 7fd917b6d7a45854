"""What a team's ledger says of a period, and what everyone had of it up to some lines; both are only added to."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Insert, bindparam, case, delete, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

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
# Put together once, as that takes longer than to ask.
# Of each team the newest mark of whose lines all came before then, and the last line before all of then and later.
STANDS = (
    text("""
        SELECT team.id AS team_id, coalesce(mark.number, 0) AS number, mark.shares, coalesce(
            (SELECT line.number - 1 FROM decision AS line
             WHERE line.team_id = team.id AND line.number > coalesce(mark.number, 0) AND line."at" >= :before
             ORDER BY line.number LIMIT 1),
            (SELECT max(line.number) FROM decision AS line WHERE line.team_id = team.id), 0) AS until
        FROM team LEFT JOIN share_mark AS mark ON mark.team_id = team.id AND mark.number = (
            SELECT one.number FROM share_mark AS one WHERE one.team_id = team.id AND one.latest < :before
            ORDER BY one.latest DESC, one.number DESC LIMIT 1)
        WHERE team.id IN :teams ORDER BY team.id
    """)
    .bindparams(bindparam("before", type_=UTCDateTime()), bindparam("teams", expanding=True))
    .columns(shares=JSON)
)
NEWEST_MARK = (
    select(*MARK).where(col(ShareMark.team_id) == bindparam("team")).order_by(col(ShareMark.number).desc()).limit(1)
)
PARTS = (
    select(  # type: ignore[call-overload]
        Decision.number, Decision.at, Decision.kind, Decision.winner_id,
        *(
            type_coerce(case((col(Decision.kind).in_(bindparam(kinds, expanding=True)), column)), JSON)
            for kinds, column in (("kinds", col(Decision.candidates)), ("told", col(Decision.facts)))
        ),
    )
    .where(
        col(Decision.team_id) == bindparam("team"), col(Decision.number) > bindparam("after"),
        col(Decision.number) <= bindparam("until"),
    )
    .order_by(col(Decision.number))
    .limit(PAGE)
)  # fmt: skip
BEHIND = text("""
    SELECT id FROM team WHERE decisions_made > coalesce(
        (SELECT max(number) FROM share_mark WHERE share_mark.team_id = team.id), 0) ORDER BY id
""")


# --- lines


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
    given = {"team": team_id, "until": until, "kinds": list(kinds), "told": list(told)}
    while after < until:
        page = [Part(*row) for row in session.connection().execute(PARTS, given | {"after": after})]
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

    def lines(self, after: int, until: int, *, kinds: Collection[str], told: Collection[str]) -> Iterator[Part]:
        return parts(self._session, self.team_id, after, until, kinds=kinds, told=told)

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


class Stand(NamedTuple):
    """How far a mark goes, what it says, and the number of the last line that counts with it."""

    book: Book
    number: int
    shares: list[list[int]]
    until: int


def stands(session: Session, team_ids: Collection[int], before: datetime) -> list[Stand]:
    """What is kept of each team's lines before then, in one question for all teams.

    Clocks of replicas differ a little, so that a line may stand behind one that is a moment later: it counts with that
    one. So what came before a moment is never changed by a line that is added.
    """
    given = {"teams": list(team_ids), "before": before}
    found = session.connection().execute(STANDS, given) if team_ids else ()
    return [Stand(Book(session, team_id), number, shares or [], until) for team_id, number, shares, until in found]
