"""Names of people and companies, and job titles, as their owners would write them."""

import re
from functools import lru_cache

from bot.rules.cleaning.text import capitalised, is_one_case, settled

# Said before a name and no part of it; academic titles stay.
HONORIFICS = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "madam", "herr", "frau", "hr", "mme", "mlle", "monsieur", "madame", "mademoiselle",
    "sr", "sra", "srta", "señor", "señora", "señorita", "sig", "signor", "signora", "dhr", "mevr", "mevrouw",
})  # fmt: skip
DEGREES = frozenset({
    "jr", "sr", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d", "mba", "esq", "cpa", "msc", "bsc", "dds", "rn", "pmp",
    "llm", "jd", "pe", "mph",
})  # fmt: skip
PARTICLES = frozenset({
    "von", "van", "de", "der", "den", "het", "di", "da", "dos", "das", "del", "della", "du", "la", "le", "ten", "ter",
    "zu", "zur", "zum", "bin", "ibn", "al", "el", "y", "e", "und", "of", "af", "av",
})  # fmt: skip
NUMERALS = frozenset({"ii", "iii", "iv"})
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*\.?")
_LOWER_MC = re.compile(r"\b(Mc)([a-z])")

NO_NAMES = frozenset({"-", "--", ".", "n/a", "none", "null", "nil", "unknown", "?", "xxx", "keine", "#n/a"})
SMALL_WORDS = frozenset({"and", "of", "the", "for", "in", "on", "und", "für", "et", "de", "des", "du", "y", "&", "to"})
LONGEST_ACRONYM, SHORT_NAME = 3, 5  # letters
LEGAL_DISPLAY = {
    "gmbh": "GmbH", "ag": "AG", "kg": "KG", "kgaa": "KGaA", "ohg": "OHG", "ug": "UG", "gbr": "GbR", "ev": "eV",
    "se": "SE", "inc": "Inc", "inc.": "Inc.", "llc": "LLC", "llp": "LLP", "lp": "LP", "ltd": "Ltd", "ltd.": "Ltd.",
    "plc": "PLC", "corp": "Corp", "corp.": "Corp.", "co": "Co", "co.": "Co.", "bv": "BV", "b.v.": "B.V.", "nv": "NV",
    "sa": "SA", "s.a.": "S.A.", "sarl": "SARL", "sas": "SAS", "srl": "SRL", "s.r.l.": "S.R.L.", "spa": "SpA",
    "s.p.a.": "S.p.A.", "ab": "AB", "oy": "Oy", "as": "AS", "a/s": "A/S", "aps": "ApS", "pty": "Pty", "sl": "SL",
}  # fmt: skip

ACRONYMS = frozenset({
    "ceo", "cfo", "cto", "coo", "cio", "cmo", "ciso", "cpo", "cro", "cdo", "vp", "svp", "evp", "avp", "hr", "it", "pr",
    "ux", "ui", "qa", "pmo", "md", "gm", "sdr", "bdr", "crm", "erp", "seo", "sea", "b2b", "b2c", "ai", "usa", "uk",
    "eu", "emea", "apac", "dach", "r&d",
})  # fmt: skip
SHORT_TITLES = {
    "mgr": "Manager", "mgr.": "Manager", "mngr": "Manager", "dir": "Director", "dir.": "Director", "sr": "Senior",
    "sr.": "Senior", "snr": "Senior", "jr": "Junior", "jr.": "Junior", "asst": "Assistant", "asst.": "Assistant",
    "eng.": "Engineer", "engr": "Engineer", "exec.": "Executive", "v.p.": "VP", "v.p": "VP", "c.e.o.": "CEO",
    "c.f.o.": "CFO", "c.t.o.": "CTO", "c.o.o.": "COO", "pres.": "President", "mktg": "Marketing", "mktg.": "Marketing",
    "ops": "Operations", "coord.": "Coordinator", "assoc.": "Associate", "dept.": "Department", "dept": "Department",
    "acct.": "Account", "tech.": "Technical", "gf": "Geschäftsführer", "svp.": "SVP", "evp.": "EVP",
}  # fmt: skip


