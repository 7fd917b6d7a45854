"""What sources cost and brought, over one small world that was worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from bot import claims, edits, pipeline
from bot.reports import spending
from bot.reports.sources import SOURCES
from bot.reports.sources import behind as leads_of
from bot.rules.reports.report import Figure
from store.models import Lead, Opportunity, Spend
from store.reporting import spend as spends
from tests.factories import ALICE, DANA, Office
from tests.reporting import ask, asked, plain, said

WEEK = date(2026, 11, 23), date(2026, 11, 30)
NEXT_MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
CENTS = 100


@pytest.fixture
def world(office: Office) -> dict[str, int]:
    """Six leads come on Tuesday 24 November: three of the website, of which two by the campaign spring, two of a fair
    and one of a referral. One of the fair's goes to team enterprise.

    Two of the website's are MQLs, and sales accepts one. Ann of the website is won for 1,000.00 EUR, Fay of the
    referral for 500.00 USD. The website cost 2,400.00 EUR in November, and besides 600.00 for spring on the 23rd and
    24th; the fair 300.00 on Tuesday alone, and an ad by which nobody came 50.00.
    """
    came: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("Ann", "website", "spring", {}), ("Bea", "website", "spring", {}), ("Cid", "website", "", {}),
        ("Dov", "fair", "", {}), ("Eve", "fair", "", {"employees": "900"}), ("Fay", "referral", "", {}),
    )  # fmt: skip
    leads = {
        name: office.lead(name=name, email=f"hello@{name.lower()}.example", phone=None, company=None, source=source,
                          campaign=campaign or None, fields=fields)
        for name, source, campaign, fields in came
    }  # fmt: skip
    level(office, leads["Ann"], "sql")
    level(office, leads["Bea"], "mql")
    win(office, leads["Ann"], 1_000, "EUR")
    win(office, leads["Fay"], 500, "USD")
    for words in (
        "website 2,400 november", "website 600 2026-11-23..2026-11-24 campaign spring", "fair 300 today",
        "ads 50 today", "fair 20 USD today", "fair 999 last month",
    ):  # fmt: skip
        spending.write_down(office.services, DANA.slack_id, words)
    return leads


def level(office: Office, lead_id: int, name: str) -> None:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.level = name
        uow.commit()


def win(office: Office, lead_id: int, amount: int, currency: str) -> None:
    claims.claim(office.services, DANA.slack_id, lead_id)
    now = office.clock.now()
    with office.services.unit_of_work() as uow:
        uow.deals.add(Opportunity(
            lead_id=lead_id, cents=amount * CENTS, currency=currency, created_at=now, changed_at=now,
        ))  # fmt: skip
        uow.commit()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "won")


def test_sources_by_hand(office: Office, world: dict[str, int]) -> None:
    """On Tuesday two days of the week have begun: of the website's 2,400.00 for thirty days they are 160.00."""
    report = ask(office, SOURCES, *WEEK)
    # leads, MQLs, accepted, won, value, spend, per lead, per win, return
    assert plain(report) == [
        ["website", 3, 2 / 3, 0.5, 1, 100_000, 76_000, 25_333, 76_000, pytest.approx(240 / 760)],
        ["fair", 2, 0.0, None, 0, 0, 30_000, 15_000, None, -1.0],
        ["referral", 1, 0.0, None, 1, 0, None, None, None, None],
        ["ads", 0, None, None, 0, 0, 5_000, None, None, -1.0],
    ]
    assert said(report).startswith("6 leads came and 2 were won, worth 100000, for 111000 spent: a return of -0.099")
    assert said(report).endswith(". website returned most, 0.3157894736842105.")


def test_what_is_in_another_currency_is_told_beside_the_sums(office: Office, world: dict[str, int]) -> None:
    notes = [note for note in ask(office, SOURCES, *WEEK).notes if note[0] == "Besides, "]
    assert [note[1:3] for note in notes] == [
        (Figure(2_000, "money", "USD"), " were spent, which are in no sum here."),
        (Figure(50_000, "money", "USD"), " were won, which are in no sum here."),
    ]


def test_the_whole_is_the_sum_of_its_parts_however_it_is_grouped(office: Office, world: dict[str, int]) -> None:
    for by in ("source", "campaign", "team"):
        total = ask(office, SOURCES, *WEEK, by=by).table.total
        assert total is not None
        values = [cell.value for cell in total.cells[1:] if isinstance(cell, Figure)]
        assert [values[at] for at in (0, 3, 4, 5)] == [6, 2, 100_000, 111_000], by


