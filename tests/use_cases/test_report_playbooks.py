"""A later playbook changes no report about the time before it: not by other hours, limits, currencies or stages."""

from datetime import date, datetime, timedelta

import pytest

from bot import claims, pipeline
from bot.playbook import versions
from bot.playbook.playbook import parse_playbook
from bot.reports import goal_setting
from bot.reports.goals import GOALS
from bot.reports.kinds import ReportKind
from bot.reports.pipeline import PIPELINE
from bot.reports.reps import REPS
from bot.reports.table import REPORTS
from bot.rules.reports.report import Report
from bot.services import Services
from store.database import Database
from tests.factories import ALICE, DANA, PLAYBOOK, Office
from tests.reporting import ask, bare

FILE = PLAYBOOK.read_text(encoding="utf-8")
OTHER = FILE.replace("remind = 30, manager", "remind = 5, manager").replace("ends = 18:00:00", "ends = 10:00:00", 1)
OTHER = OTHER.replace('name = "proposal"', 'name = "offered"').replace('currency = "EUR"', 'currency = "USD"')
MONTH = date(2026, 11, 1), date(2026, 12, 1)
CHANGED = REPS, GOALS, PIPELINE  # by what was changed


@pytest.fixture
def office(database: Database) -> Office:
    """Alice was in touch with a lead twenty minutes after she claimed it; there is a goal. Then two days pass."""
    office = Office(database, ALICE, playbook=parse_playbook(FILE, "file"))
    versions.open_book(office.services, FILE)
    lead_id = office.claimed_lead(ALICE)
    office.clock.advance(minutes=20)
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "contacted")
    claims.claim(office.services, ALICE.slack_id, office.lead(name="Bea", email="bea@acme.example"))
    goal_setting.set_goal(office.services, DANA.slack_id, "20 leads a month")
    office.clock.advance(days=2)
    return office


def edited(office: Office) -> None:
    """Somebody edits the file and starts Dibs again."""
    office.services = Services(office.services.database, parse_playbook(OTHER, "file"), office.clock.now)
    versions.open_book(office.services, OTHER)


def told(office: Office, kind: ReportKind, as_of: datetime) -> Report:
    return ask(office, kind, *MONTH, as_of=as_of)


def cells(report: Report) -> list[list[object]]:
    return [[bare(cell) for cell in row.cells] for row in report.table.rows]


def test_a_later_playbook_changes_no_report_about_the_time_before(office: Office) -> None:
    then = office.clock.now()
    kinds = [kind for kind in REPORTS if not kind.is_of_now]
    before = [told(office, kind, then) for kind in kinds]
    office.clock.advance(minutes=1)
    edited(office)
    assert [told(office, kind, then) for kind in kinds] == before


def test_what_is_asked_as_of_now_goes_by_the_playbook_of_now(office: Office) -> None:
    then = office.clock.now()
    before = [cells(told(office, kind, then)) for kind in CHANGED]
    office.clock.advance(minutes=1)
    edited(office)
    later = office.clock.now() + timedelta(minutes=1)
    assert all(cells(told(office, kind, later)) != old for kind, old in zip(CHANGED, before, strict=True))


def test_before_the_first_playbook_was_recorded_the_first_one_holds(office: Office) -> None:
    """As of leads that were brought along from before."""
    long_ago = office.clock.now() - timedelta(days=300)
    before = told(office, GOALS, long_ago), told(office, PIPELINE, long_ago)
    edited(office)
    assert (told(office, GOALS, long_ago), told(office, PIPELINE, long_ago)) == before
