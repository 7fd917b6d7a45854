"""Whether two leads are one person: what speaks for it and against it, weighed as Fellegi and Sunter do. Pure.

Each field that agrees or differs adds its weight: the binary logarithm of how much more often it does so for one person
than for two (I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage, Journal of the American Statistical Association
64, 1969, 1183-1210). The weights are set by hand and checked on labelled pairs; docs/matching.md tells how well.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log2
from typing import NamedTuple, Protocol

from rapidfuzz.distance import OSA, JaroWinkler

from bot.playbook.matching import Matching
from bot.rules.accounts import bare_company, is_public, named
from bot.rules.cleaning.lead import CleanLead
from bot.rules.latin import CACHED, folded
from bot.rules.person_names import Likeness, initials, likeness, person_key, read_name

BLOCK_MAX, FIRM_MAX = 40, 30
# An address of a desk or a department is not a person's.
SHARED = named(
    """
    accounting accounts admin anfrage anfragen application applications billing booking bookings bonjour bureau
    buero buchhaltung careers commercial compta contact contacto contactus contato customerservice einkauf enquiries
    enquiry events feedback finance frontdesk hallo hello help helpdesk hi hola hr info information inquiries
    invoice invoices it jobs kontakt legal mail mailbox management marketing media newsletter noreply no-reply
    office orders order partners post postmaster press presse purchasing reception recruiting reservations sales
    secretariat sekretariat service shop support team test tickets vertrieb ventas web webmaster welcome zentrale
    """
)
_PLUS = re.compile(r"\+[^@]*@")
_DIGITS = re.compile(r"\d+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")

# How likely two leads that are compared are one person, before anything is known: one in a thousand.
PRIOR = -10.0
SAME_MAIL, NEAR_MAIL, NEAR_MAIL_TOO, SHARED_MAIL = 17.0, 6.0, 2.0, 2.0
OTHER_MAIL_THERE, OTHER_MAIL = -3.0, -0.5
SAME_PHONE, NEAR_PHONE, OTHER_PHONE = 11.0, 2.0, -1.0
NAME = {
    "same": 9.0, "swapped": 8.0, "short": 8.0, "alike": 8.0, "initial": 3.0, "unknown": 0.0, "given": -4.0,
    "family": -5.0, "different": -6.0,
}  # fmt: skip
CAN_BE_ONE = "names that can be one"
MOST_BY_NAME = max(NAME.values())
SAID = {
    "same": "same name", "swapped": "same name in another order", "initial": "same surname and initial",
    "family": "different first names", "given": "different surnames", "different": "different names", "unknown": "",
}  # fmt: skip
SAME_COMPANY, ALIKE_COMPANY, SAME_DOMAIN, OTHER_COMPANY = 4.0, 3.0, 4.0, -2.0
SAME_TITLE, OTHER_TITLE, SAME_COUNTRY, OTHER_COUNTRY = 1.0, -0.3, 0.3, -2.0
MOST_BY_THE_REST = MOST_BY_NAME + SAME_TITLE + SAME_COUNTRY
# Whoever bears another name is another person, or somebody says so: a family has one telephone, an assistant types the
# boss's address, and a number is given to somebody else.
CONTRADICTIONS = frozenset({"family", "given", "different"})
MOST_WITH_ANOTHER_NAME = 3.0
ROUNDING = 0.0001  # of a probability
UNKNOWN = Likeness("unknown", 0.0)


class Comparable(Protocol):
    """What is compared of a lead: a row of the store, or a newcomer."""

    @property
    def lead_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def company_block(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """The same as a value."""

    lead_id: int
    name: str
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    account: str | None = None
    person_block: str | None = None
    company_block: str | None = None
    title: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How likely the newcomer is that lead, and why, the strongest first."""

    lead_id: int
    probability: float
    reasons: tuple[str, ...] = ()


class Evidence(NamedTuple):
    """One thing that speaks for it, or with a weight below zero against it."""

    weight: float
    says: str = ""


NOTHING = Evidence(0.0)
OTHER_PHONES = Evidence(OTHER_PHONE, "different phones")
DIFFERENT_COMPANIES = Evidence(OTHER_COMPANY, "different companies")
EQUAL_TITLES, OTHER_TITLES = Evidence(SAME_TITLE, "same title"), Evidence(OTHER_TITLE)
EQUAL_COUNTRIES, OTHER_COUNTRIES = Evidence(SAME_COUNTRY), Evidence(OTHER_COUNTRY, "different countries")


# --- which leads are compared at all


def blocks_of(name: str, company: str | None, account: str | None) -> tuple[str | None, str | None]:
    """Two keys; leads that share neither, nor an address or a number, are not compared.

    The first bears mistakes in the company, the second in the name.
    """
    person, firm = read_name(name), company_key(company, account)
    key = person_key(person)
    person_block = f"{key}|{firm[:1]}"[:BLOCK_MAX] if key and not (person.is_guess and not firm) else None
    company_block = f"{firm[:FIRM_MAX]}|{initials(person)}"[:BLOCK_MAX] if firm and key else None
    return person_block, company_block


