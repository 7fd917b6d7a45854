"""How soon the bot is there, what memory it takes, and what it burns when nothing happens; against a bare stack."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench.measuring import cpu_seconds, interleaved, memory_mb, paired_ratio
from bench.processes import START_SECONDS, free_port, running
from bench.rows import Row, at_most, within
from bench.town import environment, local_slack, settled

READY_GOAL, MEMORY_GOAL, IDLE_LIMIT = 1.5, 1.6, 0.5
WARM_UP_SECONDS = 0.1
CALM_SECONDS = 1.5  # from ready until the workspace is known and nothing is left to do


@dataclass(frozen=True)
class Life:
    ready: float  # seconds
    rss: float  # MB
    pss: float  # MB
    idle: float  # percent of one core


def measure(*, quick: bool) -> Iterator[Row]:
    rounds, idle_seconds = (1, 3) if quick else (3, 4)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder))
        with settled(url):
            pass

        def ours(seconds: float) -> Life:
            port = free_port()
            return live(("app.py", "run"), port, environment(url, slack, web_port=port), seconds)

        def bare(seconds: float) -> Life:
            port = free_port()
            return live(("-m", "bench.bare_stack", str(port), str(folder / "bare.db")), port, {}, seconds)

        ours(WARM_UP_SECONDS)  # compiles what was never compiled
        bare(WARM_UP_SECONDS)  # makes its table, as ours has its tables already
        lives, floors = interleaved(rounds, lambda: ours(idle_seconds), lambda: bare(idle_seconds))
    yield from rows(lives, floors)


def live(arguments: tuple[str, ...], port: int, environment: dict[str, str], idle_seconds: float) -> Life:
    started = time.perf_counter()
    with running(*arguments, environment=environment) as (process, output):
        wait_until_healthy(process, port, output)
        ready = time.perf_counter() - started
        pause = threading.Event()
        pause.wait(CALM_SECONDS)
        burnt, since = cpu_seconds(process.pid), time.perf_counter()
        pause.wait(idle_seconds)
        idle = (cpu_seconds(process.pid) - burnt) / (time.perf_counter() - since)
        return Life(ready, *memory_mb(process.pid), idle * 100)


def wait_until_healthy(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 100):
        if process.poll() is not None:
            raise RuntimeError(f"A process ended before it was ready:\n{output.read_text(encoding='utf-8')}")
        if is_healthy(port):
            return
        pause.wait(0.01)
    raise RuntimeError(f"A process was not ready within {START_SECONDS} s:\n{output.read_text(encoding='utf-8')}")


def is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        connection.close()


def rows(lives: list[Life], floors: list[Life]) -> Iterator[Row]:
    for name, unit, goal, ours, bare in (
        ("start to ready", "s", READY_GOAL, [life.ready for life in lives], [life.ready for life in floors]),
        ("idle memory, RSS", "MB", MEMORY_GOAL, [life.rss for life in lives], [life.rss for life in floors]),
        ("idle memory, PSS", "MB", None, [life.pss for life in lives], [life.pss for life in floors]),
    ):
        yield at_most(name, median(ours), unit, median(bare), goal, ratio=paired_ratio(ours, bare))
    idle = median(life.idle for life in lives)
    yield within("idle CPU", idle, "%", IDLE_LIMIT, median(life.idle for life in floors))
