"""Which column of a file is which field of a lead: guessed with a reason from headings and cells, open to change."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from bot.errors import InvalidInputError, Problem
from bot.playbook.fields import CustomField
from bot.rules.mapping.shapes import Cells, cells_of, is_destroyed, is_plainly_a_phone, plain
from bot.rules.mapping.words import SPELLINGS, fields_called, folded, says_yes, spellings
from bot.rules.tables import OF_FAILED_ROWS, Row

# What a column can be, with what people call it; beside these there are "fields.<name>" and None, left out.
FIELDS = {
    "name": "Name", "first_name": "First name", "middle_name": "Middle name", "last_name": "Last name",
    "salutation": "Salutation", "email": "E-mail", "phone": "Phone", "company": "Company", "title": "Job title",
    "country": "Country", "website": "Website", "source": "Source", "campaign": "Campaign", "message": "Message",
    "consent": "Consent",
}  # fmt: skip
EXTRA = "fields."
MOST_EXTRA = 60  # of the extra fields a lead can have
EXTRA_NAME_MAX = 80
SURE, LIKELY, SIMILAR, BY_CELLS, PERHAPS = 1.0, 0.9, 0.7, 0.75, 0.5
ALIKE = 85  # of 100, for a heading with a typing mistake
_WHOLE_NAMES = frozenset(("name", "nom", "nombre", "nome", "naam", "contact", "contacto", "kontakt"))
_LIKE_A_NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){1,3}")
_COLUMN_NUMBER = re.compile(r"Column \d+")
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Column:
    """A column of the file; without a field it is left out."""

    heading: str
    field: str | None  # one of FIELDS, or fields.<name>
    confidence: float  # 0 to 1
    why: str  # a short reason in words


class _Guess(NamedTuple):
    confidence: float
    field: str
    why: str


def guess(
    headings: Sequence[str], sample: Iterable[Row] = (), custom: tuple[CustomField, ...] = ()
) -> tuple[Column, ...]:
    """A column for every heading, in their order; no field is given twice."""
    rows = [row.cells for row in sample if not row.problem]
    cells = [cells_of(rows, index) for index in range(len(headings))]
    guesses = [sorted(_guesses(one, cells[index], custom), reverse=True) for index, one in enumerate(headings)]
    ranked = sorted(
        ((one, index) for index, found in enumerate(guesses) for one in found), key=lambda each: -each[0].confidence
    )
    given: dict[int, _Guess] = {}
    taken: dict[str, int] = {}
    for one, index in ranked:
        if index not in given and one.field not in taken:
            given[index], taken[one.field] = one, index
    _settle_names(headings, given, taken)
    return tuple(_columns(headings, cells, guesses, given, taken))


def _columns(
    headings: Sequence[str], cells: list[Cells], guesses: list[list[_Guess]], given: dict[int, _Guess],
    taken: dict[str, int],
) -> Iterator[Column]:  # fmt: skip
    extra = 0
    is_mended = tuple(headings[: len(OF_FAILED_ROWS)]) == OF_FAILED_ROWS
    for index, heading in enumerate(headings):
        one = given.get(index)
        if is_mended and index < len(OF_FAILED_ROWS):
            yield Column(heading, None, SURE, "it says why rows were not taken before")
        elif one:
            yield Column(heading, one.field, round(one.confidence, 2), one.why)
        elif not cells[index].filled and _COLUMN_NUMBER.fullmatch(heading):
            yield Column(heading, None, SURE, "there is nothing in it")
        elif (extra := extra + 1) > MOST_EXTRA:
            yield Column(heading, None, PERHAPS, f"only {MOST_EXTRA} extra fields are kept")
        else:
            lost = next((each.field for each in guesses[index] if each.field in taken), "")
            why = f"“{headings[taken[lost]]}” is the {_shown(lost)} already" if lost else "kept as an extra field"
            yield Column(heading, _extra(heading), PERHAPS, why)


def _extra(heading: str) -> str:
    return EXTRA + heading[:EXTRA_NAME_MAX].strip()


def _shown(field: str) -> str:
    return FIELDS.get(field, field.removeprefix(EXTRA)).lower()


def _guesses(heading: str, cells: Cells, custom: tuple[CustomField, ...]) -> Iterator[_Guess]:
    """What this column could be, by its heading and its cells."""
    names = spellings(heading)
    for one in custom:
        if {folded(word) for word in (one.name, one.label, *one.also_called)} & set(names):
            yield _Guess(SURE, EXTRA + one.name, f"that is what the playbook's field {one.shown} is called")
    known = fields_called(heading)
    if "" in known and "middle_name" not in known:
        yield from _by_email_only(cells)
        return
    said = [
        one
        for rank, field in enumerate(known)
        for one in _checked(field, LIKELY + 0.06 - rank / 100, f"“{heading}” is a usual name for it", cells)
    ]
    yield from said
    if not known:
        yield from _similar(heading, names, cells)
    if known[:1] == ("title",) and cells.fits("salutation"):
        yield _Guess(LIKELY, "salutation", "its cells are words like Mr or Dr.")
    elif not said:
        yield from _by_cells(heading, cells)


def _checked(field: str, confidence: float, why: str, cells: Cells) -> Iterator[_Guess]:
    """The heading says so; cells that look like something else say no, cells that look right make it sure."""
    asked = "phone" if field == "mobile" else field
    fits = cells.fits(asked)
    if fits is False:
        return
    if fits:
        confidence, why = confidence + 0.04, f"{why}, and its cells look like it"
    yield _Guess(min(SURE, confidence) - (0.1 if field == "mobile" else 0), asked, why)


def _similar(heading: str, names: list[str], cells: Cells) -> Iterator[_Guess]:
    """A typing mistake, or a usual name with something around it."""
    for name in names[:2]:
        if len(name) < 5:
            continue
        found = process.extractOne(name, SPELLINGS.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if found:
            for field in filter(None, SPELLINGS[found[0]]):
                if field != "country" or cells.fits(field):  # a county is no country
                    yield from _checked(field, SIMILAR, f"“{heading}” is nearly a usual name for it", cells)
            return
    for name in names:
        inside = max((word for word in SPELLINGS if _is_inside(word, name)), key=len, default="")
        for field in filter(None, SPELLINGS.get(inside, ())):
            share = len(inside) / len(name)
            yield from _checked(field, 0.4 + 0.25 * share, f"there is a usual name for it in “{heading}”", cells)
        if inside:
            return


def _is_inside(word: str, name: str) -> bool:
    is_cjk = _CJK.search(word) is not None
    enough, most = (2, 3) if is_cjk else (4, 2)
    is_there = name.endswith(word) or (not is_cjk and name.startswith(word))
    return is_there and len(word) >= enough and most * len(word) >= len(name)


def _by_email_only(cells: Cells) -> Iterator[_Guess]:
    if len(cells.filled) > 2 and cells.share("email") >= 0.9:
        yield _Guess(PERHAPS, "email", "its cells are e-mail addresses")


def _by_cells(heading: str, cells: Cells) -> Iterator[_Guess]:
    """What nobody names can still show what it is; names and companies only where there are no headings at all."""
    if not cells.filled:
        return
    phones = sum(map(is_plainly_a_phone, cells.filled)) / len(cells.filled)
    for field, share, sure, words in (
        ("email", cells.share("email"), BY_CELLS, "e-mail addresses"), ("phone", phones, PERHAPS, "telephone numbers"),
        ("website", cells.share("url"), PERHAPS, "web addresses"),
    ):  # fmt: skip
        if share >= 0.8:
            yield _Guess(sure * share, field, f"its cells are {words}")
    if not _COLUMN_NUMBER.fullmatch(heading):
        return
    if cells.share("company") >= 0.3:
        yield _Guess(PERHAPS, "company", "its cells look like companies")
    if cells.share("country") >= 0.8:
        yield _Guess(PERHAPS, "country", "its cells are countries")
    if sum(1 for cell in cells.filled if _LIKE_A_NAME.fullmatch(cell)) >= 0.8 * len(cells.filled):
        yield _Guess(0.4, "name", "its cells could be names")


def _settle_names(headings: Sequence[str], given: dict[int, _Guess], taken: dict[str, int]) -> None:
    """ "Name" beside "Vorname" is the last name; "Nombre" alone is the whole name."""

    def turn(before: str, after: str, why: str) -> None:
        index = taken.pop(before)
        taken[after] = index
        given[index] = given[index]._replace(field=after, why=why)

    def is_whole(field: str) -> bool:
        return field in taken and bool(_WHOLE_NAMES & set(spellings(headings[taken[field]])))

    if "first_name" in taken and "last_name" not in taken and is_whole("name"):
        turn("name", "last_name", f"it stands beside “{headings[taken['first_name']]}”")
    elif "last_name" in taken and "first_name" not in taken and is_whole("name"):
        turn("name", "first_name", f"it stands beside “{headings[taken['last_name']]}”")
    elif "name" not in taken:
        for part, other in (("first_name", "last_name"), ("last_name", "first_name")):
            if other not in taken and is_whole(part):
                turn(part, "name", "there is no other column for names")


def changed(columns: Sequence[Column], index: int, field: str | None) -> tuple[Column, ...]:
    """As a person decided; whichever column had the field before is kept as an extra field."""
    is_ours = field is not None and (field in FIELDS or field.startswith(EXTRA))
    taken = [
        replace(one, field=_extra(one.heading), confidence=SURE, why="another column was chosen for it")
        if is_ours and one.field == field
        else one
        for one in columns
    ]
    taken[index] = replace(columns[index], field=field, confidence=SURE, why="chosen by hand")
    return tuple(taken)


def choices(custom: tuple[CustomField, ...] = ()) -> dict[str, str]:
    """Every field that a column can be given, with what people call it, for a menu."""
    return {**FIELDS, **{f"{EXTRA}{one.name}": one.shown for one in custom}}


def without(columns: Sequence[Column], hidden: Container[str]) -> tuple[Column, ...]:
    """As they are, but columns that would fill in a field that is hidden are left out, however they came to it."""
    return tuple(
        replace(one, field=None, confidence=SURE, why="it is not taken from this file")
        if EXTRA + _extra_name(one) in hidden
        else one
        for one in columns
    )


def raw_maker(columns: Sequence[Column]) -> Callable[[Row], dict[str, Any]]:
    """The same as as_raw, for many rows: what the columns say is looked up once."""
    usual = [(index, one.field) for index, one in enumerate(columns) if one.field in _AS_THEY_ARE]
    extra = [(index, name) for index, one in enumerate(columns) if (name := _extra_name(one))]
    special = {one.field: index for index, one in enumerate(columns) if one.field in _SPECIAL}
    phone, consent = special.get("phone"), special.get("consent")
    names = _names(columns)

    def make(row: Row) -> dict[str, Any]:
        if row.problem:
            raise InvalidInputError([Problem("row", row.problem)])
        cells = [plain(cell) if cell and cell[0] in _WRAPPED else cell for cell in row.cells]
        raw: dict[str, Any] = {field: cells[index] for index, field in usual if cells[index]}
        fields = {name: cell for index, name in extra if (cell := cells[index])}
        if fields:
            raw["fields"] = fields
        if names and "name" not in raw and (name := " ".join(part for at in names if (part := cells[at].strip()))):
            raw["name"] = name
        if phone is not None and cells[phone]:
            raw["phone"] = _phone(cells[phone])
        if consent is not None:
            raw["consent"] = says_yes(cells[consent])
        return raw

    return make


_SPECIAL = frozenset({"phone", "consent", "first_name", "middle_name", "last_name", "salutation"})
_AS_THEY_ARE = frozenset(FIELDS) - _SPECIAL
_WRAPPED = frozenset("=' \t")


def _extra_name(column: Column) -> str:
    """Under which name it is kept as an extra field, if it is."""
    if column.field == "salutation":
        return column.heading[:EXTRA_NAME_MAX]
    return column.field.removeprefix(EXTRA) if column.field and column.field.startswith(EXTRA) else ""


def _names(columns: Sequence[Column]) -> list[int]:
    """Where the parts of a name are, in the order in which it is said."""
    at = {one.field: index for index, one in enumerate(columns)}
    order = ["first_name", "middle_name", "last_name"]
    if "last_name" in at and _CJK.search(columns[at["last_name"]].heading):
        order.reverse()
    return [at[part] for part in order if part in at]


def _phone(cell: str) -> str:
    """A number from 00 has a + in front of its country.

    Raises:
        InvalidInputError: Excel has thrown digits away.
    """
    text = cell.strip()
    if is_destroyed(text):
        why = f"Excel has turned this number into {text}, and its digits are lost. Take it from where it came from."
        raise InvalidInputError([Problem("phone", why)])
    return f"+{text[2:]}" if text.startswith("00") and text[2:3] not in ("0", "") else text


def as_raw(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """The row as clean_lead takes it.

    Raises:
        InvalidInputError: the row has a problem, or a cell holds what Excel has destroyed.
    """
    return raw_maker(columns)(row)
