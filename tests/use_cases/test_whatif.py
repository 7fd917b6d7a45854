"""What if: recorded leads dealt again equal what happened, and a changed playbook changes what it should."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest

from bot import claims, followups, people, seats, whatif
from bot.people import Profile
from bot.playbook import Caps, Playbook, Routing
from bot.views.whatif import Report
from store.database import Database
from store.models import Lead, Offer, Rep
from tests.factories import ALICE, BOB, CAROL, DANA, TUESDAY, Office, everyone_new

REPS = (ALICE, BOB, CAROL)
BY_NAME = {rep.name: rep for rep in REPS}


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


def live(office: Office, seed: int, *, steps: int = 120) -> None:
    """Leads, absences and weights, at any hour; every offer is claimed a minute later."""
    dice = random.Random(seed)
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
        elif 0.93 <= happening:
            weigh(office, rep, dice.randint(1, 4))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("absence", ["none", "capped"])
def test_a_replay_of_what_happened_gives_every_lead_to_the_rep_who_had_it(
    database: Database, seed: int, absence: str
) -> None:
    playbook = with_team("smb", absence=absence, make_up=2, caps=Caps())
    office = Office(database, *REPS, playbook=playbook)
    live(office, seed)
    report = try_out(office)
    assert report.dealt_really > 40
    assert report.agreed == report.dealt_really
