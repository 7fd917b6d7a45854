"""What every question to the stays and to what was reached is put together from, for SQLite and PostgreSQL."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

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

NAME = re.compile(r"(?<![:\w]):([a-z]\w*)")
MOST_QUESTIONS = 1000


def ask(session: Session, question: str, scope: Scope, **more: Any) -> list[tuple[Any, ...]]:
    """The rows; the question may name anything that a scope has.

    Straight through the driver: to fit a question to any database and to make an object of each row would take longer
    than most sums take to be read.
    """
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    lists = {"team_ids": scope.team_ids, "rep_ids": scope.rep_ids, "sources": scope.sources}
    given = {"starts": scope.starts, "ends": scope.ends, "as_of": scope.as_of, **lists, **more}
    lengths: list[tuple[str, int]] = []
    values: dict[str, Any] = {}
    for name in names_in(question):
        value = given[name]
        if name in lists or isinstance(value, list):
            several = list(value or ())
            lengths.append((name, len(several)))
            values |= {f"{name}_{number}": one for number, one in enumerate(several)}
        else:
            values[name] = spelled(value) if is_sqlite and isinstance(value, datetime) else value
    asked = worded(question, tuple(lengths), is_sqlite=is_sqlite)
    found = connection.exec_driver_sql(asked, values)
    rows: Any = found.cursor.fetchall()
    found.close()
    return list(rows)


@lru_cache(maxsize=MOST_QUESTIONS)
def names_in(question: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(NAME.findall(question)))


@lru_cache(maxsize=MOST_QUESTIONS)
def worded(question: str, lengths: tuple[tuple[str, int], ...], *, is_sqlite: bool) -> str:
    """As the driver takes it, with a name for each of a list."""
    many = {name: [f"{name}_{number}" for number in range(length)] for name, length in lengths}
    form = ":{}" if is_sqlite else "%({})s"

    def named(found: re.Match[str]) -> str:
        name = found[1]
        return f"({', '.join(map(form.format, many[name])) or 'NULL'})" if name in many else form.format(name)

    return NAME.sub(named, question if is_sqlite else question.replace("%", "%%"))


def spelled(moment: datetime) -> str:
    """As SQLite has moments."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


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
