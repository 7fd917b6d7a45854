"""Two at once with the same address, or the same telephone: one of them becomes a lead."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from bot import duplicates
from bot.errors import DibsError
from bot.intake import capture
from bot.playbook.matching import Matching
from store.database import Database
from store.models import Duplicate, Lead, Merge
from tests.factories import ALICE, BOB, JANE, Office, everyone_new

AT_ONCE = 6


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=everyone_new().model_copy(update={"matching": Matching()}))


def all_at_once(office: Office, bodies: list[dict[str, Any]]) -> list[capture.Captured]:
    start = Barrier(len(bodies))

    def come(number: int) -> capture.Captured:
        start.wait()
        return capture.take_lead(office.services, bodies[number], key=f"k{number}")

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(come, range(len(bodies))))


def test_one_person_who_comes_several_times_at_once_is_one_lead(office: Office) -> None:
    came = all_at_once(office, [{**JANE, "message": f"hello {number}"} for number in range(AT_ONCE)])
    assert len({one.lead_id for one in came}) == 1
    assert sorted(one.is_seen_again for one in came) == [False] + [True] * (AT_ONCE - 1)
    assert len(office.rows(Lead, state="live")) == 1
    assert len(office.rows(Merge)) == AT_ONCE - 1


def test_the_same_phone_is_enough(office: Office) -> None:
    bodies = [{**JANE, "email": f"jane{number}@mail{number}.example"} for number in range(AT_ONCE)]
    assert len({one.lead_id for one in all_at_once(office, bodies)}) == 1


def test_a_question_pressed_at_once_is_answered_once(office: Office) -> None:
    office.lead()
    office.lead(email=None, phone="+49 30 555666")
    asked, start = office.rows(Duplicate)[0].id or 0, Barrier(AT_ONCE)

    def answers(number: int) -> bool:
        start.wait()
        try:
            duplicates.answer(office.services, "U0DANA", asked, is_same=number % 2 == 0)
        except DibsError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(answers, range(AT_ONCE))) == 1
