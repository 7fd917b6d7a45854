"""Every test of a query as an SQL condition on leads, with the text index before the words themselves."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from sqlalchemy import Float, String, and_, case, cast, column, false, func, literal, literal_column, not_, or_, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col, select

from store.models import FollowUp, Lead, Opportunity, Rep, Team
from store.search_index import TEXTS, postgres_lexemes

EXTRA = "fields."
PLAIN = ("name", "company", "email")
# Letters that SQLite's index and PostgreSQL's spell as we do; a word with others is looked for row by row.
KNOWN_LETTERS = re.compile("[0-9a-zß-ʬͰ-҂Ҋ-ԧԱ-ևא-תؠ-ي٠-٩अ-हก-ะა-ჺḀ-ỿぁ-ゖァ-ヺー一-龥가-힣]+")
WORDS = table("lead_words", column("rowid"), column("lead_words"))
Condition = Any  # SQLAlchemy's own types tell columns, functions and operators apart in ways that help nobody here


class Asked(Protocol):
    """One test of a query, see bot/rules/query/parsing.py."""

    @property
    def field(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sign(self) -> str: ...
    @property
    def values(self) -> tuple[Any, ...]: ...
    @property
    def is_not(self) -> bool: ...


class Conditions:
    """A value that is missing meets no test, so "not" turns exactly the others around."""

    def __init__(self, *, is_sqlite: bool, hidden: frozenset[str] = frozenset()) -> None:
        self._is_sqlite = is_sqlite
        self._hidden = sorted(hidden)  # extra fields that must not decide anything, in the index's spelling
        self._makers: dict[str, Callable[[Asked, Any], Condition]] = {
            "words": self._words, "plain words": self._plain_words,
            "text": self._text, "name": self._name, "code": equals, "import": equals,
            "id": equals, "phone": called, "person": self._person, "number": compared, "money": compared,
            "moment": within, "yes or no": is_so, "has": self._has, "segment": self._segment, "day": self._day,
            "fields.text": self._own_text, "fields.name": self._own_name, "fields.number": self._own_number,
            "fields.yes or no": self._own_yes,
        }  # fmt: skip

    def of(self, test: Asked) -> Condition:
        make = self._makers[test.kind]
        met = or_(*(make(test, value) for value in test.values))
        return not_(func.coalesce(met, false())) if test.is_not else met

    def _words(self, _test: Asked, needle: str) -> Condition:
        """By the index, and where that knows too little in the words of the row."""
        tokens = needle.split()
        known = [one for one in tokens if KNOWN_LETTERS.fullmatch(one)]
        if not known:
            return self._in(needle, self._all_words())
        is_cut = not needle.endswith(" ") and tokens[-1] == known[-1]
        indexed = self._indexed(known[:-1], known[-1], is_cut=is_cut)
        is_enough = len(tokens) == 1 and not self._hidden
        return indexed if is_enough else and_(indexed, self._in(needle, self._all_words()))

    def _plain_words(self, _test: Asked, needle: str) -> Condition:
        """Only in what the lead is called; the index, which knows more, goes before."""
        parts: Condition = literal("")
        for name in PLAIN:
            parts = parts.concat(func.coalesce(col(getattr(Lead, name)), "")).concat(" ")
        called = self._in(needle, spaced(parts))
        known = [one for one in needle.split() if KNOWN_LETTERS.fullmatch(one)]
        is_cut = bool(known) and not needle.endswith(" ") and needle.rsplit(maxsplit=1)[-1] == known[-1]
        return and_(self._indexed(known[:-1], known[-1], is_cut=is_cut), called) if known else called

    def _indexed(self, whole: list[str], last: str, *, is_cut: bool) -> Condition:
        if self._is_sqlite:
            asked = " AND ".join([*(f'"{one}"' for one in whole), f'"{last}"{"*" if is_cut else ""}'])
            return col(Lead.id).in_(select(WORDS.c.rowid).where(WORDS.c.lead_words.op("MATCH")(asked)))
        asked = lexemes_asked(whole, last, is_cut=is_cut)
        return literal_column(postgres_lexemes("lead.")).op("@@")(cast(asked, TSQUERY))

    def _all_words(self) -> Condition:
        joined: Condition = literal("")
        for part in [*(col(getattr(Lead, name)) for name in TEXTS), self._own_values()]:
            joined = joined.concat(func.coalesce(part, "")).concat(" ")
        return spaced(joined)

    def _own_values(self) -> Condition:
        if not self._is_sqlite:
            return func.dibs_values(col(Lead.fields), self._hidden_keys() if self._hidden else [])
        each = func.json_each(col(Lead.fields)).table_valued("key", "value", "type")
        shown = select(func.group_concat(each.c.value, " ")).where(each.c.type.in_(("text", "integer")))
        return shown.where(func.dibs_words(each.c.key).not_in(self._hidden)).scalar_subquery()

    def _hidden_keys(self) -> Condition:
        """As this row spells them."""
        key = func.json_object_keys(col(Lead.fields)).column_valued("key")
        return func.array(select(key).where(func.dibs_words(key).in_(self._hidden)).scalar_subquery())

    def _in(self, needle: str, words: Condition) -> Condition:
        return (func.instr if self._is_sqlite else func.strpos)(words, needle) > 0

    def _text(self, test: Asked, needle: str) -> Condition:
        return self._in(needle, spaced(func.coalesce(col(getattr(Lead, test.field)), "")))

    def _name(self, test: Asked, needle: str) -> Condition:
        if test.field == "team":
            return col(Lead.team_id).in_(select(Team.id).where(spaced(col(Team.name)) == needle))
        return spaced(col(getattr(Lead, test.field))) == needle

    def _person(self, _test: Asked, wanted: int | str | None) -> Condition:
        if wanted is None:
            return col(Lead.owner_id).is_(None)
        if isinstance(wanted, int):
            return col(Lead.owner_id) == wanted
        is_meant = Rep.slack_id == wanted[1:] if wanted.startswith("@") else self._in(wanted, spaced(col(Rep.name)))
        return col(Lead.owner_id).in_(select(Rep.id).where(is_meant))

    def _has(self, _test: Asked, field: str) -> Condition:
        if field.startswith(EXTRA):
            return self._own(field) != ""
        if field in ("owner_id", "amount", "follow_up"):
            return column_of(field).is_not(None)
        return column_of(field) != ""

    def _segment(self, _test: Asked, query: Any) -> Condition:
        return and_(*(func.coalesce(self.of(test), false()) for test in query.tests))

    # The extra fields.

    def _own(self, field: str) -> Condition:
        """The value as text; none if it is not there."""
        name = field.removeprefix(EXTRA)
        if self._is_sqlite:
            return func.json_extract(col(Lead.fields), f'$."{name}"', type_=String)
        return col(Lead.fields).op("->>", return_type=String())(name)

    def _own_type(self, field: str) -> Condition:
        name = field.removeprefix(EXTRA)
        if self._is_sqlite:
            return func.json_type(col(Lead.fields), f'$."{name}"')
        return func.json_typeof(col(Lead.fields).op("->")(name))

    def _is_own_text(self, field: str) -> Condition:
        return self._own_type(field) == ("text" if self._is_sqlite else "string")

    def _own_text(self, test: Asked, needle: str) -> Condition:
        return and_(self._is_own_text(test.field), self._in(needle, spaced(func.coalesce(self._own(test.field), ""))))

    def _own_name(self, test: Asked, needle: str) -> Condition:
        return and_(self._is_own_text(test.field), spaced(self._own(test.field)) == needle)

    def _own_number(self, test: Asked, wanted: float) -> Condition:
        kinds = ("integer", "real") if self._is_sqlite else ("number",)
        number = case((self._own_type(test.field).in_(kinds), cast(self._own(test.field), Float)))
        return SIGNS[test.sign](number, wanted)

    def _own_yes(self, test: Asked, wanted: bool) -> Condition:
        if self._is_sqlite:
            return self._own_type(test.field) == ("true" if wanted else "false")
        is_yes_or_no = self._own_type(test.field) == "boolean"
        return and_(is_yes_or_no, self._own(test.field) == ("true" if wanted else "false"))

    def _day(self, test: Asked, span: tuple[str, str]) -> Condition:
        collation = "BINARY" if self._is_sqlite else "C"
        day = case((self._is_own_text(test.field), func.coalesce(self._own(test.field), ""))).collate(collation)
        return in_span(test.sign, day, span)


def indexed_words(tests: Iterable[Asked]) -> str:
    """What PostgreSQL's text index is asked for these tests, all of them together; empty if it cannot help."""
    each = []
    for test in tests:
        if test.kind in ("words", "plain words") and not test.is_not:
            asked = [tokens_asked(value) for value in test.values]
            each += [" | ".join(f"({one})" for one in asked)] if all(asked) else []
    return " & ".join(f"({one})" for one in each)


