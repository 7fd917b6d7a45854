"""Two leads become one, and two again: what they are in, what was written to them and what they booked goes along."""

from datetime import timedelta

import pytest

from bot import merging
from store.database import Database
from store.models import Enrolment, LeadMessage, Meeting, Rep
from tests.factories import ALICE, BOB, DANA
from tests.sequences import Seat
from tests.use_cases.test_sequences import WELCOME, enrol

QUIETLY = """
[[sequences]]
name = "quietly"
steps = [{ kind = "wait", days = 2 }, { kind = "segment", field = "tier", to = "warm" }]
"""


@pytest.fixture
def seat(database: Database) -> Seat:
    return Seat(database, WELCOME + QUIETLY)


def two(seat: Seat) -> tuple[int, int]:
    """Alice's, which is kept, and Bob's."""
    kept = seat.claimed_lead(ALICE)
    seat.clock.advance(minutes=5)
    return kept, seat.claimed_lead(BOB, name="Jane M. Doe", email="jane@home.example", phone="+49 30 901899")


def test_of_two_sequences_that_write_to_one_person_the_kept_leads_goes_on(seat: Seat) -> None:
    kept, gone = two(seat)
    enrol(seat, gone, "quietly")
    merging.by_hand(seat.services, DANA.slack_id, kept, gone)
    assert seat.enrolments(kept) == [
        ("welcome", "active", ""), ("welcome", "left", f"it became part of #{kept}"), ("quietly", "active", ""),
    ]  # fmt: skip
    seat.pass_time(days=4)
    assert [(one.step, one.status) for one in seat.messages(kept)] == [("hello", "sent"), ("more", "sent")]
    assert ("segment 1", "tier is warm now") in seat.steps(kept)


def test_parted_again_each_is_in_what_it_was_in(seat: Seat) -> None:
    kept, gone = two(seat)
    seat.tick()
    enrol(seat, gone, "quietly")
    book(seat, gone)
    before = of_both(seat, kept, gone)
    merging.by_hand(seat.services, DANA.slack_id, kept, gone)
    assert seat.rows(Meeting, lead_id=kept)
    assert len(seat.messages(kept)) == 2
    merging.split(seat.services, DANA.slack_id, gone)
    assert of_both(seat, kept, gone) == before
    seat.pass_time(days=4)
    assert [one.step for one in seat.messages(gone)] == ["hello", "more"]


def test_what_waits_for_a_yes_stays_here_once_its_sequence_has_ended(seat: Seat) -> None:
    seat.plays(WELCOME.replace('name = "welcome"', 'name = "welcome"\napproval = true'))
    kept, gone = two(seat)
    seat.tick()
    merging.by_hand(seat.services, DANA.slack_id, kept, gone)
    assert [one.status for one in seat.messages(kept)] == ["held", "skipped"]


def book(seat: Seat, lead_id: int) -> None:
    [alice] = seat.rows(Rep, slack_id=ALICE.slack_id)
    with seat.services.unit_of_work() as uow:
        at = seat.clock.now() + timedelta(days=30)
        uow.session.add(Meeting(
            key="k", lead_id=lead_id, rep_id=alice.id or 0, starts_at=at, ends_at=at, booked_at=seat.clock.now()
        ))  # fmt: skip
        uow.commit()


def of_both(seat: Seat, *lead_ids: int) -> list[object]:
    return [
        [row.model_dump() for row in seat.rows(model, lead_id=lead_id)]
        for lead_id in lead_ids for model in (Enrolment, LeadMessage, Meeting)
    ]  # fmt: skip
