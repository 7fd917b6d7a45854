"""`python -m bench [--quick] [NAME ...]`: all figures, or the named ones."""

import argparse
import os
import signal
import sys
from pathlib import Path

from bench.runner import FIGURES, run, say, write_json


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(FIGURES)}; all without")
    parser.add_argument("--quick", action="store_true", help="less precise, within a minute")
    given = parser.parse_args()
    unknown = set(given.names) - set(FIGURES)
    if unknown:
        parser.error(f"there is no figure {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    # So that the child processes end with this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = run(given.names or list(FIGURES), quick=given.quick, say=say)
    path = os.environ.get("BENCH_JSON")
    if path:
        write_json(rows, Path(path))
    missed = [row.name for row in rows if not row.met]
    say(f"{len(rows)} figures, {len(missed)} goals not met" + "".join(f"\n  {name}" for name in missed))


if __name__ == "__main__":
    main()
