"""E-mails as they come over the wire, read as a person would; whatever comes, the answer is a letter or a sentence."""

from contextlib import suppress
from email.message import EmailMessage
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInputError
from bot.rules.letters import MESSAGE_MAX, read_letter
from bot.rules.mail import Letter, read_mail


def sent(body: str, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "Jane Doe <jane@acme.example>", "Subject": "Hello", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def read(body: str, **headers: str) -> Letter:
    return read_mail(sent(body, **headers))


def test_the_answer_goes_where_they_ask_for_it() -> None:
    letter = read("Hi", Reply_To="Jane <jane.doe@acme.example>")
    assert (letter.writer.name, letter.writer.email) == ("Jane", "jane.doe@acme.example")
    assert read("Hi", Reply_To="jane@acme.example").writer.name == "Jane Doe"


def test_headers_and_bodies_of_other_alphabets_are_decoded() -> None:
    raw = (
        b"From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <j@firma.example>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"Gr=FC=DFe aus K=F6ln"
    )
    letter = read_mail(raw)
    assert (letter.writer.name, letter.subject) == ("J\u00fcrgen M\u00fcller", "Gr\u00fc\u00dfe")
    assert letter.writer.message == "Gr\u00fc\u00dfe aus K\u00f6ln"


@pytest.mark.parametrize(
    "forwarded",
    [
        "FYI\n\n---------- Forwarded message ---------\nFrom: Max Muster <max@firma.example>\n\nWe need a quote.",
        "Begin forwarded message:\n\n> From: Max Muster <max@firma.example>\n> Subject: Offer\n\nWe need a quote.",
        "-----Urspr\u00fcngliche Nachricht-----\nVon: Max Muster <max@firma.example>\nAn: uns\n\nWe need a quote.",
    ],
)
def test_of_what_somebody_forwarded_the_one_who_wrote_it_counts(forwarded: str) -> None:
    letter = read(forwarded, From="colleague@dibs.example", Subject="Fwd: Offer")
    assert (letter.writer.name, letter.writer.email) == ("Max Muster", "max@firma.example")
    assert letter.writer.message == "We need a quote."


def test_an_e_mail_that_was_sent_along_whole_is_read_too() -> None:
    outer, inner = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "Max Muster <max@firma.example>", "Offer"
    inner.set_content("We need a quote.")
    outer["From"], outer["Subject"] = "colleague@dibs.example", "See this"
    outer.add_attachment(inner)
    assert read_mail(outer.as_bytes()).writer.email == "max@firma.example"


def test_the_signature_tells_job_company_and_telephone() -> None:
    writer = read_letter(
        "Hello,\nplease call me about version 2024-2025.\n\nMit freundlichen Gr\u00fc\u00dfen\n\nPetra Beispiel\n"
        "Gesch\u00e4ftsf\u00fchrerin | Beispiel Handels GmbH\nTel. +49 (30) 12 34 567\npetra@beispiel.example\n"
        "https://www.beispiel.example"
    )
    assert (writer.name, writer.title, writer.company) == (
        "Petra Beispiel", "Gesch\u00e4ftsf\u00fchrerin", "Beispiel Handels GmbH"
    )  # fmt: skip
    assert (writer.phone, writer.email) == ("+49 (30) 12 34 567", "petra@beispiel.example")
    assert writer.website == "https://www.beispiel.example"
    assert writer.message == "Hello,\nplease call me about version 2024-2025."


@pytest.mark.parametrize(
    ("address", "company"),
    [
        ("j@acme.example", "Acme"),
        ("j@big-corp.co.uk", "Big Corp"),
        ("j@gmail.com", ""),
        ("j@m.acme.example", "Acme"),
    ],
)
def test_the_company_is_told_by_the_domain_unless_anybody_can_have_an_address_there(address: str, company: str) -> None:
    assert read_letter("Hi", email=address).company == company


@pytest.mark.parametrize(
    "quote",
    ["On Tue, 24 Nov 2026 at 10:00, Dibs <d@dibs.example> wrote:\n> old", "-----Original Message-----\nold",
     "Am 24.11.2026 um 10:00 schrieb Dibs:\nold", "> old\n> older"],
)  # fmt: skip
def test_what_they_quote_is_not_theirs(quote: str) -> None:
    assert read(f"New words.\n\n{quote}").writer.message == "New words."


def test_of_a_page_the_words_are_read_and_what_is_hidden_is_not() -> None:
    message = EmailMessage()
    message["From"] = "jane@acme.example"
    message.set_content(
        "<html><head><title>x</title><style>p{}</style></head><body><p>Hello&nbsp;<b>you</b>,</p><div>call me</div>"
        "<script>steal()</script><blockquote>old</blockquote></body></html>", subtype="html",
    )  # fmt: skip
    assert read_mail(message.as_bytes()).writer.message == "Hello you,\ncall me"


def test_attachments_are_named_and_not_opened() -> None:
    message = EmailMessage()
    message["From"] = "jane@acme.example"
    message.set_content("See attached")
    message.add_attachment(b"MZ\x00", maintype="application", subtype="octet-stream", filename="brief\u202efdp.exe")
    letter = read_mail(message.as_bytes())
    assert letter.attachments == ("brieffdp.exe",)
    assert letter.writer.message == "See attached"


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Precedence": "junk"},
     {"From": "MAILER-DAEMON@acme.example"}, {"From": "no-reply@acme.example"}],
)  # fmt: skip
def test_a_machine_is_told_from_a_person(headers: dict[str, str]) -> None:
    assert read("Hi", **headers).is_automatic
    assert not read("Hi", Auto_Submitted="no").is_automatic


