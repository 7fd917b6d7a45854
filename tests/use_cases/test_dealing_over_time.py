"""A team's life through the use cases, in any order: nobody is picked who may not be, nothing is lost, all is fair.

What is compared here is worked out from the bare rows, not by the rules that are tested.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from bot import claims, distribution, people, pipeline, response, seats
from bot.errors import DibsError
from bot.ledger import verification
from bot.people import Profile
from bot.playbook.playbook import Playbook, parse_playbook
from bot.rules.rotation import UNIT
from bot.views.witness import Finding
from store.database import Database
from store.models import Decision, Lead, Membership, Offer, Rep, Team
from tests.databases import sweep
from tests.factories import ALICE, BOB, DANA, WHY, Office
from tests.postgres import Broom
from tests.schemas import create_tables

Opening = Callable[[], AbstractContextManager[Database]]

PEOPLE = (
    ALICE, BOB, Profile("U0FRANK", "Frank", "Europe/Paris"), Profile("U0GRACE", "Grace", "Europe/Lisbon"),
    Profile("U0HEIDI", "Heidi", "America/New_York"),
)  # fmt: skip
CAPS = {"hour": 3, "day": 6, "week": None, "open": 8, "offers": 2}
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
SCORES = {"offer": 0, "open": 45, "auto": 50, "least busy": 70, "with a skill": 90, "auto with a skill": 95}
ROUTES = {
    "open": 'mode = "open"', "auto": 'mode = "auto"', "least busy": 'mode = "least busy"',
    "with a skill": 'skills = ["big"]', "auto with a skill": 'mode = "auto"\nskills = ["big"]',
}  # fmt: skip
REASONS = ("", "bad data", "too busy")


def playbook() -> Playbook:
    routes = "".join(
        f'[[routes]]\nname = "{name}"\nteam = "smb"\n{more}\n'
        f'when = [{{ field = "score", at_least = {SCORES[name]} }}]\n'
        for name, more in reversed(ROUTES.items())
    )
    return parse_playbook(f"""