def firm_of(one: Comparable) -> str:
    """Its `company_key`, which the block begins with unless it is a long one."""
    firm = (one.company_block or "").partition("|")[0]
    return firm if 0 < len(firm) < FIRM_MAX else company_key(one.company, one.account)


def newcomer(clean: CleanLead, account: str | None) -> Known:
    """A lead that has no number yet."""
    return Known(
        0, clean.name, clean.email, clean.phone, clean.company, account,
        *blocks_of(clean.name, clean.company, account), clean.title, clean.country,
    )  # fmt: skip


@lru_cache(CACHED)
def company_key(company: str | None, account: str | None) -> str:
    """The company's name without what is only its form; of a domain its own part."""
    bare = bare_company(company) if company else None
    if bare is None and account:
        bare = account.partition(".")[0] if "." in account and " " not in account else account
    return _NOT_WORD.sub("", folded(bare)) if bare else ""


# --- how much speaks for it


def compare(new: Comparable, known: Comparable) -> Match:
    """How likely both are one person."""
    name = names_alike(new.name, known.name)
    phone = of_phones(new.phone, known.phone, name)
    found = [of_mails(new, known, name), phone, of_names(new, known, name)]
    found.append(of_companies(new, known, is_counted=phone.weight < SAME_PHONE))
    found += (of_titles(new.title, known.title), of_countries(new.country, known.country))
    found.sort(key=lambda evidence: -abs(evidence.weight))
    odds = PRIOR + sum(evidence.weight for evidence in found)
    if name.kind in CONTRADICTIONS:
        odds = min(odds, MOST_WITH_ANOTHER_NAME)
    probability = 1 / (1 + 2**-odds)
    return Match(known.lead_id, round(probability, 4), tuple(evidence.says for evidence in found if evidence.says))


def best(new: Comparable, candidates: Iterable[Comparable], matching: Matching) -> tuple[str, Match | None]:
    """Who of them the newcomer most likely is; "new", "ask" somebody, or "same" for certain.

    Of those who are far from being the same nobody is told.
    """
    could_be = sieve(new, odds_needed(matching))
    found = [compare(new, known) for known in candidates if known.lead_id != new.lead_id and could_be(known)]
    if not found:
        return "new", None
    top = max(found, key=lambda match: (match.probability, -match.lead_id))
    return verdict(top.probability, matching), top


def verdict(probability: float, matching: Matching) -> str:
    if matching.merges and probability >= matching.merge_at:
        return "same"
    return "ask" if matching.asks and probability >= matching.ask_at else "new"


def discreet(reasons: Iterable[str]) -> tuple[str, ...]:
    """The same without what either lead says."""
    return tuple(CAN_BE_ONE if one.endswith("can be one name") else one for one in reasons)


# --- who needs no closer look


def odds_needed(matching: Matching) -> float:
    """Below that the verdict is "new" whatever else is said."""
    least = matching.ask_at if matching.asks else matching.merge_at if matching.merges else 2.0
    least -= ROUNDING
    return -inf if least <= 0 else inf if least >= 1 else log2(least / (1 - least)) - ROUNDING


def sieve(new: Comparable, least: float) -> Callable[[Comparable], bool]:
    """Whether `compare` could find odds of `least`: the same weights, the quick ones first, and at most too high.

    In a block nearly everybody is somebody else, and this is several times as fast.
    """
    mail, phone, company = plain_mail(new.email) if new.email else "", new.phone, firm_of(new)
    mine, _, here = mail.partition("@")
    most = least - PRIOR

    def could_be(known: Comparable) -> bool:
        if phone and phone == known.phone:
            return True
        weight = of_phones(phone, known.phone, UNKNOWN).weight
        if mail and known.email:
            other = plain_mail(known.email)
            if mail == other:
                return True
            theirs, _, there = other.partition("@")
            if (here == there or mine == theirs) and is_slip(mine, theirs, here, there):
                weight += NEAR_MAIL
        firm = company_weight(company, firm_of(known))
        weight += SAME_DOMAIN if firm <= 0 and same_domain(new, known) else firm
        if weight + MOST_BY_THE_REST < most:
            return False
        weight += of_titles(new.title, known.title).weight + of_countries(new.country, known.country).weight
        return weight + MOST_BY_NAME >= most and weight + NAME[names_alike(new.name, known.name).kind] >= most

    return could_be


def company_weight(one: str, other: str) -> float:
    """As `company_likeness` weighs it; what is asked of everybody in a block is not worth remembering."""
    if one == other or not one or not other:
        return SAME_COMPANY if one and other else 0.0
    return ALIKE_COMPANY if company_share(one, other) else OTHER_COMPANY


@lru_cache(CACHED)
def names_alike(one: str, other: str) -> Likeness:
    return likeness(read_name(one), read_name(other))


# --- one field after the other


