"""Asks for a calendar at an address that a rep gave: only in the open internet, and never for long or for much."""

import http.client
import socket
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.rules.meetings.addresses import PORTS, is_public, mistake

SECONDS = 10.0
MOST_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
AGENT = "Dibs-Calendar/1"


@dataclass(frozen=True)
class Reach:
    """How far we go: where there are only strangers."""

    is_allowed: Callable[[str], bool] = is_public
    ports: Collection[int] = PORTS
    trust: ssl.SSLContext | None = None  # whom we believe to be who they say; None: whom the system believes


class NotFetchedError(Exception):
    """There is no calendar to be had; the words say why, for the rep."""


def fetch(url: str, *, monotonic: Callable[[], float], reach: Reach) -> bytes:
    """What stands there. Resolved once, and what it was resolved to is what is asked: no second answer can lead
    elsewhere; nor can a proxy or a redirect.

    Raises:
        NotFetchedError: with a sentence.
    """
    refusal = mistake(url, reach.ports)
    if refusal:
        raise NotFetchedError(refusal)
    parts = urlsplit(url)
    address = resolved(parts.hostname or "", parts.port or 443, reach)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = Pinned(parts.hostname or "", parts.port or 443, address, reach.trust or ssl.create_default_context())
    try:
        return answer(connection, path, until=monotonic() + 2 * SECONDS, monotonic=monotonic)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetchedError(f"It does not answer ({type(error).__name__}).") from error
    finally:
        connection.close()


def resolved(host: str, port: int, reach: Reach) -> str:
    """The first of its addresses, if every one of them may be asked."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotFetchedError("There is no such address.") from error
    if not found or not all(reach.is_allowed(address) for address in found):
        raise NotFetchedError("This address is not in the open internet, so I do not ask there.")
    return found[0]


class Pinned(http.client.HTTPSConnection):
    """To this very address, which must show that it is that host."""

    def __init__(self, host: str, port: int, address: str, trust: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=trust)
        self._address, self._trust = address, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


def answer(
    connection: http.client.HTTPConnection, path: str, *, until: float, monotonic: Callable[[], float]
) -> bytes:  # fmt: skip
    connection.request("GET", path, headers={"Accept": "text/calendar", "User-Agent": AGENT})
    reply = connection.getresponse()
    if reply.status in (401, 403, 404, 410):
        raise NotFetchedError(f"It says that there is nothing for me there ({reply.status}).")
    if reply.status != 200:
        raise NotFetchedError(f"It answers with {reply.status} instead of a calendar.")
    body = bytearray()
    while chunk := reply.read1(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotFetchedError(f"It is larger than {MOST_BYTES // 2**20} MB.")
        if monotonic() > until:
            raise NotFetchedError("It takes too long to answer.")
    return bytes(body)
