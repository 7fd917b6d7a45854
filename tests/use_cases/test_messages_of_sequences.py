"""What waits of a sequence leaves only while the lead is in it; whoever stops a channel leaves what uses it."""

from collections.abc import Callable

import pytest

from bot import merging, pipeline
from bot.contact import gate, withdrawing
from bot.contact.outside import Outside
from bot.doctor import contact_checks
from bot.sequences import enrolling, leaving
from store.database import Database
from store.models import Enrolment, Lead, LeadMessage, Suppression
from store.unit_of_work import UnitOfWork
from tests.factories import DANA, WHY
from tests.post import SAID_YES, Pigeons, deliver, postman, write
from tests.replicas import all_at_once
from tests.sequences import Seat

LETTERS = """
[[sequences]]
name = "letters"
steps = [{ kind = "email", subject = "Hi", text = "Hello" }]
"""
BOTH = (
    LETTERS
    + """
[[sequences]]
name = "texts"
steps = [{ kind = "sms", text = "Hello" }]
"""
)
NOTHING = "sequences = []"


@pytest.fixture
def seat(database: Database) -> Seat:
    return Seat(database, LETTERS)


def enrolled(seat: Seat, sequence: str = "letters", name: str = "Jane Doe") -> tuple[int, int]:
    """A lead in the sequence, and the number of its stay there."""
    lead_id = seat.lead(name=name, consent=SAID_YES)
    with seat.services.unit_of_work() as uow:
        locked = uow.leads.lock(lead_id)
        assert locked is not None
        made = enrolling.enrol(seat.services, uow, locked, sequence, origin="rep", now=seat.clock.now())
        assert isinstance(made, Enrolment)
        uow.commit()
        return lead_id, made.id or 0


def with_lead(seat: Seat, lead_id: int, use: Callable[[UnitOfWork, Lead], object]) -> None:
    with seat.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        use(uow, lead)
        uow.commit()


def put(seat: Seat, number: int, status: str) -> None:
    with seat.services.unit_of_work() as uow:
        enrolment = uow.enrolments.get(number)
        assert enrolment is not None
        enrolment.status = status
        uow.enrolments.save(enrolment)
        uow.commit()


@pytest.mark.parametrize(("status", "leaves"), [("active", True), ("finished", True), ("paused", False)])
def test_what_waits_leaves_while_the_lead_is_in_the_sequence_or_has_come_to_its_end(
    seat: Seat, status: str, leaves: bool
) -> None:
    lead_id, number = enrolled(seat)
    write(seat, lead_id, sequence="letters", enrolment_id=number)
    put(seat, number, status)
    assert bool(deliver(seat, Pigeons())) is leaves
    put(seat, number, "active")
    seat.clock.advance(hours=1)
    assert bool(deliver(seat, Pigeons())) is not leaves


def test_what_is_to_be_looked_at_again_at_once_need_not_wait_for_the_hour(seat: Seat) -> None:
    lead_id, number = enrolled(seat)
    write(seat, lead_id, sequence="letters", enrolment_id=number)
    put(seat, number, "paused")
    deliver(seat, Pigeons())
    put(seat, number, "active")
    with_lead(seat, lead_id, lambda uow, _: uow.messages.hurry(number, seat.clock.now()))
    assert deliver(seat, Pigeons()) == ["Hello Jane"]


def test_what_waits_of_a_lead_that_left_is_skipped_and_says_why(seat: Seat) -> None:
    lead_id, number = enrolled(seat)
    write(seat, lead_id, sequence="letters", enrolment_id=number)
    with_lead(
        seat, lead_id, lambda uow, lead: leaving.leave(seat.services, uow, lead, "they answered", seat.clock.now())
    )
    assert deliver(seat, Pigeons()) == []
    assert seat.messages(lead_id)[0].status == "skipped"
    assert "they answered" in seat.messages(lead_id)[0].error


@pytest.mark.sqlite_alone
def test_a_sequence_that_the_playbook_does_not_have_any_more_writes_nothing(seat: Seat) -> None:
    lead_id, number = enrolled(seat)
    write(seat, lead_id, sequence="letters", enrolment_id=number)
    seat.plays(NOTHING)
    assert deliver(seat, Pigeons()) == []
    assert seat.messages(lead_id)[0].error == "The playbook has no sequence “letters” any more."


