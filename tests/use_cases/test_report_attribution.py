"""Who brought the deal: everyone's touches count, as they were known when it was won."""

from datetime import date, timedelta

import pytest

from bot import pipeline
from bot.reports.attribution import ATTRIBUTION
from bot.reports.crediting import credit_wins
from bot.rules.reports.attribution import MODELS, WHOLE
from store.database import Database
from store.models import Credit, Opportunity, Touch
from store.reporting import wins
from tests.factories import ALICE, TUESDAY, Office
from tests.reporting import ask, plain, said

NOVEMBER = date(2026, 11, 1), date(2026, 12, 1)


def touch(office: Office, lead_id: int, source: str, days: float, kind: str = "webinar") -> None:
    with office.services.unit_of_work() as uow:
        uow.touches.add(Touch(lead_id=lead_id, kind=kind, source=source, at=TUESDAY + timedelta(days=days)))
        uow.commit()


@pytest.fixture
def won(office: Office) -> int:
    """Jane came through the website and saw a webinar; her colleague clicked an ad; three days later she bought."""
    jane = office.claimed_lead(source="website")
    colleague = office.lead(name="John Roe", email="john@acme.example", phone=None, source="fair")
    touch(office, jane, "webinar", 1)
    touch(office, colleague, "ads", 2)
    with office.services.unit_of_work() as uow:
        moment = TUESDAY + timedelta(days=1.5)
        uow.deals.add(Opportunity(lead_id=jane, cents=90_000, currency="EUR", created_at=moment, changed_at=moment))
        uow.commit()
    office.clock.advance(days=3)
    pipeline.move_stage(office.services, ALICE.slack_id, jane, "won")
    return jane


def of_model(office: Office, model: str) -> list[Credit]:
    return [credit for credit in office.rows(Credit) if credit.model == model]


def shares(office: Office, model: str) -> dict[str, int]:
    return {credit.source: credit.millionths // 10_000 for credit in of_model(office, model)}


def test_a_deal_by_hand(office: Office, won: int) -> None:
    """Form, form of the colleague, webinar, ad: in this order."""
    assert credit_wins(office.services) == 1
    assert shares(office, "first") == {"website": 100}
    assert shares(office, "last") == {"ads": 100}
    assert shares(office, "linear") == {"website": 25, "fair": 25, "webinar": 25, "ads": 25}
    assert shares(office, "position-based") == {"website": 40, "fair": 10, "webinar": 10, "ads": 40}
    for model in MODELS:
        rows = of_model(office, model)
        assert sum(row.millionths for row in rows) == WHOLE
        assert sum(row.cents for row in rows) == 90_000


def test_a_win_is_credited_once(office: Office, won: int) -> None:
    credit_wins(office.services)
    before = office.snapshot()
    assert credit_wins(office.services) == 0
    assert office.snapshot() == before


def test_a_win_that_another_replica_is_crediting_is_left_to_it(database: Database, office: Office, won: int) -> None:
    """A touch that only the second knows of would be credited on top of the whole deal."""
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    with office.services.unit_of_work() as one:
        assert [win.lead_id for win in wins.without_credits(one.session, limit=9, locks_rows=True)] == [won]
        assert credit_wins(office.services) == 0
    assert credit_wins(office.services) == 1


def test_the_models_stand_side_by_side(office: Office, won: int) -> None:
    credit_wins(office.services)
    report = ask(office, ATTRIBUTION, *NOVEMBER)
    assert [row[:5] for row in plain(report)] == [
        ["ads", 1, 0.0, 1.0, 0.25], ["fair", 1, 0.0, 0.0, 0.25], ["webinar", 1, 0.0, 0.0, 0.25],
        ["website", 1, 1.0, 0.0, 0.25],
    ]  # fmt: skip
    assert "disagree most about ads" in said(report)
    one = ask(office, ATTRIBUTION, *NOVEMBER, options=(("model", "first"),))
    assert plain(one) == [["website", 1.0, 1.0, 90_000]]


def test_what_is_known_later_changes_no_earlier_report(office: Office, won: int) -> None:
    """As of then the deal was won; by now it is open again, and what came to be known later counts nothing."""
    credit_wins(office.services)
    then = office.clock.advance(hours=1)
    before = ask(office, ATTRIBUTION, *NOVEMBER, as_of=then)
    touch(office, won, "late", 0.5)
    office.clock.advance(days=1)
    pipeline.move_stage(office.services, ALICE.slack_id, won, "qualified", {"back.why": "they take it back"})
    assert credit_wins(office.services) == 0
    assert ask(office, ATTRIBUTION, *NOVEMBER, as_of=then) == before
    assert plain(ask(office, ATTRIBUTION, *NOVEMBER)) == []


def test_a_deal_without_any_touch_is_its_sources(office: Office) -> None:
    lead_id = office.claimed_lead(source="referral")
    with office.services.unit_of_work() as uow:
        for row in uow.timeline.touches(lead_id):
            uow.session.delete(row)
        uow.commit()
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "won")
    credit_wins(office.services)
    assert {(row.source, row.millionths) for row in office.rows(Credit)} == {("referral", WHOLE)}


def test_one_sources_part_is_told_of_all_deals_that_were_won(office: Office, won: int) -> None:
    credit_wins(office.services)
    report = ask(office, ATTRIBUTION, *NOVEMBER, sources={"ads"})
    assert said(report) == "By the linear model, 0.25 of 1 won deal goes to ads."
    one = ask(office, ATTRIBUTION, *NOVEMBER, sources={"ads"}, options=(("model", "linear"),))
    assert plain(one) == [["ads", 0.25, 0.25, 22_500]]
