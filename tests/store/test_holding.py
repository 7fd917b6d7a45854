"""What is written down of each wait is exactly what decisions and stays say of it, whatever happened and when."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlmodel import Session, col, select

from bot.rules.reports.hold import obstacle
from store.database import Database
from store.ledger import Entry
from store.models import Hold, Team
from store.reporting import hold
from store.reporting.scope import Scope
from store.reporting.spans import begins
from store.unit_of_work import UnitOfWork
from tests import plainly
from tests.store.story import ANN, BOB, ENTERPRISE, SMB, Story, moment, scope
from tests.store.test_folding import ZONES, fold, wipe

OBSTACLES = ("hours", "away", "cap", None)
COMES = {"comes held": ("held",), "comes both": ("held", "turn")}
Deed = tuple[str, int, int]  # what, to which lead, how many minutes later
DEEDS = st.lists(
    st.tuples(
        st.sampled_from([
            "comes held", "comes held", "comes dealt", "comes both", "held", "held", "dealt", "owner", "claimed",
            "released", "won", "open", "archived", "back", "merged", "merged", "back", "source", "held twice",
            "back held", "back dealt", "fold", "fold", "zone",
        ]),
        st.integers(0, 9), st.sampled_from([0, 7, 50, 300, 900, 9000, 30_000]),
    ),
    min_size=4, max_size=24,
)  # fmt: skip


def decide(told: Story, uow: UnitOfWork, lead_id: int, kind: str, salt: int = 0) -> None:
    """A line of the ledger, with what stood in somebody's way."""
    team = uow.session.get(Team, (SMB, ENTERPRISE)[salt % 2])
    assert team is not None
    causes = [OBSTACLES[salt % 4], OBSTACLES[salt % 3]]
    seen = [{"rep_id": rep, "weight": 1, "not": cause and {"is": cause}} for rep, cause in enumerate(causes, start=1)]
    entry = Entry(kind, lead_id, rule="r/1", candidates=seen, obstacle=obstacle(seen) if kind == "held" else "")
    uow.ledger.add(team, entry, at=told.now)


