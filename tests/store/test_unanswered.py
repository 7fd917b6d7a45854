"""Offers that nobody took and claims that came too late: what is written down with each is what the rows say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from store.database import Database
from store.ledger import Entry
from store.models import Offer, Press, Team
from store.reporting import unanswered
from store.reporting.scope import Scope
from store.reporting.spans import begins
from tests import plainly
from tests.store.story import ANN, BOB, ENTERPRISE, SMB, Story, moment, scope
from tests.store.test_folding import ZONES, fold, wipe

Deed = tuple[str, int, int]  # what, to which lead, how many milliseconds later
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["comes", "offered", "offered", "ended", "ended", "ended", "won", "late", "late", "late", "team",
             "fold", "fold", "zone"]
        ),
        st.integers(0, 11), st.sampled_from([1, 90, 700, 2500, 90_000, 900_000, 900_000_000]),
    ),
    min_size=6, max_size=30,
)  # fmt: skip


class Player:
    def __init__(self, database: Database) -> None:
        self.told = Story(database)
        self.leads: list[int] = []
        self.presses = 0
        self.zone = "UTC"
        self.turns: dict[str, Callable[[int, int], None]] = {
            "offered": self.offered,
            "ended": self.ended,
            "won": lambda lead, salt: self.pressed(lead, salt, won=True),
            "late": lambda lead, salt: self.pressed(lead, salt, won=False),
            "team": lambda lead, salt: self.told.change(lead, team_id=(SMB, ENTERPRISE)[salt % 2]),
        }

    def play(self, deeds: list[Deed]) -> None:
        for what, salt, milliseconds in deeds:
            self.told.now += timedelta(milliseconds=milliseconds, microseconds=salt)
            if what in ("fold", "zone"):
                self.zone = ZONES[salt % 4] if what == "zone" else self.zone
                fold(self.told, self.zone, limit=1 + salt, slices=1 + salt)
            elif what == "comes" or not self.leads:
                self.leads.append(self.told.arrives("web", (SMB, ENTERPRISE)[salt % 2]))
            else:
                self.turns[what](self.leads[salt % len(self.leads)], salt // 3)

    def offered(self, lead_id: int, salt: int) -> None:
        """By the team that it is in, as the ledger says."""
        with self.told.changing() as uow:
            lead = uow.leads.get(lead_id)
            if lead is not None and uow.offers.open_for(lead_id) is None:
                team = uow.session.get_one(Team, lead.team_id)
                uow.ledger.add(team, Entry("turn", lead_id, rule="r/1"), at=self.told.now)
                uow.offers.give(
                    lead_id, (ANN, BOB)[salt % 2], team_id=lead.team_id, now=self.told.now, until=self.told.now
                )

    def ended(self, lead_id: int, salt: int) -> None:
        with self.told.changing() as uow:
            uow.offers.close_for(lead_id, ("passed", "lapsed", "claimed", "withdrawn")[salt % 4], now=self.told.now)

    def pressed(self, lead_id: int, salt: int, *, won: bool) -> None:
        self.presses += 1
        with self.told.changing() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            press = Press(
                key=str(self.presses), lead_id=lead_id, rep_id=(ANN, BOB)[salt % 2], won=won, at=self.told.now
            )
            press.team_id = lead.team_id
            uow.presses.add(press)

    def questions(self, milliseconds: list[int]) -> list[Scope]:
        """About some time before now and about all of it, known now, earlier, and as a month began."""
        first, now, later = moment("2026-09-01"), self.told.now + timedelta(seconds=1), moment("2099-01-01")
        middle, then = (first + timedelta(milliseconds=one) for one in milliseconds)
        month = begins(self.zone, now.date().replace(day=1))
        asked = [
            Scope(first, now, now, "UTC"),
            Scope(moment("1990-01-01"), later, now, "UTC"),
            Scope(middle, now, then, "UTC"),
            Scope(first, later, then, "UTC"),
            Scope(first, month, month, "UTC"),
            Scope(first, month, now, "UTC"),
            Scope(first, then, now, "UTC", team_ids=frozenset({ENTERPRISE})),
            Scope(first, now, now, "UTC", team_ids=frozenset({SMB})),
        ]
        return [*(replace(one, zone=self.zone) for one in asked), replace(asked[0], zone="Asia/Tokyo")]


@example(deeds=[("offered", 0, 1), ("offered", 0, 1), ("ended", 0, 90_000), ("fold", 9, 1)], milliseconds=[1, 2])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, milliseconds=st.lists(st.integers(0, 9_000_000_000), min_size=2, max_size=2))
def test_offers_and_late_presses_are_what_the_rows_say(
    database: Database, deeds: list[Deed], milliseconds: list[int]
) -> None:
    wipe(database)
    player = Player(database)
    player.play(deeds)
    for _ in range(2):
        with player.told.reading() as session:
            for asked in player.questions(milliseconds):
                compare(session, asked)
        fold(player.told, player.zone)
    with player.told.reading() as session:
        assert not session.exec(select(Offer).where(Offer.folded < 1)).all()
        assert not session.exec(select(Press).where(Press.folded < 1)).all()
        for one in (unanswered.UNANSWERED, unanswered.LATE):
            assert unanswered.from_sums(session, player.questions(milliseconds)[1], one) is not None


def compare(session: Session, asked: Scope) -> None:
    ended, late = sorted(plainly.ended(session, asked)), sorted(plainly.late(session, asked))
    assert sorted(unanswered.ended(session, asked)) == sorted(unanswered.ended_plain(session, asked)) == ended
    assert sorted(unanswered.late(session, asked)) == sorted(unanswered.late_plain(session, asked)) == late


def test_what_was_claimed_or_withdrawn_is_not_unanswered_and_nobody_is_late_behind_themselves(
    database: Database,
) -> None:
    player = Player(database)
    lead = player.told.arrives()
    for salt in range(4):  # passed by Ann, lapsed for Bob, claimed by Ann, withdrawn from Bob
        player.offered(lead, salt)
        player.ended(lead, salt)
    for salt, won in ((0, True), (0, False), (1, False)):  # Ann, Ann once more, and Bob
        player.told.now += timedelta(milliseconds=7)
        player.pressed(lead, salt, won=won)
    everything, *_ = player.questions([0, 0])
    with player.told.reading() as session:
        assert sorted(unanswered.ended(session, everything)) == [(SMB, ANN, "passed", 1), (SMB, BOB, "lapsed", 1)]
        assert unanswered.late(session, everything) == [(SMB, BOB, 14, 1)]


def test_what_is_folded_is_read_from_the_sums_alone(database: Database) -> None:
    player = Player(database)
    lead = player.told.arrives()
    player.offered(lead, 0)
    player.ended(lead, 0)
    for salt, won in ((0, True), (1, False)):
        player.told.now += timedelta(milliseconds=1150)
        player.pressed(lead, salt, won=won)
    fold(player.told)
    with player.told.changing() as uow:
        for table in ("offer", "press"):
            uow.session.connection().execute(text(f"UPDATE {table} SET rep_id = {BOB}, team_id = {ENTERPRISE}"))  # noqa: S608
        for as_of in ("2026-10-01", "2026-10-02"):
            asked = scope("2026-09-01", "2026-10-01", as_of)
            assert unanswered.ended(uow.session, asked) == [(SMB, ANN, "passed", 1)]
            assert unanswered.late(uow.session, asked) == [(SMB, BOB, 1150 - 1150 % 16, 1)]
