"""What somebody allowed or withdrew holds, and only their own later word overrules it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from bot import consents, followups, leads
from bot.contact import withdrawing
from bot.contact.standing import standings
from bot.errors import InvalidInputError, NotAllowedError
from bot.intake import tracking
from bot.rules.consent import CHANNELS, Channel, Said
from bot.views.cards import card
from store.database import Database
from store.models import Consent, FollowUp, Lead
from tests.factories import ALICE, BOB, CAROL, DANA, TUESDAY, Office, clean
from tests.use_cases.test_imports import WITH_MATCHING, bring_in
from tests.use_cases.test_next_steps import shipped
from tests.world import eventually

NO = Said("email", is_given=False, source="told me on the phone")
YES = Said("email", is_given=True, source="on the phone")


@pytest.fixture
def office(database: Database) -> Office:
    made = Office(database, ALICE, BOB)
    made.seat(CAROL, "enterprise")
    return made


def say(office: Office, lead_id: int, said: Said, key: str = "") -> str:
    return consents.record(office.services, ALICE.slack_id, lead_id, said, key=key or uuid4().hex)


def standing(office: Office, lead_id: int) -> dict[str, bool]:
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        return {channel: one.is_given for channel, one in standings(uow, lead).items()}


def arrive(office: Office, lead_id: int, **fields: Any) -> None:
    """The same person comes again."""
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        consents.record_given(uow, lead, clean(**fields), office.clock.now())
        uow.commit()


def small_print(office: Office, lead_id: int) -> str:
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        return str(card(leads.card_of(office.services, uow, lead)).blocks)


def plan(office: Office, lead_id: int, kind: str) -> None:
    due = TUESDAY + timedelta(days=1)
    followups.set_follow_up(office.services, ALICE.slack_id, lead_id, due, "reach her", kind=kind, key=uuid4().hex)


@pytest.mark.sqlite_alone
def test_what_they_agreed_to_is_kept_word_for_word_with_channel_basis_and_source(office: Office) -> None:
    words = {"email": True, "sms": True, "wording": "You may write to me", "basis": "legitimate interest"}
    lead_id = office.lead(consent=words)
    kept = [(row.channel, row.is_given, row.basis, row.wording, row.source, row.at) for row in office.rows(Consent)]
    assert kept == [
        (channel, True, "legitimate interest", "You may write to me", "website", TUESDAY)
        for channel in ("email", "sms")
    ]
    assert office.get(Lead, lead_id).consent
    assert standing(office, lead_id) == {"email": True, "sms": True}


@pytest.mark.sqlite_alone
def test_a_box_that_was_not_ticked_says_nothing(office: Office) -> None:
    lead_id = office.lead(consent={"email": False, "phone": False})
    assert office.rows(Consent) == []
    assert standing(office, lead_id) == {}
    assert not office.get(Lead, lead_id).consent


@pytest.mark.sqlite_alone
def test_a_rep_writes_down_what_they_were_told_and_the_thread_says_so(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert "does not want e-mail any more" in say(office, lead_id, NO)
    row = office.rows(Consent)[-1]
    assert (row.is_given, row.source, row.rep_id) == (False, "told me on the phone", 2)
    assert any("no more e-mail" in line for line in office.lines())
    assert not office.get(Lead, lead_id).consent
    assert small_print(office, lead_id).count("ithdrew e-mail on 24 Nov 2026.") == 1  # and not in two places


def test_the_card_says_of_each_channel_what_it_rests_on(office: Office) -> None:
    usual = office.lead(consent={"email": True, "wording": "Yes"})
    assert "May be e-mailed (consent of 24 Nov 2026, website). Team" in small_print(office, usual)
    other = office.lead(name="Ann Other", email="ann@b.example", phone="", company="B",
                        consent={"email": True, "wording": "Yes", "basis": "contract"})  # fmt: skip
    assert "May be e-mailed (contract of 24 Nov 2026, website). Team" in small_print(office, other)
    several = office.lead(name="Sam Several", email="sam@c.example", phone="+49 30 555555", company="C",
                          consent={"email": True, "sms": True, "measuring": True, "wording": "Yes"})  # fmt: skip
    of = "(consent of 24 Nov 2026, website)"
    said = small_print(office, several)
    assert f"May be e-mailed, may be texted, openings and clicks may be counted {of}. Team" in said, "once, not thrice"


def test_the_same_form_sent_twice_is_written_down_once(office: Office) -> None:
    lead_id = office.claimed_lead()
    say(office, lead_id, NO, key="k")
    before = office.snapshot()
    say(office, lead_id, NO, key="k")
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("said", "field"),
    [(Said("email", is_given=True), "source"), (Said("post", is_given=False), "channel"),
     (Said("email", is_given=True, basis="because", source="x"), "basis")],
)  # fmt: skip
def test_a_yes_needs_to_say_where_it_comes_from(office: Office, said: Said, field: str) -> None:
    lead_id, before = office.lead(), office.snapshot()
    with pytest.raises(InvalidInputError) as refused:
        say(office, lead_id, said)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert before["consent"] == office.snapshot()["consent"]


@pytest.mark.sqlite_alone
def test_a_rep_of_another_team_writes_nothing_down(office: Office) -> None:
    lead_id = office.lead()
    before = office.snapshot()
    with pytest.raises(NotAllowedError, match="no such lead"):
        consents.record(office.services, CAROL.slack_id, lead_id, NO, key="k")
    assert office.snapshot() == before


# --- withdrawn holds


@pytest.mark.sqlite_alone
def test_a_form_s_boxes_may_stand_for_channels(office: Office) -> None:
    lead_id = office.lead(consent="email, measuring", consent_wording="You may write to me, and count what I open")
    assert standing(office, lead_id) == {"email": True, "measuring": True}
    other = office.lead(name="Paul", email="paul@b.example", consent="email, everything")
    assert standing(office, other) == {}


@pytest.mark.parametrize(("channel", "kind"), [("email", "email"), ("phone", "call"), ("sms", "message")])
def test_no_follow_up_goes_against_their_word(office: Office, channel: str, kind: str) -> None:
    lead_id = office.claimed_lead()
    say(office, lead_id, Said(channel, is_given=False))
    with pytest.raises(InvalidInputError, match="They withdrew"):
        plan(office, lead_id, kind)
    assert office.rows(FollowUp, kind=kind) == []
    plan(office, lead_id, "task")
    say(office, lead_id, Said(channel, is_given=True, source="she asked for it"))
    plan(office, lead_id, kind)
    assert len(office.rows(FollowUp, kind=kind)) == 1


@pytest.mark.sqlite_alone
def test_what_sets_itself_becomes_a_task_when_they_do_not_want_to_be_called(database: Database) -> None:
    office = Office(database, ALICE, BOB, playbook=shipped(first_contact=None))
    lead_id = office.claimed_lead()
    say(office, lead_id, Said("phone", is_given=False))
    tracking.take_touch(office.services, {"kind": "page_view", "detail": "pricing page", "lead": lead_id}, key="k")
    assert [row.kind for row in office.rows(FollowUp, origin="behaviour")] == ["task"]


def test_somebody_who_unsubscribes_is_not_e_mailed_any_more(office: Office) -> None:
    lead_id = office.claimed_lead()
    for _ in range(2):
        tracking.take_touch(office.services, {"kind": "unsubscribed", "email": "jane@acme.example"}, key=uuid4().hex)
    assert standing(office, lead_id) == {"email": False}
    assert not office.get(Lead, lead_id).consent
    assert len([line for line in office.lines() if "They unsubscribed: no more e-mail" in line]) == 1
    assert len(office.rows(Consent, is_given=False)) == 1
    with pytest.raises(InvalidInputError, match="They withdrew e-mail"):
        plan(office, lead_id, "email")


def test_an_unsubscription_that_is_heard_of_late_does_not_undo_a_later_yes(office: Office) -> None:
    lead_id = office.claimed_lead()
    say(office, lead_id, YES)
    late = {"kind": "unsubscribed", "lead": lead_id, "at": TUESDAY - timedelta(days=2)}
    tracking.take_touch(office.services, late, key="k")
    assert standing(office, lead_id) == {"email": True}


def test_a_withdrawal_stands_against_lists_and_third_parties(office: Office) -> None:
    lead_id = office.lead()
    say(office, lead_id, NO)
    arrive(office, lead_id, consent=True)
    assert standing(office, lead_id) == {"email": False}
    assert not office.get(Lead, lead_id).consent


def test_only_their_own_later_word_overrules_it(office: Office) -> None:
    lead_id = office.lead()
    say(office, lead_id, NO)
    arrive(office, lead_id, consent={"email": True, "wording": "Yes, write to me again"})
    assert standing(office, lead_id) == {"email": True}
    assert office.get(Lead, lead_id).consent


def test_it_holds_for_all_leads_of_the_person(office: Office) -> None:
    first = office.lead(email="jane@acme.example")
    second = office.lead(email="jane@acme.example", name="Somebody Else", phone="+49 30 555555")
    say(office, first, NO)
    assert standing(office, second) == {"email": False}
    assert not office.get(Lead, second).consent
    with office.services.reading() as uow:
        assert consents.withdrawn(uow, ["jane@acme.example", "john@acme.example"]) == {"jane@acme.example"}


@pytest.mark.parametrize("name", ["Jane Doe", "Somebody Else"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_list_overrules_no_withdrawal_on_any_channel(database: Database, channel: Channel, name: str) -> None:
    office = Office(database, ALICE, playbook=WITH_MATCHING)
    lead_id = office.lead(consent={"email": True, "phone": True, "sms": True, "wording": "Yes"})
    say(office, lead_id, Said(channel, is_given=False))
    bring_in(office, f"Name,Email,Company,Consent\n{name},jane@acme.example,Acme,yes\n", consent="contract")
    assert len(office.rows(Lead)) == 2
    assert {one for one, is_given in standing(office, lead_id).items() if not is_given} == {channel}


def test_who_writes_it_down_at_two_leads_of_the_person_at_once_never_waits_for_the_other_in_a_circle(
    office: Office,
) -> None:
    mine = [office.lead() for _ in range(4)]
    office.everything_left()
    start = Barrier(len(mine))

    def hears(number: int) -> None:
        start.wait()
        for _ in range(3):
            if number % 2:
                say(office, mine[number], NO)
            else:
                touch = {"lead": mine[number], "kind": "unsubscribed"}
                tracking.take_touch(office.services, touch, key=uuid4().hex)

    with ThreadPoolExecutor(len(mine)) as pool:
        list(pool.map(hears, range(len(mine))))
    assert {row.consent for row in office.rows(Lead)} == {False}


@pytest.mark.sqlite_alone
def test_managers_may_write_it_down_as_well(office: Office) -> None:
    lead_id = office.lead()
    assert consents.record(office.services, DANA.slack_id, lead_id, YES, key="k").startswith(
        "Written down: #1 Jane Doe"
    )


def test_whoever_waits_in_a_circle_with_somebody_is_undone_and_done_once_more(database: Database) -> None:
    """Another holds the second of a person's leads and wants the first, which is held by whoever writes it down."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office = Office(database, ALICE)
    first, second = (office.claimed_lead(name=name, phone=None) for name in ("Jane Doe", "Paul Klein"))
    said = Said("email", is_given=False)
    with database.engine.connect() as other, ThreadPoolExecutor() as pool:
        # It is patient, so that the one who is undone is the use case.
        other.exec_driver_sql("SET LOCAL deadlock_timeout = '20s'; SET LOCAL lock_timeout = '20s'")
        held(other, second)
        done = pool.submit(consents.record, office.services, ALICE.slack_id, first, said, key="k")
        eventually(lambda: is_held(database, first) or None, "a lock")
        held(other, first)
        other.rollback()
        assert done.result().startswith("Written down")
    assert [row.is_given for row in office.rows(Consent)][-1] is False


def held(connection: Connection, lead_id: int) -> None:
    connection.exec_driver_sql("SELECT id FROM lead WHERE id = %s FOR UPDATE", (lead_id,))


def is_held(database: Database, lead_id: int) -> bool:
    with database.engine.connect() as connection:
        free = "SELECT id FROM lead WHERE id = %s FOR UPDATE SKIP LOCKED"
        return connection.exec_driver_sql(free, (lead_id,)).first() is None


def test_the_card_says_that_nobody_can_be_reached_there_though_they_had_said_yes(office: Office) -> None:
    lead_id = office.claimed_lead(consent={"email": True, "wording": "Yes"})
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        withdrawing.suppress(office.services, uow, lead, "email", reason="bounced", source="550", now=TUESDAY)
        uow.commit()
    shown = small_print(office, lead_id)
    assert "No e-mail goes there: nobody can be reached there (24 Nov 2026)." in shown
    assert "ay be e-mailed" not in shown
