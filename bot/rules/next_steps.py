"""When a follow-up that sets itself is due, when a lead goes stale, and which touch is hot: pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours, at_local

HOT_FOR = timedelta(days=1)  # what happened before that is heard of too late to strike
JUST_NOW = timedelta(hours=1)
DETAIL_MAX = 80


@dataclass(frozen=True)
class Desk:
    """When the owner works."""

    hours: WorkingHours
    zone: str


@dataclass(frozen=True)
class Step:
    """A follow-up that sets itself: why, how, what for and until when."""

    origin: str
    kind: str
    what: str
    due_at: datetime


def first_contact(desk: Desk, now: datetime, *, minutes: int) -> Step:
    return Step("claim", "call", "First contact", working_minutes_on(desk, now, minutes))


def by_stage(desk: Desk, now: datetime, *, stage: str, days: int) -> Step:
    return Step("stage", "task", f"Next step in {stage}", working_days_on(desk, now, days))


def after_silence(desk: Desk, now: datetime, *, days: int) -> Step:
    said = "a day" if days == 1 else f"{days} days"
    return Step("silence", "message", f"No word for {said}", working_minutes_on(desk, now, 0))


def after_rest(desk: Desk, now: datetime, *, why: str) -> Step:
    """A lead that was put aside is back."""
    said = f"Back after “not now: {why}”" if why else "Back after “not now”"
    return Step("behaviour", "call", said[:300], working_minutes_on(desk, now, 0))


def strike(desk: Desk, now: datetime, *, happened: str, minutes: int) -> Step:
    said = f"{happened}: strike while it is hot"
    return Step("behaviour", "call", said, working_minutes_on(desk, now, minutes))


def working_minutes_on(desk: Desk, now: datetime, minutes: int) -> datetime:
    """So much working time later, always within hours: what falls due at closing time is due in the morning."""
    worked = desk.hours.add_working(now, timedelta(minutes=minutes), desk.zone)
    return desk.hours.next_open(worked, desk.zone)


def working_days_on(desk: Desk, now: datetime, days: int) -> datetime:
    """The start of the working day that is so many working days after today, in UTC."""
    day = now.astimezone(ZoneInfo(desk.zone)).date()
    for _ in range(days):
        day = desk.hours.next_day(day + timedelta(days=1))
    # A clock change may swallow the very start of a day.
    return desk.hours.next_open(at_local(day, desk.hours.starts, desk.zone), desk.zone)


def stale_at(now: datetime, days: int | None) -> datetime | None:
    """When a lead about which something happened now counts as going stale; never without `days`."""
    return None if days is None else now + timedelta(days=days)


def is_hot(words: Iterable[str], kind: str, detail: str, *, age: timedelta) -> bool:
    """Whether what the lead did names one of the words as a whole word, and is fresh."""
    said = comparable(f"{kind} {detail}")
    named = (comparable(word) for word in words)
    return age <= HOT_FOR and any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) for word in named if word)


def comparable(text: str) -> str:
    """Without capitals and ways to write an accent; an underscore parts words, as in page_view."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def in_words(kind: str, detail: str, *, age: timedelta) -> str:
    """What happened: "Pricing page just now"."""
    said = detail or kind.replace("_", " ").capitalize()
    short = said if len(said) <= DETAIL_MAX else said[: DETAIL_MAX - 1] + "…"
    return f"{short} {'just now' if age <= JUST_NOW else 'in the last day'}"
