"""What comes back of letters: bounces, complaints, answers and the wish to get no more, each once."""

from contextlib import suppress
from dataclasses import replace
from time import thread_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import consents
from bot.contact import gate
from bot.errors import InvalidInputError
from bot.intake import mail
from bot.rules.consent import Said
from bot.rules.mail import letter_in, open_mail, returned_in
from bot.rules.mailing.answers import wants_no_more
from store.database import Database
from store.models import InboxRow, Lead, LeadMessage, OutboxRow, Suggestion, Suppression, Touch
from tests.factories import ALICE, Office
from tests.mailing.desk import agreed, composed, open_for_mail, queued
from tests.mailing.returned import answer, complaint, dsn, in_words


@pytest.fixture
def office(database: Database) -> Office:
    return open_for_mail(Office(database, ALICE))


def sent(office: Office, **lead: Any) -> tuple[int, LeadMessage]:
    """A lead of Alice's, and the letter it got."""
    lead_id = office.claimed_lead(**lead)
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, "Hello Jane", rep_id=1)
    composed(office, number)
    office.everything_left()
    return lead_id, office.get(LeadMessage, number)


def take(office: Office, raw: bytes) -> bool:
    return mail.take_mail(office.services, raw, key="k")


def thread(office: Office) -> str:
    return str([row.payload for row in office.rows(OutboxRow, kind="thread")])


def is_barred(office: Office, lead_id: int) -> str:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        allowed = gate.gate(uow, lead, "email", office.clock.now())
        return allowed if isinstance(allowed, str) else ""


# --- bounces


@pytest.mark.parametrize("whole", [True, False])
def test_an_address_at_which_nobody_is_gets_nothing_any_more(office: Office, whole: bool) -> None:
    lead_id, message = sent(office)
    waiting = queued(office, lead_id, "More")
    for _ in range(2):
        assert not take(office, dsn(message.key, whole=whole))
    assert [row.detail for row in office.rows(Touch, kind="email_bounced")] == ["Welcome: 550 5.1.1 User unknown"]
    assert office.get(LeadMessage, message.id or 0).bounced_at == office.clock.now()
    assert [row.reason for row in office.rows(Suppression)] == ["bounced"]
    assert "nobody can be reached there" in is_barred(office, lead_id)
    assert office.get(LeadMessage, waiting).status == "skipped"
    assert office.rows(Suggestion) == []
    assert "came back" in thread(office)


@pytest.mark.parametrize(
    ("status", "said"), [("5.2.2", "smtp; 552 5.2.2 Mailbox full"), ("5.7.1", "smtp; 550 5.7.1 Blocked, unknown user")]
)
def test_a_full_mailbox_or_a_strict_filter_is_no_dead_address(office: Office, status: str, said: str) -> None:
    lead_id, message = sent(office)
    take(office, dsn(message.key, status=status, said=said))
    assert len(office.rows(Touch, kind="email_bounced")) == 1
    assert is_barred(office, lead_id) == ""
    assert "came back" in thread(office)


def test_three_that_come_back_in_a_row_are_enough_and_one_that_arrives_between_is_not(office: Office) -> None:
    lead_id, message = sent(office)
    keys = [message.key]
    for place in range(4):
        office.clock.advance(days=7)
        number = queued(office, lead_id, f"Another {place}")
        composed(office, number)
        keys.append(office.get(LeadMessage, number).key)
    status, said = "5.2.2", "smtp; 552 5.2.2 Mailbox full"
    for key in (keys[0], keys[1], keys[3]):
        take(office, dsn(key, status=status, said=said))
        assert is_barred(office, lead_id) == ""
    take(office, dsn(keys[2], status=status, said=said))
    assert is_barred(office, lead_id) == ""
    take(office, dsn(keys[4], status=status, said=said))
    assert "nobody can be reached there" in is_barred(office, lead_id)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "nonsense"])
def test_what_is_only_late_has_not_come_back(office: Office, action: str) -> None:
    lead_id, message = sent(office)
    take(office, dsn(message.key, action=action, status="4.4.1"))
    assert office.rows(Touch, kind="email_bounced") == []
    assert is_barred(office, lead_id) == ""


@pytest.mark.parametrize(
    ("why", "is_dead"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", True),
        ("550 No such user", True),
        ("user is over quota (#5.2.2)", False),
    ],
)
def test_older_servers_say_it_in_words(office: Office, why: str, is_dead: bool) -> None:
    lead_id, message = sent(office)
    take(office, in_words(message.key, why))
    assert len(office.rows(Touch, kind="email_bounced")) == 1
    assert bool(is_barred(office, lead_id)) == is_dead


