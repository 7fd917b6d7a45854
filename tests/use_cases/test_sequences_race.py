"""Replicas that take the same steps in the same moment, and enrol the same leads: each once."""

from collections import Counter

import pytest
from sqlalchemy import text

from bot import handover
from bot.sequences import advancing, enrolling, sweeping
from store.contact.enrolments import DUE
from store.database import Database, StoreUnavailableError
from store.models import Enrolment, StepTaken
from tests.factories import ALICE, DANA
from tests.replicas import all_at_once
from tests.sequences import Seat

BOTH = """
[[sequences]]
name = "one"
steps = [
    { kind = "email", subject = "Hello", text = "Hello" }, { kind = "nudge", says = "call" },
    { kind = "sms", text = "Hello" }, { kind = "segment", field = "tier", to = "warm" },
]
[[sequences]]
name = "other"
steps = [{ kind = "email", subject = "Good day", text = "Good day" }]
[[sequences]]
name = "quiet"
enrol = { on = "quiet", quiet_days = 30 }
steps = [{ kind = "wait", days = 9 }]
"""
LEADS, SECONDS = 12, 20


@pytest.fixture
def seat(database: Database) -> Seat:
    return Seat(database, BOTH)


def someone(seat: Seat, number: int) -> int:
    lead_id = seat.lead(
        name=f"Jane {number}", email=f"jane{number}@a{number}.example", phone=f"+49 30 9018{number:02}",
        consent={"email": True, "sms": True},
    )  # fmt: skip
    handover.assign(seat.services, DANA.slack_id, lead_id, ALICE)
    return lead_id


def enrol(seat: Seat, lead_id: int, name: str) -> object:
    with seat.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        made = enrolling.enrol(seat.services, uow, lead, name, origin="rep", now=seat.clock.now())
        uow.commit()
        return made


def test_replicas_take_each_step_of_each_lead_once(seat: Seat) -> None:
    leads = [someone(seat, number) for number in range(LEADS)]
    for lead_id in leads:
        enrol(seat, lead_id, "one")
    due = advancing.due(seat.services)
    assert len(due) == LEADS

    def replica() -> None:
        for number in due:
            again = 0
            while again < SECONDS:
                try:
                    advancing.advance(seat.services, number)
                    break
                except StoreUnavailableError:  # another has it in hand for longer than anybody waits
                    again += 1

    all_at_once(replica)
    assert {one.status for one in seat.rows(Enrolment)} == {"finished"}
    assert set(Counter((one.enrolment_id, one.step) for one in seat.rows(StepTaken)).values()) == {1}
    assert [len(seat.messages(lead_id)) for lead_id in leads] == [2] * LEADS
    assert sum("call" in row.payload["text"] for row in seat.waiting("message")) == LEADS
    assert advancing.due(seat.services) == []


def test_of_two_sequences_that_write_to_one_lead_in_the_same_moment_one_gets_it(seat: Seat) -> None:
    lead_id, said = someone(seat, 1), []
    names = iter(["one", "other", "one", "other"])
    all_at_once(lambda: said.append(enrol(seat, lead_id, next(names))))
    assert [one.status for one in seat.rows(Enrolment)] == ["active"]
    refusals = [one for one in said if isinstance(one, str)]
    assert len(refusals) == 3
    assert all("already" in one or "writes to them as well" in one for one in refusals)


def test_replicas_that_look_for_quiet_leads_bring_each_in_once(seat: Seat) -> None:
    for number in range(LEADS):
        someone(seat, number)
    seat.clock.advance(days=31)
    all_at_once(lambda: [sweeping.sweep(seat.services) for _ in range(3)])
    assert len(seat.rows(Enrolment, sequence="quiet")) == LEADS


def test_what_is_due_is_read_from_the_index_of_what_goes_on(seat: Seat) -> None:
    database = seat.services.database
    with database.session(writes=False) as session:
        asked = DUE.replace("?", ":now")
        if not database.is_sqlite:
            session.connection().execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = str(session.connection().execute(text(f"{explain} {asked}"), {"now": seat.clock.now()}).all())
    assert "enrolment_due" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_knock_of_the_sweep_looks_at_a_slice_and_then_rests_an_hour(seat: Seat) -> None:
    someone(seat, 1)
    seat.clock.advance(days=31)
    assert sweeping.sweep(seat.services) == 1
    late = someone(seat, 2)
    seat.clock.advance(minutes=59)
    assert sweeping.sweep(seat.services) == 0
    seat.clock.advance(days=31)
    assert sweeping.sweep(seat.services) == 1
    assert seat.rows(Enrolment)[-1].lead_id == late
