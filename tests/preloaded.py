"""Programs of ours in processes of their own, forked from one that has imported everything: each starts at once.

What is run is what the command line runs, from the first line of its file to the exit code; only the imports were done
before. The process that forks has no thread but one: `python -m tests.preloaded FD`.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import app
import bot.sandbox.__main__
import tests.scenarios.kill.post
import tests.scenarios.kill.stage
import tests.scenarios.kill.zygote

ROOT = Path(__file__).parents[1]
IMPORTED = (
    app,
    bot.sandbox.__main__,
    tests.scenarios.kill.post,
    tests.scenarios.kill.stage,
    tests.scenarios.kill.zygote,
)
LONGEST_REQUEST = 1 << 20


@dataclass
class Program:
    """One that runs; its owner waits for it."""

    pid: int
    _forker: "Forker"
    _code: int | None = None

    def wait(self, seconds: float) -> int:
        """The exit code, negative after a signal; whoever takes longer is killed."""
        if self._code is None:
            timer = threading.Timer(seconds, self.kill, [signal.SIGKILL])
            timer.start()
            self._code = int(self._forker.ask({"wait": self.pid}))
            timer.cancel()
        return self._code

    def kill(self, by: signal.Signals) -> None:
        os.kill(self.pid, by)


class Forker:
    """The process that imports everything once; one request at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.preloaded", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self._ours = ours
        atexit.register(self.close)

    def close(self) -> None:
        """It ends when nobody is left at the other end."""
        self._ours.close()
        self._process.wait()

    def start(
        self,
        *command: str,
        out: IO[Any] | int = 1,
        err: IO[Any] | int = 2,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> Program:
        """`-m module` or the path of a file, and arguments; it prints where we do unless it is told."""
        told = {"command": command, "cwd": str(cwd), "env": dict(os.environ if env is None else env)}
        streams = [stream if isinstance(stream, int) else stream.fileno() for stream in (out, err)]
        return Program(int(self.ask(told, streams)), self)

    def ask(self, told: Mapping[str, Any], streams: Sequence[int] = ()) -> str:
        socket.send_fds(self._ours, [json.dumps(told).encode()], list(streams))
        answer = self._ours.recv(LONGEST_REQUEST).decode()
        assert answer, "the process that forks is gone"
        return answer


@cache
def forker() -> Forker:
    return Forker()


def run(
    *command: str, seconds: float, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """To its end; both its outputs as text."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        code = forker().start(*command, out=out, err=err, cwd=cwd, env=env).wait(seconds)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


@contextmanager
def running(*command: str, err: IO[Any], seconds: float = 10) -> Iterator[IO[str]]:
    """Told to stop at the end; meanwhile what it prints can be read."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as printed:
        try:
            program = forker().start(*command, out=writer, err=err)
        finally:
            os.close(writer)
        try:
            yield printed
        finally:
            program.kill(signal.SIGTERM)
            program.wait(seconds)


# --- in the process that forks


def serve(asked: socket.socket) -> dict[str, Any] | None:
    """Nothing when nobody asks any more; in a process that was forked, what it is to run."""
    while True:
        message, streams, _, _ = socket.recv_fds(asked, LONGEST_REQUEST, 2)
        if not message:
            return None
        told = json.loads(message)
        if "wait" in told:
            _, status = os.waitpid(told["wait"], 0)
            asked.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        pid = os.fork()
        if not pid:
            take(told, streams)
            return dict(told)
        for stream in streams:
            os.close(stream)
        asked.send(str(pid).encode())


def take(told: Mapping[str, Any], streams: Sequence[int]) -> None:
    """The surroundings that were asked for."""
    for stream, number in zip(streams, (1, 2), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["env"])


def execute(command: list[str]) -> None:
    """As `python` does with the same arguments."""
    first, *rest = command
    if first == "-m":
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")  # it was imported, and on purpose
        sys.argv = [rest[0], *rest[1:]]
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    assert threading.active_count() == 1, threading.enumerate()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as asker:
        to_run = serve(asker)
    if to_run is not None:
        execute(to_run["command"])
