"""Addresses on the web: one spelling, only what a browser may safely open, and a word about odd ones."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import idna

from bot.rules.cleaning.text import clean_text

WEBSITE_MAX = 300
PLAIN_MAX = 200
NOT_SAFE = "The website is not an address that can be opened, so it was left out."
PRIVATE = "The website is an address inside somebody's own network."
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WITH_PORT = re.compile(r"[^/@:]+:[0-9]{1,5}(?:/|$)")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# As nearly all are written: a name that ends in letters, and a path of plain signs.
_PLAIN = re.compile(r"(https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,24}))((?:/[A-Za-z0-9_.-]+)*)/?")
_IN_HOUSE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid")
_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4096)
def standard_website(text: str) -> tuple[str | None, str]:
    """With its scheme, its host in ASCII and small letters; and what is odd about it. None if nobody should open it."""
    plain = _PLAIN.fullmatch(text) if len(text) <= PLAIN_MAX else None
    if plain and plain[3] not in _IN_HOUSE and (not text.endswith("/") or not plain[4]):
        return f"{plain[1] or 'https://'}{plain[2]}{plain[4]}", ""
    found, flaw = _standard(text)
    return (found, flaw) if found is None or _standard(found)[0] == found else (None, NOT_SAFE)


def _standard(text: str) -> tuple[str | None, str]:
    address = text if _SCHEME.match(text) and not _WITH_PORT.match(text) else f"https://{text.lstrip('/')}"
    try:
        split = urlsplit(address)
        host, port = ascii_host(split.hostname or ""), split.port
    except ValueError:
        return None, NOT_SAFE
    if split.scheme not in _PORTS or not host or split.username or split.password or "\\" in address:
        return None, NOT_SAFE
    url = _written(split, host, port)
    if len(url) > WEBSITE_MAX or clean_text(url, limit=WEBSITE_MAX) != url or " " in url:
        return None, NOT_SAFE
    return url, PRIVATE if is_private(host) else ""


def _written(split: SplitResult, host: str, port: int | None) -> str:
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[split.scheme]):
        place += f":{port}"
    path = "" if split.path == "/" and not split.query else split.path
    return f"{split.scheme}://{place}{path}" + (f"?{split.query}" if split.query else "")


def ascii_host(host: str) -> str:
    """In IDNA; "" for what no host can be called.

    Raises:
        ValueError: it looks like an IPv6 address and is none.
    """
    if ":" in host:
        return ipaddress.IPv6Address(host).compressed
    plain = host.rstrip(".").lower()
    if not plain.isascii():
        try:
            plain = idna.encode(plain, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    return plain if len(plain) <= 253 and _HOST.fullmatch(plain) else ""


def is_private(host: str) -> bool:
    """Whether the name or number means nothing outside somebody's own network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.rpartition(".")[2] in _IN_HOUSE
