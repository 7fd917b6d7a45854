"""The language of searches: "acme stage:new,contacted score>70 -owner:me" becomes tests that a lead meets or not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import DibsError
from bot.playbook.fields import CustomField
from bot.rules.cleaning.fields import by_spelling
from bot.rules.numbers import as_number, fold
from bot.rules.query.dates import EXAMPLES, NoDateError, span_of
from bot.rules.query.fields import GIVEN, Field, Kind, known_fields, no_such
from bot.rules.query.matching import matches
from bot.rules.query.parts import Query, Test
from bot.rules.query.words import needle, spelled

__all__ = ["Query", "QueryError", "Setting", "Test", "matches", "parse"]

LONGEST = 500
MOST_TESTS = 30
ORDERED = frozenset({"number", "money", "moment", "day", "fields.number", "id"})
YES = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
NOBODY = frozenset({"nobody", "none", "no-one", "noone", "unowned"})
_SIGNS = {"=": ":", "≥": ">=", "≤": "<=", "≠": ":"}
_AROUND = re.compile(r"\s*(>=|<=|≥|≤|>|<)\s*")
_QUOTED = re.compile(r'("[^"]*"?|“[^”]*”?)')
_CALLED = re.compile(r"(\+?\d[\d()./ -]{6,}\d)(?=\s|$)")
_PIECE = re.compile(r'(?:[^\s"“]|"[^"]*"|“[^”]*”|["“].*$)+')
_TERM = re.compile(r"([^\W\d][\w.-]*?)(>=|<=|≥|≤|:|=|>|<)(?!//)(.*)", re.DOTALL)
_VALUE = re.compile(r'(?:[^,"“]|"[^"]*"?|“[^”]*”?)+')
_PERSON_ID = re.compile(r"@?([UW][A-Z0-9]{5,})")
_NUMBER = re.compile(r"#?(\d{1,9})")


class QueryError(DibsError):
    """A search that says something nobody can look for; the message says what, and what was probably meant."""


@dataclass(frozen=True)
class Setting:
    """Who asks, when, and the names that the team's playbook has given."""

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: str = "UTC"
    rep_id: int | None = None  # who "me" is
    is_manager: bool = True
    stages: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    custom: tuple[CustomField, ...] = ()
    segments: Mapping[str, str] = field(default_factory=dict)  # their queries, as they were written
    within: tuple[str, ...] = ()  # the segments that are being read

    @property
    def seen(self) -> tuple[CustomField, ...]:
        return tuple(one for one in self.custom if self.is_manager or one.seen_by == "everyone")

    @property
    def hidden(self) -> frozenset[str]:
        """The extra fields that the one who asks must not see, by all that they are called, in the index's spelling."""
        seen = {one.name for one in self.seen}
        return frozenset(spelled(said) for said, one in by_spelling(self.custom).items() if one.name not in seen)


def parse(text: str, setting: Setting) -> Query:
    """The query that the words are.

    Raises:
        QueryError: with a sentence for every mistake.
    """
    if len(text) > LONGEST:
        raise QueryError(f"A search has at most {LONGEST} characters; this one has {len(text)}.")
    known, mistakes, tests = known_fields(setting.seen), [], []
    for piece in pieces_of(text):
        try:
            tests.append(test_of(piece, known, setting))
        except QueryError as error:
            mistakes.append(str(error))
    if len(tests) > MOST_TESTS:
        mistakes.append(f"A search asks at most {MOST_TESTS} things; this one asks {len(tests)}.")
    if mistakes:
        raise QueryError(" ".join(dict.fromkeys(mistakes)))
    return Query(" ".join(text.split()), tuple(tests))


def pieces_of(text: str) -> list[str]:
    """Parted at spaces outside quotes; "score > 70" and a telephone number are one piece."""
    parts = _QUOTED.split(text)
    joined = "".join(part if part[:1] in ('"', "“") else tightened(part) for part in parts)
    return _PIECE.findall(joined)


def tightened(text: str) -> str:
    without_gaps = _AROUND.sub(lambda found: _SIGNS.get(found[1], found[1]), text)
    return _CALLED.sub(one_number, without_gaps)


