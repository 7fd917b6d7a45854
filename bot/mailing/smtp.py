"""Carries letters over SMTP, and says exactly what is known of each: taken, refused, not yet, or nobody knows."""

import re
import smtplib
import ssl
import threading
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.contact.ports import Later, Outcome, Parcel, Refused, Taken, Unknown
from bot.mailing.mime import CannotMailError, as_mail, wire_address
from bot.rules.mailing.refusals import enhanced, in_words, is_nobody

SECONDS = 10  # for each word of the server
SECONDS_AT_THE_END = 20  # it may look through the whole letter before it says yes
RETRY_SECONDS, GREYLIST_SECONDS, SETTINGS_SECONDS = 60.0, 300.0, 300.0
HANGS_UP = 421
Security = Literal["tls", "starttls", "plain"]
Answer = tuple[int, bytes]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtps": ("tls", 465), "smtp+starttls": ("starttls", 587), "smtp": ("plain", 25)
}  # fmt: skip
OUR_SETTINGS = (530, 534, 535, 538)  # the server's no is about us, not about the letter
# The server went away, or would not speak with us: whatever was not said to the end was not taken.
TROUBLE = (smtplib.SMTPException, OSError, ValueError, UnicodeError)


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def smtp_server(url: str) -> MailServer:
    """Reads smtps://, smtp+starttls:// and smtp://, each with user:password@host:port as far as needed.

    Raises:
        ValueError: a sentence, without the address, which holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or not has_port(parts):
        raise ValueError("must be like smtp+starttls://user:password@mail.example:587")
    security, port = SCHEMES[parts.scheme]
    says_so = parse_qs(parts.query).get("plain") == ["yes"]
    if security == "plain" and not says_so and not is_this_machine(parts.hostname):
        raise ValueError(
            "smtp:// sends in the clear, which is for this machine only. Use smtps:// or smtp+starttls://, "
            "or say that you mean it: smtp://host:25?plain=yes"
        )
    return MailServer(
        parts.hostname, parts.port or port, security, unquote(parts.username or ""), unquote(parts.password or "")
    )


def has_port(parts: SplitResult) -> bool:
    """Whether its port, if it names one, is a number that ports can have."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def smtp_carrier(url: str, *, context: ssl.SSLContext | None = None) -> "SmtpCarrier":
    """The carrier for DIBS_SMTP_URL. Raises as `smtp_server` does."""
    return SmtpCarrier(smtp_server(url), context=context)


class ServerSaidNoError(Exception):
    """What it answered, and to what."""

    def __init__(self, code: int, words: bytes, step: str) -> None:
        super().__init__(step)
        self.code, self.words, self.step = code, words.decode("utf-8", "replace"), step


