"""Plain words for a time ("tomorrow 9am", "fri 15:00", "in 2 weeks") become a moment in the rep's own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from dateparser.date import DateDataParser

from bot.errors import DibsError

EXAMPLES = "tomorrow 9am, fri 15:00, in 2 weeks, or 24 dec 10:00"
MAX_WORDS = 6  # of "when"; what follows is what to do
MAX_YEARS = 10  # ahead; further away it is a slip of the finger, and soon beyond what a calendar can count
_NAMES_A_TIME = re.compile(
    r"\d:\d\d|\d\s*[ap]m\b|noon|midnight|morning|evening|tonight|\bnow\b|hour|minute|\d\s*(h|m|min)\b", re.IGNORECASE
)
# Counted from now on by the clock that never changes: an hour is an hour also on the night of a clock change.
_COUNTS_HOURS = re.compile(
    r"(in\s+)?((\d[\d.]*|an?|half an)\s*(hours?|minutes?|mins?|h|m)\b(\s+and)?\s*)+", re.IGNORECASE
)
_COUNTS_MONTHS = re.compile(r".*\b(months?|years?)", re.IGNORECASE)
_TOO_VAGUE = re.compile(r"[a-z]?\d{0,2}|may|mar|march|second", re.IGNORECASE)


class UnclearTimeError(DibsError):
    """The words name no moment, or one that has passed."""


@dataclass(frozen=True)
class When:
    moment: datetime  # aware, UTC
    rest: str  # the words that were not needed


def read_when(words: str, *, now: datetime, zone: str, day_starts: time) -> When:
    """The moment that the first words name; a day without a time means when work starts.

    Raises:
        UnclearTimeError: with what was wrong and examples that work.
    """
    tokens = words.split()
    local_now = now.astimezone(ZoneInfo(zone))
    readings = [read_phrase(" ".join(tokens[:n]), local_now) for n in range(1, min(MAX_WORDS, len(tokens)) + 1)]
    found = next((reading for reading in reversed(readings) if reading), None)
    if found is None:
        raise UnclearTimeError(f"I could not read a time in “{words[:80]}”. Try {EXAMPLES}.")
    used = readings.index(found) + 1
    phrase = " ".join(tokens[:used])
    if found.year > now.year + MAX_YEARS:
        raise UnclearTimeError(f"“{phrase}” is more than {MAX_YEARS} years away. Try {EXAMPLES}.")
    local = found if _NAMES_A_TIME.search(phrase) else datetime.combine(found.date(), day_starts)
    if _COUNTS_HOURS.fullmatch(phrase):
        moment = now + (found - local_now.replace(tzinfo=None))
    else:
        moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment <= now:
        raise UnclearTimeError(f"“{phrase}” has already passed. Try {EXAMPLES}.")
    return When(moment, " ".join(tokens[used:]))


def read_phrase(phrase: str, local_now: datetime) -> datetime | None:
    """The naive local time that the whole phrase names, or None."""
    if _TOO_VAGUE.fullmatch(phrase):
        return None
    settings = {"RELATIVE_BASE": local_now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    reading = DateDataParser(languages=["en"], settings=settings).get_date_data(phrase)
    names_a_day = reading.period not in ("month", "year") or _COUNTS_MONTHS.fullmatch(phrase)
    return reading.date_obj if reading.date_obj and names_a_day else None
