"""Notes and stages: recorded once, said in the thread, and a closed lead leaves nobody waiting."""

import pytest

from bot import pipeline
from bot.errors import InvalidInputError, NotAllowedError
from store.models import FollowUp, Lead, Note, Offer, StageChange
from tests.factories import ALICE, BOB, DANA, ERIN, TUESDAY, WHY, Office

pytestmark = pytest.mark.sqlite_alone


def test_a_note_is_kept_and_shown_in_the_thread(office: Office) -> None:
    lead_id = office.lead()
    pipeline.add_note(office.services, BOB.slack_id, lead_id, "Wants a demo\nfor <!channel>", key="k1")
    [note] = office.rows(Note)
    assert (note.text, note.at) == ("Wants a demo\nfor <!channel>", TUESDAY)
    assert office.lines() == ["Bob: Wants a demo for &lt;!channel&gt;"]


@pytest.mark.both_databases
def test_the_same_form_sent_twice_makes_one_note(office: Office) -> None:
    lead_id = office.lead()
    for _ in range(2):
        pipeline.add_note(office.services, BOB.slack_id, lead_id, "Wants a demo", key="k1")
    assert len(office.rows(Note)) == len(office.lines()) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("text", ["", "  \n ", "\x00\u200b"])
def test_an_empty_note_is_refused_on_its_field_and_the_form_may_be_sent_again(office: Office, text: str) -> None:
    lead_id = office.lead()
    with pytest.raises(InvalidInputError, match="text: The note is empty"):
        pipeline.add_note(office.services, BOB.slack_id, lead_id, text, key="k1")
    pipeline.add_note(office.services, BOB.slack_id, lead_id, "Now it says something", key="k1")
    assert [note.text for note in office.rows(Note)] == ["Now it says something"]


def test_the_longest_note_fits(office: Office) -> None:
    pipeline.add_note(office.services, BOB.slack_id, office.lead(), "ß" * 20_000, key="k1")
    assert len(office.rows(Note)[0].text) == pipeline.NOTE_MAX


def test_an_outsider_writes_no_notes(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    with pytest.raises(NotAllowedError, match="no such lead in your teams"):
        pipeline.add_note(office.services, ERIN.slack_id, office.lead(), "hello", key="k1")


def test_a_stage_is_moved_and_its_history_kept(office: Office) -> None:
    lead_id = office.claimed_lead()
    said = pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "Qualified")
    assert said == f"#{lead_id} Jane Doe, Acme moved from new to qualified."
    assert office.get(Lead, lead_id).stage == "qualified"
    assert [(change.before, change.after) for change in office.rows(StageChange)] == [("new", "qualified")]
    assert office.lines()[-1] == "➡️ Alice moved it from new to qualified."


def test_moving_to_the_same_stage_changes_nothing(office: Office) -> None:
    lead_id = office.claimed_lead()
    before = office.snapshot()
    assert "already in new" in pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "new")
    assert office.snapshot() == before


def test_an_unknown_stage_is_refused_with_the_ones_there_are(office: Office) -> None:
    lead_id = office.claimed_lead()
    with pytest.raises(InvalidInputError, match="stages are new, contacted, qualified, proposal, won, lost"):
        pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "sold")


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_closed_lead_is_reminded_of_no_more(office: Office, stage: str) -> None:
    lead_id = office.claimed_lead()
    follow_up_id = office.follow_up(lead_id, TUESDAY.replace(hour=12))
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, stage, WHY)
    assert office.get(Lead, lead_id).closed_at == TUESDAY
    assert office.get(FollowUp, follow_up_id).status == "cancelled"
    office.clock.advance(days=7)
    assert office.fire_reminders() == office.fire_digests() == 0


def test_only_the_owner_or_a_manager_moves_a_lead(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        pipeline.move_stage(office.services, BOB.slack_id, lead_id, "won")
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "won")
    assert office.get(Lead, lead_id).stage == "won"


def test_closing_a_lead_on_offer_takes_the_offer_back(office: Office) -> None:
    lead_id = office.lead()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "lost", WHY)
    assert [offer.status for offer in office.rows(Offer)] == ["withdrawn"]
    office.clock.advance(hours=1)
    assert office.lapse_offers() == 0


@pytest.mark.both_databases
def test_a_lead_reopened_without_an_owner_is_dealt_again(office: Office) -> None:
    lead_id = office.lead()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "lost", WHY)
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "new", WHY)
    assert office.get(Lead, lead_id).closed_at is None
    assert office.offered_to(lead_id) == "Alice", "whose turn it had been"


def test_a_lead_reopened_stays_with_its_owner(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "lost", WHY)
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "contacted", WHY)
    assert (office.owner(lead_id), office.offered_to(lead_id)) == ("Alice", None)


def test_moving_a_lead_on_offer_between_open_stages_keeps_the_offer(office: Office) -> None:
    lead_id = office.lead()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "contacted")
    assert office.offered_to(lead_id) == "Alice"
    assert len(office.rows(Offer)) == 1
