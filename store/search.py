"""Which leads meet a query, and which words of theirs are near one that was mistyped."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import bindparam, or_, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.leads import LIVE, STILL_OPEN
from store.models import Lead
from store.search_conditions import KNOWN_LETTERS, Asked, Condition, Conditions, indexed_words
from store.search_index import postgres_lexemes

MOST_NEAR = 300  # words, or leads, that are looked at for a word that was mistyped
FREQUENT = 500  # a word of fewer leads: all that have it are looked at
WIDER = 16
HEAD = 3  # letters with which they begin alike
NEAR_POSTGRES = f"""
    SELECT word, count(*) FROM (
        SELECT {postgres_lexemes()} AS words FROM lead WHERE {postgres_lexemes()} @@ CAST(:asked AS tsquery) LIMIT :most
    ) AS found, unnest(tsvector_to_array(words)) AS word GROUP BY word
"""  # noqa: S608 - a constant
ESTIMATE = f"EXPLAIN SELECT FROM lead WHERE {postgres_lexemes('lead.')} @@ CAST(:asked AS tsquery)"
ROWS = re.compile(r" rows=(\d+) ")
EXACTLY = "SELECT term, doc FROM lead_vocabulary WHERE term IN :words"
BEGINNING = "SELECT term, doc FROM lead_vocabulary WHERE term >= :low AND term < :high LIMIT :most"

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """What a search may see, and which leads it is about."""

    team_ids: set[int] | None  # None: all
    rep_id: int | None = None  # whose own leads are seen besides
    hidden: frozenset[str] = frozenset()  # extra fields that must not decide anything, in the index's spelling
    any_state: bool = False  # the query says itself which states are meant
    is_open: bool = False  # only leads that are not closed


def written(spelled: Callable[[str], str]) -> Callable[[object], str]:
    """The same for any value of an extra field: SQLite may ask it of a number before it looks whether it is text."""
    return lambda value: spelled(value) if isinstance(value, str) else ""


class Search:
    """`spelled` is how words are compared, see bot/rules/query/words.py."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_sqlite = session.get_bind().dialect.name == "sqlite"

    def find(
        self, tests: Collection[Asked], scope: Scope, *, spelled: Callable[[str], str], limit: int, before: int = 0
    ) -> list[Lead]:
        """The newest leads that meet all tests; `before` is the number below which the next page begins."""
        question = select(Lead).where(*self._conditions(tests, scope, spelled))
        if before:
            question = question.where(col(Lead.id) < before)
        return self._newest(question, tests, limit=limit, before=before)

    def ids(
        self, tests: Collection[Asked], scope: Scope, *, spelled: Callable[[str], str], most: int, before: int = 0
    ) -> list[int]:
        """The numbers of the leads that meet all tests, newest first, at most so many; `before` as in `find`."""
        question = select(col(Lead.id)).where(*self._conditions(tests, scope, spelled))
        if before:
            question = question.where(col(Lead.id) < before)
        found: list[int | None] = self._newest(question, tests, limit=most, before=before)
        return [lead_id for lead_id in found if lead_id is not None]

    def _newest(self, question: SelectOfScalar[T], tests: Collection[Asked], *, limit: int, before: int = 0) -> list[T]:
        newest_first = question.order_by(col(Lead.id).desc()).limit(limit)
        for lowest in self._lowest(indexed_words(tests), limit, before):
            found = list(self._session.exec(newest_first.where(col(Lead.id) >= lowest)))
            if len(found) == limit:
                return found
        return list(self._session.exec(newest_first))

    def _lowest(self, words: str, limit: int, before: int) -> Iterator[int]:
        """Numbers from which on a frequent word is looked for in PostgreSQL, before it is among all leads.

        On its own PostgreSQL splits up the words of lead after lead until the page is full, which is slow, or takes
        every hit out of the index; among the newest it joins the two.
        """
        hits = self._estimate(words) if words and not self._is_sqlite else 0
        if hits < FREQUENT:
            return
        top = before or self._session.connection().execute(text("SELECT max(id) FROM lead")).scalar() or 0
        span = max(2 * limit * top // hits, 2 * limit)
        while span < top:
            yield top - span
            span *= WIDER

    def _estimate(self, words: str) -> int:
        """How many leads have them, as the planner guesses from what it knows of the index."""
        plan = self._session.connection().execute(text(ESTIMATE), {"asked": words}).scalars().first()
        rows = ROWS.search(str(plan))
        return int(rows[1]) if rows else 0

    def _conditions(self, tests: Collection[Asked], scope: Scope, spelled: Callable[[str], str]) -> list[Condition]:
        if self._is_sqlite:
            raw: Any = self._session.connection().connection.dbapi_connection
            raw.create_function("dibs_words", 1, written(spelled), deterministic=True)
        sql = Conditions(is_sqlite=self._is_sqlite, hidden=scope.hidden)
        found: list[Condition] = [sql.of(test) for test in tests]
        found += [] if scope.any_state else [LIVE]
        found += [STILL_OPEN] if scope.is_open else []
        if scope.team_ids is not None:
            found.append(or_(col(Lead.team_id).in_(scope.team_ids), col(Lead.owner_id) == scope.rep_id))
        return found

    def near(self, word: str, variants: Iterable[str]) -> dict[str, int]:
        """Words of leads that are one of the variants or begin like the word, each with how often it was seen."""
        known = [one for one in variants if KNOWN_LETTERS.fullmatch(one)]
        if not known or not KNOWN_LETTERS.fullmatch(word):
            return {}
        found = self._near_sqlite(word[:HEAD], known) if self._is_sqlite else self._near_postgres(word[:HEAD], known)
        return {term: count for term, count in found.items() if term in set(known) or term.startswith(word[:HEAD])}

    def _near_sqlite(self, head: str, variants: list[str]) -> dict[str, int]:
        connection = self._session.connection()
        exactly = text(EXACTLY).bindparams(bindparam("words", expanding=True))
        rows = list(connection.execute(exactly, {"words": variants}))
        span = {"low": head, "high": head + "\U0010ffff", "most": MOST_NEAR}
        return {row[0]: row[1] for row in [*rows, *connection.execute(text(BEGINNING), span)]}

    def _near_postgres(self, head: str, variants: list[str]) -> dict[str, int]:
        """From the first leads that have any of them: there is no list of all words."""
        asked = " | ".join([*(f"'{one}'" for one in variants), f"'{head}':*"])
        found = self._session.connection().execute(text(NEAR_POSTGRES), {"asked": asked, "most": MOST_NEAR})
        return {row[0]: row[1] for row in found}
