"""Who may see what of a report, as one table: every kind, every sort of person, every team."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

import pytest

from bot import people
from bot.actors import known
from bot.errors import NotAllowedError
from bot.reports import access, asking
from bot.reports.access import Sight
from bot.reports.kinds import ReportKind
from bot.reports.table import REPORTS
from bot.rules.asking.question import Period, Question
from bot.rules.policy import Actor
from store.database import Database
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, Office

TEAMS = {"smb": 1, "enterprise": 2}
PEOPLE = {"U0ALICE": 1, "U0BOB": 2, "U0CAROL": 3, "U0DANA": 4}
REP = Actor(1, "U0ALICE", "Alice", "UTC", is_manager=False, team_ids=frozenset({1}))
MANAGER = Actor(4, "U0DANA", "Dana", "UTC", is_manager=True, team_ids=frozenset())
SEATLESS = replace(REP, team_ids=frozenset())
NO = "refused"
ALL = Sight()
OWN, SMB = Sight(None, frozenset({1})), Sight(frozenset({1}), None)
Verdict = Sight | str
# What is asked for, and what each sort of report then reads for a rep of team smb: own figures, team's, managers' only.
OF_A_REP: dict[str, tuple[dict[str, tuple[str, ...]], Verdict, Verdict, Verdict]] = {
    "nothing in particular": ({}, OWN, SMB, NO),
    "their team": ({"teams": ("smb",)}, Sight(frozenset({1}), frozenset({1})), SMB, NO),
    "another team": ({"teams": ("enterprise",)}, NO, NO, NO),
    "both teams": ({"teams": ("smb", "enterprise")}, NO, NO, NO),
    "themselves": ({"people": ("U0ALICE",)}, OWN, Sight(frozenset({1}), frozenset({1})), NO),
    "a colleague": ({"people": ("U0BOB",)}, NO, NO, NO),
    "themselves and a colleague": ({"people": ("U0ALICE", "U0BOB")}, NO, NO, NO),
    "themselves in another team": ({"people": ("U0ALICE",), "teams": ("enterprise",)}, NO, NO, NO),
    "a source": ({"sources": ("webinar",)}, OWN, SMB, NO),
}
OF_A_MANAGER: dict[str, tuple[dict[str, tuple[str, ...]], Sight]] = {
    "nothing in particular": ({}, ALL),
    "a team": ({"teams": ("enterprise",)}, Sight(frozenset({2}), None)),
    "a person": ({"people": ("U0BOB",)}, Sight(None, frozenset({2}))),
    "a person in a team": ({"people": ("U0CAROL",), "teams": ("enterprise",)}, Sight(frozenset({2}), frozenset({3}))),
}
each_kind = pytest.mark.parametrize("kind", REPORTS, ids=lambda kind: str(kind.name))


def question(kind: ReportKind, narrowed: dict[str, tuple[str, ...]]) -> Question:
    day = datetime(2026, 11, 1).date()  # noqa: DTZ001
    return replace(Question(kind.name, Period(day, day, ""), TUESDAY), **narrowed)  # type: ignore[arg-type]


def seen(kind: ReportKind, who: Actor, narrowed: dict[str, tuple[str, ...]]) -> Verdict:
    try:
        return access.sight(kind, who, question(kind, narrowed), teams=TEAMS, people=PEOPLE)
    except NotAllowedError:
        return NO


@each_kind
@pytest.mark.parametrize("asked", OF_A_REP)
def test_what_a_rep_may_see(kind: ReportKind, asked: str) -> None:
    narrowed, own, team, none = OF_A_REP[asked]
    assert seen(kind, REP, narrowed) == {"own": own, "team": team, "none": none}[kind.for_reps]


@pytest.mark.parametrize("asked", OF_A_REP)
@pytest.mark.parametrize("may", ["own", "team", "none"])
def test_what_a_rep_may_see_of_any_report_to_come(may: Literal["own", "team", "none"], asked: str) -> None:
    narrowed, *verdicts = OF_A_REP[asked]
    kind = replace(REPORTS[0], for_reps=may)
    assert seen(kind, REP, narrowed) == dict(zip(("own", "team", "none"), verdicts, strict=True))[may]


@each_kind
@pytest.mark.parametrize("asked", OF_A_MANAGER)
def test_what_a_manager_may_see(kind: ReportKind, asked: str) -> None:
    narrowed, verdict = OF_A_MANAGER[asked]
    assert seen(kind, MANAGER, narrowed) == verdict


def test_a_rep_without_a_team_sees_no_teams_figures() -> None:
    kind = replace(REPORTS[0], for_reps="team")
    assert seen(kind, SEATLESS, {}) == Sight(frozenset(), None)


@each_kind
@pytest.mark.parametrize("by", [ALICE, BOB, CAROL, ERIN, DANA], ids=lambda by: str(by.name))
@pytest.mark.parametrize("team", ["", "smb", "enterprise"])
def test_every_report_is_asked_by_everybody_about_every_team(
    staffed: Office, kind: ReportKind, by: people.Profile, team: str
) -> None:
    """Alice and Bob sell in smb, Carol in enterprise, Dana manages, Erin is a stranger."""
    words = f"{kind.name}{f' team:{team}' if team else ''}"
    own_team = {"Alice": "smb", "Bob": "smb", "Carol": "enterprise"}.get(by.name)
    is_allowed = by is DANA or (own_team is not None and kind.for_reps != "none" and team in ("", own_team))
    if is_allowed:
        assert asking.answer(staffed.services, by.slack_id, words).report.name == kind.name
        return
    with pytest.raises(NotAllowedError):
        asking.answer(staffed.services, by.slack_id, words)


@pytest.fixture
def staffed(sqlite_database: Database) -> Office:
    office = Office(sqlite_database, ALICE, BOB)
    office.seat(CAROL, "enterprise")
    office.claimed_lead(ALICE)
    return office


@each_kind
def test_a_number_opens_only_for_whoever_may_see_the_leads(staffed: Office, kind: ReportKind) -> None:
    if kind.behind is None:
        return
    rows = asking.answer(staffed.services, DANA.slack_id, kind.name).report.table.rows
    key = next((row.behind for row in rows if row.behind), "")
    if not key:
        return
    with pytest.raises(NotAllowedError):
        asking.behind(staffed.services, ERIN.slack_id, kind.name, key)
    with pytest.raises(NotAllowedError):
        asking.behind(staffed.services, CAROL.slack_id, f"{kind.name} team:smb", key)
    if kind.for_reps != "none":
        found = asking.behind(staffed.services, CAROL.slack_id, kind.name, key)
        assert not found.leads


@each_kind
def test_a_report_that_is_refused_is_refused_in_every_way(staffed: Office, kind: ReportKind) -> None:
    words = f"{kind.name} team:smb"
    for ask in (asking.answer, asking.question):
        with pytest.raises(NotAllowedError):
            ask(staffed.services, CAROL.slack_id, words)
    with staffed.services.reading() as uow:
        inquiry = asking.Inquiry(staffed.services, uow, known(uow, CAROL.slack_id), TUESDAY)
        with pytest.raises(NotAllowedError):
            asking.csv(inquiry, words)


def test_the_other_side_of_a_comparison_is_no_way_round_it(staffed: Office) -> None:
    kind = replace(REPORTS[0], for_reps="team")
    with pytest.raises(NotAllowedError):
        asking.answer(staffed.services, ALICE.slack_id, f"{kind.name} vs team:enterprise", (kind,))
