"""Reps find out what the playbook asks, and sales takes leads on or rejects them with a reason."""

from datetime import timedelta

import pytest

from bot import pipeline
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.qualification import checklists, verdicts
from bot.qualification.verdicts import AnswersMissingError
from bot.views import qualify as views
from store.database import Database
from store.models import Answer, FollowUp, Lead, LevelChange, Opportunity, StageChange
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office
from tests.use_cases.test_scoring import HEAD, with_rules

pytestmark = pytest.mark.sqlite_alone

BANT = {f"answers.{name}": f"the {name}" for name in ("budget", "authority", "need", "time")}
ACCEPT, REJECT = {views.VERDICT: views.ACCEPT}, {views.VERDICT: views.REJECT}


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=with_rules())


def save(office: Office, **given: str) -> str:
    return checklists.save(office.services, ALICE.slack_id, 1, given)


def answers(office: Office) -> list[tuple[str, str]]:
    return [(row.question, row.text) for row in office.rows(Answer)]


def changes(office: Office) -> list[tuple[str, str, str, int | None]]:
    return [(row.before, row.after, row.reason, row.rep_id) for row in office.rows(LevelChange)]


# --- the checklist


def test_answers_are_kept_with_their_history_and_told_in_the_thread(office: Office) -> None:
    office.claimed_lead()
    office.everything_left()
    save(office, **{"answers.budget": "50k", "answers.need": ""})
    save(office, **{"answers.budget": "80k", "answers.need": ""})
    assert answers(office) == [("budget", "50k"), ("budget", "80k")]
    assert office.lines() == ["❓ Alice found out: budget: 50k.", "❓ Alice found out: budget: 80k."]


@pytest.mark.both_databases
def test_the_same_answers_again_change_nothing(office: Office) -> None:
    office.claimed_lead()
    save(office, **BANT)
    before = office.snapshot()
    save(office, **BANT)
    assert office.snapshot() == before


def test_an_answer_that_is_emptied_is_not_known_any_more(office: Office) -> None:
    office.claimed_lead()
    save(office, **BANT)
    save(office, **{"answers.budget": " "})
    assert answers(office)[-1] == ("budget", "")
    with pytest.raises(AnswersMissingError, match="an answer on budget"):
        verdicts.accept(office.services, ALICE.slack_id, 1)


@pytest.mark.both_databases
def test_the_form_shows_who_answered_when(office: Office) -> None:
    office.claimed_lead()
    save(office, **{"answers.budget": "50k"})
    asked = checklists.form(office.services, DANA.slack_id, 1).asked
    assert [(one.question.name, one.answer, one.by, one.day) for one in asked[:2]] == [
        ("budget", "50k", "Alice", "Tue 24 Nov 2026"), ("authority", "", "", "")
    ]  # fmt: skip


def test_an_answer_is_a_first_contact(office: Office) -> None:
    office.claimed_lead()
    save(office, **{"answers.budget": "50k"})
    assert office.get(Lead, 1).first_contact_at == TUESDAY


def test_a_colleague_answers_nothing_about_the_leads_of_others(office: Office) -> None:
    office.claimed_lead()
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        checklists.save(office.services, BOB.slack_id, 1, BANT)


def test_too_long_an_answer_is_refused_on_its_field(office: Office) -> None:
    office.claimed_lead()
    with pytest.raises(InvalidInputError) as refused:
        save(office, **{**BANT, "answers.need": "x" * 1001})
    assert [problem.field for problem in refused.value.problems] == ["answers.need"]
    assert answers(office) == []


# --- accepted


def test_an_accepted_lead_is_an_sql_and_a_deal(office: Office) -> None:
    office.claimed_lead(**HEAD)
    office.everything_left()
    save(office, **BANT, **ACCEPT)
    assert office.get(Lead, 1).level == "sql"
    assert changes(office) == [("lead", "mql", "", None), ("mql", "sql", "", 2)]
    assert [row.lead_id for row in office.rows(Opportunity)] == [1]
    told = "budget: the budget; authority: the authority; need: the need; time: the time."
    # One line, though it became an MQL on the way there.
    assert office.lines() == [f"🤝 Alice accepted it: it is an SQL now. Found out: {told}"]