def test_a_report_about_a_letter_that_is_none_of_ours_bars_nobody(office: Office) -> None:
    lead_id, _ = sent(office)
    before = office.rows(Suppression)
    for forged in (dsn("0b9f8c1e-0000-0000-0000-000000000000"), dsn("short"), complaint("unknown-key-of-nobody"),
                   in_words("unknown-key-of-nobody", "550 No such user")):  # fmt: skip
        assert not take(office, forged)
    assert office.rows(Suppression) == before
    assert is_barred(office, lead_id) == ""


def test_the_address_they_had_then_is_dead_and_not_the_one_they_have_now(office: Office) -> None:
    lead_id, message = sent(office)
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        lead.email = "jane@new.example"
        uow.commit()
    take(office, dsn(message.key))
    agreed(office, lead_id, "email")
    assert is_barred(office, lead_id) == ""
    assert [row.recipient for row in office.rows(Suppression)] == [message.recipient]


def test_a_letter_of_which_nobody_knew_whether_it_left_has_left(office: Office) -> None:
    _, message = sent(office)
    with office.services.unit_of_work() as uow:
        found = uow.letters.fresh(message.id or 0)
        assert found is not None
        found.status = "doubtful"
        uow.commit()
    take(office, answer(message.key, "Thank you"))
    assert office.get(LeadMessage, message.id or 0).status == "sent"


# --- complaints


@pytest.mark.parametrize(("kind", "reason"), [("abuse", "complained"), ("opt-out", "unsubscribed")])
def test_whoever_complains_hears_no_more(office: Office, kind: str, reason: str) -> None:
    lead_id, message = sent(office)
    take(office, complaint(message.key, kind))
    assert [row.reason for row in office.rows(Suppression)] == [reason]
    assert is_barred(office, lead_id)


def test_a_report_that_something_is_no_spam_asks_for_nothing(office: Office) -> None:
    lead_id, message = sent(office)
    take(office, complaint(message.key, "not-spam"))
    assert is_barred(office, lead_id) == ""


# --- answers


def test_an_answer_is_a_touch_and_the_owner_reads_it_without_what_it_quotes(office: Office) -> None:
    lead_id, message = sent(office)
    for _ in range(2):
        assert not take(office, answer(message.key, "Yes, please <!channel> call me.\n\nBest regards\nJane"))
    assert [(row.lead_id, row.detail) for row in office.rows(Touch, kind="reply")] == [(lead_id, "Re: Welcome")]
    assert office.get(LeadMessage, message.id or 0).replied_at == office.clock.now()
    said = thread(office)
    assert "Yes, please <!channel> call me." in said
    assert ALICE.slack_id in said
    assert "No more e-mails like this" not in said
    assert office.rows(Suggestion) == []


def test_what_a_colleague_answers_with_a_copy_to_us_is_no_answer_of_the_lead(office: Office) -> None:
    _, message = sent(office)
    before = office.snapshot()
    assert not take(office, answer(message.key, "Gladly!", sender="Acme <Sales@acme.example>"))
    assert office.snapshot() == before


def test_it_is_known_by_the_letter_it_answers_whoever_writes(office: Office) -> None:
    lead_id, message = sent(office)
    take(office, answer(message.key, "I am her assistant.", sender="Tom <tom@elsewhere.example>"))
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [lead_id]
    assert "Tom (for Jane Doe)" in thread(office)
    assert office.rows(Suggestion) == []


VOUCHED = "mx.acme.example; dmarc=pass (p=reject) header.from=acme.example"


def vouching(office: Office, server: str = "mx.acme.example") -> Office:
    office.services.outside = replace(office.services.outside, vouches=server)
    return office


def test_or_else_by_the_writers_address_if_our_server_vouches_for_it(office: Office) -> None:
    lead_id, message = sent(vouching(office))
    take(office, answer("", "A new question", Authentication_Results=VOUCHED))
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [lead_id]
    assert office.get(LeadMessage, message.id or 0).replied_at is None