class SmtpCarrier:
    """Connections that letter after letter goes over, one for each who carries; certificates are checked."""

    def __init__(self, server: MailServer, *, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._context = context or ssl.create_default_context()
        self._resting: list[smtplib.SMTP] = []
        self._lock = threading.Lock()

    def carry(self, parcel: Parcel) -> Outcome:
        """Hand the letter over. It may have arrived only if the connection broke after its last line."""
        try:
            mail = as_mail(parcel)
        except CannotMailError as error:
            return Refused(str(error))
        try:
            connection, answer = self._addressed(sender_of(parcel))
        except TROUBLE as error:
            return Later(f"The mail server cannot be reached: {in_words(str(error))}", RETRY_SECONDS)
        outcome, is_usable = hand_over(connection, parcel, mail, answer)
        if is_usable:
            with self._lock:
                self._resting.append(connection)
        else:
            connection.close()
        return outcome

    def try_out(self) -> str:
        """Why no letter would leave, for whoever sets it up; "" when the server knows us."""
        try:
            self._opened().quit()
        except TROUBLE as error:
            return in_words(str(error)) or type(error).__name__
        return ""

    def close(self) -> None:
        """Hang up."""
        while (connection := self._next()) is not None:
            connection.close()

    def _next(self) -> smtplib.SMTP | None:
        with self._lock:
            return self._resting.pop() if self._resting else None

    def _addressed(self, sender: str) -> tuple[smtplib.SMTP, Answer]:
        """A connection over which the server was told who writes, and what it said to that.

        The one of a letter before, if the server still holds it: they hang up on who is silent for long.
        """
        while (rested := self._next()) is not None:
            answer = said_to(rested, sender)
            if answer is not None:
                return rested, answer
            rested.close()
        connection = self._opened()
        try:
            return connection, connection.mail(sender)
        except TROUBLE:
            connection.close()
            raise

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=self._context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            self._introduce(connection)
        except TROUBLE:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            # It raises when the server has no STARTTLS, so that nobody between us talks us out of it.
            connection.starttls(context=self._context)
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            connection.login(self._server.user, self._server.password)


def said_to(connection: smtplib.SMTP, sender: str) -> Answer | None:
    """What the server says to who writes; None when it has hung up, or is about to."""
    try:
        answer = connection.mail(sender)
    except TROUBLE:
        return None
    return None if answer[0] == HANGS_UP else answer


def hand_over(connection: smtplib.SMTP, parcel: Parcel, mail: bytes, answer: Answer) -> tuple[Outcome, bool]:
    """What is known of the letter, and whether the connection is good for the next one."""
    try:
        begin(connection, parcel, answer)
        send_whole(connection, mail)
    except ServerSaidNoError as no:
        return judged(no), is_at_peace(connection)
    except TROUBLE as error:
        return Later(f"The connection broke before the letter was handed over: {in_words(str(error))}"), False
    try:
        code, words = last_answer(connection)
    except TROUBLE as error:
        return Unknown(f"The server did not say whether it took the letter: {in_words(str(error))}"), False
    if code // 100 == 2:
        return Taken(parcel.headers.get("Message-ID", parcel.key)), True
    if code // 100 in (4, 5):
        return judged(ServerSaidNoError(code, words, "the letter")), is_at_peace(connection)
    said = in_words(words.decode("utf-8", "replace"))
    return Unknown(f"The server's answer to the letter is no answer: {said}"), False


def is_at_peace(connection: smtplib.SMTP) -> bool:
    """Whether the server is still there and ready for the next letter."""
    try:
        return connection.rset()[0] == 250
    except TROUBLE:
        return False


def begin(connection: smtplib.SMTP, parcel: Parcel, answer: Answer) -> None:
    """To whom it goes, and that the letter follows; `answer` is what was said to who writes."""
    expect(250, answer, "the sender")
    code, words = connection.rcpt(wire_address(parcel.to))
    if code not in (250, 251):
        raise ServerSaidNoError(code, words, "the recipient")
    expect(354, connection.docmd("DATA"), "DATA")


def sender_of(parcel: Parcel) -> str:
    return parseaddr(parcel.headers.get("From", ""))[1]


def send_whole(connection: smtplib.SMTP, mail: bytes) -> None:
    """All of it and the dot at its end. If this fails that dot has not left us, so the letter was not taken."""
    whole = re.sub(rb"(?m)^\.", b"..", mail)
    connection.send(whole + (b"" if whole.endswith(b"\r\n") else b"\r\n") + b".\r\n")


def last_answer(connection: smtplib.SMTP) -> Answer:
    if connection.sock is not None:
        connection.sock.settimeout(SECONDS_AT_THE_END)
    answer = connection.getreply()
    if connection.sock is not None:
        connection.sock.settimeout(SECONDS)
    return answer


def expect(code: int, answer: Answer, step: str) -> None:
    if answer[0] != code:
        raise ServerSaidNoError(*answer, step)


def not_now(no: ServerSaidNoError) -> Later:
    """Before any letter was spoken of, a no is about us."""
    return Later(f"The mail server does not work with us: {in_words(no.words)}", SETTINGS_SECONDS)


def judged(no: ServerSaidNoError) -> Outcome:
    """5 is for ever, 4 for now; anything else before the letter's end means that it was not taken."""
    said = f"{no.code} {in_words(no.words)}"
    if no.code in OUR_SETTINGS:
        return not_now(no)
    if no.code // 100 == 5:
        is_dead = no.step == "the recipient" and is_nobody(enhanced(no.words), no.words)
        return Refused(f"The mail server refuses {no.step}: {said}", is_address_dead=is_dead)
    return Later(f"The mail server does not take {no.step} yet: {said}", GREYLIST_SECONDS)
