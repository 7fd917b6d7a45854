"""How soon Slack gets its acknowledgement: commands and presses over signed HTTP, against bare Bolt."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from bench.load import Load, drive
from bench.measuring import interleaved, paired_ratio, percentile
from bench.processes import Child, child
from bench.rows import Row, at_most, within
from bench.slack import claim_press, command
from bench.town import add_leads, api_url, dibs, local_slack, owned_leads, settled

CLIENTS = (1, 16)
P99_GOAL, P50_GOAL = 1.3, 0.1
MINE = 10  # leads in the rep's own list
WARM_UP = 20
DEFAULT_REQUESTS = 40  # of 11 ms each


@dataclass(frozen=True)
class Case:
    """One kind of request; `requests(n)` makes n of them."""

    name: str
    requests: Callable[[int], list[bytes]]


@dataclass(frozen=True)
class Servers:
    dibs: Child
    bare: Child
    default: Child  # Bolt as it comes, which looks for the ack every 10 ms


def measure(*, quick: bool) -> Iterator[Row]:
    rounds, requests = (2, 60) if quick else (4, 220)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder))
        services = stack.enter_context(settled(url))
        mine = add_leads(services, MINE, owner_id=1)
        free = add_leads(services, len(CLIENTS) * rounds * requests + WARM_UP)
        servers = Servers(
            stack.enter_context(dibs(url, slack)),
            stack.enter_context(bare_bolt("before", slack)),
            stack.enter_context(bare_bolt("default", slack)),
        )
        for case in cases(mine, iter(free)):
            warm_up(servers, case)
            for clients in CLIENTS:
                yield from compare(servers, case, clients, rounds, requests)
        # The bot answers 200 also when it had to say no: it tells the person that the database was too slow.
        refused = len(mine) + len(free) - owned_leads(services.database)
        yield within("claims that were refused", refused, "of " + str(len(free)), 0)


def cases(mine: list[int], free: Iterator[int]) -> list[Case]:
    return [
        Case("/lead help", lambda n: [command("help")] * n),
        Case("/lead list mine", lambda n: [command("list mine")] * n),
        Case("press on own lead", lambda n: [claim_press(mine[0])] * n),
        Case("claim", lambda n: [claim_press(lead_id) for lead_id in islice(free, n)]),
    ]


@contextmanager
def bare_bolt(mode: str, slack: Child) -> Iterator[Child]:
    with child("-m", "bench.bare_bolt", mode, api_url(slack), ready=r"listening on (\d+)") as server:
        yield server


def warm_up(servers: Servers, case: Case) -> None:
    asked = case.requests(WARM_UP)
    for server in (servers.dibs, servers.bare, servers.default):
        drive(server.port, asked, clients=4)


def compare(servers: Servers, case: Case, clients: int, rounds: int, requests: int) -> Iterator[Row]:
    asked = [case.requests(requests) for _ in range(rounds)]
    ours, bare, default = iter(asked), iter(asked), iter(asked)
    slices = [
        lambda: drive(servers.dibs.port, next(ours), clients=clients),
        lambda: drive(servers.bare.port, next(bare), clients=clients),
    ]
    if clients == 1:
        slices.append(lambda: drive(servers.default.port, next(default)[:DEFAULT_REQUESTS], clients=1))
    loads = interleaved(rounds, *slices)
    name = f"ack of {case.name}, {clients} client{'s' if clients > 1 else ''}"
    yield against(f"{name}, p50", loads[0], loads[1], 50)
    yield against(f"{name}, p99", loads[0], loads[1], 99, P99_GOAL)
    if clients == 1:
        yield against(f"{name}, p50 beside default Bolt", loads[0], loads[2], 50, P50_GOAL)


def against(name: str, loads: list[Load], floors: list[Load], percent: float, goal: float | None = None) -> Row:
    ours, theirs = ([percentile(load.latencies, percent) * 1000 for load in each] for each in (loads, floors))
    return at_most(name, median(ours), "ms", median(theirs), goal, ratio=paired_ratio(ours, theirs))
