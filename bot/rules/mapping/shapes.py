"""What the cells of a column look like: e-mail addresses, phones, websites, countries, yes and no, and so on."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.rules.accounts import is_legal_form
from bot.rules.accounts import named as words
from bot.rules.cleaning.places import country_code
from bot.rules.mapping.words import YES

# What Excel makes of long numbers; the digits that are not shown are lost.
_DESTROYED = re.compile(r"[-+]?\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)
_EMAIL = re.compile(r"(?:mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}")
_URL = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|eu|de|fr|uk|es|it|nl|pl|jp|ch|at|be)/?"
)
_PHONE = re.compile(r"(?:tel\.?:?\s*)?\+?[\d\s()./\u2011\u2013-]{6,}(?:\s*(?:x|ext\.?|#)\s*\d{1,5})?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[T\s]\d{1,2}:\d{2}\S*)?")
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d\s*[%€$£]?")
_QUOTED = re.compile(r'="((?:[^"]|"")*)"')
_SALUTATIONS = words(
    """
    mr mrs ms miss mx dr prof sir madam herr frau divers hr fr m mme mlle monsieur madame sr sra srta senor senora sig
    sigra signor signora dhr mevr mw pan pani 様 さん 殿 male female männlich weiblich
    """
)
_NO = words("no n false 0 nein nie non não nao nee いいえ 無 無し なし - opted-out falsch faux falso")
# Where a field's cells have a shape of their own: how many of them must have it.
SHAPED = {"email": "email", "phone": "phone", "website": "url", "consent": "yes or no", "country": "country"}


def plain(cell: str) -> str:
    """Without what programs put around a cell so that Excel leaves it alone: ="0049…" and '+49…."""
    text = cell.strip()
    if text[:1] == "=" and (quoted := _QUOTED.fullmatch(text)):
        return quoted[1].replace('""', '"').strip()
    if text[:1] != "'":
        return text
    is_guarded = text[1:].lstrip(" \xa0")[:1] in ("=", "+", "-", "@", "\t")
    return text[1:].strip() if is_guarded or (text[1:2].isdigit() and _PHONE.fullmatch(text[1:])) else text


def shape(cell: str) -> str:
    """One of: email, url, phone, date, number, yes or no, salutation, company, country, text."""
    text = plain(cell)
    return next((name for name, is_one in _SHAPES if is_one(text)), "text")


def _is_email(text: str) -> bool:
    return (
        "@" in text and _EMAIL.fullmatch(text.split(";", maxsplit=1)[0].split(",", maxsplit=1)[0].strip()) is not None
    )


def _is_phone(text: str) -> bool:
    return is_destroyed(text) or (_PHONE.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= 6)


def is_destroyed(text: str) -> bool:
    """Excel has thrown digits away."""
    return _DESTROYED.fullmatch(text) is not None


def _is_company(text: str) -> bool:
    parts = text.split()
    return len(parts) > 1 and is_legal_form(parts[-1].casefold().strip(",()"))


def _is_country(text: str) -> bool:
    return len(text) < 40 and country_code(text) is not None


# In this order: a date is nearly a phone number, and a number is nearly both.
_SHAPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", _is_email),
    ("url", lambda text: _URL.fullmatch(text.casefold()) is not None),
    ("date", lambda text: _DATE.fullmatch(text) is not None),
    ("phone", _is_phone),
    ("salutation", lambda text: text.casefold().rstrip(".") in _SALUTATIONS),
    ("yes or no", lambda text: text.casefold() in YES or text.casefold() in _NO),
    ("number", lambda text: _NUMBER.fullmatch(text) is not None),
    ("company", _is_company),
    ("country", _is_country),
)


def is_plainly_a_phone(cell: str) -> bool:
    """Also where nothing says so: with a country in front, or a 0; a coordinate or a year is none."""
    text = plain(cell)
    return text[:1] in ("+", "0", "(") and _is_phone(text) and sum(map(str.isdigit, text)) >= 8 and "." not in text[:4]


class Cells:
    """The cells of one column in the sample, counted by their shape."""

    def __init__(self, cells: Iterable[str]) -> None:
        self.filled = [cell for cell in cells if cell.strip()]
        self._shapes = Counter(map(shape, self.filled[:100]))

    def share(self, *shapes: str) -> float:
        total = sum(self._shapes.values())
        return sum(self._shapes[one] for one in shapes) / total if total else 0.0

    def fits(self, field: str) -> bool | None:
        """Whether the cells are what the field takes; None when they do not say."""
        if not self.filled:
            return None
        if field == "country" and self.share("country") < 0.4:
            return None if self.share("text", "country", "salutation", "yes or no") > 0.5 else False
        if field in SHAPED:
            return self.share(SHAPED[field]) >= (0.8 if field == "consent" else 0.4)
        if field == "salutation":
            return self.share("salutation") >= 0.5
        if field in ("name", "first_name", "last_name", "company", "title"):
            no = self.share("email", "url", "phone", "date", "number", "yes or no")
            return False if no > 0.5 or (field == "title" and self.share("salutation") > 0.5) else None
        return None


def cells_of(rows: Sequence[Sequence[str]], index: int) -> Cells:
    return Cells(row[index] for row in rows if index < len(row))