def standard_name(text: str, *, limit: int = 200) -> str:
    """Mr. and Mrs. left out, "Doe, Jane" turned round, JANE DOE and jane doe written Jane Doe."""
    if text.istitle() and "," not in text and text.partition(" ")[0].rstrip(".").lower() not in HONORIFICS:
        return text  # the common way
    return settled(_named, text, limit=limit)


def _named(text: str) -> str:
    words = _turned(text).split()
    while len(words) > 2 and words[0].rstrip(".").casefold() in HONORIFICS:
        words = words[1:]
    name = " ".join(words)
    return _recased(words) if is_one_case(name) and all(map(_WORD.fullmatch, words)) else name


def _turned(text: str) -> str:
    """First name first; what comes after a comma may also be a degree."""
    last, comma, first = text.partition(",")
    last, first = last.strip(), first.strip()
    if not comma or not last or not first or "," in first:
        return text
    if first.rstrip(".").casefold() in DEGREES or len(last.split()) > 3 or len(first.split()) > 3:
        return text
    return f"{first} {last}" if all(map(_WORD.fullmatch, f"{last} {first}".split())) else text


def _recased(words: list[str]) -> str:
    return " ".join(_name_word(word, is_first=place == 0) for place, word in enumerate(words))


def _name_word(word: str, *, is_first: bool) -> str:
    folded = word.casefold().rstrip(".")
    if folded in NUMERALS and not is_first:
        return word.upper()
    if folded in PARTICLES and not is_first:
        return word.lower()
    if word.isupper() and len(word) == 2 and not set(word) & set("AEIOUY"):
        return word  # initials: JD
    return _LOWER_MC.sub(lambda found: found[1] + found[2].upper(), capitalised(word))


@lru_cache(maxsize=16384)
def standard_company(text: str, limit: int = 200) -> str:
    """ACME CORPORATION written Acme Corporation; IBM stays, and "" stands for what is no name at all."""
    bare = text[1:-1].strip() if len(text) > 2 and text[0] + text[-1] in ('""', "''", "“”", "«»") else text
    if bare.casefold() in NO_NAMES or not any(letter.isalnum() for letter in bare):
        return ""
    return settled(_company, bare, limit=limit)


def _company(text: str) -> str:
    words = text.split()
    if not is_one_case(text) or len(text) <= SHORT_NAME or "." in words[0].strip("."):
        return text  # IBM, adidas.com
    return " ".join(_company_word(word, is_first=place == 0) for place, word in enumerate(words))


def _company_word(word: str, *, is_first: bool) -> str:
    folded = word.casefold()
    if not is_first and folded in LEGAL_DISPLAY:
        return LEGAL_DISPLAY[folded]
    if folded in SMALL_WORDS:
        return capitalised(word) if is_first else folded
    is_acronym = word.isupper() and (len(word) <= LONGEST_ACRONYM or not set(word) & set("AEIOUY"))
    return word if is_acronym or not _WORD.fullmatch(word.rstrip(",")) else capitalised(word)


@lru_cache(maxsize=8192)
def standard_title(text: str, limit: int = 200) -> str:
    """SALES MGR written Sales Manager; ceo written CEO."""
    return settled(_title, text, limit=limit)


def _title(text: str) -> str:
    is_shouted_or_mumbled = is_one_case(text)
    return " ".join(
        _title_word(word, recase=is_shouted_or_mumbled, is_first=place == 0) for place, word in enumerate(text.split())
    )


def _title_word(word: str, *, recase: bool, is_first: bool) -> str:
    folded = word.casefold()
    core = folded.strip(",;()/")
    if core in SHORT_TITLES and core == folded:
        return SHORT_TITLES[core]
    if core in ACRONYMS and (recase or core in ("ceo", "cfo", "cto", "coo", "cio", "cmo", "vp")):
        return word.upper()
    if not recase:
        return word
    if folded in SMALL_WORDS and not is_first:
        return folded
    return "/".join(part.upper() if part.casefold() in ACRONYMS else capitalised(part) for part in word.split("/"))
