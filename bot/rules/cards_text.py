"""Business cards and lists pasted as text: who is in each line, every part recognised by its shape."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bot.rules.accounts import is_legal_form, named
from bot.rules.cleaning.places import country_code
from bot.rules.mapping.words import folded

MOST_CARDS = 500
_EMAIL = re.compile(r"(?:mailto:)?([^\s@<>(),;|\"']+@[^\s@<>(),;|\"']+\.[^\s@<>(),;|\"'.]{2,})")
_URL = re.compile(r"(?:https?://|www\.)[^\s,;|<>]+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w@.])\+?\(?\d[\d\s()./\u2011\u2013-]{5,}\d(?:\s*(?:x|ext\.?)\s*\d{1,5})?(?![\w@])")
_LABEL = re.compile(
    r"^(?:e-?mail|mail|tel(?:efon|ephone|\.)?|phone|ph|mob(?:ile?|il)?|cell|fon|t|m|p|e|w|web|www|url|name|company|firma"
    r"|title|position)\s*[:.]\s*", re.IGNORECASE,
)  # fmt: skip
_SEPARATORS = ("\t", ";", "|", " · ", " • ", ",")
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,3}[.)])\s+")  # noqa: RUF001 - dashes as people type them
_TITLE = re.compile(
    r"\b(?:c[efimort]o|cmo|cdo|chief|vp|svp|evp|president|director|direktor|directeur|directora?|direttore|head|leiter(?:in)?|"
    r"manager(?:in)?|lead|owner|founder|inhaber(?:in)?|partner|geschäftsführer(?:in)?|prokurist(?:in)?|vorstand|gérante?|"
    r"responsable|gerente|jefe|jefa|responsabile|engineer|ingenieur(?:in)?|developer|architect|consultant|berater(?:in)?|"
    r"analyst|buyer|einkäufer(?:in)?|einkauf|sales|vertrieb|marketing|officer|specialist|assistant|assistenz|professor|"
    r"kierownik|dyrektor|prezes|hoofd|eigenaar)\b|部長|課長|社長|取締役|主任|係長|マネージャー", re.IGNORECASE,
)  # fmt: skip
_COMPANY_WORDS = named(
    """
    group gruppe holding holdings labs bank university universität hochschule institute institut foundation stiftung
    partners solutions systems technologies technology software consulting services industries international ventures
    werke stadtwerke agency agentur studio studios logistics pharma energy
    """
)
_CJK_COMPANY = re.compile("株式会社|有限会社|合同会社|公司")
_PERSON = re.compile(r"(?:[^\W\d_][\w.'\u2019-]*)(?: [^\W\d_][\w.'\u2019-]*){1,4}")
_VCARD = re.compile(r"BEGIN:VCARD(.*?)(?:END:VCARD|\Z)", re.IGNORECASE | re.DOTALL)


class Card(NamedTuple):
    """One person of the text."""

    line: int
    raw: dict[str, Any]  # as clean_lead takes it
    text: str  # what it was read from


def read_cards(text: str) -> list[Card]:
    """The people in the text, in its order: a line each, a block of lines each, or vCards."""
    return [Card(line, raw_of(said), said) for line, said in _pieces(text)][:MOST_CARDS]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    if "BEGIN:VCARD" in text.upper():
        for found in _VCARD.finditer(text):
            yield text[: found.start()].count("\n") + 1, found[0]
        return
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append((number, _BULLET.sub("", line).strip()))
        elif block:
            yield from _of_block(block)
            block = []


def _of_block(block: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Several lines with one address among them are one card; a list has one in most of its lines."""
    lines = [line for _, line in block]
    if (
        len(lines) > 1
        and len(_EMAIL.findall("\n".join(lines))) == 1
        and not any(len(split(line)) > 2 for line in lines)
    ):
        yield block[0][0], "; ".join(lines)
    else:
        yield from block


def split(line: str) -> list[str]:
    """The parts of a line; "Acme, Inc." is one."""
    separator = next((one for one in _SEPARATORS if one in line), ",")
    parts: list[str] = []
    for part in line.split(separator):
        word = part.strip()
        if parts and separator == "," and is_legal_form(word.casefold()):
            parts[-1] += f", {word}"
        elif word:
            parts.append(word)
    return parts


