"""Reads a question as a line of JSON and then the calendar, and writes what is busy: within so much time and memory."""

import json
import resource
import sys
from datetime import datetime

from bot.rules.meetings.calendars import NoCalendarError, busy_in

CPU_SECONDS, MEMORY = 10, 1 << 30
MOST_BYTES = 4 * 1024 * 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.loads(sys.stdin.buffer.readline())
    text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8", "replace")
    since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    try:
        busy = busy_in(text, since, until, asked["zone"])
    except NoCalendarError as error:
        sys.stdout.write(json.dumps({"why": str(error)}))
        return
    sys.stdout.write(json.dumps({"busy": [[starts.isoformat(), ends.isoformat()] for starts, ends in busy]}))


if __name__ == "__main__":
    main()
