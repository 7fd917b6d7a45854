"""The times of a day that spoken words can mean, in minutes since midnight."""

from dataclasses import dataclass
from datetime import time

from bot.rules.when.spoken import Clock

HOUR, NOON, MIDNIGHT = 60, 12 * 60, 24 * 60
CLEAR_FROM = 8 * HOUR  # "at 9" is in the morning, "at 5" is asked about
LATE_FROM = 5 * HOUR  # "5 at night" is before midnight, "4 at night" after it
PARTS = {"afternoon": 15 * HOUR, "evening": 18 * HOUR, "night": 20 * HOUR}


@dataclass(frozen=True)
class Times:
    options: tuple[int, ...]
    instead: tuple[int, ...] = ()  # what may be meant if all of that has passed


def times_meant(clock: Clock | None, part: str | None, day_starts: time) -> Times:
    """Without a time: when work starts, or when that part of the day does."""
    starts = day_starts.hour * HOUR + day_starts.minute
    if clock is None:
        return Times((PARTS.get(part or "", starts),))
    if part:
        return Times((in_part(clock.minutes, part),))
    if clock.half == "spoken" and HOUR <= clock.minutes < CLEAR_FROM:
        return Times((clock.minutes, clock.minutes + NOON))
    doubtful = clock.half in ("spoken", "written") and HOUR <= clock.minutes < NOON
    return Times((clock.minutes,), (clock.minutes + NOON,) if doubtful else ())


def in_part(minutes: int, part: str) -> int:
    """ "7 in the evening" is 19:00."""
    if part == "morning" or minutes >= NOON + HOUR:
        return minutes
    if part == "night":
        return minutes + NOON if LATE_FROM <= minutes < NOON + HOUR else minutes
    return minutes + NOON if minutes < NOON else minutes
