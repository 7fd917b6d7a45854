"""Calls: written down by reps, or told by a telephone system, once."""

from datetime import timedelta

import pytest

from bot.calling import calls, telephony
from bot.calling.calls import Call
from bot.errors import InvalidInputError, NotAllowedError
from bot.rules.telephony import HeardCall
from store.models import FollowUp, Lead, Note, Suggestion, Touch
from tests.factories import ALICE, BOB, ERIN, TUESDAY, Office

pytestmark = pytest.mark.sqlite_alone

JANE = "+4930901820"


def jane(office: Office) -> int:
    return office.claimed_lead(phone=JANE)


def log(office: Office, lead_id: int, call: Call, key: str = "k1") -> str:
    return calls.log_call(office.services, ALICE.slack_id, lead_id, call, key=key)


def touches(office: Office) -> list[Touch]:
    return [touch for touch in office.rows(Touch) if touch.kind == "call"]


def test_a_call_that_reached_them_is_a_touch_a_line_and_the_first_contact(office: Office) -> None:
    lead_id = jane(office)
    said = log(office, lead_id, Call("reached", 12, "Wants ten seats"))
    (touch,) = touches(office)
    assert (touch.seconds, touch.outcome, touch.lead_id) == (720, "reached", lead_id)
    assert office.lines()[-2:] == ["📞 Alice called: reached, went well, 12 min.", "Alice: Wants ten seats"]
    assert [note.text for note in office.rows(Note)] == ["Wants ten seats"]
    assert office.get(Lead, lead_id).first_contact_at == TUESDAY
    assert said.startswith(f"Written down: the call with #{lead_id}")


def test_a_call_that_nobody_answered_is_a_line_and_no_touch(office: Office) -> None:
    lead_id = jane(office)
    log(office, lead_id, Call("no answer"))
    assert office.lines()[-1] == "📞 Alice called: no answer."
    assert touches(office) == []
    assert office.get(Lead, lead_id).first_contact_at is None


def test_what_is_next_is_set_with_it(office: Office) -> None:
    lead_id = jane(office)
    at = TUESDAY + timedelta(days=2)
    log(office, lead_id, Call("not now", next_at=at, next_what="call again"))
    assert ("call again", at) in [(one.what, one.due_at) for one in office.rows(FollowUp)]


def test_a_colleague_logs_a_call_and_plans_nothing_for_the_owner(office: Office) -> None:
    office.seat(BOB)
    lead_id, before = jane(office), office.rows(FollowUp)
    call = Call("reached", next_at=TUESDAY + timedelta(days=2))
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        calls.log_call(office.services, BOB.slack_id, lead_id, call, key="k1")
    assert office.rows(FollowUp) == before
    calls.log_call(office.services, BOB.slack_id, lead_id, Call("reached"), key="k2")
    assert len(touches(office)) == 1


@pytest.mark.both_databases
def test_the_same_form_sent_twice_is_one_call(office: Office) -> None:
    lead_id = jane(office)
    for _ in range(2):
        log(office, lead_id, Call("reached", 5))
    assert len(touches(office)) == 1


@pytest.mark.parametrize("call", [Call(""), Call("reached", -1), Call("reached", 601), Call("nonsense", 5)])
def test_a_call_that_makes_no_sense_is_refused_and_nothing_is_stored(office: Office, call: Call) -> None:
    lead_id = jane(office)
    before = office.snapshot()
    with pytest.raises(InvalidInputError):
        log(office, lead_id, call)
    assert office.snapshot() == before


def test_an_outsider_logs_no_calls(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    with pytest.raises(NotAllowedError, match="no such lead in your teams"):
        calls.log_call(office.services, ERIN.slack_id, jane(office), Call("reached"), key="k1")


# --- told by a telephone system


HEARD = HeardCall("1", is_inbound=True, outside=JANE, our_number="+493012345", seconds=75, source="Google Ads")


def test_a_call_from_a_lead_is_in_its_story_with_what_brought_it(office: Office) -> None:
    lead_id = jane(office)
    assert telephony.take(office.services, "calltrackingmetrics", HEARD)
    (touch,) = touches(office)
    assert (touch.lead_id, touch.seconds, touch.detail, touch.number) == (lead_id, 75, "Google Ads", "+493012345")
    assert office.lines()[-1] == "📞 They called on +493012345 (Google Ads), 1 min 15 s."


@pytest.mark.both_databases
def test_told_twice_it_is_one_call_and_the_recording_is_added(office: Office) -> None:
    jane(office)
    telephony.take(office.services, "dialpad", HEARD)
    again = HeardCall("1", is_inbound=True, outside=JANE, seconds=75, recording="https://dialpad.example/r/1")
    assert telephony.take(office.services, "dialpad", again)
    assert not telephony.take(office.services, "dialpad", again)
    assert [touch.recording for touch in touches(office)] == ["https://dialpad.example/r/1"]


def test_a_missed_call_is_told_and_counts_as_nothing(office: Office) -> None:
    jane(office)
    telephony.take(office.services, "dialpad", HeardCall("2", is_inbound=True, outside=JANE, outcome="not answered"))
    assert office.lines()[-1] == "📞 They called: not answered."
    assert touches(office) == []


def test_somebody_unknown_who_calls_is_suggested_as_a_lead(office: Office) -> None:
    telephony.take(office.services, "calltrackingmetrics", HEARD)
    (row,) = office.rows(Suggestion)
    assert (row.values["phone"], row.values["source"]) == (JANE, "Google Ads")


def test_a_call_of_ours_to_somebody_unknown_is_left_alone(office: Office) -> None:
    telephony.take(office.services, "dialpad", HeardCall("3", is_inbound=False, outside=JANE, seconds=10))
    assert office.rows(Suggestion) == []
