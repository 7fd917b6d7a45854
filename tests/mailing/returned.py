"""What mail servers send back, written after RFC 3464 and RFC 5965: not anybody's real letters."""

ORIGINAL = """\
Message-ID: <{key}@acme.example>
From: Acme Sales <sales@acme.example>
To: jane@acme.example
Subject: Welcome
References: <an-older-letter@acme.example>
"""


def dsn(key: str, *, action: str = "failed", status: str = "5.1.1", said: str = "smtp; 550 5.1.1 User unknown",
        whole: bool = True) -> bytes:  # fmt: skip
    """A delivery report, with our letter or only its headers."""
    kind, rest = ("message/rfc822", "\nHello Jane\n") if whole else ("text/rfc822-headers", "")
    return f"""\
Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.acme.example>
To: sales@acme.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{key[:8]}.{action}@mx.acme.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

Your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example
Arrival-Date: Tue, 24 Nov 2026 09:30:00 +0000

Original-Recipient: rfc822;jane@acme.example
Final-Recipient: rfc822; jane@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--b1
Content-Type: {kind}

{ORIGINAL.format(key=key)}{rest}
--b1--
""".encode()


def complaint(key: str, kind: str = "abuse") -> bytes:
    return f"""\
From: <abuse@provider.example>
To: sales@acme.example
Subject: FW: Welcome
Message-ID: <c-{kind}@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an email abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1

--b1
Content-Type: message/rfc822

{ORIGINAL.format(key=key)}
Hello Jane
--b1--
""".encode()


def in_words(key: str, why: str) -> bytes:
    """As servers wrote that never heard of reports."""
    return f"""\
From: MAILER-DAEMON@old.example
To: sales@acme.example
Subject: failure notice
Message-ID: <old@old.example>

Hi. This is the mail program at old.example. Your message could not be delivered.

<jane@acme.example>:
{why}

--- Below this line is a copy of the message.

{ORIGINAL.format(key=key)}
Hello Jane
""".encode()


def answer(key: str, words: str, *, sender: str = "Jane Doe <jane@acme.example>", subject: str = "Re: Welcome",
           number: int = 1, **headers: str) -> bytes:  # fmt: skip
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    named = f"In-Reply-To: <{key}@acme.example>\n" if key else ""
    return f"""\
From: {sender}
To: sales@acme.example
Subject: {subject}
Message-ID: <answer-{number}@acme.example>
{named}{more}Content-Type: text/plain; charset=utf-8

{words}

On Tue, 24 Nov 2026 at 10:30, Acme Sales <sales@acme.example> wrote:
> Hello Jane
> No more e-mails like this: https://dibs.acme.example/unsubscribe/x
""".encode()
