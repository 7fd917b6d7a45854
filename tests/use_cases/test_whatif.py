"""What if: recorded leads dealt again equal what happened, and a changed playbook changes what it should."""

import random
from typing import Any
from uuid import uuid4

import pytest

from bot import claims, people, seats
from bot.people import Profile
from bot.playbook.playbook import Caps, Playbook, Routing
from bot.views.whatif import Report
from bot.whatif import comparing as whatif
from store.database import Database
from store.models import Offer, Rep
from tests.factories import ALICE, BOB, CAROL, Office, everyone_new

pytestmark = pytest.mark.sqlite_alone

REPS = (ALICE, BOB, CAROL)


def with_team(name: str, playbook: Playbook | None = None, **update: object) -> Playbook:
    """The playbook with one team changed."""
    playbook = playbook or everyone_new()
    teams = tuple(team.model_copy(update=update) if team.name == name else team for team in playbook.teams)
    return playbook.model_copy(update={"teams": teams})


def try_out(office: Office, draft: Playbook | None = None, *, days: float = 30) -> Report:
    return whatif.replay(office.services, draft or office.services.playbook, days=days)


def claim_open_offers(office: Office) -> None:
    """Everybody claims what they are offered, in the order in which it was offered."""
    names = {rep.id: rep.slack_id for rep in office.rows(Rep)}
    for offer in office.rows(Offer, status="open"):
        claims.claim(office.services, names[offer.rep_id], offer.lead_id)


def weigh(office: Office, rep: Profile, weight: int, team: str = "smb") -> None:
    with office.services.unit_of_work() as uow:
        row = uow.people.team_named_for_decision(team)
        seat = next(seat for seat in uow.people.seats(row.id or 0) if seat.rep.slack_id == rep.slack_id)
        seats.weigh(uow, row, seat, weight, office.clock.now())
        uow.commit()


