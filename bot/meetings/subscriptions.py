"""Calendars that reps subscribed to: asked now and then, read by a process of their own, and kept as what is busy."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from bot import speech
from bot.meetings.commanding import host_of
from bot.meetings.fetching import NotFetchedError, Reach, fetch
from bot.pictures import HANDED_ON
from bot.rules.meetings.slots import Span
from bot.services import Services
from bot.views import meetings as views

ROOT = Path(__file__).parents[2]
EVERY, AGAIN, LEASE = timedelta(minutes=15), timedelta(hours=1), timedelta(minutes=5)
AT_ONCE = 20
SECONDS = 15.0
MARGIN = timedelta(days=2)
TOO_MUCH = "It takes too long to read: it has too many repeated events."
Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Read:
    """What the calendar said, or why it said nothing."""

    busy: tuple[Span, ...] = ()
    trouble: str = ""


def from_outside(url: str) -> bytes:
    return fetch(url, monotonic=monotonic, reach=Reach())


def due(services: Services) -> list[int]:
    """The reps whose calendars are to be looked at."""
    with services.reading() as uow:
        return uow.meetings.due_calendars(services.now(), AT_ONCE)


def refresh(services: Services, rep_id: int, *, ask: Fetch = from_outside) -> None:
    """Look at it and keep what is busy; what was busy before stands when it cannot be read."""
    now = services.now()
    with services.unit_of_work() as uow:
        url = uow.meetings.take_calendar(rep_id, now, now + LEASE)
        zone = uow.people.rep(rep_id).time_zone
        uow.commit()
    if url:
        read = looked_at(url, zone, now, timedelta(days=services.playbook.meetings.days_ahead) + MARGIN, ask)
        keep(services, rep_id, url, read)


def looked_at(url: str, zone: str, now: datetime, ahead: timedelta, ask: Fetch) -> Read:
    """Outside of any transaction: it may take a while."""
    try:
        return read(ask(url), now - MARGIN, now + ahead, zone)
    except NotFetchedError as error:
        return Read(trouble=str(error))


def read(calendar: bytes, since: datetime, until: datetime, zone: str, *, seconds: float = SECONDS) -> Read:
    question = json.dumps({"since": since.isoformat(), "until": until.isoformat(), "zone": zone})
    environment = {name: value for name, value in os.environ.items() if name in HANDED_ON}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot.meetings.reading"], input=question.encode() + b"\n" + calendar,
            capture_output=True, timeout=seconds, env=environment, cwd=ROOT, check=True,
        )  # fmt: skip
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return Read(trouble=TOO_MUCH)
    if "why" in told:
        return Read(trouble=str(told["why"]))
    return Read(tuple((datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in told["busy"]))


def keep(services: Services, rep_id: int, url: str, found: Read) -> None:
    """The rep hears of trouble once, and once that it is over."""
    now = services.now()
    with services.unit_of_work() as uow:
        page, rep = uow.meetings.page(rep_id), uow.people.rep(rep_id)
        if page is None or page.calendar_url != url:
            return
        before = page.trouble
        if found.trouble:
            page.trouble, page.fetch_at = found.trouble, now + AGAIN
            uow.session.add(page)
        else:
            uow.meetings.keep_busy(rep_id, url, found.busy, trouble="", fetched_at=now, fetch_at=now + EVERY)
        if bool(found.trouble) != bool(before):
            said = views.trouble(host_of(url), found.trouble) if found.trouble else views.well_again(host_of(url))
            speech.tell(uow, rep.slack_id, said, now)
        uow.commit()
