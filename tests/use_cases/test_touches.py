"""What leads do, as other programs tell it: remembered once, and what is hot asks the owner to call."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.event import listen

from bot import claims, pipeline
from bot.errors import InvalidInputError
from bot.intake import touches, tracking
from bot.intake.capture import KeyReusedError
from bot.intake.tracking import Taken, UnknownLeadError
from store.database import Database
from store.models import FollowUp, InboxRow, Lead, Reminder, Touch
from store.unit_of_work import unit_of_work
from tests.databases import make_tables
from tests.factories import ALICE, BOB, DANA, TUESDAY, WHY, Office, clean
from tests.use_cases.test_next_steps import shipped


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=shipped(first_contact=None))


def tell(office: Office, key: str | None = None, **touch: Any) -> Taken:
    whose = {} if {"email", "lead", "visitor"} & set(touch) else {"lead": 1}
    raw = {"kind": "page_view", "detail": "pricing page", **whose, **touch}
    return tracking.take_touch(office.services, raw, key=key or uuid4().hex)


def strikes(office: Office) -> list[FollowUp]:
    return office.rows(FollowUp, origin="behaviour")


def hot_lines(office: Office) -> list[str]:
    return [line for line in office.lines() if line.startswith("🔥")]


@pytest.mark.sqlite_alone
def test_a_touch_is_remembered(office: Office) -> None:
    office.claimed_lead()
    assert tell(office, kind="webinar", detail="Selling in Slack") == Taken(1, 1, 0, lead_id=1)
    touch = office.rows(Touch)[-1]
    assert (touch.lead_id, touch.kind, touch.detail, touch.at) == (1, "webinar", "Selling in Slack", TUESDAY)
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
    assert line.startswith("🔥 Pricing page just now. Alice is to call by ")
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
    assert hot_lines(office) == ["🔥 Pricing page just now. Nobody owns this lead yet."]
    assert strikes(office) == []
    office.clock.advance(days=1, seconds=1)
    tell(office)
    assert len(hot_lines(office)) == 2


@pytest.mark.sqlite_alone
def test_a_closed_lead_is_left_in_peace(office: Office) -> None:
    office.claimed_lead()
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "won")
    tell(office)
    assert strikes(office) == []
    assert hot_lines(office) == []
    assert office.rows(Touch)[-1].detail == "pricing page"


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


@pytest.mark.sqlite_alone
def test_a_touch_is_a_word_too(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(days=2)
    tell(office, kind="email_opened", detail="")
    assert office.get(Lead, 1).stale_at == office.clock.now() + timedelta(days=3)


@pytest.mark.sqlite_alone
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
    pipeline.move_stage(office.services, DANA.slack_id, third, "lost", WHY)
    assert tell(office, email=" Jane@ACME.example ").lead_id == second
    for lead_id in (first, second):
        claims.claim(office.services, DANA.slack_id, lead_id)
        pipeline.move_stage(office.services, DANA.slack_id, lead_id, "lost", WHY)
    assert tell(office, email="jane@acme.example").lead_id == third


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("number", [2, 2**31 - 1])
def test_of_a_lead_that_is_not_there_nothing_is_kept(office: Office, number: int) -> None:
    office.lead()
    before = office.snapshot()
    with pytest.raises(UnknownLeadError, match="no such lead"):
        tell(office, lead=number)
    assert office.snapshot() == before


# --- before they say who they are


def test_what_somebody_did_before_they_said_who_they_are_is_theirs_when_they_do(office: Office) -> None:
    assert tell(office, email="john@acme.example", kind="webinar") == Taken(1, 0, 1)
    tell(office, visitor="v1", detail="home page")
    tell(office, visitor="v2")
    lead = office.lead(email="John@acme.example")
    identify(office, lead, email="john@acme.example", visitor="v1")
    assert [(row.lead_id, row.kind) for row in office.rows(Touch)][:3] == [
        (lead, "webinar"), (lead, "page_view"), (None, "page_view")
    ]  # fmt: skip


def test_what_their_browser_does_afterwards_is_theirs_too(office: Office) -> None:
    lead = office.lead()
    identify(office, lead, visitor="v1")
    assert tell(office, visitor="v1").lead_id == lead
    assert tell(office, visitor="v2").lead_id is None
    other = office.lead(email="other@acme.example")
    identify(office, other, email="other@acme.example", visitor="v1")  # two people at one desk: the newest word holds
    assert tell(office, visitor="v1").lead_id == other


@pytest.mark.sqlite_alone
def test_a_click_of_a_known_person_says_whose_browser_it_is(office: Office) -> None:
    lead = office.lead()
    tell(office, visitor="v1", detail="home page")
    tell(office, email="jane@acme.example", visitor="v1", kind="email_clicked")
    assert {row.lead_id for row in office.rows(Touch)} == {lead}
    assert tell(office, visitor="v1").lead_id == lead


@pytest.mark.sqlite_alone
def test_nobody_comes_by_anothers_history_by_calling_themselves_by_their_address(office: Office) -> None:
    tell(office, email="victim@acme.example")
    lead = office.lead()
    identify(office, lead, visitor="victim@acme.example")
    assert office.rows(Touch)[0].lead_id is None


@pytest.mark.sqlite_alone
def test_of_one_unknown_visitor_only_so_much_is_kept(office: Office) -> None:
    for batch in range(3):
        many = [{"kind": "page_view", "visitor": "v1", "detail": f"{batch}:{n}"} for n in range(90)]
        tracking.take_touches(office.services, many, key=f"b{batch}")
    tell(office, visitor="v2")
    kept = [row.detail for row in office.rows(Touch, visitor="visitor:v1")]
    assert (len(kept), kept[0], kept[-1]) == (touches.MOST_ANONYMOUS, "0:70", "2:89")
    assert len(office.rows(Touch, visitor="visitor:v2")) == 1


def test_strangers_are_forgotten_after_ninety_days_and_leads_are_not(office: Office) -> None:
    office.lead()
    tell(office)
    tell(office, visitor="v1")
    office.clock.advance(days=90)
    tell(office, visitor="v2")
    touches.forget_anonymous(office.services)
    assert len(office.rows(Touch, visitor="visitor:v1")) == 1
    office.clock.advance(seconds=1)
    touches.forget_anonymous(office.services)
    assert [row.visitor for row in office.rows(Touch, lead_id=None)] == ["visitor:v2"]
    assert len(office.rows(Touch, lead_id=1)) == 2


def identify(office: Office, lead_id: int, **fields: Any) -> None:
    """What intake does when somebody says who they are."""
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        touches.identify(uow, lead, replace(clean(), **{"email": None, **fields}), office.clock.now())
        uow.commit()


# --- many at once


def test_many_come_at_once_each_to_its_own_lead(office: Office) -> None:
    jane, john = office.lead(email="jane@acme.example"), office.lead(email="john@acme.example")
    many: list[dict[str, Any]] = [
        {"kind": "page_view", "lead": john}, {"kind": "webinar", "email": "jane@acme.example"},
        {"kind": "page_view", "visitor": "v1"}, {"kind": "reply", "lead": jane},
    ]  # fmt: skip
    assert tracking.take_touches(office.services, many, key="k1") == Taken(4, 3, 1)
    assert tracking.take_touches(office.services, many, key="k1") == Taken(4, 3, 1, is_repeat=True)
    found = [(row.lead_id, row.kind) for row in office.rows(Touch) if row.kind != "form"]
    assert sorted(found, key=str) == sorted(
        [(john, "page_view"), (jane, "webinar"), (None, "page_view"), (jane, "reply")], key=str
    )


def test_one_bad_touch_keeps_all_the_others_out_and_is_named_by_its_place(office: Office) -> None:
    office.lead()
    before = office.snapshot()
    many: list[dict[str, Any]] = [{"kind": "page_view", "lead": 1}, {"kind": "dance", "lead": 1}, {"kind": "page_view"}]
    with pytest.raises(InvalidInputError) as refused:
        tracking.take_touches(office.services, many, key="k1")
    assert [problem.field for problem in refused.value.problems] == ["touches.1.kind", "touches.2.lead"]
    with pytest.raises(UnknownLeadError) as unknown:
        tracking.take_touches(office.services, [many[0], {"kind": "reply", "lead": 9}], key="k2")
    assert unknown.value.places == [1]
    assert office.snapshot() == {**before, "inbox": before["inbox"] + 1}


def test_a_burst_in_one_batch_asks_once(office: Office) -> None:
    office.claimed_lead()
    tracking.take_touches(office.services, [{"kind": "page_view", "detail": "pricing", "lead": 1}] * 50, key="k")
    assert (len(strikes(office)), len(hot_lines(office)), len(office.rows(Touch))) == (1, 1, 51)


def test_a_touch_with_a_name_of_its_own_counts_once_however_it_comes_again(office: Office) -> None:
    office.lead()
    one, two = (dict[str, Any](kind="page_view", lead=1, id=name) for name in ("t1", "t2"))
    assert tracking.take_touches(office.services, [one, one], key="k1", sender="s").taken == 1
    assert tracking.take_touches(office.services, [one, two], key="k2", sender="s").taken == 1
    assert tracking.take_touches(office.services, [one], key="k3", sender="another").taken == 1
    assert len(office.rows(Touch, kind="page_view")) == 3


def test_a_call_is_kept_with_how_long_it_took_and_where_it_can_be_heard(office: Office) -> None:
    office.lead()
    tell(office, kind="call", seconds=754, recording="https://calls.example/r/1?t=a%20b")
    row = office.rows(Touch)[-1]
    assert (row.seconds, row.recording) == (754, "https://calls.example/r/1?t=a%20b")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    "link",
    ["http://calls.example/1", "javascript:alert(1)", "https://", "https://a b.example", "https://me:pw@x.example",
     "https://x.example/\u202e", "https://[", "https://x.example/" + "y" * 500, "//x.example", "https:\\x.example"],
)  # fmt: skip
def test_a_recording_is_a_plain_https_link(office: Office, link: str) -> None:
    office.lead()
    with pytest.raises(InvalidInputError, match="recording"):
        tell(office, recording=link)


# --- once


def test_the_same_key_again_changes_nothing(office: Office) -> None:
    office.claimed_lead()
    assert tell(office, "k1") == Taken(1, 1, 0, lead_id=1)
    before = office.snapshot()
    assert tell(office, "k1") == Taken(1, 1, 0, lead_id=1, is_repeat=True)
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
def test_a_key_belongs_to_one_body_and_not_to_leads(office: Office) -> None:
    office.lead("k1")
    assert tell(office, "k1") == Taken(1, 1, 0, lead_id=1)
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


def test_strangers_are_looked_up_by_name_however_many_there_are(tmp_path: Path) -> None:
    """SQLite would otherwise read all of them whenever a lead arrives."""
    database, asked = make_tables(f"sqlite:///{tmp_path / 'dibs.db'}"), list[tuple[str, Any]]()
    listen(database.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2:4]))
    with unit_of_work(database) as uow:
        uow.touches.anonymous(["a", "b"])
        uow.touches.adopt(1, ["a", "b"])
        uow.touches.keep_newest(["a", "b"], 5)
        about = [one for one in asked if "FROM touch" in one[0] or "UPDATE touch" in one[0]]
        connection = uow.session.connection()
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given).all() for words, given in about]
    database.close()
    assert len(plans) == 6
    assert all("touch_anonymous (visitor=?)" in str(plan) and "touch_of_lead" not in str(plan) for plan in plans)


def test_batches_that_tell_of_the_same_visitors_in_another_order_never_wait_in_a_circle(office: Office) -> None:
    mine = [office.lead(email=f"p{number}@acme.example") for number in range(4)]
    office.everything_left()
    start = Barrier(2)

    def tells(numbers: list[int], visitors: list[str]) -> None:
        start.wait()
        for _ in range(5):
            raws = [
                {"kind": "webinar", "email": f"p{number}@acme.example", "visitor": visitor}
                for number, visitor in zip(numbers, visitors, strict=True)
            ]
            tracking.take_touches(office.services, raws, key=uuid4().hex)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(tells, [0, 1], ["a", "b"])
        other = pool.submit(tells, [2, 3], ["b", "a"])
    assert (one.result(), other.result()) == (None, None)
    assert {touch.lead_id for touch in office.rows(Touch, kind="identified")} <= set(mine)
