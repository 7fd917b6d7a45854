"""Runs a sandbox from the command line until it is told to stop."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from bot.sandbox.listing import tables
from bot.sandbox.server import Sandbox


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--config", "--seed", type=Path, help="a TOML file describing the workspace")
    parser.add_argument("--manifest", type=Path, help="the app's Slack manifest as JSON")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--request-url", help="where signed requests go while no socket is open")
    parser.add_argument("--latency-ms", type=float, nargs=2, default=[0, 0], metavar=("LOW", "HIGH"))
    parser.add_argument(
        "--rate-limits",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="answer 429 where Slack would; load tests may switch it off",
    )
    parser.add_argument("--list", action="store_true", help="print what of Slack is supported, and stop")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.list:
        sys.stdout.write(tables())
        return
    manifest = json.loads(given.manifest.read_text(encoding="utf-8")) if given.manifest else None
    low, high = (each / 1000 for each in given.latency_ms)
    sandbox = Sandbox(
        given.config,
        manifest=manifest,
        port=given.port,
        request_url=given.request_url,
        latency=(low, high),
        rate_limits=given.rate_limits,
    )
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    sandbox.start()
    sys.stdout.write(f"sandbox ready {sandbox.url}\n")
    sys.stdout.flush()
    over.wait()
    sandbox.stop()


if __name__ == "__main__":
    main()
