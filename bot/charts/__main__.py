"""Reads a `data_visualization` block as JSON and writes the picture; it may use so much time and memory and no more."""

import json
import resource
import sys

from bot.charts.drawing import picture

CPU_SECONDS, MEMORY = 20, 1 << 31
MOST_BYTES = 100_000  # of the chart


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    block = json.loads(sys.stdin.buffer.read(MOST_BYTES))
    sys.stdout.buffer.write(picture(block))


if __name__ == "__main__":
    main()
