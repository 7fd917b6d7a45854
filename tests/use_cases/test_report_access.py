"""Who may see what of a report, as one table: every kind, every sort of person, every team."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Literal

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot import claims, people, segments
from bot.actors import known
from bot.errors import NotAllowedError
from bot.pipeline import move_stage
from bot.playbook.fields import CustomField
from bot.reports import access, asking
from bot.reports.access import Sight
from bot.reports.kinds import ReportKind
from bot.reports.table import REPORTS
from bot.rules.asking.known import QuestionError
from bot.rules.asking.question import Period, Question
from bot.rules.policy import Actor
from bot.views import report_forms
from store.database import Database
from store.models import Membership, Rep
from store.reporting.behind import MOST, Numbers
from store.reporting.behind import found as counted
from store.reporting.scope import Scope
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, WHY, Office
from tests.schemas import create_tables

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
    if team and "team" not in kind.filters:
        return
    words = f"{kind.name}{f' team:{team}' if team else ''}"
    own_team = {"Alice": "smb", "Bob": "smb", "Carol": "enterprise"}.get(by.name)
    is_allowed = by is DANA or (own_team is not None and kind.for_reps != "none" and team in ("", own_team))
    if is_allowed:
        assert asking.answer(staffed.services, by.slack_id, words).report.name == kind.name
        return
    with pytest.raises(NotAllowedError):
        asking.answer(staffed.services, by.slack_id, words)


@pytest.fixture(scope="module")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Database]]:
    """Makes databases that all tests here may read."""
    made: list[Database] = []

    def make() -> Database:
        made.append(Database(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}"))
        create_tables(made[-1])
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(scope="module")
def staffed(own_database: Callable[[], Database]) -> Office:
    office = Office(own_database(), ALICE, BOB)
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
    narrowed = "@U0ALICE" if "rep" in kind.filters else "team:smb" if "team" in kind.filters else ""
    if narrowed or kind.for_reps == "none":
        with pytest.raises(NotAllowedError):
            asking.behind(staffed.services, CAROL.slack_id, f"{kind.name} {narrowed}", key)
    if kind.for_reps != "none":
        found = asking.behind(staffed.services, CAROL.slack_id, kind.name, key)
        assert not found.leads


@each_kind
def test_a_key_that_somebody_made_up_opens_nothing(staffed: Office, kind: ReportKind) -> None:
    if kind.behind is None:
        return
    for by, key in product(kind.by or ("",), ("=x", "²", "=²", "=-1", "=" + "9" * 30)):
        words = f"{kind.name}{f' by:{by}' if by else ''}"
        assert not asking.behind(staffed.services, DANA.slack_id, words, key).leads, (by, key)


@pytest.mark.parametrize(("by", "words", "about"), [
    (DANA, "custom", ""), (DANA, "custom team:smb source:website", ", team smb, from website"),
    (DANA, "custom team:smb,enterprise @U0BOB", ", teams enterprise and smb, of Bob"), (ALICE, "custom", ", of Alice"),
    (DANA, "custom @U0ALICE vs @U0BOB", ", of Alice, beside Bob"),
])  # fmt: skip
def test_a_title_says_what_the_report_is_narrowed_down_to(
    staffed: Office, by: people.Profile, words: str, about: str
) -> None:
    report = asking.answer(staffed.services, by.slack_id, words.replace("custom", "custom this month")).report
    assert report.title == f"Leads by source, November 2026{about}"


@each_kind
def test_a_report_that_is_refused_is_refused_in_every_way(staffed: Office, kind: ReportKind) -> None:
    words = f"{kind.name} team:smb" if "team" in kind.filters else kind.name
    if words == kind.name and kind.for_reps != "none":
        return
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


OPPOSITES = {
    "team": ("team:smb", "team:enterprise"), "rep": ("@U0ALICE", "@U0CAROL"),
    "source": ("source:webinar", "source:fair"),
}  # fmt: skip


@pytest.fixture(scope="module")
def two_sides(own_database: Callable[[], Database]) -> Office:
    """Alice has four leads of webinars in smb, one won and one lost; Carol one of a fair in enterprise."""
    office = Office(own_database(), ALICE)
    office.seat(CAROL, "enterprise")
    mine = [office.claimed_lead(ALICE, source="webinar", name=f"Ann {number}") for number in range(4)]
    office.lead(source="fair", name="Cyd", fields={"plan": "enterprise"})
    office.clock.set("2026-11-24T15:00:00+00:00")
    office.drain()
    claims.claim(office.services, CAROL.slack_id, 5)
    office.done(office.follow_up(mine[0], office.clock.now() + timedelta(minutes=5)), went="reached")
    move_stage(office.services, ALICE.slack_id, mine[0], "won")
    move_stage(office.services, ALICE.slack_id, mine[1], "lost", WHY)
    office.clock.advance(hours=2)
    return office


@each_kind
def test_every_filter_that_a_report_takes_narrows_it(two_sides: Office, kind: ReportKind) -> None:
    whole = asking.answer(two_sides.services, DANA.slack_id, kind.name).report.table
    for name in set(kind.filters) & set(OPPOSITES):
        one, other = (
            asking.answer(two_sides.services, DANA.slack_id, f"{kind.name} {words}").report.table
            for words in OPPOSITES[name]
        )
        assert one != other or not whole.rows, f"{kind.name} takes {name} and does nothing about it"


def test_a_source_that_only_other_teams_have_is_none(two_sides: Office) -> None:
    """Alice has leads of webinars, and Carol's came from a fair; one is not told the other's."""
    for words in ("source:zzz", "source:fair", "source:fare"):
        with pytest.raises(QuestionError, match=r"I do not know the source “\w+”\. I know webinar\."):
            asking.answer(two_sides.services, ALICE.slack_id, f"custom {words}")
    with pytest.raises(QuestionError, match=r"I know fair\."):
        asking.answer(two_sides.services, CAROL.slack_id, "custom source:fare")
    assert asking.answer(two_sides.services, DANA.slack_id, "custom source:fair,webinar").question.sources


def test_the_sources_of_a_reps_own_leads_stay_known_to_them_in_another_team(office: Office) -> None:
    office.claimed_lead(ALICE, source="fair")
    office.lead(source="webinar", name="Cyd")
    with office.services.unit_of_work() as uow:
        uow.session.execute(update(Membership).where(col(Membership.rep_id) == rep_id(office, ALICE)).values(team_id=2))
        uow.commit()
    assert asking.answer(office.services, ALICE.slack_id, "custom source:fair").question.sources == ("fair",)
    with pytest.raises(QuestionError):
        asking.answer(office.services, ALICE.slack_id, "custom source:webinar")


def rep_id(office: Office, who: people.Profile) -> int:
    return next(rep.id or 0 for rep in office.rows(Rep) if rep.slack_id == who.slack_id)


def test_a_segment_that_looks_at_what_is_hidden_from_reps_is_none_to_them(office: Office) -> None:
    fields = (CustomField(name="discount", seen_by="managers"),)
    office.services.put_in_force(office.services.playbook.model_copy(update={"fields": fields}))
    segments.save(office.services, DANA.slack_id, "promised", "discount:yes")
    segments.save(office.services, DANA.slack_id, "warm", "score>70")
    for by, names in ((ALICE, "warm"), (DANA, "promised, warm")):
        with pytest.raises(QuestionError, match=rf"I know {names}\."):
            asking.answer(office.services, by.slack_id, "custom segment:zzz")


def test_colleagues_and_other_teams_are_refused_but_not_suggested(staffed: Office) -> None:
    for words in ("custom rep:bobb", "custom team:enterprize"):
        with pytest.raises(QuestionError) as refused:
            asking.answer(staffed.services, ALICE.slack_id, words)
        assert "Did you mean" not in str(refused.value)
        with pytest.raises(QuestionError, match="Did you mean"):
            asking.answer(staffed.services, DANA.slack_id, words)


def test_of_many_leads_behind_a_number_all_are_counted_and_the_newest_listed(staffed: Office) -> None:
    many = replace(REPORTS[0], behind=lambda _, __: Numbers([1], 34_112))
    found = asking.behind(staffed.services, DANA.slack_id, many.name, "new", (many,))
    assert (len(found.leads), found.count, found.in_file) == (1, 34_112, MOST)
    shown = str(report_forms.opened(report_forms.Opened("Pipeline", "new", found.leads, found.count, found.in_file)))
    assert "34,112 leads" in shown
    assert "the file has the newest 10,000" in shown
    with staffed.services.reading() as uow:
        inquiry = asking.Inquiry(staffed.services, uow, known(uow, DANA.slack_id), TUESDAY, (many,))
        assert asking.csv(inquiry, many.name, "new").said.startswith("The newest 1 of 34,112 leads behind pipeline")
    with staffed.services.reading() as uow:
        question = "SELECT id FROM (SELECT 1 AS id UNION SELECT 2 UNION SELECT 3) AS lead ORDER BY id DESC"
        scope = Scope(TUESDAY, TUESDAY, TUESDAY, "UTC")
        for most, numbers, whole in ((2, [3, 2], 3), (3, [3, 2, 1], 3), (4, [3, 2, 1], 3)):
            some = counted(uow.session, question, scope, most=most)
            assert (some, some.whole) == (numbers, whole)


def test_a_title_tells_two_people_of_one_name_apart(office: Office) -> None:
    office.seat(people.Profile("U0BOB2", "Bob", "UTC"))
    words = "custom this month @U0BOB vs @U0BOB2"
    title = asking.answer(office.services, DANA.slack_id, words).report.title
    assert title == "Leads by source, November 2026, of Bob (U0BOB), beside Bob (U0BOB2)"
