"""Letters over real SMTP: TLS and passwords checked, and of every outcome exactly what is known."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy

import pytest

from bot.contact.ports import Later, Parcel, Refused, Taken, Unknown
from bot.mailing.smtp import SmtpCarrier, smtp_carrier, smtp_server
from tests.mailing import servers
from tests.mailing.servers import Certificate, FaultyServer

PARCEL = Parcel(
    key="k1", channel="email", to="jane@acme.example", subject="Welcome", text=".one\n..\nGrüße\n", html="<p>Grüße</p>",
    headers={"From": "Acme <sales@acme.example>", "Message-ID": "<k1@acme.example>"},
)  # fmt: skip


@contextmanager
def carrier_of(url: str, certificate: Certificate | None = None) -> Iterator[SmtpCarrier]:
    with closing(smtp_carrier(url, context=certificate.trusting if certificate else None)) as carrier:
        yield carrier


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls", "smtp"])
def test_a_letter_arrives_whole_over_every_kind_of_connection(
    loop: asyncio.AbstractEventLoop, certificate: Certificate, scheme: str
) -> None:
    with servers.smtp_server(loop, certificate, scheme) as (url, post), carrier_of(url, certificate) as carrier:
        assert carrier.carry(PARCEL) == Taken("<k1@acme.example>")
    [(sender, recipients, content)] = post.letters
    assert (sender, recipients) == ("sales@acme.example", ["jane@acme.example"])
    letter = message_from_bytes(content, policy=policy.default)
    assert letter.get_content_type() == "multipart/alternative"
    assert letter.get_body(("plain",)).get_content() == ".one\r\n..\r\nGrüße\r\n"  # type: ignore[union-attr]
    assert "Grüße" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_one_connection_carries_many_letters_and_a_refused_one_between(
    loop: asyncio.AbstractEventLoop, certificate: Certificate
) -> None:
    with servers.smtp_server(loop, certificate, "smtps") as (url, post), carrier_of(url, certificate) as carrier:
        post.refusals["jane@acme.example"] = "550 5.1.1 No such user"
        assert carrier.carry(PARCEL) == Refused(
            "The mail server refuses the recipient: 550 5.1.1 No such user", is_address_dead=True
        )
        post.refusals.clear()
        assert [type(carrier.carry(PARCEL)) for _ in range(3)] == [Taken] * 3
        assert post.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    loop: asyncio.AbstractEventLoop, certificate: Certificate
) -> None:
    for scheme in ("smtps", "smtp+starttls"):
        with servers.smtp_server(loop, certificate, scheme) as (url, post), carrier_of(url) as carrier:
            outcome = carrier.carry(PARCEL)
        assert isinstance(outcome, Later)
        assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason
        assert post.letters == []


def test_a_server_that_hides_starttls_hears_no_password() -> None:
    with closing_server(EHLO="250 hi") as server, carrier_of(f"smtp+starttls://u:p@127.0.0.1:{server.port}") as carrier:
        outcome = carrier.carry(PARCEL)
    assert isinstance(outcome, Later)
    assert "STARTTLS" in outcome.reason


def test_a_wrong_password_is_no_fault_of_the_letter(loop: asyncio.AbstractEventLoop, certificate: Certificate) -> None:
    with servers.smtp_server(loop, certificate, "smtps") as (url, post):
        wrong = url.replace("password", "passport")
        with carrier_of(wrong, certificate) as carrier:
            outcome = carrier.carry(PARCEL)
    assert isinstance(outcome, Later)
    assert "passport" not in outcome.reason
    assert post.letters == []


@contextmanager
def closing_server(**answers: str | None) -> Iterator[FaultyServer]:
    server = FaultyServer(**answers)
    try:
        yield server
    finally:
        server.stop()


def outcome_with(**answers: str | None) -> tuple[object, int]:
    """What is said of the letter, and how many letters the server has to the end."""
    with closing_server(**answers) as server, carrier_of(f"smtp://127.0.0.1:{server.port}") as carrier:
        return carrier.carry(PARCEL), len(server.letters)


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_whoever_hangs_up_before_the_letters_end_has_not_got_it(step: str) -> None:
    outcome, arrived = outcome_with(**{step: None, **({"HELO": None} if step == "EHLO" else {})})
    assert isinstance(outcome, Later)
    assert arrived == 0


def test_of_a_letter_that_was_said_to_the_end_without_an_answer_nobody_knows() -> None:
    outcome, arrived = outcome_with(dot=None)
    assert isinstance(outcome, Unknown)
    assert arrived == 1


@pytest.mark.parametrize("answer", ["xyz", "350 what", "9"])
def test_an_answer_to_the_letter_that_is_none_is_no_yes_and_no_no(answer: str) -> None:
    assert isinstance(outcome_with(dot=answer)[0], Unknown)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"greeting": "421 4.3.2 full"}, Later),
        ({"greeting": "554 5.7.1 not you"}, Later),
        ({"MAIL": "530 5.7.0 log in first"}, Later),
        ({"MAIL": "451 4.7.1 later"}, Later),
        ({"MAIL": "550 5.7.1 sender refused"}, Refused),
        ({"RCPT": "450 4.2.0 greylisted"}, Later),
        ({"RCPT": "421 4.7.0 too many"}, Later),
        ({"RCPT": "550 5.7.1 policy"}, Refused),
        ({"RCPT": "252 perhaps"}, Later),
        ({"DATA": "451 later"}, Later),
        ({"DATA": "554 no"}, Refused),
        ({"dot": "452 4.3.1 disk full"}, Later),
        ({"dot": "554 5.6.0 spam"}, Refused),
    ],
)
def test_four_is_for_now_and_five_for_ever(answers: dict[str, str | None], expected: type) -> None:
    outcome, _ = outcome_with(**answers)
    assert isinstance(outcome, expected)
    assert not getattr(outcome, "is_address_dead", False)


@pytest.mark.parametrize(
    ("said", "is_dead"),
    [
        ("550 5.1.1 <jane@acme.example>: User unknown", True),
        ("550 No such user here", True),
        ("550 5.1.10 null MX", True),
        ("553 5.1.3 bad address", True),
        ("550-5.2.1 The account is disabled\r\n550 5.2.1 bye", True),
        ("552 5.2.2 Mailbox full", False),
        ("550 5.7.1 Blocked: see the list of unknown users", False),
        ("550 Spam", False),
    ],
)
def test_an_address_is_dead_only_if_nobody_can_be_reached_there(said: str, is_dead: bool) -> None:
    outcome, _ = outcome_with(RCPT=said)
    assert isinstance(outcome, Refused)
    assert outcome.is_address_dead == is_dead


def test_where_nobody_listens_the_letter_waits() -> None:
    with closing_server() as server:
        port = server.port
    with carrier_of(f"smtp://127.0.0.1:{port}") as carrier:
        assert isinstance(carrier.carry(PARCEL), Later)


@pytest.mark.parametrize("said", [None, "421 4.4.2 idle for too long"])
def test_a_connection_that_the_server_ended_meanwhile_is_made_anew(said: str | None) -> None:
    with closing_server(AGAIN=said) as server, carrier_of(f"smtp://127.0.0.1:{server.port}") as carrier:
        assert [type(carrier.carry(PARCEL)) for _ in range(3)] == [Taken] * 3
        assert len(server.letters) == 3


@pytest.mark.parametrize(
    "to", ["a@x.example, b@evil.example", "a@x.example b@evil.example", "a@x.example>\r\nRCPT TO:<b@evil.example", "",
           "Jane <a@x.example>", "a@x.example;b@evil.example", "a@x.example,b@evil.example", "a,b@x.example",
           "@x.example", "a@", "a@b@c", '"a b"@x.example',
           "g:a@x.example;", "a@x..example", "jürgen@x.example"],
)  # fmt: skip
def test_a_letter_goes_to_one_address_or_to_none(to: str) -> None:
    parcel = Parcel(key="k", channel="email", to=to, subject="s", text="t", headers=PARCEL.headers)
    with closing_server() as server, carrier_of(f"smtp://127.0.0.1:{server.port}") as carrier:
        assert isinstance(carrier.carry(parcel), Refused)
        assert server.letters == []


def test_passwords_stay_on_this_machine_or_under_cover() -> None:
    assert smtp_server("smtp://localhost").security == "plain"
    assert smtp_server("smtp://mail.acme.example:25?plain=yes").host == "mail.acme.example"
    for refused in ("smtp://u:secret@mail.acme.example", "http://x", "smtps://", "smtps://h:99999"):
        with pytest.raises(ValueError, match=r"must be like|in the clear") as error:
            smtp_server(refused)
        assert "secret" not in str(error.value)
    read = smtp_server("smtps://dibs%40acme.example:p%3A%2F@mail.acme.example")
    assert (read.user, read.password, read.port) == ("dibs@acme.example", "p:/", 465)
