"""The nightly look over all leads: what it proposes, to whom, and what a yes does."""

from datetime import time, timedelta
from typing import Any

import pytest

from bot import scrub, search
from bot.errors import DibsError, NotAllowedError
from bot.intake import inbox
from bot.pipeline import add_note
from bot.playbook.matching import Scrub
from store.database import Database
from store.models import InboxRow, Lead, Offer, OutboxRow, Touch
from tests.factories import ALICE, BOB, CAROL, DANA, Office, everyone_new

RULES = Scrub(at=time(3), silent_days=30, bounces=2)


@pytest.fixture
def office(database: Database) -> Office:
    """It is the night; the offices of both teams look their leads over from three on."""
    return Office(database, ALICE, BOB, playbook=everyone_new().model_copy(update={"scrub": RULES}))


def night(office: Office, *, later: float = 0) -> int:
    """What the tick does; how many teams were looked over."""
    office.clock.advance(days=later)
    due = scrub.due(office.services)
    for team_id in due:
        scrub.propose(office.services, team_id)
    return len(due)


def questions(office: Office) -> list[InboxRow]:
    return [row for row in office.rows(InboxRow, kind=scrub.KIND) if row.answer["state"] != "nothing"]


def told(office: Office, who: str = DANA.slack_id) -> list[str]:
    rows = office.rows(OutboxRow, kind="message")
    return [row.payload["text"] for row in rows if row.payload["slack_id"] == who and "🧹" in row.payload["text"]]


def answer(office: Office, *, clears: bool, who: str = DANA.slack_id) -> None:
    row = questions(office)[-1]
    scrub.answer(office.services, who, row.id or 0, clears=clears, channel="D1", ts="1.0")
    for row_id in inbox.waiting_events(office.services):
        inbox.work_off(office.services, row_id)


def bounce(office: Office, lead_id: int, *kinds: str) -> None:
    with office.services.unit_of_work() as uow:
        for number, kind in enumerate(kinds):
            at = office.clock.now() - timedelta(hours=len(kinds) - number)
            uow.touches.add(Touch(lead_id=lead_id, kind=kind, at=at))
        uow.commit()


def test_leads_that_nobody_speaks_of_are_proposed_in_one_message(office: Office) -> None:
    old = [office.claimed_lead(), office.lead()]
    office.clock.advance(days=20)
    office.lead()
    assert night(office, later=15) == 2
    assert told(office) == ["🧹 2 leads of team smb could be cleared out."]
    assert questions(office)[0].body["leads"] == {"outdated": old, "bouncing": [], "throw-away": []}
    assert {row.state for row in office.rows(Lead)} == {"live"}


def test_nothing_to_propose_is_no_message(office: Office) -> None:
    office.lead()
    assert night(office, later=1) == 2
    assert told(office) == []


def test_one_night_is_one_look_however_many_replicas(office: Office) -> None:
    office.lead()
    office.clock.advance(days=40)
    due = scrub.due(office.services)
    for team_id in [*due, *due]:
        scrub.propose(office.services, team_id)
    assert len(told(office)) == 1
    assert night(office) == 0


def test_without_a_time_nothing_is_looked_over(office: Office) -> None:
    office.services.put_in_force(everyone_new())
    assert night(office, later=400) == 0


def test_it_waits_for_its_hour_in_the_teams_own_zone(office: Office) -> None:
    office.clock.set("2026-12-24T01:59+00:00")
    zoned = tuple(team.model_copy(update={"zone": "Europe/Berlin"}) for team in office.services.playbook.teams)
    office.services.put_in_force(office.services.playbook.model_copy(update={"teams": zoned}))
    assert night(office) == 0
    office.clock.advance(minutes=1)
    assert night(office) == 2


@pytest.mark.parametrize("word", ["a note", "a touch", "a follow-up", "not now"])
def test_a_word_from_either_side_keeps_a_lead(office: Office, word: str) -> None:
    lead_id = office.claimed_lead()
    office.clock.advance(days=20)
    if word == "a note":
        add_note(office.services, ALICE.slack_id, lead_id, "Still there", key="k")
    elif word == "a touch":
        bounce(office, lead_id, "page_view")
    elif word == "a follow-up":
        office.follow_up(lead_id, office.clock.now() + timedelta(days=60))
    else:
        change(office, lead_id, forgone_until=office.clock.now() + timedelta(days=60))
    night(office, later=15)
    assert questions(office) == []


def change(office: Office, lead_id: int, **fields: Any) -> None:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        for name, value in fields.items():
            setattr(lead, name, value)
        uow.commit()