class Player:
    def __init__(self, database: Database) -> None:
        self.told = Story(database)
        self.leads: list[int] = []
        self.zone = "UTC"
        self.turns: dict[str, Callable[[int, int], None]] = {
            "held": lambda lead, salt: self.decided(lead, ["held"], salt),
            "held twice": lambda lead, salt: self.decided(lead, ["held", "turn", "held"], salt),
            "dealt": lambda lead, salt: self.decided(lead, ["turn"], salt),
            "owner": lambda lead, salt: self.decided(lead, ["owner"], salt, owner_id=ANN),
            "claimed": lambda lead, salt: self.told.claims((ANN, BOB)[salt % 2], lead),
            "released": lambda lead, salt: self.decided(lead, ["held"] * (salt % 2), salt, owner_id=None),
            "won": lambda lead, _: self.told.change(lead, stage="won"),
            "open": lambda lead, _: self.told.change(lead, stage="qualified"),
            "archived": lambda lead, _: self.told.change(lead, state="archived"),
            "back": lambda lead, _: self.told.change(lead, state="live"),
            "back held": lambda lead, salt: self.decided(lead, ["held"], salt, state="live"),
            "back dealt": lambda lead, salt: self.decided(lead, ["turn"], salt, state="live"),
            "merged": lambda lead, salt: self.told.change(lead, state=("merged", "undone")[salt % 2]),
            "source": lambda lead, salt: self.told.change(lead, source=("web", "fair", "b")[salt % 3]),
        }

    def play(self, deeds: list[Deed]) -> None:
        for what, salt, minutes in deeds:
            self.told.now += timedelta(minutes=minutes, milliseconds=1)
            if what in ("fold", "zone"):
                self.zone = ZONES[salt % 4] if what == "zone" else self.zone
                fold(self.told, self.zone, limit=1 + salt, slices=1 + salt)
            elif what.startswith("comes") or not self.leads:
                self.comes(COMES.get(what, ("turn",)), salt)
            else:
                self.turns[what](self.leads[salt % len(self.leads)], salt)

    def comes(self, kinds: tuple[str, ...], salt: int) -> None:
        with self.told.changing() as uow:
            self.leads.append(self.told.added(uow, ("web", "fair")[salt % 2]))
            for kind in kinds:
                decide(self.told, uow, self.leads[-1], kind, salt)

    def decided(self, lead_id: int, kinds: list[str], salt: int, **values: Any) -> None:
        """Nobody decides about a lead that is part of another; none is held that somebody has, or that is closed."""
        with self.told.changing() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            for name, value in values.items():
                setattr(lead, name, value)
            is_free = lead.owner_id is None and lead.stage != "won"
            for kind in kinds if lead.state == "live" and (is_free or "held" not in kinds) else []:
                decide(self.told, uow, lead_id, kind, salt)

    def questions(self, minutes: list[int]) -> list[Scope]:
        """About some time before now and about all of it, known now, earlier, and as a month began."""
        now, first, later = self.told.now + timedelta(seconds=1), moment("2026-09-01"), moment("2099-01-01")
        then = max(now - timedelta(minutes=minutes[0]), first)
        middle, month = first + timedelta(minutes=minutes[1]), begins(self.zone, then.date().replace(day=1))
        asked = [
            Scope(first, now, now, "UTC"),
            Scope(moment("1990-01-01"), later, now, "UTC"),
            Scope(first, later, then, "UTC"),
            Scope(first, later, month, "UTC"),
            Scope(begins(self.zone, first.date()), month, month, "UTC"),
            Scope(first, month, now, "UTC", sources=frozenset({"web"})),
            Scope(middle, then, now, "UTC"),
            Scope(middle, now, then, "UTC"),
            Scope(now, later, now, "UTC", sources=frozenset({"web"})),
            Scope(first, then, now, "UTC", team_ids=frozenset({SMB})),
        ]
        return [*(replace(one, zone=self.zone) for one in asked), replace(asked[0], zone="Asia/Tokyo")]


def compare(session: Session, asked: Scope) -> None:
    found = plainly.holds(session, asked)
    for by in ("team", "source"):
        waits = sorted(plainly.waits(session, asked, by))
        assert sorted(hold.waits(session, asked, by)) == waits
        assert sorted(hold.plain(session, asked, by)) == waits
        for group in {getattr(one, hold.GROUPS[by]) for one in found}:
            those = [one for one in found if getattr(one, hold.GROUPS[by]) == group]
            those.sort(key=lambda one: (one.ended_at is not None, one.began_at))
            assert hold.leads(session, asked, by, group) == list(dict.fromkeys(one.lead_id for one in those))
    seen = plainly.reasons(session, [one.decision_id for one in found])
    causes = Counter(obstacle(seen[one.decision_id]) for one in found)
    told = Counter[str | int]()
    for one in hold.waits(session, asked, "why"):
        told[one.group] += one.leads
    assert told == causes
    assert hold.count(session, asked) == sum(asked.starts <= one.began_at < asked.ends for one in found)


GONE = ("comes held", 0, 0), ("claimed", 0, 300), ("fold", 9, 0), ("fold", 9, 0), ("merged", 0, 50_000)  # from the sums


@example(deeds=[*GONE, ("comes dealt", 1, 0)], minutes=[0, 0])
@example(deeds=[*GONE, ("fold", 9, 0), ("back", 0, 50_000)], minutes=[0, 0])
@example(deeds=[("comes both", 0, 0)], minutes=[0, 0])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, minutes=st.lists(st.integers(0, 90_000), min_size=2, max_size=2))
def test_waits_are_what_decisions_and_stays_say(database: Database, deeds: list[Deed], minutes: list[int]) -> None:
    wipe(database)
    player = Player(database)
    player.play(deeds)
    for _ in range(2):
        with player.told.reading() as session:
            for asked in player.questions(minutes):
                compare(session, asked)
        fold(player.told, player.zone)
    with player.told.reading() as session:
        assert not session.exec(select(Hold).where(Hold.folded < 1)).all()
        assert hold.from_sums(session, player.questions(minutes)[1], "why") is not None