def one_number(found: re.Match[str]) -> str:
    """Digits with spaces between them are a telephone number, unless they are a date."""
    digits = re.sub(r"\D", "", found[1])
    is_date = re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}", found[1])
    return found[1] if is_date or not 7 <= len(digits) <= 15 else ("+" if found[1][0] == "+" else "") + digits


def test_of(piece: str, known: Mapping[str, Field], setting: Setting) -> Test:
    """One piece of a search.

    Raises:
        QueryError: it names a field or a value that is not there.
    """
    is_not = piece.startswith(("-", "\u2013", "\u2212")) and len(piece) > 1
    bare = piece[1:] if is_not else piece
    term = _TERM.fullmatch(bare)
    if term is None:
        return replace(words_test(bare), is_not=is_not)
    name, sign, rest = term.groups()
    asked = known.get(name.casefold()) or known.get(name.casefold().replace("-", "_"))
    if asked is None:
        hint = f' To look for these words as they are, put them in quotes: "{bare[:40]}".' if not rest else ""
        raise QueryError(no_such("field", name.casefold(), known, shown={one.name for one in known.values()}) + hint)
    values = tuple(part.strip() for part in _VALUE.findall(rest) if unquoted(part))
    if not values:
        raise QueryError(f"Say what {name} should be, right after the sign and without a space, like {example(asked)}.")
    sign = _SIGNS.get(sign, sign)
    if sign != ":" and asked.kind not in ORDERED:
        raise QueryError(f"{asked.name} has no more and less; write {example(asked)}.")
    read = READERS[asked.kind]
    return Test(asked.key, asked.kind, sign, tuple(read(asked, value, setting) for value in values), is_not)  # type: ignore[arg-type]


def words_test(typed: str) -> Test:
    if number := re.fullmatch(r"#(\d{1,9})", typed):
        return Test("id", "id", ":", (int(number[1]),))
    if re.fullmatch(r"\+?\d{7,15}", typed):
        return Test("phone", "phone", ":", (digits_of(typed),))
    found = [needle(unquoted(part), is_whole=part.strip()[:1] in ('"', "“")) for part in _VALUE.findall(typed)]
    if not any(found):
        raise QueryError(f"There is no word in {typed[:40]} to look for.")
    return Test("words", "words", ":", tuple(one for one in found if one))


def unquoted(text: str) -> str:
    return text.strip().strip('"“”').strip()


def is_quoted(text: str) -> bool:
    return text.strip()[:1] in ('"', "“")


def example(asked: Field) -> str:
    """How the field is asked for."""
    shown = {
        "number": ">70", "money": ">=10k", "moment": ">2026-10-01", "day": ">2026-10-01", "fields.number": ">10",
        "yes or no": ":yes", "fields.yes or no": ":yes", "person": ":me", "has": ":phone", "import": ":#3",
        "segment": ":hot", "phone": ":030",
    }  # fmt: skip
    usual = {"stage": "new", "country": "de", "source": "webinar", "account": "acme.com", "team": "sales"}
    first = asked.options[0] if asked.options else usual.get(asked.name, "acme")
    return f"{asked.name}{shown.get(asked.kind, f':{first}')}"


# One reader a kind of field: the value as it is written becomes what a lead's is compared with.


def text_value(_asked: Field, value: str, _setting: Setting) -> str:
    return needle(unquoted(value), is_whole=is_quoted(value)) or refused(f"There is nothing to look for in {value}.")


def name_value(asked: Field, value: str, setting: Setting) -> str:
    known = setting.teams if asked.key == "team" else asked.options
    by_spelling = {spelled(name): name for name in known}
    plain = spelled(unquoted(value))
    if known and plain not in by_spelling:
        raise QueryError(no_such(asked.name, unquoted(value), known))
    return f" {plain} " if plain else refused(f"There is nothing to look for in {value}.")


def code_value(asked: Field, value: str, setting: Setting) -> str:
    plain = fold(unquoted(value))
    known = setting.stages if asked.name == "stage" else asked.options
    if known and plain not in known:
        raise QueryError(no_such(asked.name, plain, known))
    if asked.name == "state" and plain != "live" and not setting.is_manager:
        raise QueryError("Only managers look at what was cleared out or merged.")
    return plain