def of_mails(new: Comparable, known: Comparable, name: Likeness) -> Evidence:
    if not new.email or not known.email:
        return NOTHING
    one, other = plain_mail(new.email), plain_mail(known.email)
    if one == other:
        return Evidence(SHARED_MAIL, "same shared mailbox") if is_shared(one) else Evidence(SAME_MAIL, "same e-mail")
    (mine, _, here), (theirs, _, there) = one.partition("@"), other.partition("@")
    if name.kind not in CONTRADICTIONS and is_slip(mine, theirs, here, there):
        # An address made of the name differs where the name does: that is one slip, not two that agree.
        weight = NEAR_MAIL if name.kind in ("same", "swapped") else NEAR_MAIL_TOO
        return Evidence(weight, f"e-mail {JaroWinkler.similarity(one, other):.0%} alike")
    if is_shared(one) or is_shared(other):
        return NOTHING
    if here == there and not is_public(here) and not (goes_with(mine, new.name) and goes_with(theirs, known.name)):
        return Evidence(OTHER_MAIL_THERE, "different e-mails at one company")
    return Evidence(OTHER_MAIL, "")


@lru_cache(CACHED)
def plain_mail(address: str) -> str:
    """Without the tag that some put behind their name; Google reads over dots as well."""
    plain = address.casefold()
    if "+" in plain:
        plain = _PLUS.sub("@", plain)
    local, _, domain = plain.partition("@")
    return f"{local.replace('.', '')}@gmail.com" if domain in ("gmail.com", "googlemail.com") else plain


def is_shared(address: str) -> bool:
    return _DIGITS.sub("", address.partition("@")[0]) in SHARED


def is_slip(mine: str, theirs: str, here: str, there: str) -> bool:
    """One mistyped sign or two; but other figures are other people."""
    if _DIGITS.findall(mine) != _DIGITS.findall(theirs) or len(mine) < 4:
        return False
    if mine == theirs:
        return OSA.distance(here, there) <= 2
    return here == there and OSA.distance(mine, theirs) <= (1 if len(mine) < 9 else 2)


@lru_cache(CACHED)
def goes_with(local: str, name: str) -> bool:
    """Whether it reads like an address of somebody of that name."""
    person = read_name(name)
    return len(person.last) > 2 and person.last in local


def of_phones(one: str | None, other: str | None, name: Likeness) -> Evidence:
    if not one or not other:
        return NOTHING
    if one == other:
        return Evidence(SAME_PHONE, "same phone" if name.kind not in CONTRADICTIONS else "same phone, perhaps shared")
    if name.kind not in CONTRADICTIONS and len(one) == len(other) and OSA.distance(one, other) == 1:
        return Evidence(NEAR_PHONE, "phone differs in one digit")
    return OTHER_PHONES


def of_names(new: Comparable, known: Comparable, name: Likeness) -> Evidence:
    weight = NAME[name.kind]
    if name.kind == "alike":
        return Evidence(weight - 40 * (1 - max(name.share, 0.85)), f"name {name.share:.0%} alike")
    if name.kind == "short":
        one, other = read_name(new.name).first.title(), read_name(known.name).first.title()
        return Evidence(weight, f"{one} and {other} can be one name")
    return Evidence(weight, SAID[name.kind])


def of_companies(new: Comparable, known: Comparable, *, is_counted: bool) -> Evidence:
    """Who shares a telephone mostly shares the company: then it says little more."""
    found = company_likeness(firm_of(new), firm_of(known))
    if found is NOTHING or (found.weight < 0 and same_domain(new, known)):
        found = Evidence(SAME_DOMAIN, "same company by domain") if same_domain(new, known) else NOTHING
    return found if is_counted or found.weight < 0 else Evidence(1.0 if found.weight else 0.0, found.says)


@lru_cache(CACHED)
def company_likeness(one: str, other: str) -> Evidence:
    if not one or not other:
        return NOTHING
    if one == other:
        return Evidence(SAME_COMPANY, "same company")
    share = company_share(one, other)
    return Evidence(ALIKE_COMPANY, f"company {share:.0%} alike") if share else DIFFERENT_COMPANIES


def company_share(one: str, other: str) -> float:
    """How much of two companies' names is alike; 0 if they are two."""
    shorter, longer = (one, other) if len(one) < len(other) else (other, one)
    if len(shorter) > 3 and (alike := JaroWinkler.similarity(one, other, score_cutoff=0.9)):
        return alike
    is_part = len(shorter) > 4 and longer.startswith(shorter)
    return JaroWinkler.similarity(one, other) if is_part else 0.0


def same_domain(new: Comparable, known: Comparable) -> bool:
    return new.account is not None and new.account == known.account and "." in new.account


def of_titles(one: str | None, other: str | None) -> Evidence:
    if not one or not other:
        return NOTHING
    return EQUAL_TITLES if one == other or one.casefold() == other.casefold() else OTHER_TITLES


def of_countries(one: str | None, other: str | None) -> Evidence:
    if not one or not other:
        return NOTHING
    return EQUAL_COUNTRIES if one == other or one.casefold() == other.casefold() else OTHER_COUNTRIES
