"""New rules give all open leads new scores: previewed first, then done, slice by slice, told once."""

from typing import Any

import pytest
from sqlmodel import select

from bot.errors import DibsError, NotAllowedError
from bot.qualification import rescoring, verdicts
from store.database import Database
from store.models import Evaluation, InboxRow, Lead
from tests.factories import ALICE, BOB, DANA, Office
from tests.use_cases.test_scoring import HEAD, with_rules

pytestmark = pytest.mark.sqlite_alone


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=with_rules(mql=30))


def two_leads_and_other_rules(office: Office) -> None:
    """Jane is an MQL by her title and size, Ben is none; the new rules turn that round."""
    office.lead(name="Jane Doe", email="jane@one.example", company="One", **HEAD)
    office.lead(name="Ben Roe", email="ben@two.example", company="Two", title="Buyer")
    office.lead(name="Closed", email="closed@three.example", company="Three", **HEAD)
    verdicts.reject(office.services, DANA.slack_id, 3, "no need")
    office.everything_left()
    rules = [{"name": "buyer", "points": 40, "when": [{"field": "title", "contains": "buyer"}]}]
    office.services = change(office, fit=rules)


def change(office: Office, **rules: Any) -> Any:
    return office.services.__class__(office.services.database, with_rules(mql=30, **rules), office.clock.now)


def row(office: Office) -> InboxRow:
    return office.rows(InboxRow, key=rescoring.KEY)[0]


def levels(office: Office) -> list[tuple[str, int]]:
    return [(lead.level, lead.score) for lead in office.rows(Lead)]


def test_the_preview_says_who_crosses_the_line_and_changes_nothing(office: Office) -> None:
    two_leads_and_other_rules(office)
    before = levels(office)
    assert "Nothing is changed" in rescoring.ask(office.services, DANA.slack_id)
    rescoring.advance(office.services)
    [said] = office.lines("message")
    assert said == (
        "2 open leads looked at: 2 would get another score. 1 (Ben) would become an MQL, "
        "1 (Jane) would be none any more."
    )
    assert levels(office) == before


@pytest.mark.both_databases
def test_a_managers_word_gives_the_new_scores_once(office: Office) -> None:
    two_leads_and_other_rules(office)
    rescoring.ask(office.services, DANA.slack_id)
    rescoring.advance(office.services)
    for _ in range(2):  # the button pressed twice
        rescoring.apply(office.services, DANA.slack_id, row(office).id or 0)
        rescoring.advance(office.services)
    assert levels(office) == [("lead", 1), ("mql", 41), ("rejected", 36)]
    assert [one.cause for one in office.rows(Evaluation)][-2:] == ["rules", "rules"]
    assert office.lines("message")[-1].startswith("New scores given. 2 open leads looked at, 2 with another score.")
    assert len(office.lines("message")) == 2
    assert office.lines() == []  # no line in any thread


def test_it_goes_on_where_it_was_cut_short(office: Office) -> None:
    for number in range(5):
        office.lead(email=f"p{number}@c{number}.example", company=f"C{number}", **HEAD)
    office.services = change(office, fit=[])
    rescoring.ask(office.services, DANA.slack_id)
    rescoring.advance(office.services)
    rescoring.apply(office.services, DANA.slack_id, row(office).id or 0)
    with office.services.unit_of_work() as uow:  # as after three leads, when the process died
        kept = uow.session.exec(select(InboxRow).where(InboxRow.key == rescoring.KEY)).one()
        kept.body = {**kept.body, "after": 3, "looked": 3, "changed": 3}
        uow.commit()
    rescoring.advance(office.services)
    assert [lead.score for lead in office.rows(Lead)] == [36, 36, 36, 1, 1]
    assert "5 open leads looked at, 5 with another score" in office.lines("message")[-1]


def test_what_was_seen_is_what_is_done(office: Office) -> None:
    two_leads_and_other_rules(office)
    rescoring.ask(office.services, DANA.slack_id)
    rescoring.advance(office.services)
    office.services = change(office, fit=[])
    with pytest.raises(DibsError, match="rules have changed since"):
        rescoring.apply(office.services, DANA.slack_id, row(office).id or 0)


def test_rules_that_change_nothing_ask_nothing(office: Office) -> None:
    office.lead(**HEAD)
    rescoring.ask(office.services, DANA.slack_id)
    rescoring.advance(office.services)
    assert office.lines("message") == ["1 open lead looked at: the rules as they are now change no score."]


def test_only_managers_give_new_scores(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        rescoring.ask(office.services, ALICE.slack_id)
    with pytest.raises(NotAllowedError):
        rescoring.apply(office.services, ALICE.slack_id, 1)


def test_an_idle_tick_writes_nothing(office: Office) -> None:
    before = office.snapshot()
    rescoring.advance(office.services)
    assert office.snapshot() == before
