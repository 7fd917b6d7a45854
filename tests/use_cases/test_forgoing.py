"""A lead that is not for now rests until its day, and comes back by itself."""

from datetime import timedelta

import pytest

from bot import claims, digests, homes, next_steps, pipeline, search
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.playbook.playbook import Playbook, read_playbook
from bot.playbook.scoring import Scoring
from bot.qualification import forgoing
from bot.rules.when.reading import UnclearTimeError
from bot.views import home
from bot.views.search import pieces
from store.database import Database
from store.models import FollowUp, Lead
from tests.factories import ALICE, BOB, DANA, PLAYBOOK, TUESDAY, Office

pytestmark = pytest.mark.sqlite_alone

LATER = TUESDAY + timedelta(days=30)


@pytest.fixture
def office(database: Database) -> Office:
    """With all the reminders, response times and follow-ups that the shipped playbook sets."""
    return Office(database, ALICE, BOB, playbook=shipped())


def shipped() -> Playbook:
    return read_playbook(PLAYBOOK).model_copy(update={"scoring": Scoring()})


def put_aside(office: Office, *, why: str = "no budget before") -> str:
    return forgoing.put_aside(office.services, ALICE.slack_id, 1, LATER, why)


def come_back(office: Office) -> int:
    due = forgoing.due(office.services)
    for lead_id in due * 2:  # a second replica does nothing
        forgoing.come_back(office.services, lead_id)
    return len(due)


def open_ones(office: Office) -> list[str]:
    return [row.what for row in office.rows(FollowUp, status="open")]


def test_nothing_reminds_of_it_meanwhile(office: Office) -> None:
    office.claimed_lead()
    office.follow_up(1, TUESDAY + timedelta(days=2))
    put_aside(office)
    lead = office.get(Lead, 1)
    assert (lead.response_due_at, lead.stale_at, lead.forgone_until) == (None, None, LATER)
    assert open_ones(office) == []
    office.everything_left()
    for _ in range(29):
        office.clock.advance(days=1)
        office.fire_reminders()
        office.fire_digests()
        assert next_steps.due_stale(office.services) == []
        assert come_back(office) == 0
    assert [row.kind for row in office.waiting("reminder")] == []
    with office.services.reading() as uow:
        assert next_steps.without_next_step(uow, office.get(Lead, 1).owner_id or 0) == []
        alice = uow.people.rep_by_slack_id(ALICE.slack_id)
        assert alice is not None
        assert digests.content(office.services, uow, alice, office.clock.now()) is None


def test_it_does_not_stand_among_the_work_as_if_it_were_some(office: Office) -> None:
    office.claimed_lead(name="Resting")
    put_aside(office)
    office.claimed_lead(name="Working", email="w@acme.example", phone="")
    office.lead(name="Nobodys", email="n@initech.example", phone="")
    forgoing.put_aside(office.services, DANA.slack_id, 3, LATER, "")
    _, mine = search.list_leads(office.services, ALICE.slack_id, "mine")
    shown = {row.lead.name: str(pieces(row)) for row in mine.rows}
    assert "not now: back" in shown["Resting"]
    assert "not now" not in shown["Working"]
    homes.show(office.services, ALICE.slack_id, "leads")
    page = at_home(office, ALICE.slack_id)
    assert page.index("Working") < page.index("Resting") < page.index("Not now: back Thu 24 Dec, 10:30")
    homes.show(office.services, DANA.slack_id, "team")
    assert "Nobodys" not in at_home(office, DANA.slack_id)


def at_home(office: Office, slack_id: str) -> str:
    with office.services.reading() as uow:
        found = homes.home_of(office.services, uow, slack_id, office.clock.now())
    assert found is not None
    return str(home.home(found))


@pytest.mark.both_databases
def test_what_is_planned_for_later_stays(office: Office) -> None:
    office.claimed_lead()
    office.follow_up(1, LATER + timedelta(days=1), what="ask about the new budget")
    put_aside(office)
    assert open_ones(office) == ["ask about the new budget"]


