"""A lead arrives: stored once, routed, offered and announced in one transaction, or refused without a trace of it."""

from typing import Any

import pytest

from bot.errors import InvalidInputError, NotAllowedError
from bot.intake import capture
from bot.intake.capture import KeyReusedError
from bot.people import Profile
from bot.rules.cleaning.lead import LIMITS
from store.models import Decision, InboxRow, Lead, Offer, OutboxRow, Team, Touch
from tests.factories import ALICE, BOB, ERIN, JANE, TUESDAY, Office

SECRETS = ("Jane Doe", "jane@", "Please call", "901820", "Acme")


def test_a_lead_is_stored_offered_and_announced_in_one_go(office: Office) -> None:
    captured = capture.take_lead(office.services, JANE, key="k1")
    lead = office.get(Lead, captured.lead_id)
    assert (lead.name, lead.email, lead.phone) == ("Jane Doe", "jane@acme.example", "+4930901820")
    assert (lead.stage, lead.owner_id, lead.created_at, lead.consent) == ("new", None, TUESDAY, True)
    assert office.offered_to(captured.lead_id) == "Alice"
    assert [row.payload for row in office.waiting("card")] == [{"lead_id": captured.lead_id}]
    assert [touch.kind for touch in office.rows(Touch)] == ["form"]
    assert [line.kind for line in office.rows(Decision)] == ["joined", "joined", "joined", "turn"]


def test_the_same_key_with_the_same_body_answers_with_the_same_lead(office: Office) -> None:
    first = capture.take_lead(office.services, JANE, key="k1")
    before = office.snapshot()
    again = capture.take_lead(office.services, JANE, key="k1")
    assert (again.lead_id, first.is_repeat, again.is_repeat) == (first.lead_id, False, True)
    assert office.snapshot() == before


def test_the_order_of_a_bodys_fields_makes_no_other_body(office: Office) -> None:
    first = capture.take_lead(office.services, JANE, key="k1")
    again = capture.take_lead(office.services, dict(reversed(JANE.items())), key="k1")
    assert again.lead_id == first.lead_id


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(office: Office) -> None:
    capture.take_lead(office.services, JANE, key="k1")
    before = office.snapshot()
    with pytest.raises(KeyReusedError, match="used before with another body"):
        capture.take_lead(office.services, {**JANE, "name": "Joe"}, key="k1")
    assert office.snapshot() == before


def test_two_keys_with_one_body_are_two_leads(office: Office) -> None:
    assert office.lead("k1") != office.lead("k2")


def test_a_refused_lead_leaves_a_rejection_without_a_personal_word(office: Office) -> None:
    raw = {**JANE, "email": "jane@ secret", "phone": "1", "country": "DE"}
    with pytest.raises(InvalidInputError):
        capture.take_lead(office.services, raw, key="k1")
    [row] = office.rows(InboxRow)
    assert row.status == "rejected"
    assert [problem["field"] for problem in row.answer["problems"]] == ["email", "phone"]
    assert "email" in row.answer["fields"]
    assert not [secret for secret in (*SECRETS, "secret") if secret in str(row.model_dump())]
    assert not office.rows(Lead)
    assert not office.rows(OutboxRow)


def test_the_same_rejection_is_kept_once_and_the_key_stays_free_for_the_mended_lead(office: Office) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInputError):
            capture.take_lead(office.services, {"name": "Jane"}, key="k1")
    assert len(office.rows(InboxRow)) == 1
    assert capture.take_lead(office.services, JANE, key="k1").is_repeat is False


@pytest.mark.parametrize(
    ("fields", "team"),
    [
        ({"employees": 250}, "enterprise"), ({"employees": "1,000+"}, "enterprise"),
        ({"plan": "Enterprise"}, "enterprise"),
        ({"employees": 249}, "smb"), ({"employees": "many"}, "smb"), ({}, "smb"),
    ],
)  # fmt: skip
def test_a_lead_goes_to_the_team_of_the_first_route_that_fits(
    office: Office, fields: dict[str, Any], team: str
) -> None:
    lead = office.get(Lead, office.lead(fields=fields))
    assert office.get(Team, lead.team_id).name == team


