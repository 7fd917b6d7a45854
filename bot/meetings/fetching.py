"""Asks for a calendar at an address that a rep gave: only in the open internet, and never for long or for much."""

import http.client
import socket
import ssl
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from bot.rules.meetings.addresses import PORTS, is_public, mistake

SECONDS = 10.0
MOST_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
AGENT = "Dibs-Calendar/1"
TOO_LONG = "It takes too long to answer."


@dataclass(frozen=True)
class Reach:
    """How far we go: where there are only strangers."""

    is_allowed: Callable[[str], bool] = is_public
    ports: Collection[int] = PORTS
    trust: ssl.SSLContext | None = None  # whom we believe to be who they say; None: whom the system believes
    longest: float = 2 * SECONDS  # altogether: who says a letter now and then never runs into a time limit


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
    over = Timer(reach.longest, connection.hang_up)
    over.start()
    try:
        found = answer(connection, path, until=monotonic() + 2 * SECONDS, monotonic=monotonic)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = TOO_LONG if connection.is_cut else f"It does not answer ({type(error).__name__})."
        raise NotFetchedError(why) from error
    finally:
        over.cancel()
        connection.close()
    if connection.is_cut:
        raise NotFetchedError(TOO_LONG)
    return found


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
        self.is_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def hang_up(self) -> None:
        """Whoever reads from it hears at once that there is nothing more to come."""
        self.is_cut = True
        with suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


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
            raise NotFetchedError(TOO_LONG)
    return bytes(body)
