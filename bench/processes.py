"""Child processes of a measurement: started, awaited, and certain to end with it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
START_SECONDS = 30
STOP_SECONDS = 15


@dataclass(frozen=True)
class Child:
    """A running process and the port it listens on."""

    pid: int
    port: int


@contextmanager
def child(*arguments: str, ready: str, environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Run Python with these arguments until the block ends; `ready` matches the line that names its port."""
    with running(*arguments, environment=environment) as (process, output):
        yield Child(process.pid, wait_for_port(process, output, ready))


@contextmanager
def running(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The process at once, not waited for, and the file that holds what it prints."""
    with tempfile.NamedTemporaryFile(prefix="dibs-bench-", suffix=".log") as output:
        process = start(arguments, output, environment or {})
        try:
            yield process, Path(output.name)
        finally:
            stop(process)


def start(arguments: tuple[str, ...], output: IO[bytes], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A file, not a pipe: nobody has to read along, and a full pipe would stall what is measured.
    # Compiled modules are kept, as they are where the bot really runs.
    told = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment}
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=told, stdout=output, stderr=output)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(process: subprocess.Popen[bytes], output: Path, ready: str) -> int:
    for _ in range(START_SECONDS * 100):
        text = output.read_text(encoding="utf-8", errors="replace")
        found = re.search(ready, text)
        if found:
            return int(found[1])
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"A process ended before it was ready:\n{output.read_text(encoding='utf-8')}")
    raise RuntimeError(f"A process was not ready within {START_SECONDS} s:\n{text}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
