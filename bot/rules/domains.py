"""The part of a host's name that somebody registered: acme.co.uk of mail.acme.co.uk."""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

# Where every customer of one firm has a name below that firm's own, though the list of suffixes does not say so.
SHARED = frozenset({"onmicrosoft.com", "mail.onmicrosoft.com"})


@lru_cache(maxsize=16384)
def registrable(host: str) -> str:
    """One label more than the suffix under which anybody can register; the host itself if it is nothing but a suffix.

    A made-up suffix counts as one label, as the list's own rule for unknown ones says.
    """
    labels = host.strip(".").split(".")
    if len(labels) < 3:
        return ".".join(labels)
    return ".".join(labels[-(suffix_length(labels) + 1) :])


def suffix_length(labels: list[str]) -> int:
    """In labels; the longest rule that fits holds, and one with an exclamation mark takes a label back."""
    rules = suffixes()
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        length = len(labels) - start
        if f"!{name}" in rules:
            return length - 1
        above = ".".join(labels[start + 1 :])
        if name in rules or name in SHARED or (above and f"*.{above}" in rules):
            return length
    return 1


@cache
def suffixes() -> frozenset[str]:
    """Mozilla's public suffix list as tldextract brings it along.

    Its file alone: importing tldextract loads an HTTP client, which costs an eighth of a second at every start.
    """
    spec = find_spec("tldextract")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("tldextract, which brings the public suffix list, is not installed")
    lines = (Path(spec.origin).parent / ".tld_set_snapshot").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("//"))
