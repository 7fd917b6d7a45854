"""How fast leads are dealt, how that stands a long history, and how fast the ledger is recomputed.

`python -m bench.dealing --full` has histories of up to a million lines, and takes a quarter of an hour.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

from sqlmodel import col, func, insert, select, update

from bench.measuring import interleaved, paired_ratio, peak_memory_mb
from bench.processes import ROOT
from bench.rows import Row, at_least, at_most, table
from bench.town import CHANNELS
from bot import distribution, people
from bot.ledger import verification
from bot.people import Profile
from bot.playbook.playbook import Playbook, parse_playbook
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.dealing import Ask, Table
from bot.rules.eligibility import Candidate, Limits
from bot.rules.rotation import RULE, Place, Rotation
from bot.rules.routing import route
from bot.services import Services
from store import schema
from store.database import Database
from store.ledger import Head, Written, seal, sealed_facts
from store.models import Decision, Lead, Offer, OutboxRow, Team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday, and office hours in Berlin
REPS, BATCH = 10, 100
CHUNK = 5000
GOAL_PER_SECOND = 2000
FLAT = 1.5  # times the cost of a decision after the shortest history
FLAT_MEMORY = 1.3  # times the memory for the shortest ledger


def measure(*, quick: bool) -> Iterator[Row]:
    yield from dealt_leads(rounds=2 if quick else 5, leads=300 if quick else 1000)
    yield from pure_decisions(rounds=2 if quick else 5)
    yield from histories((1000, 5000) if quick else (1000, 20_000), rounds=2 if quick else 3)


def full() -> Iterator[Row]:
    yield from dealt_leads(rounds=9, leads=1000)
    yield from pure_decisions(rounds=9)
    yield from histories((1000, 100_000, 1_000_000), rounds=5)


# --- held leads, dealt by the tick


@contextmanager
def town(folder: Path) -> Iterator[Services]:
    """Ten reps at work, with caps that they do not reach."""
    database = Database(f"sqlite:///{folder / 'dibs.db'}")
    try:
        schema.upgrade(database)
        services = Services(database, playbook(), lambda: NOON)
        people.sync_teams(services, CHANNELS)
        for number in range(REPS):
            people.add_founding_rep(services, ["smb"], Profile(f"U0REP{number}", f"Rep {number}", "Europe/Berlin"))
        yield services
    finally:
        database.close()


def playbook(rules: int = 0) -> Playbook:
    routes = "".join(
        f'[[routes]]\nname = "rule {n}"\nteam = "smb"\n'
        f'when = [{{ field = "fields.plan", is = ["plan {n}"] }}, {{ field = "score", at_least = {n % 90} }}]\n'
        for n in range(rules)
    )
    return parse_playbook(f"""
stages = [{{ name = "new" }}, {{ name = "won", kind = "won" }}, {{ name = "lost", kind = "lost" }}]
[[teams]]
name = "smb"
channel = "#leads-smb"
absence = "capped"
caps = {{ day = 10000, offers = 10000, window = "calendar" }}
response = {{ remind = 30, manager = 120, next = 480 }}
{routes}
[[routes]]
name = "all other leads"
team = "smb"
""", "the benchmark's playbook")  # fmt: skip


def hold(services: Services, leads: int) -> list[int]:
    """Leads that wait for somebody to be free; offers of before are answered, and what was to be said has been."""
    row = {
        "name": "Jane Doe", "email": "jane@acme.example", "company": "Acme", "source": "web", "fields": {},
        "consent": True, "team_id": 1, "stage": "new", "created_at": NOON, "held_since": NOON, "held_rank": NOON,
        "route_reason": "all other leads", "route_mode": "offer", "route_needs": [],
    }  # fmt: skip
    with services.unit_of_work() as uow:
        before = uow.session.exec(select(func.max(col(Lead.id)))).one() or 0
        uow.session.execute(update(Offer).where(col(Offer.status) == "open").values(status="claimed"))
        uow.session.execute(update(OutboxRow).where(col(OutboxRow.status) == "pending").values(status="sent"))
        uow.session.execute(insert(Lead), [row] * leads)
        uow.session.commit()
    return list(range(before + 1, before + leads + 1))


def deal_held(services: Services) -> None:
    while distribution.teams_with_held_leads(services):
        distribution.drain(services, 1)


def dealt_leads(*, rounds: int, leads: int) -> Iterator[Row]:
    """The floor writes one lead, one offer and one line of the ledger a lead, in the same batches."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        services = stack.enter_context(town(folder))
        bare = sqlite3.connect(folder / "dibs.db", isolation_level=None)
        stack.callback(bare.close)
        bare.execute("PRAGMA synchronous=FULL")
        numbers = count(1_000_000)

        def ours() -> tuple[float, float]:
            hold(services, leads)
            return rates(lambda: deal_held(services), leads)

        def floor() -> tuple[float, float]:
            ids = hold(services, leads)
            return rates(lambda: write_bare(bare, ids, numbers), leads)

        found, floors = interleaved(rounds, ours, floor)
    for place, unit in ((0, "leads/s"), (1, "leads/CPU s")):
        values, bares = [one[place] for one in found], [one[place] for one in floors]
        yield at_least(
            f"held leads dealt, {unit}", median(values), unit, median(bares), ratio=paired_ratio(values, bares)
        )
    best, name = max(rate for _, rate in found), f"held leads dealt, best round (goal {GOAL_PER_SECOND})"
    yield Row(name, best, "leads/CPU s", None, None, None, met=best >= GOAL_PER_SECOND)