def test_bouncing_and_throw_away_addresses_are_proposed_too(office: Office) -> None:
    bouncing, works, once, thrown = (office.lead(phone=None) for _ in range(4))
    bounce(office, bouncing, "email_opened", "email_bounced", "email_bounced")
    bounce(office, works, "email_bounced", "email_bounced", "email_clicked")
    bounce(office, once, "email_bounced")
    change(office, thrown, flaws=["The e-mail address is a throw-away one, of mailinator.com."])
    night(office)
    assert questions(office)[0].body["leads"] == {"outdated": [], "bouncing": [bouncing], "throw-away": [thrown]}


def test_the_same_lead_is_not_proposed_night_after_night(office: Office) -> None:
    office.lead()
    for _ in range(5):
        night(office, later=31 if not questions(office) else 1)
    assert len(told(office)) == 1


def test_what_is_kept_is_left_alone_for_the_silent_days(office: Office) -> None:
    lead_id = office.lead()
    night(office, later=40)
    answer(office, clears=False)
    assert office.get(Lead, lead_id).state == "live"
    night(office, later=29)
    assert len(questions(office)) == 1
    night(office, later=1)
    assert len(questions(office)) == 2


def test_a_yes_archives_what_is_still_so_and_tells_everybody_once(office: Office) -> None:
    gone, moved_on, offered = office.claimed_lead(), office.claimed_lead(BOB), office.lead()
    night(office, later=40)
    add_note(office.services, BOB.slack_id, moved_on, "She called", key="k")
    answer(office, clears=True)
    states = {row.id: (row.state, row.closed_at is not None) for row in office.rows(Lead)}
    assert states == {gone: ("archived", True), moved_on: ("live", False), offered: ("archived", True)}
    assert office.rows(Offer, status="open") == []
    assert "2 leads of team smb are cleared out. 1 lead had moved on and stayed." in told(office)[-1]
    assert told(office, ALICE.slack_id) == [
        "🧹 Dana cleared out 1 lead of yours. It is archived; a manager can bring one back."
    ]
    assert found(office, "state:archived") == [offered, gone]
    assert found(office, "jane") == [moved_on]


def found(office: Office, words: str) -> list[int | None]:
    return [row.lead.id for row in search.find(office.services, DANA.slack_id, words).rows]


def test_a_second_answer_is_told_what_the_first_was(office: Office) -> None:
    office.lead()
    night(office, later=40)
    answer(office, clears=True)
    with pytest.raises(DibsError, match="Dana has answered already and has cleared them out"):
        answer(office, clears=False)


def test_more_than_a_slice_goes_in_several_transactions(office: Office) -> None:
    for _ in range(scrub.SLICE + 3):
        office.lead()
    night(office, later=40)
    answer(office, clears=True)
    assert {row.state for row in office.rows(Lead)} == {"archived"}
    assert f"{scrub.SLICE + 3} leads of team smb are cleared out." in told(office)[-1]


def test_only_managers_look_answer_and_bring_back(office: Office) -> None:
    lead_id = office.lead()
    night(office, later=40)
    row_id = questions(office)[0].id or 0
    for refused in (
        lambda: scrub.page(office.services, ALICE.slack_id, row_id, 0),
        lambda: answer(office, clears=True, who=ALICE.slack_id),
        lambda: scrub.restore(office.services, ALICE.slack_id, f"#{lead_id}"),
    ):
        with pytest.raises(NotAllowedError, match="Only managers"):
            refused()


def test_the_proposed_leads_are_looked_at_page_by_page(office: Office) -> None:
    ids = [office.lead() for _ in range(23)]
    night(office, later=40)
    row_id = questions(office)[0].id or 0
    pages = [scrub.page(office.services, DANA.slack_id, row_id, number) for number in (0, 1, 2)]
    assert [[lead.id for lead, _ in page.leads] for page in pages] == [ids[:20], ids[20:], []]


def test_what_was_cleared_out_comes_back_to_its_owner_or_in_turn(office: Office) -> None:
    owned, free = office.claimed_lead(), office.lead()
    night(office, later=40)
    answer(office, clears=True)
    for lead_id in (owned, free):
        assert "is back" in scrub.restore(office.services, DANA.slack_id, f"#{lead_id}")
    assert {(row.state, row.closed_at) for row in office.rows(Lead)} == {("live", None)}
    assert office.owner(owned) == "Alice"
    assert office.get(Lead, free).held_since == office.clock.now()  # until somebody is at work: it is Sunday
    night(office, later=1)
    assert len(questions(office)) == 1
    with pytest.raises(DibsError, match="was not cleared out"):
        scrub.restore(office.services, DANA.slack_id, f"#{owned}")


def test_each_team_has_its_own_question(office: Office) -> None:
    office.seat(CAROL, "enterprise")
    office.lead()
    office.lead(fields={"plan": "enterprise"})
    night(office, later=40)
    assert len(told(office)) == 2