def test_on_its_day_it_comes_back_with_something_to_do(office: Office) -> None:
    office.claimed_lead()
    put_aside(office)
    office.everything_left()
    office.clock.moment = LATER
    assert come_back(office) == 1
    assert open_ones(office) == ["Back after “not now: no budget before”"]
    assert office.lines() == ["▶️ It is back after “not now: no budget before”."]
    lead = office.get(Lead, 1)
    assert lead.forgone_until is None
    assert lead.response_from is not None  # nobody was in touch yet
    assert come_back(office) == 0


@pytest.mark.both_databases
def test_it_can_be_taken_up_sooner(office: Office) -> None:
    office.claimed_lead()
    put_aside(office)
    assert (
        forgoing.take_up(office.services, ALICE.slack_id, 1)
        == "#1 Jane Doe, Acme is back, and reminders of it with it."
    )
    assert open_ones(office) != []
    assert forgoing.take_up(office.services, ALICE.slack_id, 1).endswith("was not put aside.")
    office.clock.moment = LATER
    assert come_back(office) == 0


@pytest.mark.both_databases
def test_nobodys_lead_is_offered_to_nobody_and_goes_round_again_on_its_day(office: Office) -> None:
    office.lead()
    forgoing.put_aside(office.services, DANA.slack_id, 1, LATER, "")
    assert office.offered_to(1) is None
    office.clock.moment = LATER
    come_back(office)
    assert office.offered_to(1) is not None


@pytest.mark.both_databases
def test_one_that_went_round_meanwhile_is_offered_to_nobody_else_on_its_day(office: Office) -> None:
    """A move to another stage deals what nobody owns."""
    office.lead()
    forgoing.put_aside(office.services, DANA.slack_id, 1, TUESDAY + timedelta(minutes=1), "not yet")
    pipeline.move_stage(office.services, DANA.slack_id, 1, "contacted")
    offered = office.offered_to(1)
    assert offered is not None
    office.clock.advance(minutes=2)
    come_back(office)
    assert office.offered_to(1) == offered


def test_whoever_gets_it_next_works_on_it_now(office: Office) -> None:
    office.claimed_lead()
    put_aside(office)
    claims.release(office.services, ALICE.slack_id, 1)
    claims.claim(office.services, BOB.slack_id, 1)
    assert office.get(Lead, 1).forgone_until is None
    assert open_ones(office) == ["First contact"]


def test_a_lead_that_was_closed_meanwhile_does_not_come_back(office: Office) -> None:
    office.claimed_lead()
    put_aside(office)
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "lost", {"lost.reason": "price"})
    office.everything_left()
    office.clock.moment = LATER
    come_back(office)
    assert (office.lines(), open_ones(office)) == ([], [])
    with pytest.raises(DibsError, match="is closed"):
        put_aside(office)


def test_the_words_say_until_when_and_why(office: Office) -> None:
    office.claimed_lead()
    forgoing.by_words(office.services, ALICE.slack_id, 1, "1 March 2027: no budget before")
    lead = office.get(Lead, 1)
    assert lead.forgone_why == "no budget before"
    assert lead.forgone_until is not None
    assert lead.forgone_until.isoformat() == "2027-03-01T08:00:00+00:00"  # nine in Berlin
    with pytest.raises(UnclearTimeError):
        forgoing.by_words(office.services, ALICE.slack_id, 1, "whenever")


def test_the_form_means_the_morning_of_that_day(office: Office) -> None:
    office.claimed_lead()
    forgoing.until_day(office.services, ALICE.slack_id, 1, "2027-03-01", "")
    assert office.get(Lead, 1).forgone_until is not None
    for day in ("", "2026-11-24", "2039-01-01"):
        with pytest.raises(InvalidInputError, match="date: Choose a day"):
            forgoing.until_day(office.services, ALICE.slack_id, 1, day, "")


def test_a_colleague_puts_no_lead_of_others_aside(office: Office) -> None:
    office.claimed_lead()
    with pytest.raises(NotAllowedError):
        forgoing.put_aside(office.services, BOB.slack_id, 1, LATER, "")
