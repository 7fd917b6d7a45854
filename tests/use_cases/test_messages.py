"""Nothing leaves without a basis, outside of a lead's hours, too often, or twice; and what nobody knows is shown."""

from typing import Any

import pytest
from sqlmodel import SQLModel

from bot import consents
from bot.contact import gate, links, withdrawing
from bot.contact.outside import Outside
from bot.contact.standing import row_of
from bot.playbook.playbook import Playbook
from bot.playbook.sequences import Contact
from bot.rules.consent import UNPROVED, Said
from store.database import Database
from store.models import Consent, Lead, LeadMessage, Suppression
from tests.factories import ALICE, BOB, TUESDAY, Office, everyone_new
from tests.post import SAID_YES, Pigeons, deliver, postman, write
from tests.replicas import all_at_once
from tests.use_cases.test_imports import bring_in
from tests.world import eventually

KEPT = {"suppression", "secret", "team", "rep", "membership", "playbook_version", "outbox_lane"}


def playbook(**contact: Any) -> Playbook:
    return everyone_new().model_copy(update={"contact": Contact(**contact)})


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB)


@pytest.fixture
def pigeons() -> Pigeons:
    return Pigeons()


def messages(office: Office) -> list[tuple[str, str]]:
    return [(row.status, row.error) for row in office.rows(LeadMessage)]


def may(office: Office, lead_id: int, channel: str = "email", kind: str = "sequence") -> gate.Allowed | str:
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        return gate.gate(uow, lead, channel, office.clock.now(), kind=kind)


def stop(office: Office, lead_id: int, channel: str = "email", reason: str = "unsubscribed") -> bool:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        is_news = withdrawing.suppress(
            office.services, uow, lead, channel, reason=reason, source="the link", now=office.clock.now()
        )
        uow.commit()
        return is_news


# --- no message without a recorded basis


def test_each_message_cites_the_consent_that_allows_it_in_words(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id)
    assert deliver(office, pigeons) == ["Hello Jane"]
    row, consent = office.rows(LeadMessage)[0], office.rows(Consent, channel="email")[0]
    assert (row.status, row.consent_id, row.provider_id) == ("sent", consent.id, f"provider-{row.key}")
    assert row.basis == "consent of 24 Nov 2026, website: “You may write to me”"
    assert pigeons.carried[0].to == "jane@acme.example"


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("consent", "why"),
    [(None, "They never said yes to e-mail."), ({"sms": True}, "They never said yes to e-mail.")],
)  # fmt: skip
def test_nothing_is_queued_without_a_yes_for_that_channel(office: Office, consent: Any, why: str) -> None:
    assert write(office, office.lead(consent=consent)) == why
    assert office.rows(LeadMessage) == []


@pytest.mark.sqlite_alone
def test_a_yes_that_anybody_could_have_sent_is_no_basis(office: Office) -> None:
    lead_id = office.lead(consent=None)
    with office.services.unit_of_work() as uow:
        lead = uow.session.get_one(Lead, lead_id)
        uow.consents.add(row_of(uow, lead, Said("email", is_given=True, basis=UNPROVED), TUESDAY))
        uow.commit()
    assert may(office, lead_id) == "They have not confirmed yet that they agree to e-mail."


@pytest.mark.sqlite_alone
def test_nobody_is_written_to_who_has_no_address(office: Office) -> None:
    lead_id = office.lead(phone=None, consent=SAID_YES)
    assert write(office, lead_id, channel="sms") == "No telephone number is known of them."


@pytest.mark.sqlite_alone
def test_what_they_asked_for_needs_no_other_yes_and_says_so(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.lead(consent=None)
    write(office, lead_id, kind="meeting", text="See you on Friday", basis="they booked a meeting on 24 Nov 2026")
    assert deliver(office, pigeons) == ["See you on Friday"]
    assert office.rows(LeadMessage)[0].basis == "they booked a meeting on 24 Nov 2026"


def test_a_yes_that_is_withdrawn_after_it_was_queued_stops_the_message(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id)
    said = Said("email", is_given=False, source="on the phone")
    consents.record(office.services, ALICE.slack_id, lead_id, said, key="k")
    assert messages(office) == [("skipped", "they told us that they want none")]
    assert deliver(office, pigeons) == []


# --- who wants no more


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_whoever_unsubscribes_gets_nothing_that_was_queued_and_the_thread_hears_of_it_once(
    office: Office, pigeons: Pigeons, channel: str
) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id, channel=channel)
    assert stop(office, lead_id, channel)
    assert not stop(office, lead_id, channel)
    assert deliver(office, pigeons) == []
    assert len([line for line in office.lines() if "They unsubscribed" in line]) == 1
    assert str(may(office, lead_id, channel)).endswith("they unsubscribed (24 Nov 2026).")
    other = "sms" if channel == "email" else "email"
    assert isinstance(may(office, lead_id, other), gate.Allowed)


