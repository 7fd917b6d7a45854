"""What leads do, as other programs tell it: remembered once, and what is hot asks the owner to call."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot import claims, pipeline, touches
from bot.capture import Captured, KeyReusedError
from bot.errors import InvalidInputError, NotFoundError
from store.database import Database
from store.models import FollowUp, InboxRow, Lead, Reminder, Touch
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office
from tests.use_cases.test_next_steps import shipped


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=shipped(first_contact=None))


def tell(office: Office, key: str | None = None, **touch: Any) -> Captured:
    whose = {} if "email" in touch or "lead" in touch else {"lead": 1}
    raw = {"kind": "page_view", "detail": "pricing page", **whose, **touch}
    return touches.take_touch(office.services, raw, key=key or uuid4().hex)


def strikes(office: Office) -> list[FollowUp]:
    return office.rows(FollowUp, origin="behaviour")


def hot_lines(office: Office) -> list[str]:
    return [line for line in office.lines() if line.startswith("🔥")]


def test_a_touch_is_remembered(office: Office) -> None:
    office.claimed_lead()
    assert tell(office, kind="webinar", detail="Selling in Slack") == Captured(1)
    touch = office.rows(Touch)[-1]
    assert (touch.lead_id, touch.kind, touch.source, touch.at) == (1, "webinar", "Selling in Slack", TUESDAY)
    assert strikes(office) == []
    assert hot_lines(office) == []


def test_a_hot_one_asks_the_owner_to_call_while_it_is(office: Office) -> None:
    office.claimed_lead()
    tell(office)
    [row] = strikes(office)
    assert (row.kind, row.what, row.due_at) == (
        "call", "pricing page just now: strike while it is hot", TUESDAY + timedelta(minutes=30)
    )  # fmt: skip
    [line] = hot_lines(office)
    assert line.startswith("🔥 pricing page just now. Alice is to call by ")
    assert len(office.rows(Reminder, follow_up_id=row.id, status="waiting")) == 1


def test_a_burst_of_hot_ones_asks_once(office: Office) -> None:
    office.claimed_lead()
    for _ in range(5):
        tell(office)
    assert len(strikes(office)) == 1
    assert len(hot_lines(office)) == 1
    assert len(office.rows(Touch)) == 6
    office.done(strikes(office)[0].id or 0, went="reached")
    tell(office)
    assert len(strikes(office)) == 2


def test_of_a_lead_that_nobody_owns_the_thread_says_it_once_a_day(office: Office) -> None:
    office.lead()
    tell(office)
    tell(office)
    assert hot_lines(office) == ["🔥 pricing page just now. Nobody owns this lead yet."]
    assert strikes(office) == []
    office.clock.advance(days=1, seconds=1)
    tell(office)
    assert len(hot_lines(office)) == 2


def test_a_closed_lead_is_left_in_peace(office: Office) -> None:
    office.claimed_lead()
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "won")
    tell(office)
    assert strikes(office) == []
    assert hot_lines(office) == []
    assert office.rows(Touch)[-1].source == "pricing page"


def test_what_is_heard_of_late_is_remembered_at_its_time_and_asks_for_nothing(office: Office) -> None:
    office.claimed_lead()
    tell(office, at=TUESDAY - timedelta(days=3))
    assert office.rows(Touch)[-1].at == TUESDAY - timedelta(days=3)
    assert strikes(office) == []


def test_at_night_the_call_is_due_in_the_morning(office: Office) -> None:
    office.claimed_lead()
    office.clock.set("2026-11-24T22:00+01:00")
    tell(office)
    assert strikes(office)[0].due_at.isoformat() == "2026-11-25T08:30:00+00:00"  # 9:30 in Berlin


def test_a_touch_is_a_word_too(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(days=2)
    tell(office, kind="email_opened", detail="")
    assert office.get(Lead, 1).stale_at == office.clock.now() + timedelta(days=3)


@pytest.mark.parametrize(
    "hostile", ["<!channel> pricing " * 900, "pricing \x00\u202eevil\ud800", "pricing" + " " * 9999]
)
def test_what_strangers_write_comes_out_short_and_harmless(office: Office, hostile: str) -> None:
    office.claimed_lead()
    tell(office, detail=hostile)
    assert len(office.rows(Touch)[-1].detail) <= 300
    assert len(strikes(office)[0].what) <= 300
    [line] = hot_lines(office)
    assert "<!" not in line
    assert "\u202e" not in line
    assert len(line) < 400


# --- whose it is


def test_by_address_it_is_the_newest_lead_that_is_open(office: Office) -> None:
    first, second, third = (office.lead(email="jane@acme.example") for _ in range(3))
    claims.claim(office.services, DANA.slack_id, third)
    pipeline.move_stage(office.services, DANA.slack_id, third, "lost")
    assert tell(office, email=" Jane@ACME.example ").lead_id == second
    for lead_id in (first, second):
        claims.claim(office.services, DANA.slack_id, lead_id)
        pipeline.move_stage(office.services, DANA.slack_id, lead_id, "lost")
    assert tell(office, email="jane@acme.example").lead_id == third


@pytest.mark.parametrize("whose", [{"lead": 2}, {"lead": 2**31 - 1}, {"email": "john@acme.example"}])
def test_of_somebody_unknown_nothing_is_kept(office: Office, whose: dict[str, Any]) -> None:
    office.lead()
    before = office.snapshot()
    with pytest.raises(NotFoundError, match="no such lead"):
        tell(office, **whose)
    assert office.snapshot() == before


# --- once


def test_the_same_key_again_changes_nothing(office: Office) -> None:
    office.claimed_lead()
    assert tell(office, "k1") == Captured(1)
    before = office.snapshot()
    assert tell(office, "k1") == Captured(1, is_repeat=True)
    assert office.snapshot() == before


def test_a_key_belongs_to_one_body_and_not_to_leads(office: Office) -> None:
    office.lead("k1")
    assert tell(office, "k1") == Captured(1)
    with pytest.raises(KeyReusedError):
        tell(office, "k1", detail="something else")


def test_a_refused_touch_keeps_what_was_wrong_and_no_words(office: Office) -> None:
    office.lead()
    before = office.snapshot()
    with pytest.raises(InvalidInputError):
        tell(office, detail="secret words", kind="dance")
    assert office.snapshot() == {**before, "inbox": before["inbox"] + 1}
    kept = office.rows(InboxRow, status="rejected")[0]
    assert kept.kind == "touch"
    assert "secret" not in str(kept)
