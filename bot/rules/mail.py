"""An e-mail as it came over the wire, read as a person would: who wrote it, and what. Pure."""

import re
from codecs import lookup
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses
from html.parser import HTMLParser

from bot.errors import InvalidInputError, Problem
from bot.rules.cleaning.lead import clean_email, clean_text
from bot.rules.letters import TEXT_MAX, Writer, read_letter
from bot.rules.mailing.answers import is_by_itself
from bot.rules.mailing.names import keys_in
from bot.rules.mailing.returned import Returned, read_returned
from bot.rules.mailing.vouching import Vouched, vouched_in

SUBJECT_MAX = 200
MOST_ATTACHMENTS = 20
MOST_PARTS = 200
MOST_LINES, MOST_SEAMS, MOST_NESTED = 150_000, 5000, 60  # lines, beginnings of parts, and parts in parts
HEADER_MAX = 2000
SLOW_CHARSETS = frozenset({"punycode", "idna"})  # made for names of hosts, not for letters
HTML_MAX = 300_000
UNREADABLE = "This is not an e-mail that I can read."
NOBODY = "It does not say from which address it came."
# What the library stumbles over in an e-mail that nobody foresaw.
STUMBLES = (MessageError, ValueError, TypeError, AttributeError, LookupError, RecursionError)
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|doorst)\s*:", re.IGNORECASE)
_FORWARD_BEGINS = re.compile(
    r"^[>\s]*(?:-{2,}\s*(?:forwarded message|original message|weitergeleitete nachricht|ursprüngliche nachricht"
    r"|message transféré)\s*-{2,}|begin forwarded message:|anfang der weitergeleiteten nachricht:)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = re.compile(r"^[>\s*]*(?:from|von|de|da|van)\s?\*?:\*?\s*(.{3,300})$", re.IGNORECASE | re.MULTILINE)
_BY_MACHINE = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+.-].*)?@", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """An e-mail, read."""

    writer: Writer
    subject: str = ""
    message_id: str = ""
    attachments: tuple[str, ...] = ()  # by name: they are not opened
    is_automatic: bool = False  # a machine wrote it
    is_to_list: bool = False
    answers: tuple[str, ...] = ()  # what it names as the letters it answers, as far as those could be ours
    author: str = ""  # the one address in From; "" when there are more, or the writer is somebody else
    vouched: Vouched = field(default_factory=dict)  # what mail servers say they found out about that


@dataclass(frozen=True)
class Mail:
    """An e-mail, taken apart."""

    message: Message
    parts: list[Message]
    text: str  # the words, quotes and all


def read_mail(raw: bytes) -> Letter:
    """Whatever comes in, the answer is a letter or a sentence; raises as `open_mail` and `letter_in` do."""
    return letter_in(open_mail(raw))


def open_mail(raw: bytes) -> Mail:
    """Take it apart.

    Raises:
        InvalidInputError: nobody could read it.
    """
    try:
        message = parsed(raw)
        parts = list(parts_of(message))
        return Mail(message, parts, text_of(parts))
    except STUMBLES as error:
        raise InvalidInputError([Problem("mail", UNREADABLE)]) from error


def returned_in(mail: Mail) -> Returned | None:
    """What it gives back to us, a bounce or a complaint; None when somebody wrote it."""
    try:
        return read_returned(mail.message, mail.parts, mail.text)
    except STUMBLES:
        return None


def letter_in(mail: Mail) -> Letter:
    """Who wrote it, and what.

    Raises:
        InvalidInputError: nobody could tell who wrote it.
    """
    try:
        return letter_of(mail)
    except STUMBLES as error:
        raise InvalidInputError([Problem("mail", UNREADABLE)]) from error


def letter_of(mail: Mail) -> Letter:
    message, text = mail.message, mail.text
    subject = header(message, "Subject")[:SUBJECT_MAX]
    forwarded = inner_message(mail.parts)
    name, address = sender(forwarded or message)
    if forwarded is None and _FORWARDED.match(subject):
        inner, rest = forwarded_sender(text)
        (name, address), text = inner or (name, address), rest
    if not address:
        raise InvalidInputError([Problem("mail", NOBODY)])
    return Letter(
        read_letter(text, name=name, email=address), subject, header(message, "Message-ID")[:SUBJECT_MAX],
        tuple(attachments(mail.parts)), is_by_machine(message, address, subject), is_to_list(message),
        answered_by(message), author_of(message, address),
        vouched_in(str(one) for one in message.get_all("Authentication-Results", [])),
    )  # fmt: skip


def author_of(message: Message, address: str) -> str:
    """The writer, if From names them and nobody besides: that is what mail servers look at."""
    named = [str(one) for one in message.get_all("From", [])]
    is_one = len(named) == 1 and named[0].count("@") == 1
    return address if is_one and person(header(message, "From"))[1] == address else ""


def answered_by(message: Message) -> tuple[str, ...]:
    """The keys of the letters it could answer, the likeliest first."""
    return tuple(keys_in(f"{header(message, 'References')} {header(message, 'In-Reply-To')}"))


class Bounded(Compat32):
    """Reads of each header only so much: the library's time grows with the square of its parameters."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_MAX]


