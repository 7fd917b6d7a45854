"""What every question to the stays and to what was reached is put together from, for SQLite and PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, text
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from store.reporting.scope import Scope

# A stay that held as of then; what had been reached, and was not gone, as of then.
HELD = "{0}.began_at < :as_of AND ({0}.ended_at IS NULL OR {0}.ended_at >= :as_of)"
COUNTED = "{0}.noted_at < :as_of AND ({0}.gone_at IS NULL OR {0}.gone_at >= :as_of)"
ARRIVED_THEN = "{0}.arrived_at >= :starts AND {0}.arrived_at < :ends"
# Whose the lead was, by the stay that held as of then.
THEIRS = """{0}.lead_id IN (
    SELECT lead_id FROM stay WHERE rep_id IN :rep_ids AND ended_at IS NULL AND began_at < :as_of
    UNION ALL SELECT lead_id FROM stay WHERE rep_id IN :rep_ids AND ended_at >= :as_of AND began_at < :as_of)"""
# Nobody had got there, in the two halves that each have an index.
MISSED = """NOT EXISTS (SELECT 1 FROM reached AS there WHERE there.lead_id = {0}.lead_id AND there.step = :step
                        AND there.gone_at IS NULL AND there.noted_at < :as_of)
    AND NOT EXISTS (SELECT 1 FROM reached AS there WHERE there.lead_id = {0}.lead_id AND there.step = :step
                    AND there.gone_at IS NOT NULL AND there.gone_at >= :as_of AND there.noted_at < :as_of)"""
# Every time in a stage is long, so that buckets of about a sixtieth of it are fine enough; see `bucket`.
FIRST_WIDTH, FIRST_COARSE, DOUBLINGS = 60, 7200, 15


def ask(session: Session, question: str, scope: Scope, **more: Any) -> list[tuple[Any, ...]]:
    """The rows; the question may name anything that a scope has."""
    lists = {"team_ids": scope.team_ids, "rep_ids": scope.rep_ids, "sources": scope.sources}
    given = {"starts": scope.starts, "ends": scope.ends, "as_of": scope.as_of, **more}
    given |= {name: list(values or ()) for name, values in lists.items()}
    named = {name: value for name, value in given.items() if f":{name}" in question}
    asked = text(question).bindparams(*(bind(name, value) for name, value in named.items()))
    rows: list[Any] = list(session.connection().execute(asked, named).all())
    return rows


def bind(name: str, value: Any) -> BindParameter[Any]:
    if isinstance(value, list):
        return bindparam(name, expanding=True)
    return bindparam(name, type_=UTCDateTime()) if isinstance(value, datetime) else bindparam(name)


def select(columns: str, table: str, condition: str, limits: str = "") -> str:
    """A question as text; all of its parts are ours."""
    return f"SELECT {columns} FROM {table} WHERE {condition}{limits}"  # noqa: S608


def of_scope(scope: Scope, alias: str, *, theirs: str = THEIRS) -> str:
    """AND …: the teams, sources and owners that it is about."""
    parts = [
        f" AND {alias}.team_id IN :team_ids" if scope.team_ids is not None else "",
        f" AND {alias}.source IN :sources" if scope.sources is not None else "",
        f" AND {theirs.format(alias)}" if scope.rep_ids is not None else "",
    ]
    return "".join(parts)


def epoch(session: Session, moment: str) -> str:
    """Whole seconds since 1970, of a column or an expression."""
    if session.get_bind().dialect.name == "sqlite":
        # Without the fraction, which SQLite's own functions round, and PostgreSQL's do not.
        return f"unixepoch(substr({moment}, 1, 19))"
    return f"CAST(floor(extract(epoch FROM {moment})) AS BIGINT)"


def unfolded(session: Session, table: str) -> str:
    """The table, through the index of those of its rows that are not in the sums.

    SQLite would take it for an index like any other, and rather look through all rows of one step or of one month.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return f"{table} INDEXED BY {table}_to_fold" if is_sqlite else table


def bucket(seconds: str, width: int = FIRST_WIDTH, bound: int = FIRST_COARSE) -> str:
    """The least time of the bucket that so many seconds fall into: whole minutes up to two hours, and above that a
    sixtieth to a hundred-and-twentieth of the time itself, so that none is off by more than 1.7 %.

    From two hours on the width doubles whenever the time does: 2 minutes up to 4 hours, 4 up to 8 …
    """
    widths = [f"WHEN {seconds} < {bound << times} THEN {width << times}" for times in range(DOUBLINGS)]
    return f"({seconds} - {seconds} % (CASE {' '.join(widths)} ELSE {width << DOUBLINGS} END))"


def bucket_of(seconds: int, width: int = FIRST_WIDTH, bound: int = FIRST_COARSE) -> int:
    """The same of a number."""
    times = 0
    while seconds >= bound << times and times < DOUBLINGS:
        times += 1
    return seconds - seconds % (width << times)


def total(what: str) -> str:
    """A sum as a whole number, none being zero: PostgreSQL would make a decimal of it."""
    return f"CAST(coalesce(sum({what}), 0) AS BIGINT)"


def sign(more: str, less: str) -> str:
    return f"(CASE WHEN {more} THEN 1 ELSE 0 END - CASE WHEN {less} THEN 1 ELSE 0 END)"