def test_accepting_asks_for_exactly_what_is_missing(office: Office) -> None:
    office.claimed_lead()
    save(office, **{"answers.budget": "50k", "answers.need": "routing"})
    with pytest.raises(AnswersMissingError) as refused:
        verdicts.accept(office.services, ALICE.slack_id, 1)
    assert refused.value.questions == ("authority", "time")
    form = checklists.form(office.services, ALICE.slack_id, 1, verdict=views.ACCEPT)
    assert [(one.question.name, one.is_needed_now) for one in form.asked] == [("authority", True), ("time", True)]
    with pytest.raises(InvalidInputError) as wrong:
        save(office, **ACCEPT, **{"answers.authority": "the CEO"})
    assert [problem.field for problem in wrong.value.problems] == ["answers.time"]
    assert len(answers(office)) == 2
    save(office, **ACCEPT, **{"answers.authority": "the CEO", "answers.time": "May"})
    assert office.get(Lead, 1).level == "sql"


@pytest.mark.both_databases
def test_accepting_twice_is_accepting_once(office: Office) -> None:
    office.claimed_lead()
    save(office, **BANT)
    verdicts.accept(office.services, ALICE.slack_id, 1)
    before = office.snapshot()
    assert verdicts.accept(office.services, ALICE.slack_id, 1).endswith("is an SQL already.")
    save(office, **BANT, **ACCEPT)
    assert office.snapshot() == before


def test_a_score_that_falls_takes_no_sql_back(office: Office) -> None:
    office.claimed_lead(**HEAD)
    save(office, **BANT, **ACCEPT)
    save(office, **{"answers.budget": ""})
    assert office.get(Lead, 1).score < 50
    assert office.get(Lead, 1).level == "sql"


# --- rejected


def test_a_rejected_lead_is_closed_with_its_reason_and_nothing_is_due(office: Office) -> None:
    office.claimed_lead()
    office.follow_up(1, TUESDAY + timedelta(days=1))
    assert (
        verdicts.reject(office.services, ALICE.slack_id, 1, "No Budget")
        == "#1 Jane Doe, Acme is rejected and closed as lost."
    )
    lead = office.get(Lead, 1)
    assert (lead.level, lead.stage, lead.closed_at, lead.response_due_at) == ("rejected", "lost", TUESDAY, None)
    assert changes(office) == [("lead", "rejected", "no budget", 2)]
    assert [row.reason for row in office.rows(StageChange)] == ["no budget"]
    assert [row.status for row in office.rows(FollowUp)] == ["cancelled"]
    assert "🚫 Alice rejected it for sales: no budget." in office.lines()


def test_a_rejection_in_the_form_is_one_line_with_all_that_was_found_out(office: Office) -> None:
    office.claimed_lead()
    office.everything_left()
    save(office, **REJECT, **{"answers.budget": "none at all", views.REASON: "no budget"})
    assert office.lines() == ["🚫 Alice rejected it for sales: no budget. Found out: budget: none at all."]


def test_a_rejection_needs_a_reason(office: Office) -> None:
    office.claimed_lead()
    with pytest.raises(InvalidInputError, match="Say why") as refused:
        save(office, **BANT, **REJECT)
    assert [problem.field for problem in refused.value.problems] == ["reason"]
    assert answers(office) == []


def test_a_closed_lead_is_neither_accepted_nor_rejected(office: Office) -> None:
    office.claimed_lead()
    verdicts.reject(office.services, ALICE.slack_id, 1, "no need")
    with pytest.raises(DibsError, match="is closed"):
        verdicts.accept(office.services, ALICE.slack_id, 1)
    with pytest.raises(DibsError, match="is closed"):
        verdicts.reject(office.services, ALICE.slack_id, 1, "no need")


@pytest.mark.both_databases
def test_a_lead_that_is_opened_again_can_be_accepted(office: Office) -> None:
    office.claimed_lead()
    verdicts.reject(office.services, ALICE.slack_id, 1, "no need")
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "contacted", {"back.why": "they called"})
    save(office, **BANT, **ACCEPT)
    assert office.get(Lead, 1).level == "sql"
