"""Reads what came over SMTP, and writes the answer that somebody types."""

from email import message_from_bytes, message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid, parseaddr

from bot.sandbox.clock import Clock
from bot.sandbox.post.box import Letter

DOMAIN = "outside.example"


def read(raw: bytes, to: str, number: int, clock: Clock) -> Letter:
    """The letter as its reader's program shows it."""
    message = message_from_bytes(raw, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    sender = str(message.get("From", ""))
    return Letter(
        number, to, sender, str(message.get("Subject", "")), plain.get_content() if plain else "",
        html.get_content() if html else "", clock.now().isoformat(), str(message.get("Message-ID", "")),
        str(message.get("Reply-To", "")) or sender, one_click(message),
        tuple(part.get_filename() or "file" for part in message.iter_attachments()), raw,
    )  # fmt: skip


def one_click(message: EmailMessage) -> str:
    """Where a mail program posts to when its reader presses Unsubscribe (RFC 8058); "" if the letter has no such."""
    if str(message.get("List-Unsubscribe-Post", "")).strip().lower() != "list-unsubscribe=one-click":
        return ""
    offered = [part.strip().strip("<>") for part in str(message.get("List-Unsubscribe", "")).split(",")]
    return next((url for url in offered if url.startswith(("http://", "https://"))), "")


def answer(letter: Letter, text: str, clock: Clock) -> bytes:
    """What the reader's program sends back."""
    message = EmailMessage()
    message["From"], message["To"] = letter.to, parseaddr(letter.reply_to)[1]
    message["Subject"] = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    message["Date"], message["Message-ID"] = format_datetime(clock.now()), make_msgid(domain=DOMAIN)
    if letter.message_id:
        message["In-Reply-To"] = message["References"] = letter.message_id
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    message.set_content(f"{text}\n\nOn {letter.at[:10]}, {letter.sender} wrote:\n{quoted}\n")
    return message.as_bytes()


def bounce(letter: Letter, clock: Clock) -> bytes:
    """What a mail server answers that knows nobody of that name (RFC 3464)."""
    domain = letter.to.rpartition("@")[2]
    message = MIMEMultipart("report")
    message.set_param("report-type", "delivery-status")
    message["From"], message["To"] = f"MAILER-DAEMON@{domain}", parseaddr(letter.sender)[1]
    message["Subject"], message["Date"] = "Undelivered Mail Returned to Sender", format_datetime(clock.now())
    message["Message-ID"], message["Auto-Submitted"] = make_msgid(domain=DOMAIN), "auto-replied"
    message.attach(MIMEText(f"Your message to {letter.to} could not be delivered: nobody of that name is here.\n"))
    report = (
        f"Reporting-MTA: dns; {domain}\n\nFinal-Recipient: rfc822; {letter.to}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
    )
    original = f"Message-ID: {letter.message_id}\nSubject: {Header(letter.subject).encode()}\nTo: {letter.to}\n"
    for kind, text in (("message/delivery-status", report), ("text/rfc822-headers", original)):
        message.attach(message_from_string(f"Content-Type: {kind}\n\n{text}"))
    return message.as_bytes()
