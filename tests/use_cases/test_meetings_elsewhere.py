"""What is booked with a provider stands here as well, in whatever order it is told, and the page keeps off it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DibsError
from bot.intake import hooks
from bot.meetings import booking, changing, providers
from bot.meetings.booking import TakenError
from store.database import Database
from store.models import FollowUp, LeadMessage, Meeting, MeetingSlot, Touch
from tests.factories import ALICE, BOB
from tests.recorded import assert_recorded
from tests.use_cases.test_meetings import Desk, desk_over

EXAMPLE = Path(__file__).parent.parent / "data" / "hooks" / "calendly.json"
STARTS = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
CALENDLY = hooks.read_presets()["calendly"]


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_over(database)


def payload(event: str = "invitee.created", host: str = "Alice", **scheduled: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    told["event"] = event
    told["payload"]["scheduled_event"] |= {"event_memberships": [{"user_name": host}], **scheduled}
    return told


def send(desk: Desk, told: dict[str, Any]) -> hooks.Taken:
    return hooks.take(desk.services, CALENDLY, told, key="k")


@pytest.mark.sqlite_alone
def test_it_becomes_a_meeting_of_the_rep_it_is_with(desk: Desk) -> None:
    (lead_id,) = send(desk, payload()).lead_ids
    send(desk, payload())  # told twice
    (meeting,) = desk.office.rows(Meeting)
    assert (meeting.source, meeting.starts_at, meeting.ends_at) == ("calendly", STARTS, STARTS + timedelta(minutes=30))
    assert desk.office.owner(lead_id) == "Alice"
    assert desk.office.get(FollowUp, meeting.follow_up_id or 0).due_at == STARTS
    assert [touch.kind for touch in desk.office.rows(Touch, lead_id=lead_id)].count("meeting") == 1
    assert any("booked a meeting with you" in line for line in desk.told())
    assert desk.office.rows(LeadMessage) == []  # the provider writes to them
    assert STARTS not in booking.look(desk.services, desk.token, "", "").times
    assert_recorded(desk.services)


@pytest.mark.sqlite_alone
def test_without_a_host_of_that_name_it_is_the_owners_or_nobodys(desk: Desk) -> None:
    send(desk, payload(host="Somebody Else"))
    assert desk.office.rows(Meeting) == []
    lead_id = desk.office.claimed_lead(BOB if desk.office.offered_to(1) == "Alice" else ALICE, email="joe@acme.example")
    told = payload(host="")
    told["payload"] |= {"email": "joe@acme.example", "uri": "https://api.calendly.com/other"}
    send(desk, told)
    (meeting,) = desk.office.rows(Meeting)
    assert meeting.lead_id == lead_id


def test_it_wins_over_what_is_booked_here_and_both_stand(desk: Desk) -> None:
    here = desk.book(desk.office.lead(email="joe@acme.example", name="Joe Roe"), STARTS)
    send(desk, payload())
    assert [one.status for one in desk.office.rows(Meeting)] == ["booked", "booked"]
    assert {one.meeting_id for one in desk.office.rows(MeetingSlot)} == {here.id}
    changing.cancel(desk.services, here.key)
    assert STARTS not in booking.look(desk.services, desk.token, "", "").times
    with pytest.raises(TakenError):
        desk.book(desk.office.lead(email="ann@acme.example", name="Ann Poe"), STARTS)


def test_cancelled_there_it_is_cancelled_here(desk: Desk) -> None:
    send(desk, payload())
    assert send(desk, payload("invitee.canceled")).ignored == ()
    (meeting,) = desk.office.rows(Meeting)
    assert meeting.status == "cancelled"
    assert desk.office.rows(MeetingSlot) == []
    assert desk.office.get(FollowUp, meeting.follow_up_id or 0).status == "cancelled"
    assert STARTS in booking.look(desk.services, desk.token, "", "").times


def test_a_cancellation_that_comes_first_is_not_forgotten(desk: Desk) -> None:
    send(desk, payload("invitee.canceled"))
    send(desk, payload())
    assert desk.office.rows(Meeting) == []


@pytest.mark.sqlite_alone
def test_it_is_changed_where_it_was_booked(desk: Desk) -> None:
    send(desk, payload())
    with pytest.raises(DibsError, match="Cancel it there"):
        changing.cancel_for_rep(desk.services, ALICE.slack_id, desk.office.rows(Meeting)[0].id or 0, "")


@pytest.mark.parametrize(
    "scheduled",
    [{"start_time": "x"}, {"start_time": None}, {"end_time": "2026-11-26T14:00:00Z"},
     {"end_time": "2027-11-26T14:00:00Z"}, {"start_time": "0001-01-01T00:00:00+14:00"},
     {"start_time": "9999-12-31T00:00:00Z", "end_time": "9999-12-31T01:00:00Z"},
     {"start_time": ["2026-11-26T14:00:00Z"] * 3}],
)  # fmt: skip
def test_times_that_are_none_leave_the_lead_and_no_meeting(desk: Desk, scheduled: dict[str, Any]) -> None:
    assert send(desk, payload(**scheduled)).lead_ids
    assert desk.office.rows(Meeting) == []


def test_a_time_without_a_zone_is_read_as_utc() -> None:
    raw = {"name": "n", "starts": "2026-11-26T14:00:00", "ends": "2026-11-26T15:00:00Z"}
    told = providers.read("calendly", raw, STARTS)
    assert told is not None
    assert told.starts == STARTS