def test_by_campaign(office: Office, world: dict[str, int]) -> None:
    """What names no campaign is nobody's."""
    rows = plain(ask(office, SOURCES, *WEEK, by="campaign"))
    assert [[row[at] for at in (0, 1, 4, 5, 6)] for row in rows] == [
        ["spring", 2, 1, 100_000, 60_000], ["no campaign", 4, 1, 0, 51_000],
    ]  # fmt: skip


def test_by_team_what_was_spent_follows_the_leads(office: Office, world: dict[str, int]) -> None:
    """One of the fair's two leads went to enterprise, and half of its cost; nobody had leads by the ad."""
    rows = plain(ask(office, SOURCES, *WEEK, by="team"))
    assert [[row[at] for at in (0, 1, 6)] for row in rows] == [
        ["smb", 5, 91_000], ["enterprise", 1, 15_000], ["in no team", 0, 5_000],
    ]  # fmt: skip


def test_one_team_alone(office: Office, world: dict[str, int]) -> None:
    rows = plain(ask(office, SOURCES, *WEEK, team_ids={2}))
    assert [[row[at] for at in (0, 1, 6)] for row in rows] == [["fair", 1, 15_000]]


def test_one_source_alone(office: Office, world: dict[str, int]) -> None:
    rows = plain(ask(office, SOURCES, *WEEK, sources={"fair"}))
    assert [[row[at] for at in (0, 1, 6)] for row in rows] == [["fair", 2, 30_000]]


def test_a_week_that_is_over_counts_all_of_its_days(office: Office, world: dict[str, int]) -> None:
    office.clock.moment = NEXT_MONDAY
    assert plain(ask(office, SOURCES, *WEEK))[0][6] == 2_400 * CENTS * 7 // 30 + 600 * CENTS


def test_what_happened_later_changes_no_earlier_report(office: Office, world: dict[str, int]) -> None:
    """Spend withdrawn and added, a win taken back, a campaign corrected: as of then nothing of it was known."""
    office.clock.advance(minutes=1)
    then = office.clock.now()
    before = [ask(office, SOURCES, *WEEK, as_of=then, by=by) for by in ("source", "campaign", "team")]
    office.clock.advance(hours=1)
    spending.withdraw(office.services, DANA.slack_id, 2)
    spending.write_down(office.services, DANA.slack_id, "website 77 today")
    pipeline.move_stage(office.services, DANA.slack_id, world["Ann"], "qualified", {"back.why": "not signed"})
    edits.correct(office.services, DANA.slack_id, world["Bea"], {"campaign": "autumn"})
    assert [ask(office, SOURCES, *WEEK, as_of=then, by=by) for by in ("source", "campaign", "team")] == before
    now = plain(ask(office, SOURCES, *WEEK))[0]
    assert (now[0], now[4], now[6]) == ("website", 0, 160 * CENTS + 77 * CENTS)
    assert "autumn" in [row[0] for row in plain(ask(office, SOURCES, *WEEK, by="campaign"))]


def test_the_leads_behind_a_row(office: Office, world: dict[str, int]) -> None:
    keys = {"source": ("fair", ["Eve", "Dov"]), "campaign": ("no campaign", ["Fay", "Eve", "Dov", "Cid"]),
            "team": ("2", ["Eve"])}  # fmt: skip
    for by, (key, leads) in keys.items():
        with asked(office, SOURCES, *WEEK, by=by) as one:
            assert key in [row.behind for row in SOURCES.build(one).table.rows]
            assert leads_of(one, key) == [world[name] for name in leads]


def test_nothing_came_and_nothing_was_spent(office: Office) -> None:
    report = ask(office, SOURCES, *WEEK)
    assert said(report) == "No lead arrived in this time, and nothing was won or spent."
    assert (report.table.rows, report.charts) == ((), ())


def test_leads_without_spend_say_how_to_write_it_down(office: Office) -> None:
    office.claimed_lead(ALICE)
    report = ask(office, SOURCES, *WEEK)
    assert said(report) == "1 lead came and 0 were won, worth 0."
    assert any("/report spend" in str(note[0]) for note in report.notes)
    assert office.count(Lead) == 1


def test_two_who_write_down_the_same_at_once_make_one_line(office: Office) -> None:
    """Neither saw the other's: the database does."""
    row = ("fair", "", date(2026, 11, 1), date(2026, 12, 1), 5_000, "EUR")
    spending.write_down(office.services, DANA.slack_id, "fair 50 november")
    with office.services.unit_of_work() as uow:
        assert spends.add(uow.session, [row], made_by=1, now=office.clock.now()) == []
    assert [(one.source, one.cents) for one in office.rows(Spend)] == [("fair", 5_000)]
