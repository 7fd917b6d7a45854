"""Who is who, pressed and typed through the real Bolt app: by those whose lead it is, and by nobody else."""

import pytest
from sqlmodel import select

from bot import claims
from bot.intake import capture
from bot.playbook.matching import Matching
from bot.views import duplicates as views
from store.models import Duplicate, Lead, OutboxRow
from tests.handlers.desk import Desk
from tests.handlers.door import JANE

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
KNOWN = {**JANE, "fields": {}}


@pytest.fixture
def pair(office: Desk) -> Desk:
    """#1 is Alice's, #2 could be the same person and is nobody's yet."""
    in_force = office.services.playbook
    office.services.put_in_force(in_force.model_copy(update={"matching": Matching()}))
    capture.take_lead(office.services, KNOWN, key="first")
    claims.claim(office.services, ALICE, 1)
    capture.take_lead(office.services, {**KNOWN, "email": None, "phone": "+49 30 555666"}, key="second")
    return office


def lead(office: Desk, number: int) -> Lead:
    with office.services.reading() as uow:
        return uow.session.exec(select(Lead).where(Lead.id == number)).one()


def test_same_person_joins_them(pair: Desk) -> None:
    told = pair.press(ALICE, views.SAME, "1")
    assert "they are the same person" in told
    assert (lead(pair, 2).state, lead(pair, 2).merged_into_id) == ("merged", 1)


def test_different_leaves_them_alone(pair: Desk) -> None:
    assert "they are different people" in pair.press(ALICE, views.DIFFERENT, "1")
    assert lead(pair, 2).state == "live"


def test_a_question_in_a_thread_is_edited(pair: Desk) -> None:
    body = pair.pressed(ALICE, views.DIFFERENT, "1")
    pair.send({**body, "container": {"message_ts": "77.1", "channel_id": "C0LEADSSMB"}})
    with pair.services.reading() as uow:
        row = uow.session.exec(select(OutboxRow).where(OutboxRow.kind == "edit")).one()
    assert row.payload["ts"] == "77.1"


@pytest.mark.parametrize("action", [views.SAME, views.DIFFERENT])
@pytest.mark.parametrize("user", [CAROL, ERIN])
def test_others_may_not_answer(pair: Desk, action: str, user: str) -> None:
    before = pair.rows()
    told = pair.press(user, action, "1")
    assert "no such lead in your teams" in told or "not in a sales team" in told
    assert pair.rows() == before


@pytest.mark.parametrize("forged", ["0", "999999", "2147483648", "x", "", "1;DROP TABLE lead"])
@pytest.mark.parametrize("action", [views.SAME, views.DIFFERENT, views.SPLIT])
def test_forged_numbers_do_nothing(pair: Desk, action: str, forged: str) -> None:
    before = pair.rows()
    assert pair.press(ALICE, action, forged)
    assert pair.rows() == before


def test_not_the_same_parts_them(pair: Desk) -> None:
    pair.press(ALICE, views.SAME, "1")
    told = pair.press(ALICE, views.SPLIT, "2")
    assert "two leads again" in told
    assert lead(pair, 2).state == "live"


@pytest.mark.parametrize("user", [BOB, CAROL, ERIN])
def test_others_may_not_part_them(pair: Desk, user: str) -> None:
    pair.press(ALICE, views.SAME, "1")
    before = pair.rows()
    assert pair.press(user, views.SPLIT, "2")
    assert pair.rows() == before


def test_merge_and_split_by_hand(pair: Desk) -> None:
    assert "#2 Jane Doe, Acme is part of #1 Jane Doe, Acme now" in pair.command(ALICE, "/lead merge #2 #1")
    assert "two leads again" in pair.command(ALICE, "/lead split #2")
    assert "not part of another lead" in pair.command(ALICE, "/lead split #2")
    assert "This is one lead" in pair.command(ALICE, "/lead merge #1 #1")
    assert "Name both" in pair.command(ALICE, "/lead merge #1")


def test_the_list_shows_what_may_be_answered(pair: Desk) -> None:
    assert "1 question: is this the same person?" in pair.command(BOB, "/lead duplicates")  # #2 is nobody's yet
    assert "Nothing is to be answered" in pair.command(CAROL, "/lead duplicates")


def test_show_follows_a_joined_lead_and_a_note_on_it_is_refused(pair: Desk) -> None:
    pair.command(ALICE, "/lead merge #2 #1")
    assert "#1 Jane Doe" in pair.command(ALICE, "/lead show #2")
    assert "#2 is the same person as #1 Jane Doe, Acme now" in pair.command(ALICE, "/lead note #2 hello")


def test_the_form_tells_who_has_the_person_already(pair: Desk) -> None:
    before = pair.count_told()
    pair.submit(BOB, "form.new_lead", "", name="Jane Doe", email=str(KNOWN["email"]), phone="", company="", source="")
    assert "Alice looks after them" in pair.told(before)
    with pair.services.reading() as uow:
        assert len(uow.session.exec(select(Duplicate)).all()) == 1
