"""Qualifying a lead through the real Bolt app: the checklist, the verdict, not now, and new scores for all."""

import pytest

from bot import claims
from bot.intake import capture
from bot.qualification import rescoring
from bot.views import cards, forgoing, qualify, scores
from store.models import InboxRow, Lead
from tests.handlers.desk import Desk
from tests.handlers.door import JANE
from tests.use_cases.test_scoring import with_rules

ALICE, BOB, DANA = "U0ALICE", "U0BOB", "U0DANA"
BANT = {f"answers.{name}": "yes" for name in ("budget", "authority", "need", "time")}


@pytest.fixture
def there(office: Desk) -> Desk:
    """Lead 1 is Alice's."""
    capture.take_lead(office.services, {**JANE, "fields": {}}, key="one")
    claims.claim(office.services, ALICE, 1)
    return office


def lead(office: Desk) -> Lead:
    with office.services.reading() as uow:
        found = uow.leads.get(1)
        assert found is not None
        return found


def test_the_button_on_the_card_opens_the_checklist(there: Desk) -> None:
    before = there.slack_was_asked("views.open")
    there.press(ALICE, cards.QUALIFY, "1")
    assert there.slack_was_asked("views.open") == before + 1


def test_a_form_with_all_answers_makes_an_sql(there: Desk) -> None:
    assert there.submit(ALICE, qualify.QUALIFY, "1", **BANT, verdict=qualify.ACCEPT) == {}
    assert lead(there).level == "sql"
    assert len(there.rows()["answer"]) == 4


def test_what_is_missing_is_said_on_its_fields(there: Desk) -> None:
    answered = there.submit(ALICE, qualify.QUALIFY, "1", **{**BANT, "answers.time": ""}, verdict=qualify.ACCEPT)
    assert answered == {"answers.time": "Sales takes nothing on without an answer here."}
    assert there.rows()["answer"] == []


def test_rejecting_without_a_reason_is_said_on_its_field(there: Desk) -> None:
    answered = there.submit(ALICE, qualify.QUALIFY, "1", verdict=qualify.REJECT, reason="")
    assert set(answered) == {"reason"}
    assert lead(there).level == "lead"


def test_the_commands_say_what_was_done(there: Desk) -> None:
    there.submit(ALICE, qualify.QUALIFY, "1", **BANT)
    assert "is an SQL now" in there.command(ALICE, "/lead accept #1")
    assert "put aside until" in there.command(ALICE, "/lead forgo #1 until friday: on holiday")
    assert lead(there).forgone_why == "on holiday"
    assert "is back" in there.command(ALICE, "/lead forgo #1 back")
    assert "rejected and closed" in there.command(ALICE, "/lead reject #1 wrong data")


def test_not_now_is_in_the_menu_and_takes_a_day(there: Desk) -> None:
    before = there.slack_was_asked("views.open")
    there.press(ALICE, cards.MORE, "forgo:1")
    assert there.slack_was_asked("views.open") == before + 1
    wrong = there.submit(ALICE, forgoing.FORGO, "1", date="2020-01-01")
    assert set(wrong) == {"date"}
    assert there.submit(ALICE, forgoing.FORGO, "1", date="2026-12-24", why="later") == {}
    assert lead(there).forgone_until is not None


def test_a_manager_asks_and_then_gives_new_scores(there: Desk) -> None:
    there.services.put_in_force(with_rules(fit=[
        {"name": "has an address", "points": 60, "when": [{"field": "email", "exists": True}]}
    ]))  # fmt: skip
    assert "send you what would change" in there.command(DANA, "/team rescore")
    rescoring.advance(there.services)
    with there.services.reading() as uow:
        row = uow.inbox.answered(rescoring.KEY)
        assert isinstance(row, InboxRow)
    assert "Only managers can do this" in there.press(ALICE, scores.RESCORE, str(row.id))
    there.press(DANA, scores.RESCORE, str(row.id))
    rescoring.advance(there.services)
    assert (lead(there).level, lead(there).score) == ("mql", 61)
    assert "older version" not in there.press(DANA, scores.RESCORE, "777")


def test_managers_read_the_reports(there: Desk) -> None:
    assert "No lead became an MQL" in there.command(DANA, "/report quality last 7 days")
    assert "Too little is known" in there.command(DANA, "/report score")
    assert "Only managers" in there.command(BOB, "/report score")