def test_a_lead_that_is_lost_gets_nothing_more_though_it_was_queued_before(seat: Seat) -> None:
    lead_id, number = enrolled(seat)
    write(seat, lead_id, sequence="letters", enrolment_id=number)
    pipeline.move_stage(seat.services, DANA.slack_id, lead_id, "lost", WHY)
    assert deliver(seat, Pigeons()) == []
    assert seat.messages(lead_id)[0].status == "skipped"


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("channel", "ends"), [("email", "letters"), ("sms", "texts")])
def test_whoever_stops_a_channel_leaves_the_sequences_that_use_it_and_no_other(
    database: Database, channel: str, ends: str
) -> None:
    seat = Seat(database, BOTH)
    stays = {}
    for name in ("letters", "texts"):
        lead_id, _ = enrolled(seat, name, name=f"Jane {name}")
        stays[name] = lead_id
    stopped = stays["letters"]
    with_lead(seat, stopped, lambda uow, lead: withdrawing.suppress(
        seat.services, uow, lead, channel, reason="unsubscribed", source="the link", now=seat.clock.now()
    ))  # fmt: skip
    left = {name for name, lead_id in stays.items() if seat.enrolments(lead_id)[0][1] == "left"}
    assert left == {ends}  # all leads of that address are one person


@pytest.mark.sqlite_alone
def test_whoever_was_asked_about_a_message_sees_that_it_is_not_needed_any_more(seat: Seat) -> None:
    lead_id = seat.claimed_lead(consent=SAID_YES)
    write(seat, lead_id, is_held=True)
    seat.everything_left()
    with_lead(seat, lead_id, lambda uow, lead: withdrawing.suppress(
        seat.services, uow, lead, "email", reason="unsubscribed", source="the link", now=seat.clock.now()
    ))  # fmt: skip
    assert [row.payload["message_id"] for row in seat.waiting("approval")] == [1]
    assert "not sent. They unsubscribed." in str(seat.render(seat.waiting("approval")[0]))


@pytest.mark.sqlite_alone
def test_an_unsubscription_survives_a_merge(seat: Seat) -> None:
    gone, kept = (seat.lead(email=f"{name}@acme.example", consent=SAID_YES) for name in ("old", "new"))
    with_lead(seat, gone, lambda uow, lead: withdrawing.suppress(
        seat.services, uow, lead, "email", reason="unsubscribed", source="the link", now=seat.clock.now()
    ))  # fmt: skip
    joined = merging.by_hand(seat.services, DANA.slack_id, gone, kept)

    def asked(uow: UnitOfWork, lead: Lead) -> None:
        for address in ("old@acme.example", "new@acme.example"):
            lead.email = address
            assert isinstance(gate.gate(uow, lead, "email", seat.clock.now()), str)

    with_lead(seat, joined.kept_id, asked)
    assert [row.reason for row in seat.rows(Suppression)] == ["unsubscribed"]


def test_two_who_share_a_telephone_share_what_it_may_get_in_a_week(database: Database) -> None:
    seat = Seat(database, LETTERS, a_week=2)
    for name in ("jane", "paul", "ann"):
        lead_id = seat.lead(name=name, email=f"{name}@acme.example", phone="+49 30 901820", consent=SAID_YES)
        for number in range(2):
            write(seat, lead_id, channel="sms", text=f"{name} {number}")
    pigeons = Pigeons()
    people = [postman(seat, pigeons) for _ in range(4)]

    def send() -> None:
        someone = people.pop()
        while someone.send_one():
            pass

    all_at_once(send)
    assert len(pigeons.carried) == 2
    assert {row.status for row in seat.rows(LeadMessage)} == {"sent", "waiting"}


@pytest.mark.parametrize(
    ("outside", "wrong"),
    [(Outside(), set()), (Outside("https://a.example", "a@b.example", "", frozenset({"email"})), set()),
     (Outside("http://a.example", "a@b.example", "", frozenset({"email"})), {"public address"}),
     (Outside("", "a@b.example", "", frozenset({"email"})), {"public address"}),
     (Outside("https://a.example", "", "+491", frozenset({"sms"})), {"email"})],
)  # fmt: skip
def test_the_doctor_says_what_is_missing_to_write_to_leads(
    sqlite_database: Database, outside: Outside, wrong: set[str]
) -> None:
    seat = Seat(sqlite_database, LETTERS)
    seat.services.outside = outside
    checks = list(contact_checks(seat.services))
    assert {check.name for check in checks if not check.ok} == wrong
    assert any("DIBS_SMTP_URL" in check.says for check in checks) is ("email" not in outside.channels)