def raw_of(text: str) -> dict[str, Any]:
    """One person: what could be recognised, and all the rest as the message."""
    if text.upper().startswith("BEGIN:VCARD"):
        return _of_vcard(text)
    return _Reading(text).result()


class _Reading:
    def __init__(self, text: str) -> None:
        self._raw: dict[str, Any] = {}
        self._rest: list[str] = []
        for part in split(text):
            self._certain(part)
        self._doubtful()

    def result(self) -> dict[str, Any]:
        return {**self._raw, **({"message": ", ".join(self._rest)} if self._rest else {})}

    def _certain(self, part: str) -> None:
        """Addresses and numbers show themselves; what stands beside them in the same part is looked at alone."""
        for field, pattern in (("email", _EMAIL), ("website", _URL), ("phone", _PHONE)):
            found = pattern.search(part)
            if found and field not in self._raw:
                self._raw[field] = (found[1] if field == "email" else found[0]).strip(" .")
                part = f"{part[: found.start()]} {part[found.end() :]}"
        part = _LABEL.sub("", " ".join(part.split()).strip(" <>()\"'")).strip(" :-")
        if part:
            self._rest.append(part)

    def _doubtful(self) -> None:
        """In the order of how sure the shape is; a name comes before a company in any list."""
        self._take("company", _is_company)
        self._take("title", lambda part: _TITLE.search(part) is not None)
        self._take("country", _is_country, start=1)  # who is said first: Georgia and Jordan are people there
        self._take("company", self._is_of_domain, start=1)
        self._take("name", lambda part: _PERSON.fullmatch(part) is not None)
        self._take("name", lambda part: _has_letters(part) and not re.search(r"[\d@]", part))
        if "name" in self._raw or "email" in self._raw:
            self._take("company", lambda part: _has_letters(part) and "@" not in part)

    def _take(self, field: str, fits: Callable[[str], bool], *, start: int = 0) -> None:
        if field in self._raw:
            return
        found = next((part for part in self._rest[start:] if fits(part)), None)
        if found is not None:
            self._raw[field] = found
            self._rest.remove(found)

    def _is_of_domain(self, part: str) -> bool:
        domain = str(self._raw.get("email", "")).rpartition("@")[2].rpartition(".")[0].rpartition(".")[2]
        return len(domain) > 2 and (domain in folded(part) or folded(part) in domain)


def _is_company(part: str) -> bool:
    words = [word.strip(",().").casefold() for word in part.split()]
    has_form = len(words) > 1 and is_legal_form(words[-1]) and not (words[-1] in ("ag", "sa") and part.islower())
    return has_form or bool(_COMPANY_WORDS & set(words[1:])) or _CJK_COMPANY.search(part) is not None


def _is_country(part: str) -> bool:
    return (len(part) > 3 or part.isupper()) and len(part) < 40 and country_code(part) is not None


def _has_letters(part: str) -> bool:
    return any(map(str.isalpha, part))


def _of_vcard(text: str) -> dict[str, Any]:
    """The properties that a lead has a field for; a note is its message."""
    raw: dict[str, Any] = {}
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, mark, value = line.partition(":")
        name, value = head.partition(";")[0].rpartition(".")[2].upper(), _unescaped(value)
        field = _VCARD_FIELDS.get(name)
        if not mark or field is None or not value.strip("; "):
            continue
        if name == "N":
            last, first, *_ = [*value.split(";"), ""]
            value = f"{first} {last}"
        elif name in ("ORG", "ADR"):
            parts = [part for part in value.split(";") if part.strip()]
            value = parts[0] if name == "ORG" else parts[-1]
        if field not in raw or name == "FN":
            raw[field] = value.strip()
    return raw


def _unescaped(value: str) -> str:
    return re.sub(r"\\([,;\\nN])", lambda found: " " if found[1] in "nN" else found[1], value)


_VCARD_FIELDS = {
    "FN": "name", "N": "name", "ORG": "company", "TITLE": "title", "EMAIL": "email", "TEL": "phone", "URL": "website",
    "NOTE": "message", "ADR": "country",
}  # fmt: skip