def rates(work: Callable[[], None], pieces: int) -> tuple[float, float]:
    """By the clock on the wall and by the processor's."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return pieces / (time.perf_counter() - started), pieces / (time.process_time() - used)


def write_bare(bare: sqlite3.Connection, ids: list[int], numbers: Iterator[int]) -> None:
    at = NOON.isoformat()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("UPDATE lead SET held_since = NULL, held_rank = NULL WHERE id = ?", [(one,) for one in batch])
        bare.executemany(
            "INSERT INTO offer (lead_id, rep_id, status, offered_at, expires_at) VALUES (?, 1, 'open', ?, ?)",
            [(one, at, at) for one in batch],
        )
        # Of a team that is not there: the floor must not stand in the way of the real ledger.
        bare.executemany(
            "INSERT INTO decision (team_id, number, kind, lead_id, winner_id, rule, playbook, route, mode, candidates, "
            "facts, at, previous_hash, hash) "
            "VALUES (2, ?, 'turn', ?, 1, 'r', 'p', 'all', 'offer', '[]', '{}', ?, '', '')",
            [(next(numbers), one, at) for one in batch],
        )
        bare.execute("COMMIT")


# --- decisions alone


def pure_decisions(*, rounds: int) -> Iterator[Row]:
    for rules, reps in ((5, 10), (200, 500)):
        turns = 2000 if reps == 10 else 60
        ours, bare = interleaved(
            rounds, decider(playbook(rules), reps, turns=turns), bare_decider(rules, reps, turns=turns)
        )
        name = f"decisions with {rules} rules and {reps} reps"
        yield at_least(name, median(ours), "1/CPU s", median(bare), ratio=paired_ratio(ours, bare))


def decider(rules: Playbook, reps: int, *, turns: int) -> Callable[[], float]:
    """Routed and decided, with everything that is written down about it; the lead meets the last rule."""
    lead = example_lead()
    around = table_of(reps)
    numbers = count(1)

    def work() -> None:
        for _ in range(turns):
            where = route(lead, rules, NOON)
            around.decide(Ask(where.mode, where.needs), number=next(numbers), now=NOON)

    return lambda: rates(work, turns)[1]


def example_lead() -> CleanLead:
    return clean_lead({"name": "Jane Doe", "email": "jane@acme.example", "fields": {"plan": "none"}})


def table_of(reps: int) -> Table:
    hours = playbook().hours.rule()
    limits = Limits(day=10_000, offers=10_000)
    found = [Candidate(rep_id, "Europe/Berlin", hours, limits) for rep_id in range(1, reps + 1)]
    return Table(Rotation([Place(rep.rep_id) for rep in found]), found)


def bare_decider(rules: int, reps: int, *, turns: int) -> Callable[[], float]:
    """The least there is to do: look at each rule once and at each rep once, and write nothing down."""
    wanted = [f"plan {number}" for number in range(rules)]
    had = [0] * reps

    def work() -> None:
        for _ in range(turns):
            next((plan for plan in wanted if plan == "none"), None)
            had[min(range(reps), key=had.__getitem__)] += 1

    return lambda: rates(work, turns)[1]


# --- with a history


def histories(sizes: tuple[int, ...], *, rounds: int) -> Iterator[Row]:
    """Each size in a database of its own: what a decision costs there, and how long its ledger takes to recompute."""
    with ExitStack() as stack:
        towns = {}
        for size in sizes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
            towns[size] = folder, stack.enter_context(town(folder))
            write_history(towns[size][1], size)
        costs = interleaved(rounds, *(lambda services=services: cost_of_decisions(services) for _, services in
                                      towns.values()))  # fmt: skip
        for size, cost in zip(sizes[1:], costs[1:], strict=True):
            name = f"cost of a decision after {size:,} others, beside {sizes[0]:,}"
            yield at_most(name, median(cost) * 1e3, "ms CPU", median(costs[0]) * 1e3, FLAT,
                          ratio=paired_ratio(cost, costs[0]))  # fmt: skip
        yield from recomputed(towns[sizes[0]][0] / "dibs.db", towns[sizes[-1]][0] / "dibs.db")


def cost_of_decisions(services: Services) -> float:
    """CPU seconds for each lead."""
    hold(services, BATCH * 2)
    return 1 / rates(lambda: deal_held(services), BATCH * 2)[1]


def write_history(services: Services, size: int) -> None:
    """A ledger that is right to the last digit, and as many offers of the past, past the ORM."""
    [lead_id] = hold(services, 1)
    deal_held(services)
    with services.unit_of_work() as uow:
        team = uow.people.team_for_decision(1)
        uow.session.execute(update(Offer).values(status="claimed", offered_at=NOON - timedelta(days=90)))
        taken = [Candidate(seat.rep.id or 0, "Europe/Berlin", services.playbook.hours.rule())
                 for seat in uow.people.seats(1)]  # fmt: skip
        around = Table(Rotation.from_record(team.rotation), taken, make_up=3)
        number, head = team.decisions_made, team.chain_head
        offered = {"lead_id": lead_id, "status": "claimed", "offered_at": NOON - timedelta(days=60), "expires_at": NOON}
        for start in range(number + 1, size + 1, CHUNK):
            lines, offers = [], []
            for number in range(start, min(size, start + CHUNK - 1) + 1):
                verdict = around.decide(Ask(), number=number, now=NOON)
                line = Written(
                    number, verdict.kind, lead_id, verdict.winner, RULE, "0" * 16, "all", "offer", verdict.candidates,
                    verdict.facts, NOON, head, "",
                )  # fmt: skip
                head = seal(head, sealed_facts("smb", line))
                lines.append({"team_id": 1, **line._replace(hash=head)._asdict()})
                offers.append({**offered, "rep_id": verdict.winner})
            uow.session.connection().execute(insert(Decision), lines)
            uow.session.connection().execute(insert(Offer), offers)
        kept = {"decisions_made": max(size, number), "chain_head": head, "rotation": around.rotation.as_record()}
        uow.session.connection().execute(update(Team).where(col(Team.id) == 1).values(**kept))
        uow.session.commit()
    services.database.checkpoint()


def recomputed(short: Path, long: Path) -> Iterator[Row]:
    """Each in a process of its own, whose memory is its own."""
    rounds = 1 if long.stat().st_size > 2**28 else 3
    ours, bare = interleaved(rounds, lambda: child("verify", long), lambda: child("chain", long))
    lines = ours[0]["lines"]
    values, floors = ([lines / one["seconds"] for one in found] for found in (ours, bare))
    name = f"ledger of {lines:,.0f} lines recomputed"
    yield at_least(name, median(values), "lines/CPU s", median(floors), ratio=paired_ratio(values, floors))
    peak, least = max(one["peak"] for one in ours), child("verify", short)["peak"]
    yield at_most("peak memory for that, beside the shortest ledger", peak, "MB", least, FLAT_MEMORY)


def child(what: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.dealing", what, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def recompute(path: str) -> dict[str, float]:
    database = Database(f"sqlite:///{path}")
    services = Services(database, playbook(), lambda: NOON)
    with services.reading() as uow:
        head = next(head for head in uow.ledger.heads() if head.team == "smb")
    return measured(head.decisions, lambda: must_be_well(services, head))


def must_be_well(services: Services, head: Head) -> None:
    finding = verification.verify(services, head)
    if finding is not None:
        raise RuntimeError(f"The benchmark's own ledger is not well: {finding}")


def bare_chain(path: str) -> dict[str, float]:
    """The same bytes, read by the driver and hashed one after the other."""
    raw = sqlite3.connect(path)
    lines = raw.execute("SELECT max(number) FROM decision WHERE team_id = 1").fetchone()[0]

    def work() -> None:
        head = ""
        wanted = "SELECT number, kind, lead_id, winner_id, candidates, facts, at FROM decision WHERE team_id = 1"
        for row in raw.execute(f"{wanted} ORDER BY number"):
            head = hashlib.sha256(f"{head}{row}".encode()).hexdigest()

    return measured(lines, work)


def measured(lines: int, work: Callable[[], None]) -> dict[str, float]:
    started = time.process_time()
    work()
    seconds = time.process_time() - started
    return {"lines": lines, "seconds": seconds, "peak": peak_memory_mb()}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["verify", path]:
            print(json.dumps(recompute(path)))
        case ["chain", path]:
            print(json.dumps(bare_chain(path)))
        case ["--full"]:
            print(table(list(full())))
        case _:
            sys.exit("python -m bench.dealing --full")
