"""What an answer from the sums is put together from: sums, less what came later, and rows that are in none yet.

All of it is one statement, so that it sees one state of the database however sums are being kept meanwhile.
"""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from store.reporting import spans, sql
from store.reporting.scope import Scope
from store.reporting.spans import Cover

NOBODY, ALL_REPS = 0, -1  # in place of the number of a rep
ALL_TEAMS = 0
# Not in the sums, or not with their end, as in the partial indexes stay_to_fold and reached_to_fold, word for word;
# else SQLite would not use them. And one column, of which PostgreSQL knows that hardly any row is so: two that depend
# on each other it takes for a fifth of all rows, and starts helpers to look through them.
LEFT = "folded < 1"
# By how much a row that is not in the sums, or only with its beginning, changes them as of then.
STAYS_SIGN = sql.sign("folded = 0 AND began_at < :as_of", "ended_at < :as_of")
REACHED_SIGN = sql.sign("folded = 0 AND noted_at < :as_of", "gone_at < :as_of")

COVERED = "{0} >= :covered_from AND {0} < :covered_until"


def ask(
    session: Session, scope: Scope, keys: str, values: tuple[str, ...], parts: list[str], *, is_now: bool, **more: Any
) -> list[tuple[Any, ...]] | None:
    """The sum of the parts by the keys; None where the sums are of another calendar, or know more than was known then.

    `is_now` where the parts have not taken off what was written down later: there must be nothing of the kind.
    """
    names = [name.strip() for name in keys.split(",")]
    summed = ", ".join(sql.total(name) for name in values)
    guard = "AND (latest IS NULL OR latest < :as_of)" if is_now else ""
    nothing = ", ".join("NULL" for _ in (*names, *values[1:]))
    question = f"""
        SELECT {keys}, {summed} FROM ({" UNION ALL ".join(parts)}) AS part
        GROUP BY {keys} HAVING sum({values[0]}) <> 0
        UNION ALL SELECT {nothing}, -1 FROM fold WHERE id = 1 AND zone = :zone AND NOT is_clearing {guard}
    """  # noqa: S608 - no outside words
    rows = sql.ask(session, question, scope, zone=scope.zone, **more)
    found = [row for row in rows if row[0] is not None]
    return found if len(found) < len(rows) else None


def within(one: Cover) -> dict[str, Any]:
    """What `COVERED` and the edges name."""
    named: dict[str, Any] = {"covered_from": one.starts, "covered_until": one.ends, "spans": list(one.spans)}
    for number, (starts, ends) in enumerate(one.edges):
        named |= {f"edge_from_{number}": starts, f"edge_until_{number}": ends}
    return named


def edges(one: Cover, column: str) -> list[str]:
    """The conditions for what is asked beside the whole months."""
    return [f"{column} >= :edge_from_{number} AND {column} < :edge_until_{number}" for number in range(len(one.edges))]


def later(scope: Scope, column: str) -> str | None:
    """Of the months' sums, those that were written down from then on; None if then is within a month."""
    month = spans.month_beginning(scope.zone, scope.as_of)
    return None if month is None else f"{column} >= {month}"


def days_later(scope: Scope) -> tuple[str, dict[str, Any]]:
    """Of the sums by spans, the days and months after then; and the rest of the day itself, if any is left."""
    day = spans.day_at(scope.zone, scope.as_of)
    number, month = day.year * 10_000 + day.month * 100 + day.day, day.year * 100 + day.month
    is_whole = spans.begins(scope.zone, day) == scope.as_of
    left = f"(span > {month} AND span < 1000000 OR span {'>=' if is_whole else '>'} {number} AND span <= {month}31)"
    return left, {} if is_whole else {"day_ends": spans.begins(scope.zone, after(day))}


def after(day: date) -> date:
    return day + timedelta(days=1)