stages = [{{ name = "new" }}, {{ name = "won", kind = "won" }}, {{ name = "lost", kind = "lost" }}]
[[teams]]
name = "smb"
channel = "#leads-smb"
absence = "capped"
make_up = 2
caps = {{ hour = 3, day = 6, open = 8, offers = 2 }}
response = {{ remind = 20, manager = 60, next = 120 }}
{routes}
[[routes]]
name = "all other leads"
team = "smb"
""", "the test's playbook")  # fmt: skip


class Life(RuleBasedStateMachine):
    """Each rule is something that people do, or that time does; books of the turns are kept beside."""

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.opened = opening()
        self.database = self.opened.__enter__()
        self.playbook = playbook()
        self.office = Office(self.database, ALICE, BOB, PEOPLE[2], playbook=self.playbook)
        self.read = 0  # lines of the ledger that were looked at
        self.joined = 0
        self.run: tuple[tuple[int, int], ...] = ()
        self.turns = Counter[int]()
        self.weights: dict[int, int] = {}

    def teardown(self) -> None:
        """Whoever changes a line of this life is found out."""
        try:
            number = self.read // 2 + 1
            with self.office.services.unit_of_work() as uow:
                uow.session.exec(select(Decision).where(Decision.number == number)).one().route = "friends first"
                uow.commit()
            found = self.verified()
            assert found
            assert found.number == number
        finally:
            self.opened.__exit__(None, None, None)

    # --- what people do

    @rule(what=st.sampled_from(list(SCORES)), known=st.integers(0, 12))
    def lead_arrives(self, what: str, known: int) -> None:
        number = known if known < 3 else 100 + len(self.office.rows(Lead))
        self.office.lead(
            fields={"score": SCORES[what]}, email=f"jane@company{number}.example", company=f"Company {number}",
            phone=None,
        )  # fmt: skip

    @rule(who=st.sampled_from([*PEOPLE, DANA]), nth=st.integers(0, 9))
    def someone_claims(self, who: Profile, nth: int) -> None:
        self.try_to(lambda lead: claims.claim(self.office.services, who.slack_id, lead), nth)

    @rule(nth=st.integers(0, 4), reason=st.sampled_from(REASONS))
    def offer_is_claimed_or_passed(self, nth: int, reason: str) -> None:
        offers = self.office.rows(Offer, status="open")
        if offers:
            offer = offers[nth % len(offers)]
            who = self.office.get(Rep, offer.rep_id).slack_id
            if nth % 2:
                self.allowed(lambda: claims.claim(self.office.services, who, offer.lead_id))
            else:
                self.allowed(lambda: claims.pass_lead(self.office.services, who, offer.lead_id, reason))

    @rule(nth=st.integers(0, 9), reason=st.sampled_from(REASONS))
    def owner_gives_it_back(self, nth: int, reason: str) -> None:
        self.try_to(lambda lead: claims.release(self.office.services, DANA.slack_id, lead, reason), nth)

    @rule(nth=st.integers(0, 9), stage=st.sampled_from(["new", "won", "lost"]))
    def lead_is_moved(self, nth: int, stage: str) -> None:
        self.try_to(lambda lead: pipeline.move_stage(self.office.services, DANA.slack_id, lead, stage, WHY), nth)

    @rule(who=st.sampled_from(PEOPLE), until=st.sampled_from(["in 1 hour", "in 1 day"]))
    def someone_goes_away(self, who: Profile, until: str) -> None:
        self.allowed(lambda: people.go_away(self.office.services, who.slack_id, until))

    @rule(who=st.sampled_from(PEOPLE))
    def someone_is_back(self, who: Profile) -> None:
        self.allowed(lambda: people.come_back(self.office.services, who.slack_id))

    # --- what managers do

    @rule(who=st.sampled_from(PEOPLE))
    def someone_joins(self, who: Profile) -> None:
        self.office.seat(who)

    @rule(who=st.sampled_from(PEOPLE))
    def someone_leaves(self, who: Profile) -> None:
        if len(self.office.rows(Membership)) > 1:
            self.allowed(lambda: people.remove_from_team(self.office.services, DANA.slack_id, "smb", who))

    @rule(nth=st.integers(0, 4), weight=st.integers(1, 3))
    def someone_gets_another_weight(self, nth: int, weight: int) -> None:
        with self.office.services.unit_of_work() as uow:
            team, seated = uow.people.team_for_decision(1), uow.people.seats(1)
            seats.weigh(uow, team, seated[nth % len(seated)], weight, self.office.clock.now())
            uow.commit()

    @rule(nth=st.integers(0, 4))
    def someone_is_paused_or_not_any_more(self, nth: int) -> None:
        with self.office.services.unit_of_work() as uow:
            team, seated = uow.people.team_for_decision(1), uow.people.seats(1)
            seat = seated[nth % len(seated)]
            (seats.resume if seat.membership.is_paused else seats.pause)(uow, team, seat, self.office.clock.now())
            uow.commit()

    @rule(nth=st.integers(0, 4), cap=st.sampled_from(list(CAPS)), limit=st.integers(0, 3), skilled=st.booleans())
    def someone_gets_other_caps_and_skills(self, nth: int, cap: str, limit: int, *, skilled: bool) -> None:
        with self.office.services.unit_of_work() as uow:
            seated = uow.people.seats(1)
            seat = seated[nth % len(seated)]
            seat.membership.caps = {**seat.membership.caps, cap: limit}
            seat.rep.skills = ["big"] if skilled else []
            uow.commit()

    # --- what time does

    @rule(minutes=st.sampled_from([1, 16, 16, 61, 600]))
    def time_passes(self, minutes: int) -> None:
        self.office.clock.advance(minutes=minutes)
        services = self.office.services
        for due, work in (
            (distribution.lapsed_offers, distribution.lapse_offer),
            (distribution.teams_with_held_leads, distribution.drain),
            (response.due, response.take_step),
        ):
            for row_id in due(services):
                work(services, row_id)
                self.nobody_is_picked_who_may_not_be()

    @rule()
    def bot_is_restarted(self) -> None:
        self.office = Office(self.database, at=self.office.clock.moment, playbook=self.playbook)

    # --- how

    def try_to(self, act: Callable[[int], object], nth: int) -> None:
        """With one of the newest leads."""
        leads = self.office.rows(Lead)[-10:]
        if leads:
            self.allowed(lambda: act(leads[nth % len(leads)].id or 0))

    def allowed(self, act: Callable[[], object]) -> None:
        try:
            act()
        except DibsError:
            return

    def verified(self) -> Finding | None:
        with self.office.services.reading() as uow:
            [head] = uow.ledger.heads()
        return verification.verify(self.office.services, head)

    # --- what always holds

    @invariant()
    def nobody_is_picked_who_may_not_be(self) -> None:
        lines = self.office.rows(Decision)[self.read :]
        picks = [line for line in lines if line.rule and line.winner_id and line.kind != "owner"]
        for line in picks:
            self.may_have(line, is_only_one=len(picks) == 1)
        for line in lines:
            self.book(line)
        self.read += len(lines)

    def may_have(self, line: Decision, *, is_only_one: bool) -> None:
        rep, lead = self.office.get(Rep, line.winner_id or 0), self.office.get(Lead, line.lead_id or 0)
        [seat] = self.office.rows(Membership, rep_id=rep.id)
        offers = [offer for offer in self.office.rows(Offer, rep_id=rep.id) if offer.status != "withdrawn"]
        given = max(offer.id or 0 for offer in offers if offer.lead_id == lead.id and offer.offered_at == line.at)
        assert rep.is_active
        assert not seat.is_paused
        assert seat.set_aside_at is None
        assert rep.away_until is None or rep.away_until <= line.at
        assert set(lead.route_needs) <= set(rep.skills)
        assert is_office_hour(line.at.astimezone(ZoneInfo(rep.time_zone)))
        before = [offer for offer in offers if (offer.id or 0) < given]
        assert lead.id not in {offer.lead_id for offer in before if offer.status != "open"}
        limits = {name: limit for name, limit in (CAPS | seat.caps).items() if limit}
        kept = [offer for offer in before if offer.status in ("open", "claimed")]
        for span in SPANS.keys() & limits.keys():
            assert sum(offer.offered_at > line.at - SPANS[span] for offer in kept) < limits[span]
        if "offers" in limits:
            assert sum(offer.status == "open" for offer in before) < limits["offers"]
        if "open" in limits:
            owned = [one for one in self.office.rows(Lead, owner_id=rep.id) if not one.closed_at and one.id != lead.id]
            assert len(owned) < limits["open"] + (0 if is_only_one else 1)

    def book(self, line: Decision) -> None:
        """Keep count of the turns in this run, and hold them to their share."""
        if not line.rule:
            if line.kind in ("joined", "weighed"):
                self.weights[line.facts["rep"]] = line.facts["weight"]
                self.joined += line.kind == "joined"
            elif line.kind == "left":
                self.run = ()
            return
        if line.kind not in ("turn", "catch-up"):
            return
        able = tuple(sorted((r["rep_id"], self.weights[r["rep_id"]]) for r in line.candidates if r["not"] is None))
        if able != self.run:
            self.run, self.turns = able, Counter()
        self.turns[line.winner_id or 0] += line.kind == "turn"
        dealt, total = self.turns.total(), sum(weight for _, weight in able)
        for rep_id, weight in able:
            assert abs(self.turns[rep_id] - Fraction(dealt * weight, total)) < 1

    @invariant()
    def no_lead_is_lost(self) -> None:
        on_offer = Counter(offer.lead_id for offer in self.office.rows(Offer, status="open"))
        assert not on_offer or max(on_offer.values()) == 1
        for lead in self.office.rows(Lead):
            where = (lead.owner_id is not None, lead.id in on_offer, lead.held_since is not None, lead.is_open_to_all)
            if lead.closed_at is None:
                assert sum(where) == 1, f"lead {lead.id}: owned, on offer, held, open: {where}"
            else:
                assert not any(where[1:3]), f"lead {lead.id} is closed: owned, on offer, held, open: {where}"

    @invariant()
    def no_balance_strays(self) -> None:
        [team] = self.office.rows(Team)
        for place in team.rotation["places"]:
            assert abs(place["balance"]) <= max(0, self.joined - 1) * UNIT

    @invariant()
    def ledger_is_recomputed(self) -> None:
        assert self.verified() is None


def is_office_hour(local: datetime) -> bool:
    return local.weekday() < 5 and 9 <= local.hour < 18


def live(opening: Opening, *, lives: int) -> None:
    how = settings(
        max_examples=lives, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: Life(opening), settings=how)  # type: ignore[arg-type]


def test_any_life_of_a_team_on_sqlite(tmp_path: Path) -> None:
    empty, used = tmp_path / "empty.db", tmp_path / "used.db"
    first = Database(f"sqlite:///{empty}")
    create_tables(first)
    first.checkpoint()
    first.close()

    @contextmanager
    def opening() -> Iterator[Database]:
        for file in tmp_path.glob("used.db*"):
            file.unlink()
        shutil.copy(empty, used)
        database = Database(f"sqlite:///{used}")
        yield database
        database.close()

    live(opening, lives=25)


def test_any_life_of_a_team_on_postgres(postgres_desk: Database, postgres_broom: Broom) -> None:
    @contextmanager
    def opening() -> Iterator[Database]:
        try:
            yield postgres_desk
        finally:
            sweep(postgres_desk, postgres_broom)

    live(opening, lives=10)
