"""Real mail servers on loopback: aiosmtpd and pymap behind TLS, and one that fails wherever it is told to."""

import asyncio
import imaplib
import socket
import ssl
import subprocess
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import BuiltinHash

from tests.factories import TUESDAY

USER, PASSWORD = "dibs@acme.example", "a password: with/signs@"
LOGIN = "dibs%40acme.example:a%20password%3A%20with%2Fsigns%40"  # the same in an address
HERE = "127.0.0.1"
PATIENCE = 10


@dataclass(frozen=True)
class Certificate:
    """Signed by nobody but itself, for localhost."""

    file: Path
    key: Path

    @property
    def server(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context

    @property
    def trusting(self) -> ssl.SSLContext:
        """For a client that knows it."""
        return ssl.create_default_context(cafile=str(self.file))


def make_certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", str(made.file),
        "-keyout", str(made.key),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return made


@contextmanager
def loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mail servers")
    thread.start()
    try:
        yield loop
    finally:
        on(loop, end_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def end_all() -> None:
    """Connections that nobody ended."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)


# --- SMTP


@dataclass
class Post:
    """What a mail server took, and what it refuses."""

    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)  # from, to, content
    refusals: dict[str, str] = field(default_factory=dict)  # by the recipient
    answer: str = "250 OK"
    connections: int = 0

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, data: Any
    ) -> AuthResult:
        is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(), PASSWORD.encode()
        )  # fmt: skip
        return AuthResult(success=is_known, handled=is_known)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Log in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in self.refusals:
            envelope.rcpt_tos.append(address)
        return self.refusals.get(address, "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250") and isinstance(envelope.original_content, bytes):
            self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content))
        return self.answer


@contextmanager
def smtp_server(loop: asyncio.AbstractEventLoop, certificate: Certificate, scheme: str) -> Iterator[tuple[str, Post]]:
    """Yields its address, with user and password, and what it took. `scheme`: smtps, smtp+starttls or smtp."""
    post, is_tls = Post(), scheme == "smtps"

    def made() -> SMTP:
        return SMTP(
            post, hostname="mail.test", loop=loop, auth_require_tls=scheme == "smtp+starttls",
            authenticator=post.authenticate, tls_context=certificate.server if scheme == "smtp+starttls" else None,
            require_starttls=scheme == "smtp+starttls", ident="test",
        )  # fmt: skip

    server = on(loop, serving(loop, made, certificate.server if is_tls else None))
    try:
        yield f"{scheme}://{LOGIN}@localhost:{server.sockets[0].getsockname()[1]}", post
    finally:
        loop.call_soon_threadsafe(server.close)


async def serving(
    loop: asyncio.AbstractEventLoop, made: Callable[[], asyncio.BaseProtocol], context: ssl.SSLContext | None
) -> asyncio.Server:
    return await loop.create_server(made, HERE, 0, ssl=context)


USUAL = {"greeting": "220 hi", "EHLO": "250 hi", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "dot": "250 ok"}


class FaultyServer:
    """Speaks as usual, but at one step says something else, hangs up, or nothing (an answer of "").

    AGAIN is what it says to the sender of another letter over the same connection.
    """

    def __init__(self, **answers: str | None) -> None:
        self._answers: dict[str, str | None] = {**USUAL, **answers}
        self.letters: list[bytes] = []
        self._listener = socket.create_server((HERE, 0))
        self.port = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="faulty mail server")
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._listener.close()
        with socket.socket() as knock:
            knock.connect_ex((HERE, self.port))
        self._thread.join()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as words:
                connection.settimeout(PATIENCE)
                self._talk(connection, words)

    def _talk(self, connection: socket.socket, words: Any) -> None:
        step, before = "greeting", len(self.letters)
        while True:
            answer = self._answers.get(step, "250 ok")
            if answer is None:
                return
            if answer:
                connection.sendall(f"{answer}\r\n".encode())
            try:
                line = words.readline().decode("ascii", "replace")
                if step == "DATA" and answer and answer.startswith("354"):
                    step = self._listen(line, words)
                    continue
            except OSError:
                return
            if not line or line.upper().startswith("QUIT"):
                return
            step = line.split()[0].upper() if line.split() else "?"
            step = "AGAIN" if step == "MAIL" and len(self.letters) > before else step

    def _listen(self, line: str, words: Any) -> str:
        content = [line.encode()]
        while content[-1] not in (b".\r\n", b""):
            content.append(words.readline())
        self.letters.append(b"".join(content[:-1]))
        return "dot"


# --- IMAP


class Marking(MailboxData):
    """A folder in which programs may set marks of their own, as in nearly all servers, but not in pymap."""

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return super().permanent_flags | {Flag(rb"\*")}


@contextmanager
def imap_server(
    loop: asyncio.AbstractEventLoop, certificate: Certificate | None, *, has_marks: bool = True
) -> Iterator[int]:
    """An empty mailbox of USER; yields the port. Without a certificate it speaks in the clear."""
    server = on(loop, open_mailbox(certificate, has_marks))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)


async def open_mailbox(certificate: Certificate | None, has_marks: bool) -> asyncio.Server:
    args = Namespace(
        host=HERE, port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None, proxy_protocol=None,
        inherited_sockets=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip
    backend, config = await DictBackend.init(args, hash_context=BuiltinHash(rounds=1))
    config.apply_context()
    if has_marks:
        folders = MailboxSet()
        folders._inbox = Marking(folders._content_cache, folders._thread_cache)
        config.set_cache[USER] = folders, FilterSet()
    reader = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(reader, HERE, 0, ssl=certificate.server if certificate else None)


@dataclass
class Person:
    """Somebody who reads the same mailbox with a program of theirs, or drops a letter into it."""

    port: int
    context: ssl.SSLContext

    @contextmanager
    def looking(self) -> Iterator[imaplib.IMAP4]:
        connection = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.context, timeout=PATIENCE)
        connection.login(USER, PASSWORD)
        connection.select("INBOX")
        try:
            yield connection
        finally:
            connection.logout()

    def drop(self, *letters: bytes) -> None:
        with self.looking() as connection:
            for letter in letters:
                assert connection.append("INBOX", "", imaplib.Time2Internaldate(TUESDAY), letter)[0] == "OK"

    def flags(self) -> list[set[str]]:
        with self.looking() as connection:
            _, found = connection.uid("FETCH", "1:*", "(FLAGS)")
            lines = [line for line in found if isinstance(line, bytes)]
            return [{flag.decode() for flag in imaplib.ParseFlags(line)} - {r"\Recent"} for line in lines]
