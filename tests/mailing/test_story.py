"""From the queue over real SMTP to the reader, and from the reader's answer over real IMAP to the owner."""

import asyncio
import random
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.contact.carriers import COMPOSERS
from bot.contact.postman import Postman
from bot.mailing import looking
from bot.mailing.imap import mailbox_of
from bot.mailing.smtp import SmtpCarrier, smtp_carrier
from store.database import Database
from store.models import LeadMessage, OutboxRow, Suppression, Touch
from tests.factories import ALICE, Office
from tests.mailing import servers
from tests.mailing.desk import agreed, open_for_mail, queued
from tests.mailing.returned import answer, dsn
from tests.mailing.servers import LOGIN, Certificate, FaultyServer, Person, Post


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return open_for_mail(Office(sqlite_database, ALICE))


@pytest.fixture
def line(loop: asyncio.AbstractEventLoop, certificate: Certificate) -> Iterator[tuple[SmtpCarrier, Post]]:
    with servers.smtp_server(loop, certificate, "smtp+starttls") as (url, post):
        carrier = smtp_carrier(url, context=certificate.trusting)
        yield carrier, post
        carrier.close()


@pytest.fixture
def person(loop: asyncio.AbstractEventLoop, certificate: Certificate, office: Office) -> Iterator[Person]:
    """Whoever can put letters into our mailbox."""
    with servers.imap_server(loop, certificate) as port:
        office.services.mailbox = mailbox_of(f"imaps://{LOGIN}@localhost:{port}", context=certificate.trusting)
        yield Person(port, certificate.trusting)


def postman(office: Office, carrier: SmtpCarrier) -> Postman:
    return Postman(
        office.services, {"email": carrier}, COMPOSERS, now=office.clock.now, monotonic=time.monotonic,
        rng=random.Random(1),  # noqa: S311 - jitter
    )  # fmt: skip


def letters(post: Post) -> list[EmailMessage]:
    read = (message_from_bytes(content, policy=policy.default) for _, _, content in post.letters)
    return [letter for letter in read if isinstance(letter, EmailMessage)]


def test_a_letter_leaves_is_answered_and_ends_when_they_say_so(
    office: Office, line: tuple[SmtpCarrier, Post], person: Person
) -> None:
    carrier, post = line
    lead_id = office.claimed_lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, "Hello Jane", rep_id=1)
    sender = postman(office, carrier)
    assert sender.send_one()
    assert not sender.send_one()
    [letter] = letters(post)
    message = office.get(LeadMessage, number)
    assert (message.status, message.provider_id) == ("sent", letter["Message-ID"])
    key = str(letter["Message-ID"]).strip("<>").partition("@")[0]
    person.drop(answer(key, "Call me tomorrow."))
    looking.look(office.services)
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [lead_id]
    assert "Call me tomorrow." in str([row.payload for row in office.rows(OutboxRow, kind="thread")])
    waiting = queued(office, lead_id, "And another", rep_id=1)
    person.drop(answer(key, "Please unsubscribe me", number=2))
    looking.look(office.services)
    assert not sender.send_one()
    assert office.get(LeadMessage, waiting).status == "skipped"
    assert len(post.letters) == 1


def test_a_letter_that_comes_back_ends_it_for_that_address(
    office: Office, line: tuple[SmtpCarrier, Post], person: Person
) -> None:
    carrier, post = line
    lead_id = office.claimed_lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, "Hello Jane", rep_id=1)
    postman(office, carrier).send_one()
    person.drop(dsn(office.get(LeadMessage, number).key))
    looking.look(office.services)
    assert [row.reason for row in office.rows(Suppression)] == ["bounced"]
    assert office.get(LeadMessage, number).bounced_at is not None
    assert len(post.letters) == 1


def test_one_that_broke_off_before_its_end_leaves_later_under_the_same_name(
    office: Office, line: tuple[SmtpCarrier, Post]
) -> None:
    lead_id = office.claimed_lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, "Hello Jane")
    faulty = FaultyServer(DATA=None)
    try:
        assert postman(office, smtp_carrier(f"smtp://127.0.0.1:{faulty.port}")).send_one()
    finally:
        faulty.stop()
    assert office.get(LeadMessage, number).status == "waiting"
    office.clock.advance(hours=2)
    assert postman(office, line[0]).send_one()
    [letter] = letters(line[1])
    assert office.get(LeadMessage, number).key in letter["Message-ID"]


def test_one_of_which_nobody_knows_is_not_sent_again(office: Office, line: tuple[SmtpCarrier, Post]) -> None:
    lead_id = office.claimed_lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, "Hello Jane")
    faulty = FaultyServer(dot=None)
    try:
        assert postman(office, smtp_carrier(f"smtp://127.0.0.1:{faulty.port}")).send_one()
    finally:
        faulty.stop()
    office.clock.advance(days=3)
    postman(office, line[0]).send_one()
    assert office.get(LeadMessage, number).status == "doubtful"
    assert line[1].letters == []
