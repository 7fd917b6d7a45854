"""Many people press Claim at the same moment: exactly one wins, and every other is told who."""

import os
import random
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import delete

from bot import claims, distribution, people
from bot.claims import AlreadyClaimedError, NotYourTurnError
from bot.errors import DibsError
from bot.people import Profile
from bot.playbook.playbook import Caps, Claims, Playbook
from store.database import Database, StoreUnavailableError
from store.models import Lead, Offer, OutboxRow, Rep
from tests.factories import ALICE, BOB, CAROL, Office, everyone_new

CLICKERS = [Profile(f"U0REP{number:02}", f"Rep {number}", "Europe/Berlin") for number in range(64)]
# A lock that lets two through does so in the first rounds; CLAIM_ROUNDS (make soak) insists on all of them.
ROUNDS = int(os.environ.get("CLAIM_ROUNDS", "200"))
ENOUGH_ROUNDS, ENOUGH_SECONDS = (ROUNDS if "CLAIM_ROUNDS" in os.environ else 8), 4
PRESSES = 20
SKIRMISHES = 25


def at_once(acts: list[Callable[[], str]]) -> list[str]:
    """Each act's answer; all start together, in an order that nobody chose."""
    answers: list[str] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], str]) -> None:
        barrier.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in random.sample(acts, len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def click(office: Office, rep: Profile, lead_id: int) -> str:
    for _ in range(PRESSES):
        try:
            claims.claim(office.services, rep.slack_id, lead_id)
        except AlreadyClaimedError as told:
            return str(told)
        except StoreUnavailableError:
            continue  # a machine too busy to answer in time says so, and a person presses again
        return f"won by {rep.name}"
    return "gave up"


@pytest.mark.timeout(600)
def test_of_sixty_four_at_once_one_owns_the_lead_and_sixty_three_are_told_who(database: Database) -> None:
    office = Office(database)
    people.add_founding_rep(office.services, ["smb"], CLICKERS[0])
    office.clock.set("2026-11-28T12:00+01:00")  # nobody is at work, so the lead is open to all
    for rep in CLICKERS[1:]:
        office.seat(rep)
    started = time.monotonic()
    for number in range(ROUNDS):
        if number >= ENOUGH_ROUNDS and time.monotonic() - started > ENOUGH_SECONDS:
            break
        lead_id = office.lead()
        office.clock.advance(seconds=1)
        answers = at_once([partial(click, office, rep, lead_id) for rep in CLICKERS])
        owner = office.owner(lead_id)
        receipts = [
            f"{owner} claimed #{lead_id} Jane Doe, Acme 1 ms before you. Your press was number {place}."
            for place in range(2, len(CLICKERS) + 1)
        ]
        assert sorted(answers) == sorted([f"won by {owner}", *receipts]), "each place is given once"
        lines = [row for row in office.rows(OutboxRow, kind="thread") if row.payload["lead_id"] == lead_id]
        assert [row.payload["text"] for row in lines] == [f"✋ {owner} claimed this lead, 1.0 s after it arrived."]
        assert [offer.status for offer in office.rows(Offer, lead_id=lead_id)] == ["claimed"]
        forget_what_was_said(office)


def forget_what_was_said(office: Office) -> None:
    """Or looking it through would soon take longer than the race."""
    with office.services.unit_of_work() as uow:
        uow.session.execute(delete(OutboxRow))
        uow.commit()


def without_caps(playbook: Playbook) -> Playbook:
    teams = tuple(team.model_copy(update={"caps": Caps()}) for team in playbook.teams)
    return playbook.model_copy(update={"teams": teams})


def lapse(office: Office, offer_id: int) -> str:
    distribution.lapse_offer(office.services, offer_id)
    return "lapsed"


def pass_on(office: Office, rep: Profile, lead_id: int) -> str:
    try:
        claims.pass_lead(office.services, rep.slack_id, lead_id)
    except NotYourTurnError:
        return "too late"
    return "passed"


def try_to_claim(office: Office, rep: Profile, lead_id: int) -> str:
    try:
        claims.claim(office.services, rep.slack_id, lead_id)
    except DibsError:
        return "refused"
    return "claimed"


@pytest.mark.parametrize("other", ["the window lapses", "the rep passes"])
def test_a_claim_at_the_very_moment_its_offer_ends_leaves_one_truth(database: Database, other: str) -> None:
    patient = everyone_new().model_copy(update={"claims": Claims(lapses_before_set_aside=100)})
    office = Office(database, ALICE, BOB, CAROL, playbook=without_caps(patient))
    for _ in range(SKIRMISHES):
        lead_id = office.lead()
        [offer] = office.rows(Offer, lead_id=lead_id, status="open")
        offered_to = next(rep for rep in (ALICE, BOB) if rep.name == office.get(Rep, offer.rep_id).name)
        lapses = partial(lapse, office, offer.id or 0)
        passes = partial(pass_on, office, offered_to, lead_id)
        ends = lapses if other == "the window lapses" else passes
        at_once([partial(try_to_claim, office, offered_to, lead_id), ends])
        open_offers = office.rows(Offer, lead_id=lead_id, status="open")
        if office.owner(lead_id):
            assert open_offers == []
            assert office.get(Lead, lead_id).is_open_to_all is False
        else:
            assert len(open_offers) == 1
