"""A real mailbox over IMAP and TLS: every letter is taken once, whoever else reads it and whatever breaks between."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest

from bot.contact.outside import Outside
from bot.intake import mail
from bot.mailing import looking
from bot.mailing.imap import READ_MAX, ImapMailbox, letterbox, mailbox_of
from bot.mailing.ports import Arrived, CannotLookError, NotNowError, PutAsideError
from store.models import InboxRow, Suggestion, Touch
from tests.factories import TUESDAY, Office
from tests.mailing import servers
from tests.mailing.servers import LOGIN, Certificate, Person
from tests.use_cases.test_mail import LETTER

A_WHILE_AGO = TUESDAY - timedelta(days=2)


@dataclass
class There:
    """The mailbox, as we see it and as a person does."""

    mailbox: ImapMailbox
    person: Person

    def taken(self) -> list[bytes]:
        found: list[bytes] = []
        self.mailbox.bring(lambda letter: found.append(letter.raw), since=A_WHILE_AGO)
        return found


@pytest.fixture
def there(loop: asyncio.AbstractEventLoop, certificate: Certificate) -> Iterator[There]:
    with servers.imap_server(loop, certificate) as port:
        box = mailbox_of(f"imaps://{LOGIN}@localhost:{port}/INBOX", context=certificate.trusting)
        assert box is not None
        yield There(box, Person(port, certificate.trusting))


def letter(number: int, body: str = "Hello") -> bytes:
    head = (
        f"From: Jane {number} <jane{number}@acme.example>\r\nSubject: Question {number}\r\nMessage-ID: <{number}@x.y>"
    )
    return f"{head}\r\n\r\n{body}\r\n".encode()


def test_each_letter_is_taken_once_in_its_order(there: There) -> None:
    there.person.drop(letter(1), letter(2))
    assert there.taken() == [letter(1), letter(2)]
    there.person.drop(letter(3))
    assert there.taken() == [letter(3)]
    assert there.taken() == []


def test_what_a_colleague_reads_first_is_taken_all_the_same(there: There) -> None:
    there.person.drop(letter(1))
    with there.person.looking() as connection:
        connection.uid("STORE", "1:*", "+FLAGS", r"(\Seen)")
    assert there.taken() == [letter(1)]


def test_a_server_without_marks_of_ones_own_keeps_in_mind_what_was_read(
    loop: asyncio.AbstractEventLoop, certificate: Certificate
) -> None:
    with servers.imap_server(loop, certificate, has_marks=False) as port:
        box = mailbox_of(f"imaps://{LOGIN}@localhost:{port}/INBOX", context=certificate.trusting)
        assert box is not None
        there = There(box, Person(port, certificate.trusting))
        there.person.drop(letter(1))
        assert there.taken() == [letter(1)]
        assert there.taken() == []
        assert there.person.flags() == [{r"\Seen"}]


def test_looking_marks_nothing_as_read_for_colleagues(there: There) -> None:
    there.person.drop(letter(1))
    there.taken()
    assert there.person.flags() == [{"DibsTaken"}]


def test_what_could_not_be_stored_comes_again(there: There) -> None:
    there.person.drop(letter(1), letter(2))

    def fail(_letter: Arrived) -> None:
        raise KeyboardInterrupt  # as when the process is ended in the middle

    with pytest.raises(KeyboardInterrupt):
        there.mailbox.bring(fail, since=A_WHILE_AGO)
    assert there.taken() == [letter(1), letter(2)]


def test_a_letter_that_has_to_wait_hinders_none_behind_it(there: There) -> None:
    there.person.drop(letter(1), letter(2))
    seen = []

    def first_not_now(arrived: Arrived) -> None:
        seen.append(arrived.raw)
        if len(seen) == 1:
            raise NotNowError("later")

    there.mailbox.bring(first_not_now, since=A_WHILE_AGO)
    assert seen == [letter(1), letter(2)]
    assert there.taken() == [letter(1)]


def test_a_letter_that_cannot_be_taken_is_put_aside_where_people_see_it(there: There) -> None:
    there.person.drop(letter(1))

    def never(_letter: Arrived) -> None:
        raise PutAsideError("never")

    there.mailbox.bring(never, since=A_WHILE_AGO)
    assert there.taken() == []
    assert there.person.flags() == [{"DibsTaken", r"\Flagged"}]


def test_of_a_huge_letter_the_beginning_is_read(there: There) -> None:
    there.person.drop(letter(1, body="x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 100_000))
    [raw] = there.taken()
    assert len(raw) == READ_MAX
    assert raw.startswith(letter(1)[:60])


def test_what_lay_there_before_is_nobodys_business(there: There) -> None:
    there.person.drop(letter(1))
    found: list[bytes] = []
    there.mailbox.bring(lambda one: found.append(one.raw), since=TUESDAY + timedelta(days=3))
    assert found == []


@pytest.mark.parametrize(
    "wrong", ["imaps://a%40b.c:no@localhost:{port}", "imaps://" + LOGIN + "@localhost:{port}/Nowhere"]
)
def test_a_mailbox_that_is_not_ours_is_told_without_the_password(
    there: There, certificate: Certificate, wrong: str
) -> None:
    box = mailbox_of(wrong.format(port=there.person.port), context=certificate.trusting)
    assert box is not None
    with pytest.raises(CannotLookError) as error:
        box.bring(lambda _: None, since=A_WHILE_AGO)
    assert "password" not in f"{error.value}{box.name}"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(there: There) -> None:
    box = mailbox_of(f"imaps://{LOGIN}@localhost:{there.person.port}")
    assert box is not None
    with pytest.raises(CannotLookError, match="CERTIFICATE_VERIFY_FAILED"):
        box.bring(lambda _: None, since=A_WHILE_AGO)


def test_on_this_machine_it_may_speak_in_the_clear(loop: asyncio.AbstractEventLoop) -> None:
    with servers.imap_server(loop, None) as port:
        box = mailbox_of(f"imap://{LOGIN}@localhost:{port}")
        assert box is not None
        assert box.bring(lambda _: None, since=A_WHILE_AGO) == 0


def test_nobody_listens() -> None:
    with pytest.raises(CannotLookError):
        ImapMailbox(letterbox("imap://u:p@127.0.0.1:1")).bring(lambda _: None, since=A_WHILE_AGO)
    assert mailbox_of("") is None


# --- what becomes of them

VOUCHING = Outside(vouches="mx.acme.example")
TRUE_LETTER = b"Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\n" + LETTER


def test_an_answer_and_an_inquiry_come_in_and_poison_costs_only_itself(there: There, office: Office) -> None:
    office.services.mailbox, office.services.outside = there.mailbox, VOUCHING
    lead_id = office.claimed_lead()
    stranger = TRUE_LETTER.replace(b"jane@acme", b"max@acme").replace(b"<1@", b"<2@")
    there.person.drop(b"Subject: nobody wrote this\r\n\r\nx", TRUE_LETTER, stranger)
    looking.look(office.services)
    looking.look(office.services)
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [lead_id]
    assert [row.values["email"] for row in office.rows(Suggestion)] == ["max@acme.example"]
    assert there.person.flags() == [{"DibsTaken", r"\Flagged"}, {"DibsTaken"}, {"DibsTaken"}]


def test_killed_between_storing_and_marking_it_is_still_taken_once(there: There, office: Office) -> None:
    office.services.mailbox, office.services.outside = there.mailbox, VOUCHING
    office.claimed_lead()
    there.person.drop(TRUE_LETTER)

    def stored_and_then_killed(arrived: Arrived) -> None:
        mail.take_mail(office.services, arrived.raw, key="k")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        there.mailbox.bring(stored_and_then_killed, since=A_WHILE_AGO)
    looking.look(office.services)
    assert len(office.rows(Touch, kind="reply")) == 1
    assert there.person.flags() == [{"DibsTaken"}]


def test_two_who_look_at_once_take_each_letter_once(there: There, office: Office) -> None:
    """As two replicas do: each has the same letters in hand before either marks one."""
    office.services.mailbox, office.services.outside = there.mailbox, VOUCHING
    office.claimed_lead()
    stranger = TRUE_LETTER.replace(b"jane@acme", b"max@acme").replace(b"<1@", b"<2@")
    there.person.drop(TRUE_LETTER, stranger)
    together = Barrier(2)

    def look(_: int) -> None:
        def take(letter: Arrived) -> None:
            together.wait(10)
            looking.take(office.services, letter)

        there.mailbox.bring(take, since=A_WHILE_AGO)

    with ThreadPoolExecutor(2) as both:
        list(both.map(look, range(2)))
    assert len(office.rows(Touch, kind="reply")) == 1
    assert len(office.rows(Suggestion)) == 1
    assert there.person.flags() == [{"DibsTaken"}, {"DibsTaken"}]


def test_without_a_mailbox_or_with_one_that_is_away_nothing_happens(office: Office) -> None:
    looking.look(office.services)
    office.services.mailbox = mailbox_of("imap://u:p@127.0.0.1:1")
    looking.look(office.services)
    assert office.rows(Suggestion) == []
    assert len(office.rows(InboxRow, kind="mailbox")) == 1
