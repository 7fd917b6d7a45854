"""A mailbox over IMAP: every letter is handed over once, whoever is killed when, and whoever else reads it."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from bot.mailing.ports import Arrived, CannotLookError, NotNowError, PutAsideError
from bot.mailing.smtp import has_port, is_this_machine

SECONDS = 20  # for each word of the server
READ_MAX = 5 * 1024 * 1024  # of one letter; what is behind that is attachments, which nobody opens
MOST_AT_ONCE = 200
# Our own mark, as people who read the same mailbox set \Seen. Servers that know no such marks get \Seen after all.
TAKEN, SEEN, FLAGGED = "DibsTaken", r"\Seen", r"\Flagged"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TROUBLE = (imaplib.IMAP4.error, OSError, EOFError)
_ALLOWED = re.compile(rb"\[PERMANENTFLAGS \(([^)]*)\)\]")


@dataclass(frozen=True)
class Letterbox:
    """Where to look."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    folder: str = "INBOX"


def letterbox(url: str) -> Letterbox:
    """Reads imaps://user:password@host:port/folder; imap:// speaks in the clear to this machine, else with STARTTLS.

    Raises:
        ValueError: a sentence, without the address, which holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not has_port(parts):
        raise ValueError("must be like imaps://user:password@mail.example:993/INBOX")
    if not parts.username:
        raise ValueError("names no user, like imaps://user:password@mail.example:993/INBOX")
    is_tls = parts.scheme == "imaps"
    return Letterbox(
        parts.hostname, parts.port or (993 if is_tls else 143), is_tls, unquote(parts.username),
        unquote(parts.password or ""), unquote(parts.path).strip("/") or "INBOX",
    )  # fmt: skip


def mailbox_of(url: str, *, context: ssl.SSLContext | None = None) -> "ImapMailbox | None":
    """The mailbox of DIBS_IMAP_URL, if there is one. Raises as `letterbox` does."""
    return ImapMailbox(letterbox(url), context=context) if url else None


class ImapMailbox:
    """Looks in, and goes away again: what was taken is marked on the server."""

    def __init__(self, letterbox: Letterbox, *, context: ssl.SSLContext | None = None) -> None:
        self._at = letterbox
        self._context = context or ssl.create_default_context()

    @property
    def name(self) -> str:
        return f"{self._at.user}@{self._at.host}/{self._at.folder}"

    def bring(self, take: Callable[[Arrived], None], *, since: datetime) -> int:
        with self._opened() as (connection, mark):
            with looking():
                waiting = unmarked(connection, mark, since)
            for uid in waiting[:MOST_AT_ONCE]:
                with looking():
                    raw = whole(connection, uid)
                marks = taken(take, Arrived(f"{self.name}:{uid}", raw), mark) if raw else ""
                if marks:
                    with looking():
                        good(connection.uid("STORE", uid, "+FLAGS.SILENT", f"({marks})"))
            return len(waiting)

    def try_out(self) -> str:
        """Why nothing can be taken out of it, for whoever sets it up; "" when it is open to us."""
        try:
            with self._opened():
                return ""
        except CannotLookError as error:
            return str(error)

    @contextmanager
    def _opened(self) -> Iterator[tuple[imaplib.IMAP4, str]]:
        """The connection in the folder, and the mark that this server keeps."""
        with looking():
            connection = self._connected()
        try:
            with looking():
                mark = enter(connection, self._at)
            yield connection, mark
        finally:
            with suppress(*TROUBLE):
                connection.logout()

    def _connected(self) -> imaplib.IMAP4:
        at = self._at
        if at.is_tls:
            return imaplib.IMAP4_SSL(at.host, at.port, ssl_context=self._context, timeout=SECONDS)
        connection = imaplib.IMAP4(at.host, at.port, timeout=SECONDS)
        if not is_this_machine(at.host):
            connection.starttls(self._context)
        return connection


@contextmanager
def looking() -> Iterator[None]:
    """What the server does not answer, or answers with a no, is one kind of trouble: CannotLookError."""
    try:
        yield
    except TROUBLE as error:
        raise CannotLookError(" ".join(str(error).split())[:200]) from error


def taken(take: Callable[[Arrived], None], letter: Arrived, mark: str) -> str:
    """How the letter is marked after that; not at all when it is to come again."""
    try:
        take(letter)
    except PutAsideError:
        return f"{mark} {FLAGGED}"
    except NotNowError:
        return ""
    return mark


def unmarked(connection: imaplib.IMAP4, mark: str, since: datetime) -> list[str]:
    """The numbers of those that came since then and bear no mark, the oldest first."""
    without = "UNSEEN" if mark == SEEN else f"UNKEYWORD {mark}"
    day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"
    found = good(connection.uid("SEARCH", f"{without} SINCE {day}"))
    numbers = [number for line in found if isinstance(line, bytes) for number in line.split() if number.isdigit()]
    return [number.decode() for number in sorted(numbers, key=int)]


def enter(connection: imaplib.IMAP4, at: Letterbox) -> str:
    connection.login(at.user, at.password)
    good(connection.select(quoted(at.folder)))
    allowed = b" ".join(line for line in connection.response("PERMANENTFLAGS")[1] if isinstance(line, bytes))
    return TAKEN if rb"\*" in allowed or TAKEN.lower().encode() in allowed.lower() else SEEN


def whole(connection: imaplib.IMAP4, uid: str) -> bytes:
    """The letter, as far as it is read; looking at it marks nothing. Empty when somebody took it away meanwhile."""
    answer = good(connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{READ_MAX}>)"))
    return next((part[1] for part in answer if isinstance(part, tuple) and len(part) > 1), b"")


def good(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(" ".join(str(part) for part in answer[1])[:200])
    return answer[1]


def quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
