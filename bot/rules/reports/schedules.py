"""When a report comes by itself: "every monday 9:00" in words and as moments, through every change of the clock."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.errors import DibsError
from bot.rules.calendar import ahead_of_utc, at_local, clock_change

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL_AT = time(9)
LAST_DAY = 31  # of any month, however long it is
MOST_WORDS = 8  # of a schedule in words
EXAMPLES = "every monday 9:00, every 1st 8:30, daily 17:00"
_START = re.compile(r"every|each|daily|weekly|monthly", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm|h)?", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)", re.IGNORECASE | re.ASCII)
_FILLER = frozenset({"at", "on", "the", "of", "month", "each", "every", "day", "days", "o'clock"})
_UNITS: dict[str, Literal["day", "week", "month"]] = {
    "daily": "day", "day": "day", "weekly": "week", "week": "week", "monthly": "month", "month": "month",
}  # fmt: skip
Every = Literal["day", "week", "month"]


class NoScheduleError(DibsError):
    """The words say no time that comes again and again; the message is a sentence."""


@dataclass(frozen=True)
class Rhythm:
    """`day` is that of the week from Monday 0, or of the month from 1, where one that is too short ends with it."""

    every: Every
    day: int = 0
    at: time = USUAL_AT


# --- moments


def next_moment(rhythm: Rhythm, zone: str, after: datetime) -> datetime:
    """The first moment of the rhythm that is later than `after`, in UTC."""
    today = after.astimezone(ZoneInfo(zone)).date()
    moments = (moment_in(rhythm, zone, today, periods) for periods in (0, 1, 2))
    return next(moment for moment in moments if moment > after)


def last_moment(rhythm: Rhythm, zone: str, until: datetime) -> datetime:
    """The last moment of the rhythm that is not later than `until`, in UTC."""
    today = until.astimezone(ZoneInfo(zone)).date()
    moments = (moment_in(rhythm, zone, today, -periods) for periods in (0, 1, 2))
    return next(moment for moment in moments if moment <= until)


def moment_in(rhythm: Rhythm, zone: str, today: date, periods: int) -> datetime:
    """The moment of the day, week or month that lies so many after the one that the day is in."""
    if rhythm.every == "day":
        day = today + timedelta(days=periods)
    elif rhythm.every == "week":
        day = today + timedelta(days=rhythm.day - today.weekday(), weeks=periods)
    else:
        year, month = divmod(today.year * 12 + today.month - 1 + periods, 12)
        day = date(year, month + 1, min(rhythm.day, monthrange(year, month + 1)[1]))
    return on_the_wall(day, rhythm.at, zone)


def on_the_wall(day: date, at: time, zone: str) -> datetime:
    """When the clock in the zone shows that; where it jumps over it, the first moment behind the jump."""
    moment, place = at_local(day, at, zone), ZoneInfo(zone)
    if moment.astimezone(place).replace(tzinfo=None) == datetime.combine(day, at):
        return moment
    return clock_change(moment - jumped(moment, place), place)


def jumped(moment: datetime, place: ZoneInfo) -> timedelta:
    """How far the clock jumped forward in the day before that moment."""
    return ahead_of_utc(moment, place) - ahead_of_utc(moment - timedelta(days=1), place)


def day_named(moment: datetime, zone: str) -> str:
    """ "Monday, 30 November", as the calendar there says."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B}"


# --- words


def parted(words: str) -> tuple[str, Rhythm]:
    """A question and the rhythm behind it: "funnel last week every monday 9:00".

    Raises:
        NoScheduleError: no rhythm ends the words.
    """
    pieces = words.split()
    # The first word names a report, which may be called weekly.
    starts = [at for at in range(1, len(pieces)) if _START.fullmatch(pieces[at]) and len(pieces) - at <= MOST_WORDS]
    if not starts:
        raise NoScheduleError(f"Say which report is to come, and then how often: {EXAMPLES}.")
    for start in starts:
        rhythm = rhythm_of(pieces[start:])
        if rhythm is not None:
            return " ".join(pieces[:start]), rhythm
    raise NoScheduleError(
        f"I do not understand when “{' '.join(pieces[starts[-1] :])[:60]}” is. Say it like: {EXAMPLES}."
    )


def rhythm_of(pieces: list[str]) -> Rhythm | None:
    """What the words mean; None if there is one among them that means nothing here."""
    every: Every | None = next((_UNITS[one.casefold()] for one in pieces if one.casefold() in _UNITS), None)
    day, at, rest = None, None, [one.casefold().strip(",") for one in pieces]
    for one in rest:
        named = day_of_week(one)
        dated = 1 if one == "first" else LAST_DAY if one == "last" else day_of_month(one)
        if one in _UNITS or one in _FILLER:
            continue
        if named is not None and day is None:
            every, day = "week", named
        elif dated is not None and day is None and at is None:
            every, day = "month", dated
        elif (clock := clock_of(one)) is not None and at is None:
            at = clock
        else:
            return None
    if every is None or (every == "day" and day is not None):
        return None
    return Rhythm(every, day if day is not None else 1 if every == "month" else 0, at or USUAL_AT)


def day_of_week(word: str) -> int | None:
    plain = word.removesuffix("s") if word not in DAYS else word
    return next((at for at, name in enumerate(DAYS) if plain in (name, name[:3])), None)


def day_of_month(word: str) -> int | None:
    found = _DATE.fullmatch(word)
    return int(found[1]) if found and 1 <= int(found[1]) <= LAST_DAY else None


def clock_of(word: str) -> time | None:
    """ "9", "9:00", "8.30", "5pm", "17h"; None if it is no time of day."""
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "pm")
    return time(hour, minute) if hour < 24 and minute < 60 else None


def written(rhythm: Rhythm) -> str:
    """In words that can be read again."""
    return f"every {day_written(rhythm).lower()} {clock(rhythm.at)}"


def spoken(rhythm: Rhythm) -> str:
    """ "every Monday at 9:00"."""
    of_month = " of the month" if rhythm.every == "month" else ""
    return f"every {day_written(rhythm)}{of_month} at {clock(rhythm.at)}".replace("every last day", "on the last day")


def day_written(rhythm: Rhythm) -> str:
    if rhythm.every == "month":
        return "last day" if rhythm.day == LAST_DAY else ordinal(rhythm.day)
    return DAYS[rhythm.day].capitalize() if rhythm.every == "week" else "day"


def ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
