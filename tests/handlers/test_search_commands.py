"""/lead find, list, segment and restore, and the buttons of the nightly proposal, as Slack sends them."""

from datetime import timedelta

import pytest

from bot import claims, scrub
from bot.intake import capture
from bot.playbook.matching import Scrub
from bot.views import scrub as views
from store.models import InboxRow, Lead
from tests.handlers.desk import Desk
from tests.handlers.door import JANE, NOW

ALICE, CAROL, DANA, ERIN = "U0ALICE", "U0CAROL", "U0DANA", "U0ERIN"
MANAGERS_ONLY, STRANGER = "Only managers can do this", "You are not in a sales team yet"


@pytest.fixture
def furnished(office: Desk) -> Desk:
    """Alice's lead, about which nobody said a word, and the question what should become of it."""
    lead = {**JANE, "title": "Head of Sales", "fields": {}}
    lead_id = capture.take_lead(office.services, lead, key="first").lead_id
    claims.claim(office.services, ALICE, lead_id)
    with office.services.unit_of_work() as uow:
        found = uow.leads.lock(lead_id)
        assert found is not None
        row = InboxRow(
            key="scrub:smb:2026-11-24", kind=scrub.KIND, status="done", received_at=NOW, answer={"state": "asked"},
            body={"team_id": found.team_id, "leads": {"outdated": [lead_id], "bouncing": [], "throw-away": []}},
        )  # fmt: skip
        uow.inbox.receive(row)
        uow.commit()
    return office


def question(office: Desk) -> str:
    with office.services.reading() as uow:
        row = uow.inbox.answered("scrub:smb:2026-11-24")
        assert row is not None
        return str(row.id)


def test_signs_and_quotes_arrive_as_they_were_typed(furnished: Desk) -> None:
    told = furnished.command(ALICE, "/lead find “head of sales” score&lt;50 -owner:nobody")
    assert "Jane Doe" in told
    assert "Head of Sales" in told
    assert "Jane Doe" in furnished.command(ALICE, "/lead list mine stage:new")
    assert "Nothing for jnae; showing jane." in furnished.command(ALICE, "/lead find jnae")


def test_a_mistake_is_answered_with_what_was_meant_and_an_example(furnished: Desk) -> None:
    told = furnished.command(ALICE, "/lead find stge:new")
    assert "There is no field stge; did you mean stage?" in told
    assert "/lead find acme stage:new" in told


def test_segments_are_saved_by_managers_and_used_by_everybody(furnished: Desk) -> None:
    assert MANAGERS_ONLY in furnished.command(ALICE, "/lead segment save sales title:sales")
    assert "1 lead is in it now" in furnished.command(DANA, "/lead segment save sales title:sales")
    assert "title:sales" in furnished.command(ALICE, "/lead segment")
    for typed in ("segment sales", "segment show sales", "find segment:sales"):
        assert "Jane Doe" in furnished.command(ALICE, f"/lead {typed}")
        assert "Jane" not in furnished.command(CAROL, f"/lead {typed}")
        assert STRANGER in furnished.command(ERIN, f"/lead {typed}")
    assert "did you mean sales" in furnished.command(ALICE, "/lead segment show slaes")
    assert "/lead segment save hot score>70" in furnished.command(DANA, "/lead segment save")
    assert "is gone" in furnished.command(DANA, "/lead segment delete sales")
    assert "There are no segments yet" in furnished.command(ALICE, "/lead segment")


@pytest.mark.parametrize("action_id", [views.LOOK, views.EARLIER, views.FURTHER, views.CLEAR, views.KEEP])
@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (ALICE, MANAGERS_ONLY), (CAROL, MANAGERS_ONLY)])
def test_the_proposal_is_the_managers_to_answer(furnished: Desk, action_id: str, user: str, refusal: str) -> None:
    before, number = furnished.rows(), question(furnished)
    value = number if action_id in (views.CLEAR, views.KEEP) else f"{number}:0"
    assert refusal in furnished.press(user, action_id, value)
    assert furnished.rows() == before


@pytest.mark.parametrize("value", ["0", "-1", "777", "1:-1", "x:0", "", "9" * 40])
@pytest.mark.parametrize("action_id", [views.LOOK, views.CLEAR, views.KEEP])
def test_forged_values_change_nothing(furnished: Desk, action_id: str, value: str) -> None:
    before = furnished.rows()
    told = furnished.press(DANA, action_id, value)
    assert told
    assert "went wrong" not in told
    assert furnished.rows() == before


def test_a_manager_looks_clears_out_and_brings_back(furnished: Desk) -> None:
    services, number = furnished.services, question(furnished)
    later = type(services)(services.database, services.playbook, lambda: NOW + timedelta(days=40))
    later.put_in_force(services.playbook.model_copy(update={"scrub": Scrub(silent_days=30)}))
    opened = furnished.slack_was_asked("views.open")
    furnished.press(DANA, views.LOOK, f"{number}:0")
    assert furnished.slack_was_asked("views.open") == opened + 1
    furnished.press(DANA, views.CLEAR, number)
    scrub.work_off(later, int(number))
    with services.reading() as uow:
        lead = uow.session.get(Lead, 1)
        assert lead is not None
        assert lead.state == "archived"
    assert "Dana has answered already" in furnished.press(DANA, views.KEEP, number)
    assert "Nothing found" in furnished.command(ALICE, "/lead find jane")
    assert "Only managers look at" in furnished.command(ALICE, "/lead find state:archived")
    assert "Jane Doe" in furnished.command(DANA, "/lead find state:archived")
    assert MANAGERS_ONLY in furnished.command(ALICE, "/lead restore #1")
    assert "is back" in furnished.command(DANA, "/lead restore #1")
    assert "Jane Doe" in furnished.command(ALICE, "/lead find jane")
