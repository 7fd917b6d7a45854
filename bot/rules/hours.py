"""Working hours as people write them, "mon-fri 9:00-17:00", made into days and times."""

import re
from datetime import time

from bot.errors import DibsError
from bot.rules.calendar import DAY_NAMES

EXAMPLE = "mon-fri 9:00-17:00, or mon,wed 8-12:30"
_CLOCK = r"(\d{1,2})(?::(\d\d))?"
_TIMES = re.compile(rf"{_CLOCK}\s*(?:-|\u2013|to)\s*{_CLOCK}")
_DAY = re.compile(r"([a-z]{3})[a-z]*")


class UnclearHoursError(DibsError):
    """The words name no working hours."""


def read_hours(words: str) -> dict[str, list[str] | str]:
    """Days, and when they start and end: {"days": ["mon"], "starts": "09:00", "ends": "17:00"}.

    Raises:
        UnclearHoursError: with what was wrong and an example.
    """
    text = words.strip().casefold()
    times = _TIMES.search(text)
    if times is None or times.end() != len(text):
        raise UnclearHoursError(f"I could not read working hours in “{words[:60]}”. Try {EXAMPLE}.")
    days = read_days(text[: times.start()], words)
    starts, ends = clock(times[1], times[2], words), clock(times[3], times[4], words)
    if ends <= starts:
        raise UnclearHoursError(f"The end must come after the start, on the same day. Try {EXAMPLE}.")
    return {"days": days, "starts": starts.isoformat("minutes"), "ends": ends.isoformat("minutes")}


def clock(hour: str, minute: str | None, words: str) -> time:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise UnclearHoursError(f"“{words[:60]}” has a time that no clock shows. Try {EXAMPLE}.")
    return time(int(hour), int(minute or 0))


def read_days(text: str, words: str) -> list[str]:
    """Single days and ranges, by commas; a range may pass the weekend."""
    found: set[str] = set()
    for part in re.split(r"[,\s]+", re.sub(r"\s*[-\u2013]\s*", "-", text).strip()):
        first, _, last = part.partition("-")
        begin, end = day(first, words), day(last or first, words)
        found |= {DAY_NAMES[number % 7] for number in range(begin, (end if end >= begin else end + 7) + 1)}
    return [name for name in DAY_NAMES if name in found]


def day(text: str, words: str) -> int:
    named = _DAY.fullmatch(text)
    if named is None or named[1] not in DAY_NAMES:
        raise UnclearHoursError(f"I could not read the days in “{words[:60]}”. Try {EXAMPLE}.")
    return DAY_NAMES.index(named[1])