def pass_time(office: Office, minutes: int) -> None:
    """To the next full quarter, and on, with a look whenever somebody may have begun work or come back."""
    office.drain()
    office.clock.advance(minutes=15 - office.clock.moment.minute % 15)
    for _ in range(minutes // 15):
        office.drain()
        office.clock.advance(minutes=1)
        office.drain()  # absences begin a minute after the quarter, so they end there as well
        office.clock.advance(minutes=14)
    office.drain()


def live(office: Office, seed: int, *, steps: int = 70) -> None:
    """Leads, absences and weights, at any hour; every offer is claimed a minute later."""
    dice = random.Random(seed)  # noqa: S311 - the same life again
    for _ in range(steps):
        pass_time(office, dice.choice((0, 15, 30, 90, 240)))
        happening, rep = dice.random(), dice.choice(REPS)
        if happening < 0.85:
            office.lead(name=uuid4().hex, email=f"{uuid4().hex}@x.example", phone=None)
        office.clock.advance(minutes=1)
        claim_open_offers(office)
        if 0.85 <= happening < 0.90:
            people.go_away(office.services, rep.slack_id, "in 5 hours")
        elif 0.90 <= happening < 0.93:
            people.come_back(office.services, rep.slack_id)
        elif happening >= 0.93:
            weigh(office, rep, dice.randint(1, 4))


@pytest.mark.parametrize(("seed", "absence"), [(0, "none"), (1, "capped"), (2, "none"), (3, "capped")])
def test_a_replay_of_what_happened_gives_every_lead_to_the_rep_who_had_it(
    database: Database, seed: int, absence: str
) -> None:
    playbook = with_team("smb", absence=absence, make_up=2, caps=Caps())
    office = Office(database, *REPS, playbook=playbook)
    live(office, seed)
    report = try_out(office)
    assert report.dealt_really > 30
    assert report.agreed == report.dealt_really


def a_week_of_leads(office: Office, count: int = 12, **fields: Any) -> list[int]:
    """Leads of different people, an hour apart, each claimed five minutes after it came."""
    made = []
    for _ in range(count):
        if not 9 <= office.clock.moment.hour < 15:
            office.clock.advance(hours=24 - office.clock.moment.hour + 9)
        made.append(office.lead(name=uuid4().hex, email=f"{uuid4().hex}@x.example", phone=None, **fields))
        office.clock.advance(minutes=5)
        claim_open_offers(office)
        office.clock.advance(minutes=55)
    return made


def leads_of(report: Report) -> dict[str, tuple[int, int]]:
    return {line.name: (line.before, line.after) for line in report.reps}


@pytest.fixture
def office(database: Database) -> Office:
    """Alice and Bob, alike, with no caps."""
    return Office(database, ALICE, BOB, playbook=with_team("smb", caps=Caps()))


@pytest.mark.both_databases
def test_the_same_playbook_changes_nothing_and_every_lead_is_counted_once(office: Office) -> None:
    a_week_of_leads(office)
    report = try_out(office)
    assert report.before == report.after
    assert (report.elsewhere, report.examples) == (0, [])
    assert leads_of(report) == {"Alice": (6, 6), "Bob": (6, 6)}
    side = report.after
    assert side.leads == 12 == side.dealt + side.left_open + side.for_nobody + side.waiting
    assert side.leads == sum(side.teams.values()) == sum(side.routes.values())


def test_minutes_until_the_first_answer_are_the_reps_own(office: Office) -> None:
    a_week_of_leads(office)
    side = try_out(office).after
    assert (side.dealt_median, side.dealt_slow) == (0, 0)
    assert (side.answer_median, side.answer_slow) == (5, 5)


def test_a_weight_that_was_changed_counts_from_then_on(office: Office) -> None:
    a_week_of_leads(office, 6)
    weigh(office, ALICE, 2)
    a_week_of_leads(office, 6)
    report = try_out(office)
    assert leads_of(report) == {"Alice": (3 + 4, 3 + 4), "Bob": (3 + 2, 3 + 2)}
    assert report.agreed == report.dealt_really == 12


def test_a_new_route_takes_its_leads_elsewhere(office: Office) -> None:
    office.seat(CAROL, "enterprise")
    a_week_of_leads(office, 4)
    french = a_week_of_leads(office, 3, country="FR")
    in_force = office.services.playbook
    rule = in_force.routes[0].model_copy(update={
        "name": "France", "when": (in_force.routes[0].when[0].model_copy(
            update={"field": "country", "at_least": None, "is_one_of": ("FR",)}),),
    })  # fmt: skip
    office.clock.advance(hours=6)  # so that Carol, in New York, has begun
    report = try_out(office, in_force.model_copy(update={"routes": (rule, *in_force.routes)}))
    assert report.after.routes == {"all other leads": 4, "France": 3}
    assert report.before.teams == {"smb": 7}
    assert report.after.teams == {"smb": 4, "enterprise": 3}
    assert (report.elsewhere, report.examples) == (3, french)
    assert leads_of(report)["Carol"] == (0, 3)


def test_a_team_that_nobody_sits_in_gets_leads_for_nobody(office: Office) -> None:
    a_week_of_leads(office, 4)
    in_force = office.services.playbook
    routes = tuple(route.model_copy(update={"team": "enterprise"}) for route in in_force.routes)
    report = try_out(office, in_force.model_copy(update={"routes": routes}))
    assert (report.after.for_nobody, report.after.dealt) == (4, 0)
    assert report.after.dealt_median is None
    assert report.elsewhere == 4


def test_whoever_was_away_gets_nothing_until_they_are_back(office: Office) -> None:
    people.go_away(office.services, ALICE.slack_id, "in 3 hours")
    a_week_of_leads(office, 6)
    report = try_out(office)
    assert leads_of(report) == {"Bob": (4, 4), "Alice": (2, 2)}
    assert report.agreed == 6


def test_a_cap_holds_leads_until_the_next_day(office: Office) -> None:
    a_week_of_leads(office, 5)
    draft = with_team("smb", office.services.playbook, caps=Caps(day=2, window="calendar"))
    same_day = try_out(office, draft)
    assert leads_of(same_day) == {"Alice": (3, 2), "Bob": (2, 2)}
    assert (same_day.after.waiting, same_day.elsewhere, same_day.examples) == (1, 1, [5])
    office.clock.advance(days=1)
    # In the morning Alice, in Berlin, begins an hour before Bob.
    report = try_out(office, draft)
    assert leads_of(report) == {"Alice": (3, 3), "Bob": (2, 2)}
    assert (report.after.waiting, report.after.held_long, report.elsewhere) == (0, 1, 0)


def test_open_leads_count_towards_a_cap_until_they_are_closed(office: Office) -> None:
    a_week_of_leads(office, 5)
    report = try_out(office, with_team("smb", office.services.playbook, caps=Caps(open=1)))
    # Nothing was ever closed, so each rep has one lead for good.
    assert leads_of(report) == {"Alice": (3, 1), "Bob": (2, 1)}
    assert report.after.waiting == 3


def test_an_open_team_leaves_its_leads_to_the_first_who_claims(office: Office) -> None:
    a_week_of_leads(office, 4)
    report = try_out(office, with_team("smb", office.services.playbook, mode="open"))
    assert (report.after.left_open, report.after.dealt) == (4, 0)


def test_the_owner_of_an_account_gets_its_next_lead(office: Office) -> None:
    for _ in range(3):
        office.lead(name=uuid4().hex, email=f"{uuid4().hex}@acme.example", phone=None)
        office.clock.advance(minutes=5)
        claim_open_offers(office)
        office.clock.advance(minutes=5)
    draft = office.services.playbook.model_copy(update={"routing": Routing(existing_owner=True)})
    report = try_out(office, draft)
    assert (report.before.to_owner, report.after.to_owner) == (0, 2)


def test_leads_from_before_the_period_count_only_as_what_reps_have(office: Office) -> None:
    a_week_of_leads(office, 5)
    office.clock.advance(days=20)
    office.clock.set("2026-12-22T09:30+00:00")
    a_week_of_leads(office, 4)
    report = try_out(office, days=7)
    assert report.after.leads == 4
    assert report.agreed == report.dealt_really == 4


def test_a_lead_that_waited_when_the_period_began_is_dealt_in_it(office: Office) -> None:
    office.clock.set("2026-11-24T20:00+00:00")
    office.lead()
    office.clock.set("2026-11-25T10:00+00:00")
    office.drain()
    report = try_out(office, days=0.5)
    assert (report.after.leads, report.agreed) == (1, 1)
    assert report.after.held_long == 1


def test_a_report_comes_back_from_json_as_it_was(office: Office) -> None:
    a_week_of_leads(office, 3)
    report = try_out(office)
    assert Report.from_record(report.as_record()) == report


def test_nothing_recorded_is_nothing_to_report(office: Office) -> None:
    report = try_out(office)
    assert report.after.leads == 0
    assert "cannot be held against anything" in report.agreement


def test_a_replay_writes_nothing(office: Office) -> None:
    a_week_of_leads(office, 3)
    before = office.snapshot()
    try_out(office)
    assert office.snapshot() == before