def phone_value(_asked: Field, value: str, _setting: Setting) -> str:
    return digits_of(value) or refused(f"{value[:40]} is no telephone number. Write at least a few of its digits.")


def digits_of(value: str) -> str:
    """With a leading + what the number starts with, else digits from within; the zero dialled first is not kept."""
    digits = "".join(sign for sign in value if sign.isascii() and sign.isdigit())
    if unquoted(value).startswith("+") or digits.startswith("00"):
        return f"+{digits.removeprefix('00')}"
    return digits.lstrip("0")


def person_value(_asked: Field, value: str, setting: Setting) -> int | str | None:
    plain = fold(unquoted(value))
    if plain == "me":
        return setting.rep_id if setting.rep_id is not None else -1
    if plain in NOBODY:
        return None
    if found := _PERSON_ID.fullmatch(unquoted(value)):
        return f"@{found[1]}"
    return needle(plain) or refused(f"There is nobody called {value[:40]}.")


def number_value(asked: Field, value: str, _setting: Setting) -> float:
    number = as_number(unquoted(value))
    return number if number is not None else float(refused(not_a(value, "a number", asked)))


def money_value(asked: Field, value: str, setting: Setting) -> int:
    """In hundredths, as it is kept."""
    return round(number_value(asked, value, setting) * 100)


def moment_value(asked: Field, value: str, setting: Setting) -> tuple[datetime, datetime]:
    try:
        return span_of(unquoted(value), now=setting.now, zone=setting.zone, is_past=asked.is_past)
    except NoDateError:
        raise QueryError(f"I cannot read “{unquoted(value)[:40]}” as a date. Write {EXAMPLES}.") from None


def day_value(asked: Field, value: str, setting: Setting) -> tuple[str, str]:
    """Days of the playbook's own fields are kept as they are written: 2026-10-01."""
    first, after = moment_value(asked, value, replace(setting, zone="UTC", now=local_noon(setting)))
    return first.date().isoformat(), after.date().isoformat()


def local_noon(setting: Setting) -> datetime:
    today, _ = span_of("today", now=setting.now, zone=setting.zone, is_past=True)
    return today.replace(hour=12)


def yes_value(asked: Field, value: str, _setting: Setting) -> bool:
    plain = fold(unquoted(value))
    if plain not in YES:
        raise QueryError(f"{asked.name} is yes or no, like {example(asked)}.")
    return YES[plain]


def given_value(_asked: Field, value: str, setting: Setting) -> str:
    plain = fold(unquoted(value)).replace("-", "_")
    own = {one.name.replace("-", "_"): f"fields.{one.name}" for one in setting.seen}
    known = {**own, **GIVEN}
    if plain not in known:
        raise QueryError(no_such("field", plain, known))
    return known[plain]


def import_value(asked: Field, value: str, _setting: Setting) -> int:
    found = _NUMBER.fullmatch(unquoted(value))
    return int(found[1]) if found else int(refused(not_a(value, "the number of an import", asked)))


def segment_value(_asked: Field, value: str, setting: Setting) -> Query:
    name = fold(unquoted(value))
    if name not in setting.segments:
        raise QueryError(no_such("segment", name, setting.segments))
    if name in setting.within:
        raise QueryError(f"The segment {name} asks for itself; that has no end.")
    try:
        return parse(setting.segments[name], replace(setting, within=(*setting.within, name)))
    except QueryError as error:
        raise QueryError(f"The segment {name} does not work any more: {error}") from error


def not_a(value: str, what: str, asked: Field) -> str:
    return f"{unquoted(value)[:40]} is not {what}; write {asked.name} like {example(asked)}."


def refused(why: str) -> str:
    raise QueryError(why)


READERS: Mapping[Kind, Callable[[Field, str, Setting], Any]] = {
    "text": text_value, "fields.text": text_value, "name": name_value, "fields.name": name_value, "code": code_value,
    "phone": phone_value, "person": person_value, "number": number_value, "fields.number": number_value,
    "money": money_value, "moment": moment_value, "day": day_value, "yes or no": yes_value,
    "fields.yes or no": yes_value, "has": given_value, "import": import_value, "segment": segment_value,
}  # fmt: skip
