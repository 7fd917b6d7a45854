"""Who had to wait for somebody, over two nights that were worked out by hand, now and as of before."""

from datetime import date, timedelta

import pytest

from bot import handover, merging, pipeline
from bot.reports.hold import HOLD, behind
from store.database import Database
from tests.factories import ALICE, DANA, Office
from tests.reporting import ask, asked, plain, said

WEEK, NEXT_WEEK = (date(2026, 11, 23), date(2026, 11, 30)), (date(2026, 11, 30), date(2026, 12, 7))
HOUR = 3600
ELEVEN = 11 * HOUR - 240  # the 8 minutes into which it falls begin then


@pytest.fixture
def office(database: Database) -> Office:
    """Only Alice in Berlin, who goes home in the evening."""
    return Office(database, ALICE)


@pytest.fixture
def nights(office: Office) -> dict[str, int]:
    """Ann comes on Tuesday at 22:00 in Berlin and Bea an hour later; both are dealt on Wednesday at ten. Cid comes on
    Wednesday at 22:00, and it is midnight now."""
    office.clock.set("2026-11-24T22:00+01:00")
    ann = office.lead(name="Ann", email="ann@a.example", phone=None, source="website")
    office.clock.set("2026-11-24T23:00+01:00")
    bea = office.lead(name="Bea", email="bea@b.example", phone=None, source="fair")
    office.clock.set("2026-11-25T10:00+01:00")
    assert office.drain() == 1
    office.clock.set("2026-11-25T22:00+01:00")
    cid = office.lead(name="Cid", email="cid@c.example", phone=None, source="fair")
    office.clock.set("2026-11-26T00:00+01:00")
    return {"Ann": ann, "Bea": bea, "Cid": cid}


def test_the_nights_by_hand(office: Office, nights: dict[str, int]) -> None:
    report = ask(office, HOLD, *WEEK)
    assert [[*row[:4], row[-1]] for row in plain(report)] == [
        ["outside working hours", 3, 1, ELEVEN, timedelta(hours=12)],
    ]  # fmt: skip
    assert said(report) == (
        f"3 leads had to wait for somebody, 0 in the time before; half of them waited for {ELEVEN} or more. "
        "1 waits now, for 2:00:00."
    )


def test_by_source_and_by_team(office: Office, nights: dict[str, int]) -> None:
    rows = {row[0]: (row[1], row[2], row[-1]) for row in plain(ask(office, HOLD, *WEEK, by="source"))}
    assert rows == {"fair": (2, 1, timedelta(seconds=ELEVEN)), "website": (1, 0, timedelta(hours=12))}
    assert [row[:3] for row in plain(ask(office, HOLD, *WEEK, by="team"))] == [["smb", 3, 1]]
    assert plain(ask(office, HOLD, *WEEK, sources={"web"})) == []


def test_the_leads_behind_it_those_that_wait_first(office: Office, nights: dict[str, int]) -> None:
    with asked(office, HOLD, *WEEK, by="source") as one:
        assert behind(one, "=fair") == [nights["Cid"], nights["Bea"]]


def test_who_waits_still_is_told_in_any_week(office: Office, nights: dict[str, int]) -> None:
    office.clock.advance(days=7)
    report = ask(office, HOLD, *NEXT_WEEK)
    assert said(report) == "No lead had to wait for somebody in this time; 1 waits now, for 7 days, 2:00:00."
    assert [row[1:3] for row in plain(report)] == [[1, 1]]


@pytest.mark.parametrize("how", ["assigned", "lost", "merged"])
def test_a_wait_is_over_when_somebody_has_it_and_was_not_before(
    office: Office, nights: dict[str, int], how: str
) -> None:
    then = office.clock.now()
    told = [ask(office, HOLD, *WEEK, as_of=then, by=by) for by in HOLD.by]
    office.clock.advance(hours=1)
    if how == "assigned":
        handover.assign(office.services, DANA.slack_id, nights["Cid"], ALICE)
    elif how == "lost":
        pipeline.move_stage(office.services, DANA.slack_id, nights["Cid"], "lost", {"lost.reason": "price"})
    else:
        merging.by_hand(office.services, DANA.slack_id, nights["Ann"], nights["Cid"])
    office.clock.advance(hours=1)
    assert "None waits now." in said(ask(office, HOLD, *WEEK))
    assert [ask(office, HOLD, *WEEK, as_of=then, by=by) for by in HOLD.by] == told


def test_nobody_waited(office: Office) -> None:
    report = ask(office, HOLD, *WEEK)
    assert (said(report), plain(report)) == (
        "No lead had to wait for somebody in this time, and none waits now.", [],
    )  # fmt: skip
