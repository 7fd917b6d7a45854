"""Two at once with the same address, or the same telephone: one of them becomes a lead."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from bot import consents, duplicates, edits, handover, merging
from bot.errors import DibsError, NotAllowedError
from bot.intake import capture, tracking
from bot.playbook.matching import Matching
from bot.rules.consent import Said
from store.database import DEADLOCK, Database, DeadlockError, StoreUnavailableError
from store.models import Duplicate, Lead, Merge
from tests.factories import ALICE, BOB, DANA, JANE, Office, everyone_new

AT_ONCE = 6
EACH_DOES = 12


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


# --- all who may touch the same leads at once


def test_two_who_name_the_same_two_leads_the_other_way_round_never_wait_in_a_circle(office: Office) -> None:
    """Bob may join none of Alice's, which he hears once both are locked."""
    pair = [office.lead(name=name, email=f"{name}@x.example", phone=None) for name in ("Ann", "Bo")]
    for lead_id in pair:
        handover.assign(office.services, DANA.slack_id, lead_id, ALICE)
    start, refused = Barrier(2, timeout=30), list[str]()

    def joins(*leads: int) -> None:
        for _ in range(EACH_DOES):
            start.wait()
            with pytest.raises(NotAllowedError) as refusal:
                merging.by_hand(office.services, BOB.slack_id, *leads)
            refused.append(str(refusal.value))

    with circles(office) as found, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda leads: joins(*leads), (pair, pair[::-1])))
    assert (found, len(refused)) == ([], 2 * EACH_DOES)


@contextmanager
def circles(office: Office) -> Iterator[list[str]]:
    """The questions in which PostgreSQL ended a deadlock; whose use cases are done once more, so nobody hears of it."""
    found: list[str] = []

    def note(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", "") == DEADLOCK:
            found.append(str(context.statement))

    event.listen(office.services.database.engine, "handle_error", note)
    yield found
    event.remove(office.services.database.engine, "handle_error", note)


def test_whoever_works_on_the_same_leads_at_once_waits_for_nobody_who_waits_for_them(office: Office) -> None:
    """A deadlock would end one of them with an error of the database, and then once more."""
    leads, start, turn = people_who_could_be_one(office), Barrier(len(AT_WORK)), count()

    def works(what: Callable[[Office, list[int], random.Random, str], object]) -> None:
        chance = random.Random(repr((what.__name__, next(turn))))  # noqa: S311
        start.wait()
        for number in range(EACH_DOES):
            try:
                what(office, leads, chance, f"{what.__name__} {number}")
            except DeadlockError:
                raise
            except (DibsError, StoreUnavailableError):
                continue  # a busy machine may let somebody wait longer than Slack does

    with ThreadPoolExecutor(len(AT_WORK)) as pool:
        list(pool.map(works, AT_WORK))
    parts = {merge.gone_id for merge in office.rows(Merge) if merge.split_at is None}
    assert parts == {lead.id for lead in office.rows(Lead) if lead.state == "merged"}


def people_who_could_be_one(office: Office) -> list[int]:
    """Two of each name: about the second somebody is asked."""
    named = [f"Jane {name}" for name in ("Archer", "Bishop", "Cooper")]
    first = [office.lead(name=name, email=f"a{number}@acme.example", phone=f"+49 30 90182{number}")
             for number, name in enumerate(named)]  # fmt: skip
    second = [office.lead(name=name, email=f"b{number}@mail.example", phone=None) for number, name in enumerate(named)]
    assert len(office.rows(Duplicate, status="open")) >= len(named)
    return first + second


def answering(office: Office, _leads: list[int], chance: random.Random, _key: str) -> None:
    asked = office.rows(Duplicate, status="open")
    if asked:
        duplicates.answer(office.services, DANA.slack_id, chance.choice(asked).id or 0, is_same=True)


def joining(office: Office, leads: list[int], chance: random.Random, _key: str) -> None:
    merging.by_hand(office.services, DANA.slack_id, *chance.sample(leads, 2))


def parting(office: Office, _leads: list[int], chance: random.Random, _key: str) -> None:
    joined = office.rows(Lead, state="merged")
    if joined:
        merging.split(office.services, DANA.slack_id, chance.choice(joined).id or 0)


def correcting(office: Office, leads: list[int], chance: random.Random, key: str) -> None:
    changed = {"company": f"Acme {key}", "title": key}
    if chance.random() < 0.5:  # theirs, or one that a newcomer comes with
        changed["email"] = f"{chance.choice('ab')}{chance.randrange(3)}@{chance.choice(('acme', 'mail'))}.example"
    edits.correct(office.services, DANA.slack_id, chance.choice(leads), changed)


def allowing(office: Office, leads: list[int], chance: random.Random, key: str) -> None:
    said = Said("email", chance.random() < 0.5, "consent", "on the phone")
    consents.record(office.services, DANA.slack_id, chance.choice(leads), said, key=key)


def reading(office: Office, leads: list[int], chance: random.Random, key: str) -> None:
    did = [{"kind": kind, "detail": "pricing", "lead": chance.choice(leads)} for kind in ("page_view", "unsubscribed")]
    tracking.take_touches(office.services, did, key=key)


def coming(office: Office, _leads: list[int], chance: random.Random, key: str) -> None:
    number = chance.randrange(3)
    office.lead(key, name="Jane Archer", email=f"a{number}@acme.example", phone=f"+49 30 90182{chance.randrange(3)}")


AT_WORK = (answering, answering, joining, joining, parting, parting, correcting, allowing, reading, coming)