FORGED: list[dict[str, Any]] = [
    {}, {"Authentication_Results": "mx.evil.example; dmarc=pass header.from=acme.example"},
    {"Authentication_Results": "mx.acme.example; dmarc=fail header.from=acme.example"},
    {"Authentication_Results": "mx.acme.example; dmarc=pass header.from=evil.example"},
    {"Authentication_Results": 'mx.acme.example; spf=pass smtp.mailfrom="; dmarc=pass header.from=acme.example"@e.ex'},
    {"Authentication_Results": "mx.acme.example; none (; dmarc=pass header.from=acme.example)"},
    {"Authentication_Results": f"mx.acme.example; dmarc=none\nAuthentication-Results: {VOUCHED}"},
    {"Authentication_Results": "mx.acme.example; dmarc=pass header.from=evil.example", "sender": "m@evil.example",
     "Reply_To": "Jane <jane@acme.example>"},
    {"Authentication_Results": VOUCHED, "sender": "x@acme.example, m@evil.example", "Reply_To": "jane@acme.example"},
    {"Authentication_Results": VOUCHED, "sender": "jane@acme.example\nFrom: m@evil.example"},
]  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_what_anybody_may_have_written_in_their_name_ends_nothing_and_counts_for_nothing(
    office: Office, how: dict[str, str]
) -> None:  # fmt: skip
    lead_id, message = sent(vouching(office))
    score = office.get(Lead, lead_id).score
    for number in range(7):
        assert not take(office, answer("", f"I am Jane, number {number}", number=number, **how))
    assert office.rows(Touch, kind="reply") == []
    assert office.get(Lead, lead_id).score == score
    assert office.get(LeadMessage, message.id or 0).replied_at is None
    said = [str(row.payload) for row in office.rows(OutboxRow, kind="thread")]
    assert [f"number {number}" in "".join(said) for number in range(7)] == [True] * 3 + [False] * 4
    assert sum("not shown until tomorrow" in one for one in said) == 1
    assert ALICE.slack_id in said[-1]
    office.clock.advance(days=1)
    take(office, answer("", "number 8", number=8, **how))
    assert "number 8" in thread(office)


def test_a_forged_stop_only_makes_us_silent_and_their_owner_can_undo_it(office: Office) -> None:
    lead_id, _ = sent(office)
    waiting = queued(office, lead_id, "More")
    for number in range(3):
        take(office, answer("", "STOP", number=number))
    assert office.get(LeadMessage, waiting).status == "skipped"
    assert is_barred(office, lead_id)
    told = [str(row.payload) for row in office.rows(OutboxRow, kind="thread")]
    assert sum(f"that it was not them: /lead consent #{lead_id} email given" in one for one in told) == 1
    said = Said("email", is_given=True, source="she called: that was not her")
    consents.record(office.services, ALICE.slack_id, lead_id, said, key="undo")
    assert is_barred(office, lead_id) == ""


def test_a_stop_that_answers_our_letter_no_colleague_undoes(office: Office) -> None:
    lead_id, message = sent(office)
    take(office, answer(message.key, "STOP"))
    consents.record(office.services, ALICE.slack_id, lead_id, Said("email", is_given=True, source="I say so"), key="x")
    assert "they unsubscribed" in is_barred(office, lead_id)


@pytest.mark.parametrize(
    "how",
    [{"Auto_Submitted": "auto-replied (vacation)"}, {"X_Autoreply": "yes"}, {"Precedence": "auto_reply"},
     {"Return_Path": "<>"}, {"subject": "Out of office: Re: Welcome"}, {"subject": "Automatische Antwort: Welcome"}],
)  # fmt: skip
def test_a_machine_that_answers_is_nobodys_answer(office: Office, how: dict[str, str]) -> None:
    _, message = sent(office)
    before = office.snapshot()
    assert not take(office, answer(message.key, "I am away until Monday.", **how))  # type: ignore[arg-type]
    assert office.snapshot() == before


def test_what_answers_us_over_a_list_of_theirs_is_an_answer_and_other_talk_on_lists_is_none(office: Office) -> None:
    lead_id, message = sent(office)
    over_list = {"List_Id": "<sales.acme.example>", "Precedence": "list"}
    assert not take(office, answer("", "News", sender="Max <max@acme.example>", number=1, **over_list))
    assert not take(office, answer("", "News", number=2, **over_list))
    assert not office.rows(Touch, kind="reply")
    assert not office.rows(Suggestion)
    take(office, answer(message.key, "Hello", number=3, **over_list))
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [lead_id]


def test_answers_and_bounces_find_a_lead_that_became_part_of_another(office: Office) -> None:
    old_id, message = sent(office)
    new_id = office.claimed_lead(email="jane@new.example")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(old_id)
        assert lead is not None
        lead.state, lead.merged_into_id, lead.closed_at = "merged", new_id, office.clock.now()
        uow.commit()
    take(office, answer(message.key, "Hello"))
    assert [row.lead_id for row in office.rows(Touch, kind="reply")] == [new_id]


# --- no more


