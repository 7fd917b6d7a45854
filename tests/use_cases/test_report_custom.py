"""A report of one's own: a small world counted by hand, over every measure and every way to group it."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import merging, segments
from bot.pipeline import move_stage
from bot.reports import asking
from bot.reports.custom import BY, MEASURES
from bot.reports.folding import fold
from bot.rules.asking.known import QuestionError
from bot.rules.reports.survival import middle
from tests.factories import ALICE, BOB, DANA, WHY, Office
from tests.reporting import bare, plain


def rows(office: Office, words: str, *, by: str = DANA.slack_id) -> dict[str, list[Any]]:
    """Each row's figures by its name."""
    found = asking.answer(office.services, by, f"custom {words}").report
    return {str(row[0]): row[1:] for row in plain(found)}


@pytest.fixture
def sold(office: Office) -> Office:
    """November: Alice has two leads, one from a webinar, won two hours later, and one lost; Bob has one from a fair.

    The first was contacted after an hour, the others never were.
    """
    first = office.claimed_lead(ALICE, source="webinar", country="DE", campaign="autumn", name="Ann")
    office.clock.advance(minutes=20)
    office.claimed_lead(BOB, source="fair", country="DE", name="Cyd")
    third = office.claimed_lead(ALICE, source="webinar", country="US", name="Ben")
    office.clock.advance(minutes=40)
    follow_up = office.follow_up(first, office.clock.now() + timedelta(minutes=5))
    office.done(follow_up, went="reached")
    office.clock.advance(hours=1)
    move_stage(office.services, ALICE.slack_id, first, "won")
    move_stage(office.services, ALICE.slack_id, third, "lost", WHY)
    return office


COUNTED: tuple[tuple[str, dict[str, list[Any]]], ...] = (
    ("measure:leads by:source", {"webinar": [2], "fair": [1]}),
    ("measure:leads by:team", {"smb": [3]}),
    ("measure:leads by:rep", {"Alice": [2], "Bob": [1]}),
    ("measure:leads by:stage", {"won": [1], "lost": [1], "new": [1]}),
    ("measure:leads by:month", {"November 2026": [3]}),
    ("measure:leads by:week", {"week of 23 November 2026": [3]}),
    ("measure:leads by:country", {"DE": [2], "US": [1]}),
    ("measure:leads by:campaign", {"not known": [2], "autumn": [1]}),
    ("measure:won by:source", {"webinar": [1, 2], "fair": [0, 1]}),
    ("measure:conversion by:source", {"webinar": [0.5, 2], "fair": [0, 1]}),
    ("measure:contacted by:rep", {"Alice": [1, 2], "Bob": [0, 1]}),
    ("measure:first-contact by:source", {"webinar": [timedelta(hours=1), 2], "fair": [None, 1]}),
    ("measure:leads by:source source:fair", {"fair": [1]}),
    ("measure:leads by:source @U0BOB", {"fair": [1]}),
    ("measure:leads by:source team:enterprise", {}),
)  # fmt: skip


def test_it_counts_what_it_says(sold: Office) -> None:
    for words, counted in COUNTED:
        assert rows(sold, f"this month {words}") == counted, words


def test_a_week_whose_leads_are_all_gone_is_no_row(office: Office) -> None:
    """Also between two looks at what is in no sum yet."""
    kept = office.claimed_lead(ALICE, name="Ann")
    office.clock.advance(hours=7 * 24)
    gone = office.claimed_lead(BOB, name="Ben")
    fold(office.services)
    merging.by_hand(office.services, DANA.slack_id, kept, gone)
    office.clock.advance(minutes=1)
    for _ in range(2):
        assert rows(office, "this year measure:leads by:week") == {"week of 23 November 2026": [1]}
        fold(office.services)


def test_every_measure_goes_with_every_way_to_group(sold: Office) -> None:
    for measure, by in product(MEASURES, BY):
        assert_opens(sold, measure, by)


def assert_opens(sold: Office, measure: str, by: str) -> None:
    """Behind each number are as many leads as it says."""
    answer = asking.answer(sold.services, DANA.slack_id, f"custom this month measure:{measure} by:{by}")
    table = answer.report.table
    assert table.rows
    for row in table.rows:
        found = asking.behind(sold.services, DANA.slack_id, answer.words, row.behind)
        if measure in ("leads", "contacted", "mqls", "sqls", "won"):
            assert found.count == bare(row.cells[1])