@pytest.mark.parametrize(
    ("reason", "kind", "is_allowed"),
    [("unsubscribed", "meeting", True), ("rep", "meeting", True), ("unsubscribed", "rep", False),
     ("stopped", "answer", True), ("stopped", "meeting", False), ("bounced", "meeting", False),
     ("complained", "answer", False), ("erased", "answer", False)],
)  # fmt: skip
def test_what_they_ask_for_themselves_still_reaches_whoever_unsubscribed(
    office: Office, reason: str, kind: str, is_allowed: bool
) -> None:
    lead_id = office.lead(consent=SAID_YES)
    stop(office, lead_id, "sms", reason)
    assert isinstance(may(office, lead_id, "sms", kind), gate.Allowed) is is_allowed


def test_an_unsubscription_survives_the_lead_s_row_and_the_next_list_that_has_them(office: Office) -> None:
    lead_id = office.lead(consent=SAID_YES)
    stop(office, lead_id)
    erase_everything(office)
    assert office.rows(Lead) == []
    back = office.lead(email="Jane@ACME.example", consent=True)
    assert str(may(office, back)).endswith("they unsubscribed (24 Nov 2026).")
    assert not office.get(Lead, back).consent
    assert "jane" not in str([row.model_dump() for row in office.rows(Suppression)])


@pytest.mark.sqlite_alone
def test_a_file_that_says_yes_for_them_makes_no_yes_of_it(office: Office) -> None:
    stop(office, office.lead(consent=SAID_YES))
    erase_everything(office)
    bring_in(office, "Name,Email,Company,Consent\nJane Doe,jane@acme.example,Acme,yes\nPaul,p@b.example,B,yes\n")
    assert {row.email: row.consent for row in office.rows(Lead)} == {"jane@acme.example": False, "p@b.example": True}
    assert len(office.rows(Consent)) == 1


def test_only_a_form_with_its_wording_lifts_it_not_a_list_and_not_a_rep(office: Office) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    stop(office, lead_id)
    said = Said("email", is_given=True, source="on the phone", wording="Yes")
    assert "only a form that they fill in lifts that" in consents.record(
        office.services, ALICE.slack_id, lead_id, said, key="k"
    )
    assert not isinstance(may(office, lead_id), gate.Allowed)
    again = office.lead(consent={"email": True, "wording": "Yes, write to me again"})
    assert isinstance(may(office, again), gate.Allowed)
    assert office.rows(Suppression)[0].lifted_at == TUESDAY


def test_an_address_with_accents_is_the_same_as_without_them(office: Office) -> None:
    stop(office, office.lead(email="jane@bücher.example", consent=SAID_YES))
    again = office.lead(email="jane@xn--bcher-kva.example", consent={"email": True}, phone="", name="J D")
    assert not isinstance(may(office, again), gate.Allowed)


@pytest.mark.sqlite_alone
def test_what_a_rep_wrote_down_a_rep_may_correct(office: Office) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    for given in (False, True):
        said = Said("email", is_given=given, source="on the phone")
        consents.record(office.services, ALICE.slack_id, lead_id, said, key=str(given))
    assert isinstance(may(office, lead_id), gate.Allowed)


@pytest.mark.sqlite_alone
def test_a_dead_address_weighs_more_than_an_unsubscription(office: Office) -> None:
    lead_id = office.lead(consent=SAID_YES)
    for reason in ("unsubscribed", "bounced", "unsubscribed"):
        stop(office, lead_id, reason=reason)
    assert [row.reason for row in office.rows(Suppression)] == ["bounced"]


def erase_everything(office: Office) -> None:
    """The lead's rows are gone, whatever will be the way to do that."""
    with office.services.unit_of_work() as uow:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in KEPT:
                uow.session.connection().execute(table.delete())
        uow.commit()


# --- when it leaves


def test_a_sequence_writes_within_the_lead_s_own_hours_and_a_confirmation_at_once(
    office: Office, pigeons: Pigeons
) -> None:
    office.clock.set("2026-11-24T20:00+01:00")
    lead_id = office.lead(consent=SAID_YES)
    write(office, lead_id, text="Buy")
    write(office, lead_id, kind="meeting", text="See you")
    assert deliver(office, pigeons) == ["See you"]
    row = office.rows(LeadMessage)[0]
    assert row.due_at.isoformat() == "2026-11-25T08:00:00+00:00"
    assert row.error.startswith("Outside of their hours: written to in Berlin time")
    office.clock.set("2026-11-25T09:00+01:00")
    assert deliver(office, pigeons) == ["Buy"]