def test_what_is_told_is_read_from_the_waits_alone(database: Database) -> None:
    player = Player(database)
    player.comes(("held",), 0)
    player.told.now += timedelta(hours=2)
    player.comes(("held",), 1)
    player.told.claims(ANN, player.leads[0])
    asked = scope("2026-09-01", "2026-10-01", "2026-09-02")
    expected = [("fair", True, False, 22 * 3600, 1), ("web", True, True, 2 * 3600, 1)]
    with player.told.changing() as uow:
        for table in ("stay", "decision"):
            uow.session.connection().execute(text(f"DELETE FROM {table}"))  # noqa: S608
        assert sorted(hold.waits(uow.session, asked, "source")) == expected
        assert plainly.waits(uow.session, asked, "source") == []
    with player.told.reading() as session:
        assert [row.ended_at is None for row in session.exec(select(Hold).order_by(col(Hold.id)))] == [False, True]


def test_what_is_over_is_read_from_the_sums_alone(database: Database) -> None:
    player = Player(database)
    player.comes(("held",), 0)
    player.told.now += timedelta(hours=3, minutes=5)
    player.told.claims(ANN, player.leads[0])
    fold(player.told)
    asked = scope("2026-09-01", "2026-10-01", "2026-10-01")
    with player.told.changing() as uow:
        uow.session.connection().execute(text("UPDATE hold SET began_at = ended_at, source = 'elsewhere'"))
        assert hold.waits(uow.session, asked, "source") == [("web", True, True, 3 * 3600 + 4 * 60, 1)]


@pytest.mark.parametrize(("after", "waits"), [("merged", 0), ("archived", 0), ("live", 1)])
def test_a_lead_that_comes_back_waits_as_before(database: Database, after: str, waits: int) -> None:
    player = Player(database)
    player.comes(("held",), 0)
    began = player.told.now
    for state in ("merged", after):
        player.told.now += timedelta(hours=1)
        player.told.change(player.leads[0], state=state)
    with player.told.reading() as session:
        found = hold.waits(session, until(player.told.now + timedelta(hours=1)), "team")
        assert [one.seconds for one in found if not one.is_over] == [3 * 3600] * waits
        before = hold.waits(session, until(began + timedelta(minutes=30)), "team")
        assert [one.seconds for one in before] == [1800]


@pytest.mark.parametrize(("dealt", "waits"), [("held", [2 * 3600]), ("turn", [])])
def test_a_lead_that_is_decided_about_as_it_comes_back_has_one_wait(
    database: Database, dealt: str, waits: list[int]
) -> None:
    player = Player(database)
    player.comes(("held",), 0)
    player.told.now += timedelta(hours=1)
    player.told.change(player.leads[0], state="merged")
    player.told.now += timedelta(hours=1)
    player.decided(player.leads[0], [dealt], 0, state="live")
    with player.told.reading() as session:
        asked = until(player.told.now + timedelta(milliseconds=1))
        assert [one.seconds for one in hold.waits(session, asked, "team") if not one.is_over] == waits
        assert hold.waits(session, asked, "team") == plainly.waits(session, asked, "team")


def until(as_of: datetime) -> Scope:
    return Scope(moment("2026-09-01"), moment("2026-10-01"), as_of, "UTC")


def test_of_a_lead_that_comes_in_dealt_or_owned_no_wait_is_looked_for(database: Database) -> None:
    player, said = Player(database), list[str]()
    with player.told.changing() as uow:
        event.listen(uow.session.connection(), "before_cursor_execute", lambda *args: said.append(args[2]))
        decide(player.told, uow, player.told.added(uow), "turn")
        player.told.added(uow, owner_id=ANN)
    assert [one for one in said if "hold" in one] == []
    assert any("INSERT INTO stay" in one for one in said)