@pytest.mark.parametrize("headers", [{"List_Id": "<news.acme.example>"}, {"Precedence": "list"}])
def test_what_goes_to_a_list_is_told_from_what_goes_to_us(headers: dict[str, str]) -> None:
    assert read("Hi", **headers).is_to_list
    assert not read("Hi").is_to_list


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 50, b"garbage", b"From: \r\n\r\nx", b"From: nobody\n\nx", b"From: a@b, c d\n\n",
     b"\xff\xfe" + "From: a".encode("utf-16-le"), b"From: =?utf-8?B?////?=\n\nx", b"From: " + b"(" * 5000],
)  # fmt: skip
def test_what_names_no_writer_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_mail(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: j@acme.example\nContent-Type: text/plain; charset=klingon\n\nHi",
        b"From: j@acme.example\nContent-Type: multipart/mixed\n\nHi",
        b"From: j@acme.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n<![if",
        b"From: j@acme.example\nContent-Type: text/html\n\n<!--" + b"<a" * 20_000,
        b"From: j@acme.example\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: j@acme.example\nContent-Type: message/rfc822\n\nHi",
        b"From: j@acme.example\nContent-Disposition: attachment; filename*=klingon''%zz\n\nHi",
        b"From: j@acme.example\n\n" + b"Best regards\n" * 5000,
        b"From: j@acme.example\n\n" + b"+1 (2) " * 20_000,
        b"From: j@acme.example\n\n" + b"a@" * 50_000,
    ],
)
def test_broken_ones_are_read_as_far_as_they_go(raw: bytes) -> None:
    letter = read_mail(raw)
    assert letter.writer.email == "j@acme.example"
    assert len(letter.writer.message) <= MESSAGE_MAX


def nested(depth: int) -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"From: j@acme.example\n{head}\n\nHi".encode()


HEAD = b"From: Jane <jane@acme.example>\r\n"
BOXES = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(300))


@pytest.mark.parametrize(
    "raw",
    [HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 150_000, HEAD + b'Content-Type: text/plain; a="' + b";" * 1_000_000,
     HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"aaab" * 250_000,
     HEAD + BOXES + b"x\r\n" * 1_000_000, HEAD + BOXES[:3000] + b"\r" * 5_000_000,
     HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 1_000_000],
    ids=["subject", "parameters", "punycode", "boxes", "returns", "parts"],
)  # fmt: skip
def test_none_takes_long_to_read_whatever_it_is_made_of(raw: bytes) -> None:
    begun = thread_time()
    with suppress(InvalidInputError):
        read_mail(raw)
    assert thread_time() - begun < 3


def test_one_in_another_in_another_ends_somewhere() -> None:
    with suppress(InvalidInputError):
        assert read_mail(nested(3000)).writer.email == "j@acme.example"


PARTS = st.sampled_from(
    [b"From: ", b"Reply-To: ", b"Subject: Fwd: ", b"Content-Type: ", b"multipart/mixed; boundary=x", b"\n--x\n",
     b"\n\n", b"\n", b"text/html", b"message/rfc822", b"jane@acme.example",
     b"<", b"=?utf-8?Q?", b"?=", b"; charset=", b"\xff",
     b"Content-Transfer-Encoding: base64", b"\x00", b"-- \n", b"Best regards\n", b"On Tue, x wrote:"]
)  # fmt: skip


@given(st.lists(st.one_of(PARTS, st.binary(max_size=8)), max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_a_letter_or_a_sentence(parts: list[bytes]) -> None:
    with suppress(InvalidInputError):
        assert "@" in read_mail(b"".join(parts)).writer.email
