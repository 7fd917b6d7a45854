"""What a lead costs on its way in: CPU of the server and requests a second, against a bare intake."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from uuid import uuid4

from bench.load import Load, drive, http_request
from bench.measuring import cpu_seconds, interleaved, paired_ratio, percentile
from bench.processes import Child, child
from bench.rows import Row, at_least, at_most
from bench.town import KEY, dibs, local_slack, settled, somebody

CLIENTS = (1, 16)
CPU_GOAL = 2.0
WARM_UP = 30


@dataclass(frozen=True)
class Taken:
    load: Load
    cpu_per_lead: float  # ms


def measure(*, quick: bool) -> Iterator[Row]:
    # The intake lets 1,000 leads through at once before it slows senders down: stay below that.
    rounds, leads = (2, 60) if quick else (4, 100)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder))
        stack.enter_context(settled(url, reps=3))
        ours = stack.enter_context(dibs(url, slack))
        bare_process = child("-m", "bench.bare_intake", str(folder / "bare.db"), KEY, ready=r"listening on (\d+)")
        bare = stack.enter_context(bare_process)
        for server in (ours, bare):
            post(server, WARM_UP, 4)
        for clients in CLIENTS:
            taken, floor = interleaved(
                rounds, partial(post, ours, leads, clients), partial(post, bare, 4 * leads, clients)
            )
            yield from rows(taken, floor, clients)


def post(server: Child, leads: int, clients: int) -> Taken:
    before = cpu_seconds(server.pid)
    load = drive(server.port, [lead_request() for _ in range(leads)], clients=clients, expect=202)
    return Taken(load, (cpu_seconds(server.pid) - before) / leads * 1000)


def lead_request() -> bytes:
    body = {
        **somebody(), "country": "DE", "source": "website", "message": "Please call me.", "consent": True,
    }  # fmt: skip
    headers = {
        "Content-Type": "application/json", "Authorization": f"Bearer {KEY}", "Idempotency-Key": uuid4().hex,
    }  # fmt: skip
    return http_request("/api/leads", json.dumps(body).encode(), headers)


def rows(ours: list[Taken], bare: list[Taken], clients: int) -> Iterator[Row]:
    name = f"intake, {clients} client{'s' if clients > 1 else ''}"
    costs, floor_costs = [taken.cpu_per_lead for taken in ours], [taken.cpu_per_lead for taken in bare]
    yield at_most(f"{name}, CPU a lead", median(costs), "ms", median(floor_costs), CPU_GOAL,
                  ratio=paired_ratio(costs, floor_costs))  # fmt: skip
    rates, floor_rates = [taken.load.per_second for taken in ours], [taken.load.per_second for taken in bare]
    yield at_least(f"{name}, rate", median(rates), "leads/s", median(floor_rates))
    late, floor_late = ([percentile(taken.load.latencies, 99) * 1000 for taken in each] for each in (ours, bare))
    yield at_most(f"{name}, p99", median(late), "ms", median(floor_late))