def test_nobody_gets_more_than_so_many_a_week_by_both_channels_together(database: Database, pigeons: Pigeons) -> None:
    office = Office(database, ALICE, playbook=playbook(a_week=2))
    lead_id = office.lead(consent=SAID_YES)
    for number, channel in enumerate(("email", "sms", "email")):
        write(office, lead_id, channel=channel, text=str(number))
    assert deliver(office, pigeons) == ["0", "1"]
    office.clock.advance(days=6, hours=23)
    assert deliver(office, pigeons) == []
    office.clock.advance(hours=1)
    assert deliver(office, pigeons) == ["2"]


def test_two_replicas_keep_the_weekly_cap_over_two_leads_of_one_person(database: Database) -> None:
    office = Office(database, ALICE, playbook=playbook(a_week=2))
    mine = [office.lead(name=name, consent=SAID_YES) for name in ("Jane Doe", "J. Doe", "Jane D.")]
    for lead_id in mine:
        for number in range(3):
            write(office, lead_id, text=f"{lead_id}-{number}")
    pigeons = Pigeons()
    people = [postman(office, pigeons) for _ in range(4)]

    def send() -> None:
        someone = people.pop()
        while someone.send_one():
            pass

    all_at_once(send)
    assert len(pigeons.carried) == 2
    assert len({parcel.key for parcel in pigeons.carried}) == 2


def test_the_same_content_never_goes_twice_to_one_person(office: Office, pigeons: Pigeons) -> None:
    first, second = (office.lead(name=name, consent=SAID_YES) for name in ("Jane Doe", "J. Doe"))
    write(office, first, content="welcome")
    assert write(office, second, content="welcome") == "They had this very text before."
    assert write(office, first, once="step:1") != "This was written to them before."
    assert write(office, first, once="step:1") == "This was written to them before."
    assert len(deliver(office, pigeons)) == 2


def test_content_that_went_to_the_address_they_have_now_is_not_sent_there_again(
    office: Office, pigeons: Pigeons
) -> None:
    first = office.lead(consent=SAID_YES)
    other = office.lead(name="Paul", email="paul@b.example", consent=SAID_YES)
    write(office, first, content="welcome")
    write(office, other, content="welcome")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(other)
        assert lead is not None
        lead.email = "jane@acme.example"
        uow.commit()
    deliver(office, pigeons)
    assert [status for status, _ in messages(office)] == ["sent", "skipped"]


def test_what_no_channel_can_carry_waits_and_says_what_is_missing(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.lead(consent=SAID_YES)
    write(office, lead_id)
    someone = postman(office, pigeons)
    office.services.outside = Outside()
    while someone.send_one():
        pass
    assert messages(office) == [("waiting", "No mail server is set up.")]


@pytest.mark.sqlite_alone
def test_whoever_sends_is_woken_by_what_is_queued_and_by_nothing_else(office: Office) -> None:
    lead_id = office.lead(consent=SAID_YES)
    assert not office.services.post_waits.is_set()
    write(office, lead_id)
    assert office.services.post_waits.is_set()


def test_workers_carry_what_is_queued_until_they_are_stopped(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.lead(consent=SAID_YES)
    someone = postman(office, pigeons)
    someone.start()
    for number in range(5):
        write(office, lead_id, kind="rep", text=str(number))
    eventually(lambda: len(pigeons.carried) == 5 or None, "five messages")
    assert someone.stop(10)
    write(office, lead_id, kind="rep", text="after")
    assert {row.status for row in office.rows(LeadMessage)[:5]} == {"sent"}
    assert office.rows(LeadMessage)[-1].status == "waiting"
    assert someone.counts.all() == {"sent": 5}


# --- links


@pytest.mark.sqlite_alone
def test_a_link_is_good_for_what_it_was_made_for_only(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        token = links.sign(uow, "unsubscribe", 7, to="abc")
        uow.commit()
    with office.services.reading() as uow:
        assert links.read(uow, "unsubscribe", token) == links.Link(7, {"to": "abc"})
        assert links.read(uow, "opening", token) is None
        assert links.read(uow, "unsubscribe", token[:-1]) is None
        assert links.read(uow, "unsubscribe", "x" * 5000) is None


def test_a_withdrawal_and_a_claim_at_once_leave_nothing_sent_after_the_withdrawal(office: Office) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    for number in range(6):
        write(office, lead_id, kind="rep", text=str(number))
    pigeons, after = Pigeons(), list[str]()
    someone = postman(office, pigeons)

    def send() -> None:
        while someone.send_one():
            pass

    def withdraw() -> None:
        stop(office, lead_id)
        after.extend(row.status for row in office.rows(LeadMessage))

    jobs = [send, withdraw]
    all_at_once(lambda: jobs.pop()(), 2)  # noqa: PLW0108 - each takes another
    claimed_before = [status for status in after if status in ("sending", "sent")]
    assert len(pigeons.carried) == len(claimed_before)
    assert {row.status for row in office.rows(LeadMessage)} <= {"sent", "skipped"}