def test_the_route_is_kept_as_the_reason(office: Office) -> None:
    assert office.get(Lead, office.lead(fields={"employees": 300})).route_reason == "250 employees or more"


def test_a_lead_for_a_team_without_reps_is_open_to_all_and_nothing_is_lost(office: Office) -> None:
    lead_id = office.lead(fields={"plan": "enterprise"})
    assert office.rows(Offer) == []
    assert office.get(Lead, lead_id).is_open_to_all is True
    assert office.rows(Decision)[-1].kind == "open"
    assert len(office.waiting("card")) == 1


def test_leads_are_dealt_in_turn(office: Office) -> None:
    assert [office.offered_to(office.lead()) for _ in range(4)] == ["Alice", "Bob", "Alice", "Bob"]


def test_a_lead_added_by_hand_says_so(office: Office) -> None:
    raw = {"name": "Joe", "email": "joe@x.example"}
    captured = capture.add_by_hand(office.services, BOB.slack_id, raw, key="form-1")
    assert office.get(Lead, captured.lead_id).source == "added by hand"
    assert office.rows(Touch)[0].kind == "typed"


def test_whoever_adds_a_lead_by_hand_is_told_privately_where_it_went(office: Office) -> None:
    def told(by: Profile, **fields: Any) -> str:
        before = len(office.waiting("message"))
        capture.add_by_hand(office.services, by.slack_id, {**JANE, **fields}, key=str(fields))
        [row] = [row for row in office.waiting("message")[before:] if row.payload["slack_id"] == by.slack_id]
        return str(row.payload["text"])

    assert "Added #1 Jane Doe, Acme: offered to Alice until " in told(BOB)
    paul = {"name": "Paul Klein", "email": "paul@steinbach.example", "phone": None, "company": "Steinbach"}
    assert "Added #2 Paul Klein, Steinbach: offered to you until " in told(BOB, **paul)
    office.clock.advance(hours=18)
    assert "it waits for somebody to be free." in told(BOB, name="Uwe Ott", email="uwe@ott.example", phone=None)
    big = {"name": "Ida Lund", "email": "ida@lund.example", "phone": None, "fields": {"plan": "enterprise"}}
    assert "it goes to another team." in told(BOB, **big)


def test_an_outsider_adds_nothing(office: Office) -> None:
    with pytest.raises(NotAllowedError, match="not in a sales team"):
        capture.add_by_hand(office.services, ERIN.slack_id, JANE, key="form-1")
    assert not office.rows(Lead)
    assert not office.rows(InboxRow)


@pytest.mark.parametrize(
    "body", [{"name": "\ud800", "email": "a@b.example"}, {"name": "\x00J", "email": "a@b.example"}]
)
def test_text_that_no_database_takes_is_cleaned_on_the_way_in(office: Office, body: dict[str, Any]) -> None:
    lead = office.get(
        Lead, capture.take_lead(office.services, {**body, "fields": {"\x00": "\x00\ud800"}}, key="k").lead_id
    )
    lead.name.encode("utf-8")
    assert "\x00" not in lead.name + str(lead.fields)


def test_the_longest_of_everything_still_fits(office: Office) -> None:
    longest = dict.fromkeys(LIMITS, "😀" * 20_000)
    lead_id = capture.take_lead(office.services, {**longest, "email": "a@b.example"}, key="k").lead_id
    assert len(office.get(Lead, lead_id).name) == 200


def test_a_large_team_that_is_all_away_does_not_stop_a_lead(office: Office) -> None:
    for number in range(40):
        office.seat(night_owl(number))
    office.clock.set("2026-11-24T23:00+00:00")
    lead_id = office.lead()
    assert office.get(Lead, lead_id).held_since is not None
    assert len(office.rows(Decision)[-1].candidates) == 43


def night_owl(number: int) -> Profile:
    return Profile(f"U0OWL{number}", f"Owl the {number}th of a long-lived family", "Europe/Berlin")


def test_a_manager_without_a_seat_gets_no_offers(office: Office) -> None:
    assert {office.offered_to(office.lead()) for _ in range(3)} == {ALICE.name, BOB.name}
