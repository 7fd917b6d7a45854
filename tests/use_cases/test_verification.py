"""Whoever changes the ledger after the fact is found out: by a seal, by recomputing, or by a seal that was posted."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col, select

from bot import claims, people, pipeline, seats
from bot.decisions import recorded
from bot.errors import DibsError, InvalidInputError, NotFoundError
from bot.ledger import verification
from bot.people import Profile
from bot.playbook.playbook import parse_playbook
from bot.rules.dealing import PLACE_FIELDS
from bot.rules.eligibility import ABSENT
from bot.views.witness import as_posted
from store.database import Database
from store.ledger import seal, sealed_facts
from store.models import Decision, Lead, Offer, Rep, Team
from store.unit_of_work import UnitOfWork
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, WHY, Office
from tests.schemas import create_tables

FRANK = Profile("U0FRANK", "Frank", "Europe/Paris")
REPS = (ALICE, BOB, CAROL, FRANK)
ACTS_OF_A_LIFE = 220
SMB = 1  # the first team of the playbook
ACTS = ("lead",) * 8 + ("claim", "pass", "pass", "release", "time", "time", "time", "away", "back", "seat", "weight")
ROUTES = """
[[routes]]
name = "big"
team = "smb"
skills = ["big"]
when = [{ field = "fields.score", at_least = 90 }]
[[routes]]
name = "calm"
team = "smb"
mode = "least busy"
when = [{ field = "fields.score", at_least = 70 }]
[[routes]]
name = "quick"
team = "smb"
mode = "auto"
when = [{ field = "fields.score", at_least = 50 }]
[[routes]]
name = "everyone"
team = "smb"
mode = "open"
when = [{ field = "fields.score", at_least = 45 }]
"""


# --- a team's life


def office_with_history(database: Database, acts: int) -> Office:
    """Some weeks of everything that can happen to a team, the same each time."""
    text = PLAYBOOK.read_text(encoding="utf-8").replace("existing_owner = true", "existing_owner = false")
    text = text.replace("rejects_before_manager = 2", "rejects_before_manager = 1")
    text = text.replace("[[routes]]\n", ROUTES + "[[routes]]\n", 1)
    text = text.replace("[matching]", "[matching]\nmerges = false\nasks = false\n")
    office = Office(database, *REPS, playbook=parse_playbook(text, "the test's playbook"))
    with office.services.unit_of_work() as uow:
        for seat in uow.people.seats(SMB):
            seat.rep.skills = ["big"] if seat.rep.name in ("Alice", "Carol") else []
            seat.membership.caps = {"day": 3} if seat.rep.name == "Bob" else {}
        uow.commit()
    dice = random.Random(7)  # noqa: S311 (the same life each time)
    for number in range(acts):
        try:
            act(office, dice)
            if number in (70, 140, 210):
                pass_a_bad_lead(office)
        except (DibsError, IndexError):
            continue  # what is not allowed just now does not happen
    return office


def act(office: Office, dice: random.Random) -> None:  # noqa: C901 (one deed a case)
    services, rep = office.services, dice.choice(REPS).slack_id
    leads = range(1, 1 + office.count(Lead))
    match dice.choice(ACTS):
        case "lead":
            office.lead(fields={"score": dice.choice((0, 0, 0, 40, 45, 50, 70, 90))})
        case "claim":
            claims.claim(services, dice.choice((rep, DANA.slack_id)), dice.choice(leads[-5:]))
        case "pass":
            offer = office.rows(Offer, status="open")[0]
            passer = office.get(Rep, offer.rep_id).slack_id
            claims.pass_lead(services, passer, offer.lead_id, dice.choice(("", "bad data", "too busy")))
        case "release":
            claims.release(services, rep, dice.choice(leads))
            pipeline.move_stage(services, rep, dice.choice(leads), dice.choice(("won", "new")), WHY)
        case "time":
            office.clock.advance(minutes=dice.choice((1, 20, 60)))
            if office.clock.moment.hour >= 15:
                office.clock.advance(hours=16)
            office.lapse_offers()
            office.drain()
        case "away":
            people.go_away(services, rep, dice.choice(("in 1 day", "in 3 hours")))
        case "back":
            people.come_back(services, rep)
        case "seat":
            leave_or_join(office, rep)
        case "weight":
            weigh(office, rep, dice.randint(1, 3))


def pass_a_bad_lead(office: Office) -> None:
    """What gives a turn back: dealt in turn, and at fault."""
    lead_id = office.lead()
    for offer in office.rows(Offer, lead_id=lead_id, status="open"):
        claims.pass_lead(office.services, office.get(Rep, offer.rep_id).slack_id, lead_id, "bad data")


def leave_or_join(office: Office, slack_id: str) -> None:
    with office.services.unit_of_work() as uow:
        team, rep = uow.people.team_for_decision(SMB), uow.people.rep_by_slack_id(slack_id)
        assert rep
        if not seats.leave(uow, team, rep, office.clock.now()):
            seats.join(uow, team, rep, office.clock.now(), weight=2)
        uow.commit()


def weigh(office: Office, slack_id: str, weight: int) -> None:
    with office.services.unit_of_work() as uow:
        team = uow.people.team_for_decision(SMB)
        for seat in uow.people.seats(SMB):
            if seat.rep.slack_id == slack_id:
                seats.weigh(uow, team, seat, weight, office.clock.now())
        uow.commit()


# --- looking and tampering


def verify(office: Office, *posted: str) -> tuple[bool, str]:
    said: list[str] = []
    return verification.report(office.services, said.append, team="smb", seals=list(posted)), said[-1]


def posted_seal(office: Office) -> str:
    [team] = office.rows(Team, name="smb")
    return as_posted(team.name, team.decisions_made, team.chain_head)


@dataclass
class Forger:
    """Somebody with a password for the database."""

    office: Office

    def lines(self, uow: UnitOfWork) -> list[Decision]:
        question = select(Decision).where(Decision.team_id == SMB).order_by(col(Decision.number))
        return list(uow.session.exec(question))

    def change(self, fits: Callable[[Decision], object], change: Callable[[Decision], object], *, seals: bool) -> int:
        """Change a line in the midst of the ledger, and seal it anew with all that follow; returns its number."""
        with self.office.services.unit_of_work() as uow:
            lines = self.lines(uow)
            line = next(line for line in lines[40:] if fits(line))
            number = line.number
            change(line)
            for column in ("candidates", "facts"):
                flag_modified(line, column)
            if seals:
                self.seal_again(uow, lines)
            uow.commit()
        return number

    def seal_again(self, uow: UnitOfWork, lines: list[Decision]) -> None:
        head = ""
        for number, line in enumerate(lines, start=1):
            line.number, line.previous_hash = number, head
            line.hash = head = seal(head, sealed_facts("smb", line))
        team = uow.people.team_for_decision(SMB)
        team.decisions_made, team.chain_head = len(lines), head

    def drop(self, number: int, *, seals: bool) -> None:
        with self.office.services.unit_of_work() as uow:
            lines = self.lines(uow)
            uow.session.delete(lines.pop(number - 1))
            uow.session.flush()
            if seals:
                self.seal_again(uow, lines)
            uow.commit()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "dibs.db"
    database = Database(f"sqlite:///{path}")
    create_tables(database)
    office_with_history(database, ACTS_OF_A_LIFE)
    database.checkpoint()
    database.close()
    return path


@pytest.fixture
def office(history: Path, tmp_path: Path) -> Iterator[Office]:
    """The same history each time, to do with as one likes."""
    copy = tmp_path / "dibs.db"
    shutil.copy(history, copy)
    database = Database(f"sqlite:///{copy}")
    yield Office(database)
    database.close()


def dealt(line: Decision) -> bool:
    return line.kind in ("turn", "catch-up")


def with_obstacle(line: Decision) -> bool:
    return dealt(line) and any(record["not"] for record in line.candidates)


def hindered(**figures: Any) -> Callable[[Decision], object]:
    def change(line: Decision) -> None:
        record = next(record for record in line.candidates if record["not"])
        record["not"] = {**record["not"], **figures}

    return change


def with_someone_passed_over(line: Decision) -> bool:
    over = recorded(line).passed_over() if line.rule else []
    return bool(over) and all(record["not"]["is"] not in ABSENT for record in over)


def forget_obstacle(line: Decision) -> None:
    for record in recorded(line).passed_over()[:1]:
        record["not"] = None


def between_several(line: Decision) -> bool:
    return line.kind == "least busy" and len(recorded(line).able) > 1


def make_winner_busy(line: Decision) -> None:
    next(record for record in line.candidates if record["rep_id"] == line.winner_id)["busy"] = 999


def never_dealt(line: Decision) -> None:
    line.kind, line.winner_id = "rejected", None


def set_figure(name: str) -> Callable[[Decision], object]:
    return lambda line: line.candidates[0].update({name: line.candidates[0][name] + 1})


def of_kind(*kinds: str) -> Callable[[Decision], bool]:
    return lambda line: line.kind in kinds


def swap_candidates(line: Decision) -> None:
    line.candidates.reverse()


# --- what is well


def test_a_long_life_in_any_order_is_recomputed_to_the_last_figure(database: Database) -> None:
    office = office_with_history(database, ACTS_OF_A_LIFE)
    kinds = {line.kind for line in office.rows(Decision)}
    assert {"turn", "owed", "least busy", "open", "held", "rejected"} <= kinds
    assert {"joined", "left", "weighed", "returned"} <= kinds
    count, seal_now = office.rows(Team, name="smb")[0].decisions_made, posted_seal(office)
    assert verify(office) == (True, f"{count} decisions of team smb recomputed: all as recorded. Seal: {seal_now}")


def test_seals_that_were_posted_on_the_way_are_met(database: Database) -> None:
    office = office_with_history(database, 20)
    early = posted_seal(office)
    office.lead()
    assert verify(office, early, posted_seal(office))[0]


def test_every_team_is_told_of_and_one_without_decisions_is_well(office: Office) -> None:
    said: list[str] = []
    assert verification.report(office.services, said.append, seals=[])
    assert said[0] == "Team enterprise has no decisions yet."
    assert len(said) == 2


def test_decisions_made_meanwhile_are_left_for_the_next_time(office: Office) -> None:
    with office.services.reading() as uow:
        heads = uow.ledger.heads()
    office.lead()
    assert all(verification.verify(office.services, head) is None for head in heads)


# --- what is not

COLUMNS: dict[str, Callable[[Decision], object]] = {
    "kind": lambda line: setattr(line, "kind", "owed"),
    "lead": lambda line: setattr(line, "lead_id", 1),
    "winner": lambda line: setattr(line, "winner_id", 99),
    "rule": lambda line: setattr(line, "rule", "lottery/1"),
    "playbook": lambda line: setattr(line, "playbook", "f" * 16),
    "route": lambda line: setattr(line, "route", "friends first"),
    "mode": lambda line: setattr(line, "mode", "least busy"),
    "candidates": lambda line: line.candidates.pop(),
    "facts": lambda line: line.facts.clear(),
    "time": lambda line: setattr(line, "at", line.at + timedelta(microseconds=1)),
    "hash": lambda line: setattr(line, "hash", "f" * 64),
}
FIGURES: dict[str, tuple[Callable[[Decision], object], Callable[[Decision], object], str]] = {
    **{name: (dealt, set_figure(name), "recomputed from all before") for name in PLACE_FIELDS if name != "rep_id"},
    "rep": (dealt, set_figure("rep_id"), "it is about"),
    "someone left out": (dealt, COLUMNS["candidates"], "it is about"),
    "order": (dealt, swap_candidates, "the right order is"),
    "an obstacle forgotten": (with_someone_passed_over, forget_obstacle, "recomputed it is"),
    "an obstacle without proof": (with_obstacle, hindered(**{"is": "cap", "limit": 9, "has": 8}), "not proved"),
    "an obstacle nobody knows": (with_obstacle, hindered(**{"is": "dislike"}), "not proved"),
    "an absence": (with_obstacle, hindered(**{"is": "holiday"}), "absent"),
    "run": (dealt, lambda line: line.facts.update(run="f" * 16), "recomputed from all before"),
    "debt": (dealt, lambda line: line.facts.update(repaid_last=not line.facts["repaid_last"]), "recomputed from all"),
    "winner": (dealt, COLUMNS["winner"], "recomputed it is"),
    "kind": (dealt, COLUMNS["kind"], "recomputed it is"),
    "rule": (dealt, COLUMNS["rule"], "rules that this version does not know"),
    "no facts": (dealt, COLUMNS["facts"], "not written the way"),
    "a figure too many": (dealt, lambda line: line.candidates[0].update(charm=5), "“charm”"),
    "least busy": (between_several, make_winner_busy, "recomputed it is"),
    "a weight that is none": (of_kind("weighed"), lambda line: line.facts.update(weight=0), "not written the way"),
}
LATER: dict[str, tuple[Callable[[Decision], object], Callable[[Decision], object]]] = {
    "a weight": (of_kind("weighed"), lambda line: line.facts.update(weight=line.facts["weight"] + 1)),
    "who joined": (of_kind("joined"), lambda line: line.facts.update(rep=77)),
    "who left": (of_kind("left"), lambda line: line.facts.update(rep=77)),
    "whose turn came again": (of_kind("returned"), lambda line: line.facts.update(rep=1 + line.facts["rep"] % 4)),
    "that a turn came again": (of_kind("returned"), lambda line: setattr(line, "kind", "smiled")),
    "that it was dealt at all": (dealt, never_dealt),
}  # fmt: skip
CONSISTENT = ("lead", "playbook", "route", "time")


@pytest.mark.parametrize("what", COLUMNS)
def test_a_line_that_was_changed_is_named_by_its_seal(office: Office, what: str) -> None:
    number = Forger(office).change(with_obstacle, COLUMNS[what], seals=False)
    is_well, said = verify(office)
    assert not is_well
    assert said.startswith(f"Decision {number} of team smb (")
    assert said.endswith("was changed after it was written: its seal does not fit what it says.")


def test_a_line_that_was_torn_from_the_one_before_is_named(office: Office) -> None:
    number = Forger(office).change(dealt, lambda line: setattr(line, "previous_hash", ""), seals=False)
    is_well, said = verify(office)
    assert not is_well
    assert said.startswith(f"Decision {number} of team smb (")
    assert "does not follow the one before it" in said


@pytest.mark.parametrize("what", FIGURES)
def test_a_figure_that_was_changed_and_sealed_again_is_named_by_recomputing(office: Office, what: str) -> None:
    fits, change, reason = FIGURES[what]
    number = Forger(office).change(fits, change, seals=True)
    is_well, said = verify(office)
    assert not is_well
    assert said.startswith(f"Decision {number} of team smb (")
    assert reason in said


@pytest.mark.parametrize("what", LATER)
def test_a_change_of_turns_that_was_sealed_again_is_found_by_what_follows(office: Office, what: str) -> None:
    number = Forger(office).change(*LATER[what], seals=True)
    is_well, said = verify(office)
    assert not is_well
    assert (named := re.match(r"Decision (\d+) of team smb", said))
    assert int(named[1]) >= number


@pytest.mark.parametrize("what", CONSISTENT)
def test_what_no_rule_can_tell_is_told_by_a_seal_that_was_posted(office: Office, what: str) -> None:
    posted = posted_seal(office)
    Forger(office).change(dealt, COLUMNS[what], seals=True)
    assert verify(office)[0], "consistent in itself"
    is_well, said = verify(office, posted)
    assert not is_well
    assert "is not the one whose seal was posted" in said


def test_a_line_taken_from_the_midst_is_missed(office: Office) -> None:
    Forger(office).drop(50, seals=False)
    assert verify(office) == (
        False, "Decision 50 of team smb is missing: it was deleted, or the numbers were changed."
    )  # fmt: skip


def test_the_last_line_is_missed_too(office: Office) -> None:
    last, posted = office.rows(Team, name="smb")[0].decisions_made, posted_seal(office)
    Forger(office).drop(last, seals=False)
    assert "is missing" in verify(office)[1]
    with office.services.unit_of_work() as uow:
        uow.people.team_for_decision(SMB).decisions_made -= 1
        uow.commit()
    assert "remembers another seal" in verify(office)[1]
    assert (
        f"Decision {last} of team smb is missing: a seal was posted when there were {last}" in verify(office, posted)[1]
    )


def test_a_line_beyond_what_the_team_knows_is_one_too_many(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        [*_, last] = Forger(office).lines(uow)
        following = {"number": last.number + 1, "previous_hash": last.hash, "hash": "f" * 64}
        uow.session.add(Decision(**{**last.model_dump(exclude={"id"}), **following}))
        uow.commit()
    assert "the team knows of no more than" in verify(office)[1]


def test_turns_that_were_changed_behind_the_ledger_are_found(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        team = uow.people.team_for_decision(SMB)
        first, *rest = team.rotation["places"]
        team.rotation = {**team.rotation, "places": [{**first, "owed": first["owed"] + 1}, *rest]}
        uow.commit()
    is_well, said = verify(office)
    assert not is_well
    assert "the turns with which the team goes on are not: it says that Alice is owed 1 leads; recomputed" in said


def test_two_lines_cannot_have_one_number(database: Database) -> None:
    office = office_with_history(database, 10)
    with office.services.unit_of_work() as uow:
        first = Forger(office).lines(uow)[0]
        uow.session.add(Decision(**first.model_dump(exclude={"id"})))
        with pytest.raises(IntegrityError):
            uow.commit()


def test_a_seal_that_nobody_posted_is_refused(office: Office) -> None:
    for wrong in ("", "smb", "smb:1:abc", f"smb:0:{'f' * 64}", f"smb:1:{'g' * 64}"):
        with pytest.raises(InvalidInputError, match="as it was posted"):
            verify(office, wrong)
    with pytest.raises(NotFoundError, match="no team elsewhere"):
        verify(office, f"elsewhere:1:{'f' * 64}")