def tokens_asked(needle: str) -> str:
    tokens = needle.split()
    known = [one for one in tokens if KNOWN_LETTERS.fullmatch(one)]
    is_cut = bool(known) and not needle.endswith(" ") and tokens[-1] == known[-1]
    return lexemes_asked(known[:-1], known[-1], is_cut=is_cut) if known else ""


def lexemes_asked(whole: list[str], last: str, *, is_cut: bool) -> str:
    return " & ".join([*(f"'{one}'" for one in whole), f"'{last}'{':*' if is_cut else ''}"])


def spaced(words: Condition) -> Condition:
    return literal(" ").concat(func.dibs_words(words)).concat(" ")


def column_of(field: str) -> Condition:
    if field == "amount":
        return select(Opportunity.cents).where(Opportunity.lead_id == Lead.id).scalar_subquery()
    if field == "follow_up":
        due = select(func.min(col(FollowUp.due_at))).where(FollowUp.lead_id == Lead.id, FollowUp.status == "open")
        return due.scalar_subquery()
    return col(getattr(Lead, field))


def equals(test: Asked, wanted: object) -> Condition:
    return col(getattr(Lead, test.field)) == wanted


def called(_test: Asked, wanted: str) -> Condition:
    if wanted.startswith("+"):
        return func.substr(col(Lead.phone), 1, len(wanted)) == wanted
    return col(Lead.phone).contains(wanted, autoescape=True)


