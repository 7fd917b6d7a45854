"""Marks and the lines behind them come to exactly what all lines come to, wherever marks were made, and when."""

from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select, update

from bot.reports import shares
from bot.reports.shares import day_in, mark, mark_slice, standings
from bot.rules.replay import UNDONE
from bot.rules.reports.fairness import IN_TURN, TOLD, Fair, less, tallied
from bot.rules.rotation import CATCH_UP, OWED, TURN
from store.models import Decision, ShareMark, Team
from store.reporting.fairness import Book, parts, stands
from tests.factories import Office

ZONES = ("UTC", "Europe/Berlin", "Pacific/Kiritimati")
Told = tuple[str, int, int, int]  # kind, who, minutes later, how many minutes that clock is slow
LINES = st.lists(
    st.tuples(
        st.sampled_from([TURN, TURN, TURN, CATCH_UP, OWED, UNDONE, "held", "joined"]), st.integers(0, 20),
        st.integers(0, 400), st.sampled_from([0, 0, 0, 1, 30]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


def line(number: int, told: Told, at: datetime) -> Decision:
    kind, salt, _, slow = told
    seen = [
        {"rep_id": rep, "weight": 1 + (salt + rep) % 3, "not": {"is": "hours"} if salt % (rep + 1) == 0 else None}
        for rep in (1, 2, 3)
    ]
    facts: dict[str, Any] = {"changes": [[1 + salt % 3, salt - 7, 0, 0]]} if kind == UNDONE else {}
    return Decision(
        team_id=1, number=number, kind=kind, winner_id=1 + salt % 3 if kind in (TURN, CATCH_UP, OWED) else None,
        candidates=seen, facts=facts, at=at - timedelta(minutes=slow), previous_hash="", hash="",
    )  # fmt: skip


def write(office: Office, told: list[Told]) -> list[Decision]:
    minutes = accumulate(one[2] for one in told)
    found = [
        line(number, one, office.clock.now() + timedelta(minutes=later))
        for number, (one, later) in enumerate(zip(told, minutes, strict=True), start=1)
    ]
    with office.services.unit_of_work() as uow:
        for model in (Decision, ShareMark):
            uow.session.execute(delete(model))
        uow.session.add_all(found)
        uow.session.execute(update(Team).where(col(Team.id) == 1).values(decisions_made=len(found)))
        uow.session.commit()
    return office.rows(Decision)


def standing(session: Session, moment: datetime) -> tuple[dict[int, Fair], int]:
    return standings(stands(session, [1], moment))[1]


def compare(session: Session, lines: list[Decision]) -> None:
    """From every moment at which something was dealt, a little after it and at each midnight, to every other."""
    first, last = min(one.at for one in lines), max(one.at for one in lines)
    midnights = [first.replace(hour=0, minute=0) + timedelta(days=days) for days in range((last - first).days + 3)]
    moments = sorted({*(one.at for one in lines[::5]), last + timedelta(seconds=1), *midnights})
    plain = {}
    for moment in moments:
        until = min((one.number - 1 for one in lines if one.at >= moment), default=len(lines))
        plain[moment] = tallied(parts(session, 1, 0, until, kinds=IN_TURN, told=TOLD))
        assert standing(session, moment) == (plain[moment], until)
    starts, ends = moments[len(moments) // 3], moments[-1]
    after, until = standing(session, starts)[1], standing(session, ends)[1]
    between = tallied(parts(session, 1, after, until, kinds=IN_TURN, told=TOLD))
    assert less(plain[ends], plain[starts]) == less(between, {})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=LINES, limits=st.lists(st.integers(1, 9), max_size=6), zone=st.sampled_from(ZONES))
def test_marks_and_the_rest_are_what_all_lines_say(
    office: Office, told: list[Told], limits: list[int], zone: str
) -> None:
    lines = write(office, told)
    for place, limit in enumerate(limits):
        with office.services.unit_of_work() as uow:
            mark_slice(Book(uow.session, 1), day_in(ZONES[place % 3] if place == 2 else zone), limit=limit)
            uow.commit()
            compare(uow.session, lines)
    mark(office.services)
    with office.services.reading() as uow:
        assert uow.session.exec(select(ShareMark.number).order_by(col(ShareMark.number).desc())).first() == len(lines)
        compare(uow.session, lines)


@pytest.fixture
def days(office: Office) -> list[Decision]:
    """Two leads a day for three days, and one more."""
    return write(office, [(TURN, salt, 12 * 60, 0) for salt in range(7)])


def test_what_is_marked_is_read_from_the_mark_alone(office: Office, days: list[Decision]) -> None:
    mark(office.services)
    midnight = office.clock.now().replace(hour=0, minute=0) + timedelta(days=2)
    with office.services.unit_of_work() as uow:
        before = standing(uow.session, midnight)
        uow.session.execute(update(Decision).where(col(Decision.at) < midnight).values(winner_id=99, candidates=[]))
        assert standing(uow.session, midnight) == before


def test_a_mark_stays_where_a_day_ends_and_gives_way_within_it(office: Office, days: list[Decision]) -> None:
    for _ in days:
        with office.services.unit_of_work() as uow:
            mark_slice(Book(uow.session, 1), day_in("UTC"), limit=1)
            uow.commit()
    kept = [one.number for one in office.rows(ShareMark)]
    ends = [one.number for one, later in pairwise(days) if one.at.date() != later.at.date()]
    assert kept == [*ends, len(days)]


def test_marks_are_never_far_from_each_other(office: Office) -> None:
    write(office, [(TURN, salt % 3, 0, 0) for salt in range(2 * shares.EVERY + 7)])
    mark(office.services)
    assert [one.number for one in office.rows(ShareMark)] == [shares.EVERY, 2 * shares.EVERY, 2 * shares.EVERY + 7]


def test_two_replicas_that_mark_the_same_do_no_harm(office: Office, days: list[Decision]) -> None:
    mark(office.services)
    before = [one.shares for one in office.rows(ShareMark)]
    with office.services.unit_of_work() as uow:
        book = Book(uow.session, 1)
        book.keep([book.newest_mark()])
        uow.commit()
    mark(office.services)
    assert [one.shares for one in office.rows(ShareMark)] == before
