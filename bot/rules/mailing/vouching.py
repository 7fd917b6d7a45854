"""Whether our own mail server vouches for the writer that a letter names (RFC 8601): anybody can name anybody. Pure."""

import re
from collections.abc import Iterable, Mapping

MOST_HEADERS = 20
_ASIDE = re.compile(r"\"(?:[^\"\\]|\\.)*\"|\([^()]*\)")  # quotes and comments: a sender's own words
_PASSED = {
    "dmarc": re.compile(r"\s*dmarc\s*=\s*pass\b.*?\bheader\.from\s*=\s*([^\s;@]+)", re.IGNORECASE | re.DOTALL),
    "dkim": re.compile(r"\s*dkim\s*=\s*pass\b.*?\bheader\.d\s*=\s*([^\s;@]+)", re.IGNORECASE | re.DOTALL),
}

Vouched = Mapping[str, frozenset[str]]  # by the name of a server, the domains that it found to be the true ones


def vouched_in(headers: Iterable[str]) -> Vouched:
    """Of each server only its topmost header counts: what stands below may have come with the letter."""
    found: dict[str, frozenset[str]] = {}
    for header in list(headers)[:MOST_HEADERS]:
        server, _, results = _ASIDE.sub(" ", header).partition(";")
        name = server.split()[0].lower() if server.split() else ""
        if name and name not in found:
            found[name] = frozenset(domains_in(results))
    return found


def domains_in(results: str) -> Iterable[str]:
    for result in results.split(";"):
        for passed in _PASSED.values():
            told = passed.match(result)
            if told:
                yield told.group(1).lower()


def vouches(vouched: Vouched, server: str, author: str) -> bool:
    """Whether the server says that the letter is from the domain of this address."""
    domain = author.rpartition("@")[2].lower()
    return bool(server and domain) and domain in vouched.get(server.lower(), frozenset())
