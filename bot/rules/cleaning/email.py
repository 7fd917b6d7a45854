"""E-mail addresses: one spelling of each, and what a rep should know about odd ones."""

import re
from functools import lru_cache

from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.rules.accounts import is_public
from bot.rules.cleaning.text import clean_text
from bot.rules.domains import registrable

# The common shape of an address; anything else is left to the library, which costs fifty times as much.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9_+-]|\.(?=[a-z0-9]))*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
# Endings that no registry has, each a slip of the finger beside one that everybody knows.
_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cim", "cpm", "clm", "coim", "comn"), "com"),
    **dict.fromkeys(("nte", "nett", "ner", "met", "neet"), "net"),
    **dict.fromkeys(("ogr", "orgg", "rog", "orh"), "org"),
}  # fmt: skip
# Large enough that their names are mistyped every day, and long enough that no other firm is called nearly the same.
_PROVIDERS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.fr", "hotmail.it",
    "outlook.com", "outlook.de", "outlook.fr", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it",
    "icloud.com", "protonmail.com", "t-online.de", "freenet.de", "comcast.net", "verizon.net", "wanadoo.fr",
    "laposte.net", "libero.it", "bigpond.com", "btinternet.com", "rediffmail.com", "fastmail.com",
)  # fmt: skip
_SHORT_ENDINGS = frozenset({"cm", "co", "om", "c"})  # of .com, where the provider has nothing else


def clean_email(raw: str) -> str:
    """The address in lower case.

    Raises:
        ValueError: it is not one single address; the message says why.
    """
    address = clean_text(raw, limit=400).lower()
    if len(address) <= 64 and _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def email_flaws(address: str) -> list[str]:
    """What is odd about an address that can be written to; it is never changed for that."""
    name, _, domain = address.rpartition("@")
    meant, is_disposable = domain_findings(domain)
    flaws = [f"Did you mean {name}@{meant}? The address ends in {domain}."] if meant else []
    if is_disposable:
        flaws.append(f"The e-mail address is a throw-away one, of {domain}.")
    return flaws


@lru_cache(maxsize=8192)
def domain_findings(domain: str) -> tuple[str | None, bool]:
    """Which domain was probably meant, if another; and whether addresses there are made to be thrown away."""
    meant = domain_meant(domain)  # first: the common slips belong to people who collect what is sent there
    return meant, meant is None and (domain in blocklist or registrable(domain) in blocklist)


def domain_meant(domain: str) -> str | None:
    rest, _, ending = domain.rpartition(".")
    if ending in _ENDINGS:
        corrected = f"{rest}.{_ENDINGS[ending]}"
        return domain_meant(corrected) or corrected
    if ending in _SHORT_ENDINGS and f"{rest}.com" in _PROVIDERS:
        return f"{rest}.com"
    if domain in _PROVIDERS or is_public(domain):
        return None
    close = process.extractOne(domain, _PROVIDERS, scorer=OSA.distance, score_cutoff=1)
    return close[0] if close else None
