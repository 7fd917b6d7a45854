"""The week of one small world that was worked out by hand, beside the week before, now and as of then."""

from datetime import date

import pytest

from bot import claims, pipeline
from bot.reports.weekly import WEEKLY, has_nothing
from bot.rules.reports.weekly import Week, in_order, news, whole
from store.models import Opportunity
from tests.factories import DANA, Office
from tests.reporting import ask, asked, plain, said

BEFORE, WEEK = (date(2026, 11, 16), date(2026, 11, 23)), (date(2026, 11, 23), date(2026, 11, 30))


@pytest.fixture
def world(office: Office) -> dict[str, int]:
    """Wednesday of one week: Ann by the website, Bob at the fair. Tuesday of the next: Cid and Eve by the website.

    Ann is claimed and lost at once, Bob won in the second week for 1,000.00 EUR; Cid is claimed, Eve is not.
    """
    leads = {}
    office.clock.set("2026-11-18T10:00+00:00")
    for name, source in (("Ann", "website"), ("Bob", "fair")):
        leads[name] = office.lead(name=name, email=f"{name}@x.example", phone=None, company=None, source=source)
        claims.claim(office.services, DANA.slack_id, leads[name], key=name)
    pipeline.move_stage(office.services, DANA.slack_id, leads["Ann"], "lost", {"lost.reason": "price"})
    with office.services.unit_of_work() as uow:
        now = office.clock.now()
        uow.deals.add(Opportunity(lead_id=leads["Bob"], cents=100_000, currency="EUR", probability=40, created_at=now,
                                  changed_at=now))  # fmt: skip
        uow.commit()
    office.clock.set("2026-11-24T10:00+00:00")
    for name in ("Cid", "Eve"):
        leads[name] = office.lead(name=name, email=f"{name}@x.example", phone=None, company=None)
    claims.claim(office.services, DANA.slack_id, leads["Cid"], key="Cid")
    pipeline.move_stage(office.services, DANA.slack_id, leads["Bob"], "won")
    office.clock.set("2026-11-30T09:00+00:00")
    return leads


def test_the_week_by_hand(office: Office, world: dict[str, int]) -> None:
    report = ask(office, WEEKLY, *WEEK)
    # Source, new, claimed, won, lost, won value; new, won and lost in the week before.
    assert plain(report) == [["website", 2, 1, 0, 0, 0, 1, 0, 1], ["fair", 0, 0, 1, 0, 100_000, 1, 0, 0]]
    assert [getattr(cell, "value", cell) for cell in report.table.total.cells] == ["All", 2, 1, 1, 0, 100_000, 2, 0, 1]  # type: ignore[union-attr]
    assert said(report) == "2 new leads, after 2 in the time before. 1 was won worth 100000, 0 lost."


def test_asked_later_it_says_the_same(office: Office, world: dict[str, int]) -> None:
    then = ask(office, WEEKLY, *BEFORE)
    assert plain(then) == [["fair", 1, 1, 0, 0, 0, 0, 0, 0], ["website", 1, 1, 0, 1, 0, 0, 0, 0]]
    pipeline.move_stage(office.services, DANA.slack_id, world["Ann"], "new", {"back.why": "they called back"})
    claims.claim(office.services, DANA.slack_id, world["Eve"], key="Eve")
    office.clock.advance(days=30)
    assert plain(ask(office, WEEKLY, *BEFORE)) == plain(then)


def test_the_new_leads_of_a_source_can_be_opened(office: Office, world: dict[str, int]) -> None:
    assert WEEKLY.behind is not None
    with asked(office, WEEKLY, *WEEK) as one:
        assert WEEKLY.behind(one, "website") == [world["Eve"], world["Cid"]]


def test_a_week_without_anything_is_one_sentence(office: Office) -> None:
    report = ask(office, WEEKLY, *WEEK)
    assert has_nothing(report)
    assert (report.table.rows, report.charts) == ((), ())
    assert said(report) == "Nothing came in and nothing was closed, nor before."


def test_a_week_after_a_busy_one_in_which_nothing_happened_is_nothing_too(
    office: Office, world: dict[str, int]
) -> None:
    office.clock.set("2026-12-07T09:00+00:00")
    assert has_nothing(ask(office, WEEKLY, date(2026, 11, 30), date(2026, 12, 7)))
    assert not has_nothing(ask(office, WEEKLY, *WEEK))


@pytest.mark.parametrize(
    ("now", "before", "first"),
    [
        (Week(10, 8), Week(10), "unclaimed"), (Week(10, 9), Week(6), "more"), (Week(4, 4), Week(10), "fewer"),
        (Week(10, 10, won=1), Week(9), "closed"), (Week(10, 10), Week(9), "steady"), (Week(3), Week(), "steady"),
    ],
)  # fmt: skip
def test_what_matters_most_comes_first(now: Week, before: Week, first: str) -> None:
    assert news(now, before) == first


def test_sources_sum_to_all_and_the_busiest_comes_first() -> None:
    now = {"a": Week(1, 1), "b": Week(5, 2, won=1)}
    before = {"c": Week(2), "d": Week()}
    assert whole(now.values()) == Week(6, 3, won=1)
    assert in_order(now, before) == ["b", "a", "c"]
