"""What a colleague's remark tells of a person: "Met Paul Klein, CTO of Steinbach GmbH, paul.klein@…". Pure."""

import re
from dataclasses import replace

from bot.rules.accounts import is_legal_form
from bot.rules.latin import folded
from bot.rules.letters import JOB, Writer, read_letter

REMARK_MAX = 2000
TITLE_MAX = 80
_PART = re.compile(r"\s*[,;|()\n]+\s*|(?<=[^\W\d_]{2})[.!?]\s+")
_WORKS_AT = re.compile(r"\s+(?:of|at|from|with|bei|von|der|chez|de|en|@)\s+")
_LABEL = re.compile(r"^(?:lead|contact|kontakt)\s*:\s*", re.IGNORECASE)  # the lead, and no team lead
_MAY_BE_OF_A_TITLE = ("of", "de", "der", "von")  # Head of Sales, Director de Compras
_JOINS = ("and", "und", "et", "y", "for", "für")  # Smith and Sons Ltd
_WORD = r"[^\W\d_a-zß-ÿ][\w'\u2019-]{0,30}"  # as a name is written: with a capital
_NAME = re.compile(rf"{_WORD}(?: (?:(?:van|von|de|da|der|di|del|la|le|el|bin) ){{0,2}}{_WORD}){{1,3}}")
_INTRODUCED = re.compile(
    rf"\b(?i:met|meet|spoke (?:to|with)|talked (?:to|with)|called|call(?: from| with)?|from|with|this is|name is"
    rf"|i am|i'm|traf|getroffen|gesprochen mit|anruf von|ich bin|rencontré|rappeler|hablé con|contact:?|lead:?)\s+"
    rf"(?i:(?:mr\.?|mrs\.?|ms\.?|dr\.?|herrn?|frau|m\.|mme)\s+)?({_NAME.pattern})"
)  # fmt: skip
_SHARED = frozenset({
    "info", "sales", "office", "contact", "kontakt", "hello", "hallo", "mail", "team", "support", "service", "vertrieb",
})  # fmt: skip


def read_remark(text: str) -> Writer:
    """As a letter is read, and what is said of the person in running words besides."""
    said = text[:REMARK_MAX]
    found = read_letter(text)
    parts = [text for part in _PART.split(said) if (text := _LABEL.sub("", part.strip(), count=1))]
    title, company = work_in(parts)
    name = found.name or name_in(said, parts, found.email, not_these=(company, title))
    return replace(found, name=name, title=found.title or title, company=company or found.company)


def work_in(parts: list[str]) -> tuple[str, str]:
    """ "CTO of Steinbach GmbH" is a job and where it is done."""
    title = company = ""
    for part in parts:
        job, _, place = part.rpartition(found[-1]) if (found := _WORKS_AT.findall(part)) else (part, "", "")
        named = next((firm_in(one) for one in (place, part) if is_firm(one)), "")
        company = company or named
        said = job if named or (place[:1].isupper() and found[-1].strip() not in _MAY_BE_OF_A_TITLE) else part
        if not title and len(said) <= TITLE_MAX and named != part and JOB.search(said):
            title = job_alone(said)
    return title, company


def is_firm(text: str) -> bool:
    words = text.split()
    return 1 < len(words) < 8 and is_legal_form(words[-1].strip(".").casefold())


def firm_in(text: str) -> str:
    """Without the words that lead up to it, "Please call Acme Inc"; whoever writes names small means all of them."""
    words = text.split()
    small = next((place for place, word in enumerate(reversed(words)) if word[:1].islower() and word not in _JOINS), 0)
    return " ".join(words[-small:] if small > 1 else words)


def job_alone(text: str) -> str:
    """Without who does it: "Paul Klein is the CTO", "their head of sales"."""
    return re.split(r"\b(?:is|was|as|ist|est|es|the|our|their|its|der|die)\s+", text)[-1].strip()


def name_in(text: str, parts: list[str], email: str, *, not_these: tuple[str, ...]) -> str:
    """Where somebody is introduced, or what alone stands between commas like a name; the address knows better."""
    introduced = [found[1] for found in _INTRODUCED.finditer(text)]
    alone = [part for part in parts if _NAME.fullmatch(part) and not is_firm(part) and not JOB.search(part)]
    written = [one for one in (*introduced, *alone) if one not in not_these]
    spelled = [word for word in re.split(r"[._-]", email.partition("@")[0]) if word.isalpha() and len(word) > 1]
    if len(spelled) < 2 or _SHARED & {word.casefold() for word in spelled}:
        return next(iter(written), "")
    inside = re.search(r"\b" + r"[\s-]+".join(map(re.escape, spelled)) + r"\b", text, re.IGNORECASE)
    same = next((one for one in written if folded(one) == folded(" ".join(spelled))), "")
    return same or (inside[0] if inside else " ".join(map(str.capitalize, spelled)))
