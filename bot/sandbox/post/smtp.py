"""A mail server that takes every letter, for the mailboxes of people outside."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox.clock import Clock
from bot.sandbox.post import letters
from bot.sandbox.post.box import Box

LOOPBACK = "127.0.0.1"
LARGEST = 10 * 1024 * 1024


class Postman:
    """Puts what arrives into the boxes. An address that begins with "nobody" is refused, and "later" put off."""

    def __init__(self, box: Box, clock: Clock, told: Callable[[], None]) -> None:
        self._box, self._clock, self._told = box, clock, told

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of that name here"
        if address.startswith("later"):
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            self._box.letters.append(letters.read(content, address, self._box.next_id(), self._clock))
        self._told()
        return "250 OK"


class MailServer:
    """Listens on a free port, in the sandbox's loop."""

    def __init__(self, handler: Postman) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()

        def made() -> SMTP:
            return SMTP(self._handler, hostname="mail.outside.example", data_size_limit=LARGEST, loop=loop)

        self._server = await loop.create_server(made, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 0.5)