def test_the_past_is_told_as_it_was(sold: Office) -> None:
    before = rows(sold, "this month measure:won by:source as of yesterday")
    assert before == {}
    sold.clock.advance(days=10)
    again = asking.answer(sold.services, DANA.slack_id, "custom november measure:won by:source").words
    sold.clock.advance(days=40)
    move_stage(sold.services, DANA.slack_id, 2, "won")
    assert rows(sold, "november measure:won by:source") == {"webinar": [1, 2], "fair": [0, 1]}
    assert asking.answer(sold.services, DANA.slack_id, again).report.table.rows[0].cells[0] == "webinar"


def test_a_rep_counts_their_own(sold: Office) -> None:
    assert rows(sold, "this month measure:leads by:source", by=BOB.slack_id) == {"fair": [1]}


def test_it_is_asked_of_a_segment_alone(sold: Office) -> None:
    segments.save(sold.services, DANA.slack_id, "german", "country:DE")
    assert rows(sold, "this month measure:leads by:source segment:german") == {"webinar": [1], "fair": [1]}
    assert rows(sold, "this month measure:leads by:source segment:german", by=BOB.slack_id) == {"fair": [1]}
    with pytest.raises(QuestionError):
        rows(sold, "this month segment:french")


def test_the_value_of_what_was_won_is_in_the_playbooks_currency(sold: Office) -> None:
    currency = sold.services.playbook.closing.currency
    answer = asking.answer(sold.services, DANA.slack_id, "custom this month measure:value by:source").report
    assert [figure.currency for row in answer.table.rows for figure in row.cells[1:2]] == [currency] * 2  # type: ignore[union-attr]


KEYS = ("", "=", "-", "=nowhere", "=x'; DROP TABLE lead; --", "=2026-99-99", "=" + "9" * 30)


def test_a_key_that_names_nothing_opens_nothing(sold: Office) -> None:
    for by, key in product(BY, KEYS):
        words = f"custom this month measure:won by:{by}"
        found = asking.behind(sold.services, DANA.slack_id, words, key)
        assert {lead.id for lead in found.leads} <= {1}, (by, key)


def test_contacted_in_no_time_at_all_is_first(office: Office) -> None:
    for rep, source, minutes in ((ALICE, "webinar", 0), (BOB, "fair", 30)):
        lead_id = office.claimed_lead(rep, source=source, name=source)
        office.clock.advance(minutes=minutes)
        move_stage(office.services, rep.slack_id, lead_id, "contacted")
    report = asking.answer(office.services, DANA.slack_id, "custom this month measure:first-contact").report
    assert str(report.sentence[0]).startswith("webinar is first")


def test_without_leads_it_says_so(office: Office) -> None:
    report = asking.answer(office.services, DANA.slack_id, "custom last month").report
    assert report.sentence == ("No lead arrived in this time.",)
    assert report.table.rows == ()


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(0, 30))
@settings(max_examples=100)
def test_the_median_is_that_of_all_who_wait_for_ever_being_last(took: list[int], waiting: int) -> None:
    counted = {seconds: took.count(seconds) for seconds in took}
    everybody = sorted([*map(float, took), *[float("inf")] * waiting])
    if not everybody:
        return
    lower = everybody[(len(everybody) - 1) // 2]
    found = middle(counted, len(everybody))
    assert (float("inf") if found is None else found) == lower


def test_no_campaign_is_one_row_however_it_was_left_out_and_opens_all_of_them(office: Office) -> None:
    office.lead(name="Ann")
    with office.services.unit_of_work() as uow:
        uow.leads.get(office.lead(name="Ben", email="ben@b.example")).campaign = ""  # type: ignore[union-attr]
        uow.commit()
    answer = asking.answer(office.services, DANA.slack_id, "custom this month by:campaign")
    assert plain(answer.report) == [["not known", 2]]
    key = answer.report.table.rows[0].behind
    assert asking.behind(office.services, DANA.slack_id, answer.words, key).count == 2