@pytest.mark.parametrize(
    ("subject", "words"),
    [("unsubscribe", ""), ("Re: Welcome", "STOP"), ("Re: Welcome", "\n\nPlease unsubscribe me.\n\nJane"),
     ("AW: Abmelden", "x"), ("Re: Welcome", "bitte abmelden")],
)  # fmt: skip
def test_whoever_writes_stop_gets_no_more(office: Office, subject: str, words: str) -> None:
    lead_id, message = sent(office)
    waiting = queued(office, lead_id, "More")
    take(office, answer(message.key, words, subject=subject))
    assert office.rows(Touch, kind="reply") == []
    assert len(office.rows(Touch, kind="unsubscribed")) == 1
    assert [row.reason for row in office.rows(Suppression)] == ["unsubscribed"]
    assert is_barred(office, lead_id)
    assert office.get(LeadMessage, waiting).status == "skipped"
    assert not office.get(Lead, lead_id).consent


def test_a_stranger_who_writes_stop_is_no_new_lead_and_gets_no_letter_later(office: Office) -> None:
    assert not take(office, answer("", "unsubscribe", sender="Max <max@acme.example>"))
    assert office.rows(Suggestion) == []
    lead_id = office.lead(email="max@acme.example", consent=False)
    assert is_barred(office, lead_id)
    assert [row.reason for row in office.rows(Suppression)] == ["rep"]  # a colleague who knows better may lift it


@pytest.mark.parametrize("words", ["Stop by on Monday!", "Please do not stop.", "How do I unsubscribe a colleague?", "",
                                   "I cannot open the link to unsubscribe"])  # fmt: skip
def test_other_words_are_words(words: str) -> None:
    assert not wants_no_more("Re: Don't stop me now", words)


# --- malformed


PARTS = st.sampled_from([
    b"From: Jane <jane@acme.example>\n", b"From: <>\n", b"Return-Path: <>\n", b"Subject: failure notice\n", b"\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", b"\n--x\n", b"\n--x--\n", b"\n\n",
    b"Content-Type: message/delivery-status\n\n", b"Content-Type: message/feedback-report\n\n", b"Status: 5.1.1\n",
    b"Content-Type: message/rfc822\n\n", b"Content-Type: text/rfc822-headers\n\n", b"Feedback-Type: abuse\n",
    b"Message-ID: <KEY@acme.example>\n", b"In-Reply-To: <KEY@acme.example>\n", b"References: <<<>>> <KEY@\n",
    b"Diagnostic-Code: smtp; 550 no such user\n", b"Final-Recipient: rfc822;\n", b"Action: failed\n", b"STOP\n",
    b"\xff\xfe", b"\x00", b"=?utf-8?q?=ff?=",
])  # fmt: skip


@given(st.lists(st.one_of(PARTS, st.binary(max_size=6)), max_size=25))
@settings(max_examples=200)
def test_whatever_comes_back_is_read_or_refused_with_a_sentence(parts: list[bytes]) -> None:
    with suppress(InvalidInputError):
        opened = open_mail(b"".join(parts))
        if returned_in(opened) is None:
            assert "@" in letter_in(opened).writer.email


HEAD = b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n"
REPORT = b'Content-Type: multipart/report; boundary="b1"\n\n--b1\nContent-Type: %s\n\n'


@pytest.mark.parametrize(
    "raw",
    [HEAD + b"\n" * 140_000, HEAD + b"\n" + b"> " * 200_000, HEAD + b"\n" + b"5.1." * 200_000,
     HEAD + b"\n" + b"Message-ID: <" * 50_000, HEAD + b"\n" + b"user " * 100_000,
     HEAD + b"References: " + b"<" * 900_000,
     HEAD + REPORT % b"message/delivery-status" + b"Action: failed\n\n" * 70_000,
     HEAD + REPORT % b"message/delivery-status" + b"Action: failed\n\n" * 4000,
     HEAD + REPORT % b"text/rfc822-headers" + b"\n" * 140_000,
     HEAD + REPORT % b"message/rfc822" + b"Message-ID: <a\n" * 70_000],
)  # fmt: skip
def test_none_takes_long_to_read(raw: bytes) -> None:
    begun = thread_time()
    with suppress(InvalidInputError):
        returned_in(open_mail(raw))
    assert thread_time() - begun < 3


@given(st.lists(st.one_of(PARTS, st.binary(max_size=6)), max_size=25))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_and_taken_or_refused_without_harm(sqlite_database: Database, parts: list[bytes]) -> None:
    office = Office(sqlite_database, ALICE)
    with suppress(InvalidInputError):
        take(office, b"".join(parts))
    assert all(row.status in ("done", "rejected") for row in office.rows(InboxRow))


@pytest.mark.parametrize("head", [dsn("KEYKEYKEY"), complaint("KEYKEYKEY"), answer("KEYKEYKEY", "x")])
def test_huge_ones_are_read_as_far_as_anybody_needs(head: bytes, office: Office) -> None:
    before = office.rows(Suppression)
    assert take(office, head + b"x" * 2_000_000 + b"\n--b1\n" * 2000) in (True, False)
    assert office.rows(Suppression) == before
