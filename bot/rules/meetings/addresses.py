"""Which addresses of calendars may be asked: public ones of strangers, never anything of our own network. Pure."""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

URL_MAX = 1000
PORTS = (443, 8443)
# Ways of writing an old address within a new one: what they lead to is asked instead.
NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
NOT_HTTPS = "Give an address that begins with https://, as your calendar calls it: the secret address in iCal format."


def mistake(url: str, ports: Collection[int] = PORTS) -> str:
    """A sentence when no calendar can be there; "" when one may be."""
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return NOT_HTTPS
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return NOT_HTTPS
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        return NOT_HTTPS
    return "" if port in ports else "Calendars are fetched from the usual port only. Leave the port out."


def spelled(url: str) -> str:
    """As calendars' own links are often written: webcal is https."""
    bare = url.strip()
    return f"https://{bare[9:]}" if bare.lower().startswith("webcal://") else bare


def is_public(address: str) -> bool:
    """Whether the address is somebody's in the open internet, however it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = within(found)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def within(found: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The old address that is meant."""
    if any(found in network for network in NAT64):
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    teredo = found.teredo[1] if found.teredo else None
    return found.ipv4_mapped or found.sixtofour or teredo