def compared(test: Asked, wanted: float) -> Condition:
    return SIGNS[test.sign](column_of(test.field), wanted)


def within(test: Asked, span: tuple[Any, Any]) -> Condition:
    return in_span(test.sign, column_of(test.field), span)


def in_span(sign: str, value: Condition, span: tuple[Any, Any]) -> Condition:
    """Before the span, in it or after it; a single moment is a span without a length."""
    first, after = span
    if sign == ":":
        return and_(value >= first, value < after)
    if first == after or sign in ("<", ">="):
        return SIGNS[sign](value, first)
    return value < after if sign == "<=" else value >= after


def is_so(test: Asked, wanted: bool) -> Condition:
    if test.field == "consent":
        return col(Lead.consent).is_(wanted)
    moment = {"contacted": col(Lead.first_contact_at), "open": col(Lead.closed_at)}[test.field]
    is_there = moment.is_not(None) if test.field == "contacted" else moment.is_(None)
    return is_there if wanted else not_(is_there)


SIGNS: dict[str, Callable[[Condition, Any], Condition]] = {
    ":": lambda value, wanted: value == wanted, "<": lambda value, wanted: value < wanted,
    "<=": lambda value, wanted: value <= wanted, ">": lambda value, wanted: value > wanted,
    ">=": lambda value, wanted: value >= wanted,
}  # fmt: skip
