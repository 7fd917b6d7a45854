"""Every score is kept with its receipt, follows what happens, and makes leads MQLs."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot import edits, pipeline
from bot.intake import tracking
from bot.playbook.playbook import Playbook
from bot.playbook.scoring import Scoring
from bot.qualification import checklists, levels, scoring
from store.database import Database
from store.models import Evaluation, Lead, LevelChange, Team
from tests.factories import ALICE, BOB, TUESDAY, Office, everyone_new

pytestmark = pytest.mark.sqlite_alone

RULES: dict[str, Any] = {
    "mql": 50,
    "fit": [
        {"name": "head of a team", "points": 20, "when": [{"field": "title", "contains": "head"}]},
        {"name": "company size", "points": 15, "when": [{"field": "company_size", "at_least": 50}]},
        {"name": "budget", "points": 30, "when": [{"field": "answers.budget", "exists": True}]},
    ],
    "engagement": [
        {"name": "pricing visit", "points": 8, "touch": "page_view", "contains": "pricing", "at_most": 40},
        {"name": "came by form", "points": 1, "touch": "form"},
    ],
}
HEAD: dict[str, Any] = {"title": "Head of Sales", "fields": {"employees": 120}}


def with_rules(**changes: Any) -> Playbook:
    return everyone_new().model_copy(update={"scoring": Scoring.model_validate({**RULES, **changes})})


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=with_rules())


def visit(office: Office, **touch: Any) -> None:
    raw = {"kind": "page_view", "detail": "pricing page", "lead": 1, **touch}
    tracking.take_touch(office.services, raw, key=uuid4().hex)


def receipts(office: Office) -> list[tuple[str, int]]:
    return [(row.cause, row.score) for row in office.rows(Evaluation)]


def card_line(office: Office) -> str:
    with office.services.reading() as uow:
        lead = uow.leads.get(1)
        assert lead is not None
        return "".join(getattr(piece, "text", str(piece)) for piece in levels.line(office.services, uow, lead))


def changes(office: Office) -> list[tuple[str, str, int | None]]:
    return [(row.before, row.after, row.rep_id) for row in office.rows(LevelChange)]


def test_a_new_lead_has_a_score_with_its_receipt(office: Office) -> None:
    office.lead(**HEAD)
    [kept] = office.rows(Evaluation)
    assert (kept.score, kept.fit, kept.engagement, kept.cause, kept.at) == (36, 35, 1, "arrived", TUESDAY)
    assert kept.playbook == office.services.playbook.version
    assert [(one["name"], one["points"]) for one in kept.factors] == [
        ("head of a team", 20), ("company size", 15), ("came by form", 1)
    ]  # fmt: skip
    assert office.get(Lead, 1).score == 36


@pytest.mark.both_databases
def test_what_somebody_did_before_they_said_who_they_are_counts_at_once(office: Office) -> None:
    tracking.take_touch(
        office.services, {"kind": "page_view", "detail": "pricing", "email": "jane@acme.example"}, key="x"
    )
    office.lead(**HEAD)
    assert office.get(Lead, 1).score == 44


def test_a_touch_an_edit_and_an_answer_each_bring_a_new_receipt(office: Office) -> None:
    office.claimed_lead(**HEAD)
    visit(office)
    edits.correct(office.services, ALICE.slack_id, 1, {"title": "Assistant"})
    checklists.save(office.services, ALICE.slack_id, 1, {"answers.budget": "50k"})
    assert receipts(office) == [("arrived", 36), ("touch", 44), ("edited", 24), ("answered", 54)]


def test_what_changes_nothing_leaves_no_row(office: Office) -> None:
    office.lead(**HEAD)
    visit(office, detail="imprint")
    assert receipts(office) == [("arrived", 36)]


def test_the_score_fades_when_nothing_happens(office: Office) -> None:
    office.lead(**HEAD)
    visit(office)
    visit(office)
    assert (office.get(Lead, 1).score, office.get(Lead, 1).level) == (52, "mql")
    at = office.get(Lead, 1).rescore_at
    assert at is not None
    assert scoring.faded(office.services) == []
    office.clock.moment = at
    for lead_id in scoring.faded(office.services) * 2:  # a second replica does nothing
        scoring.fade(office.services, lead_id)
    assert receipts(office)[-1] == ("faded", 49)
    assert len(receipts(office)) == 4
    assert changes(office) == [("lead", "mql", None), ("mql", "lead", None)]


def test_a_closed_lead_keeps_its_score_and_is_looked_at_no_more(office: Office) -> None:
    office.claimed_lead(**HEAD)
    visit(office)
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "lost", {"lost.reason": "price"})
    office.clock.advance(days=400)
    for lead_id in scoring.faded(office.services):
        scoring.fade(office.services, lead_id)
    visit(office)
    assert scoring.faded(office.services) == []
    assert office.get(Lead, 1).score == 44


@pytest.mark.both_databases
def test_the_score_makes_an_mql_once_and_its_thread_says_so_once(office: Office) -> None:
    office.claimed_lead(**HEAD)
    office.everything_left()
    visit(office)
    visit(office)
    [line] = [line for line in office.lines() if "MQL" in line]
    assert line.startswith("📈 Became an MQL with 52 points: +20 head of a team, +16 two pricing visits")
    office.clock.advance(days=60)
    for lead_id in scoring.faded(office.services):
        scoring.fade(office.services, lead_id)
    office.everything_left()
    visit(office)
    visit(office)
    assert changes(office) == [("lead", "mql", None), ("mql", "lead", None), ("lead", "mql", None)]
    assert [line for line in office.lines() if "MQL" in line] == []


def test_the_card_says_why_and_what_makes_it_the_next_level(office: Office) -> None:
    office.claimed_lead(**HEAD)
    assert card_line(office) == (
        "36 points: +20 head of a team, +15 company size, +1 came by form; "
        "14 more make it an MQL, like a good answer on budget."
    )
    checklists.save(
        office.services, ALICE.slack_id, 1, {f"answers.{name}": "yes" for name in ("budget", "authority", "need")}
    )
    assert card_line(office) == (
        "66, MQL: +30 budget, +20 head of a team, +15 company size, +1 came by form; an answer on time makes it an SQL."
    )
    checklists.save(office.services, ALICE.slack_id, 1, {"answers.time": "in May"})
    assert card_line(office).endswith("; accept it to make it an SQL.")


def test_the_card_in_slack_has_the_line(office: Office) -> None:
    office.lead(**HEAD)
    [row] = office.waiting("card")
    assert "+20 head of a team" in str(office.render(row))


def test_a_route_can_ask_for_the_score_and_the_level_that_the_rules_give(database: Database) -> None:
    playbook = with_rules(mql=35)
    first = playbook.routes[0].model_copy(update={"when": (condition("level", is_=["mql"]),), "name": "MQLs"})
    office = Office(
        database, ALICE, playbook=playbook.model_copy(update={"routes": (first, playbook.routes[-1])})
    )  # fmt: skip
    office.lead(**HEAD)
    office.lead(email="other@acme.example")
    assert [office.get(Team, office.get(Lead, number).team_id).name for number in (1, 2)] == ["enterprise", "smb"]


def condition(field: str, is_: list[str]) -> Any:
    return (
        Scoring.model_validate({"fit": [{"name": "x", "points": 1, "when": [{"field": "title", "is": is_}]}]})
        .fit[0]
        .when[0]
        .model_copy(update={"field": field})
    )


def test_without_rules_the_senders_score_stands_and_makes_no_mql(database: Database) -> None:
    office = Office(database, ALICE)
    office.lead(fields={"score": 90})
    assert (office.get(Lead, 1).score, office.get(Lead, 1).level) == (90, "lead")
    assert card_line(office) == "90 points, as its sender says."


@pytest.mark.both_databases
def test_touches_that_come_in_any_order_end_in_the_same_score(office: Office) -> None:
    office.lead(**HEAD)
    for days in (3, 0, 9):
        visit(office, at=TUESDAY - timedelta(days=days))
    first = office.get(Lead, 1).score
    office.lead(email="other@else.example", **HEAD)
    for days in (9, 3, 0):
        visit(office, lead=2, at=TUESDAY - timedelta(days=days))
    assert office.get(Lead, 2).score == first
