"""Leads that come again, are joined, parted, imported and taken back: every team's ledger stays as recorded."""

import random
from contextlib import suppress
from uuid import uuid4

import pytest

from bot import claims, merging
from bot.errors import DibsError
from bot.importing import drafts
from bot.ledger import verification
from bot.playbook.matching import Matching
from bot.rules.replay import Difference
from bot.whatif import comparing as whatif
from store.database import Database
from store.models import Decision, Import, Lead, Merge
from tests.factories import ALICE, BOB, CAROL, DANA, Office, everyone_new
from tests.use_cases.test_imports import HEAD, bring_in, deal

PEOPLE = 8  # who come again and again, so that some are known
ACTS = ("comes",) * 5 + ("file", "file", "join", "join", "part", "taken back", "claim", "release", "time", "time")


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL, playbook=everyone_new().model_copy(update={"matching": Matching()}))


def act(office: Office, dice: random.Random, what: str) -> None:
    services = office.services
    live = office.rows(Lead, state="live", closed_at=None)
    person = dice.randrange(PEOPLE)
    match what:
        case "comes":
            office.lead(name=f"Ann Number{person}", email=f"ann{person}@lake{person}.example", phone=None)
        case "file":
            some = dice.sample(range(PEOPLE + 4), 3)
            rows = "".join(f"Ann Number{n},ann{n}@lake{n}.example,,Lake{n},\n" for n in some)
            mode = dice.choice(("auto", "offer", "open"))
            bring_in(office, HEAD + rows, by=DANA.slack_id, source=f"fair {uuid4().hex}", mode=mode)
            deal(office)
        case "join":
            merging.by_hand(services, DANA.slack_id, *dice.sample([one.id or 0 for one in live], 2))
        case "part":
            merging.split(services, DANA.slack_id, dice.choice(office.rows(Merge)).gone_id)
        case "taken back":
            drafts.undo(services, DANA.slack_id, dice.choice(office.rows(Import)).id or 0)
        case "claim":
            claims.claim(services, DANA.slack_id, dice.choice([one for one in live if not one.owner_id]).id or 0)
        case "release":
            claims.release(services, DANA.slack_id, dice.choice([one for one in live if one.owner_id]).id or 0)
        case _:
            office.clock.advance(minutes=dice.choice((6, 30)))
            office.lapse_offers()
            deal(office)


def test_whatever_becomes_of_people_we_know_every_ledger_is_as_recorded(office: Office) -> None:
    dice, done = random.Random(1), set[str]()  # noqa: S311 (the same life each time)
    for _ in range(50):
        what = dice.choice(ACTS)
        with suppress(DibsError, IndexError, ValueError):  # what is not allowed just now does not happen
            act(office, dice, what)
            done.add(what)
    assert done == set(ACTS)
    assert {row.state for row in office.rows(Lead)} == {"live", "merged", "undone"}
    said: list[str] = []
    assert verification.report(office.services, said.append, seals=[]), said
    report = whatif.replay(office.services, office.services.playbook, days=1)
    assert report.before == report.after


def test_a_lead_that_was_never_dealt_has_no_line_and_one_forged_for_it_is_found(office: Office) -> None:
    first, again = office.lead(), office.lead()
    gone = office.rows(Lead, state="merged")[0].id
    assert first == again != gone
    assert office.rows(Decision, lead_id=gone) == []
    with office.services.unit_of_work() as uow:
        line = uow.session.get_one(Decision, office.rows(Decision, lead_id=first)[0].id)
        line.lead_id = gone
        uow.commit()
    with office.services.reading() as uow:
        found = [verification.verify(office.services, head) for head in uow.ledger.heads()]
    assert [one for one in found if one and isinstance(one.difference, Difference)]