def parsed(raw: bytes) -> Message:
    """As much of it as anybody wrote by hand: each line is held against every part around it, and each part is kept.

    Raises:
        ValueError: nobody packs an e-mail into so many parts.
    """
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", MOST_LINES)
    head = b"\n".join(lines[:MOST_LINES])
    small = head.lower()
    if small.count(b"\n--") > MOST_SEAMS or small.count(b"boundary") > MOST_NESTED:
        raise ValueError("too many parts")
    if b"message/delivery-status" in small and small.count(b"\n\n") > MOST_SEAMS:  # each is a part of its own there
        raise ValueError("too many recipients")
    return message_from_bytes(head, policy=Bounded())


def parts_of(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def inner_message(parts: list[Message]) -> Message | None:
    """The e-mail that was sent along whole, as some programs forward."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = part.get_payload(0)
            return inner if isinstance(inner, Message) else None
    return None


def header(message: Message, name: str) -> str:
    """A header as it was meant; one that cannot be decoded, as it stands."""
    raw = str(message.get(name, ""))
    try:
        decoded = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError, TypeError, AttributeError):
        decoded = raw
    return clean_text(decoded, limit=1000)


def sender(message: Message) -> tuple[str, str]:
    """Where an answer is to go: Reply-To before From."""
    named = person(header(message, "From"))
    answered = person(header(message, "Reply-To"))
    if answered[1]:
        return answered[0] or (named[0] if named[1] == answered[1] or not answered[0] else ""), answered[1]
    return named


def person(text: str) -> tuple[str, str]:
    """The first name and address in it."""
    try:
        pairs = getaddresses([text[:1000]])
    except (RecursionError, ValueError, IndexError):  # brackets in brackets in brackets
        return "", ""
    for name, address in pairs:
        try:
            return clean_text(name, limit=120).strip("'\" "), clean_email(address)
        except ValueError:
            continue
    return "", ""


def forwarded_sender(text: str) -> tuple[tuple[str, str] | None, str]:
    """Who wrote what somebody forwarded, and what they wrote; the text as it is when that cannot be told."""
    begins = _FORWARD_BEGINS.search(text)
    below = text[begins.end() :] if begins else text
    said = _FROM.search(below)
    found = person(said.group(1)) if said else ("", "")
    if not said or not found[1]:
        return None, text
    body = below[said.end() :]
    head, blank, rest = body.partition("\n\n")
    is_head = bool(blank) and all(":" in line or not line.strip() for line in head.splitlines())
    return found, rest if is_head else body


def text_of(parts: list[Message]) -> str:
    """The words: the plain ones, or those of the page when there are no plain ones."""
    plain = next((said for part in bodies(parts, "text/plain") if (said := decoded(part)).strip()), "")
    return plain or next((said for part in bodies(parts, "text/html") if (said := without_tags(decoded(part)))), "")


def bodies(parts: list[Message], kind: str) -> Iterator[Message]:
    return (part for part in parts if part.get_content_type() == kind and not is_attachment(part))


def is_attachment(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def attachments(parts: list[Message]) -> list[str]:
    found = [file_name(part) for part in parts if is_attachment(part) or file_name(part)]
    return [name or "without a name" for name in found][:MOST_ATTACHMENTS]


def file_name(part: Message) -> str:
    try:
        return clean_text(str(part.get_filename() or ""), limit=100)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    for encoding in (charset, "utf-8"):
        try:
            if lookup(encoding).name not in SLOW_CHARSETS:
                return content[:HTML_MAX].decode(encoding)
        except (LookupError, ValueError):
            continue
    return content[:HTML_MAX].decode("latin-1")


def is_by_machine(message: Message, address: str, subject: str) -> bool:
    in_bulk = header(message, "Precedence").lower() in ("bulk", "junk")
    return in_bulk or is_by_itself(message, subject) or _BY_MACHINE.match(address) is not None


def is_to_list(message: Message) -> bool:
    return header(message, "Precedence").lower() == "list" or bool(message.get("List-Id"))


class Words(HTMLParser):
    """The words of a page, line by line, without what is hidden and what is quoted."""

    BREAKS = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "hr"})
    SKIPPED = frozenset({"script", "style", "head", "title", "blockquote", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self.SKIPPED:
            self._skipping.append(tag)
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag == self._skipping[-1]:
            self._skipping.pop()
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.words.append(re.sub(r"\s+", " ", data))


def without_tags(page: str) -> str:
    reader, ends = Words(), page.rfind(">", 0, HTML_MAX) + 1
    try:
        # Up to the last tag that ends: the library reads what never ends over and over.
        reader.feed(page[:ends] + page[ends:HTML_MAX].partition("<")[0])
        reader.close()
    except (AssertionError, ValueError, RecursionError):  # what the library says of a broken declaration
        return re.sub(r"<[^<>]{0,500}>", " ", page[:TEXT_MAX])
    lines = [line.strip() for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
