"""Leads that come into sequences as time passes: those gone quiet, and those of a segment; looked through every hour.

A little at a knock, from where the last one stopped: among a million leads a knock costs as much as among a thousand.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.playbook.sequences import Sequence
from bot.rules.query.parsing import QueryError, parse
from bot.rules.query.words import spelled
from bot.search import setting_of
from bot.sequences import enrolling
from bot.services import Services
from store.models import InboxRow
from store.search import Scope
from store.unit_of_work import UnitOfWork

KIND = "sweep"
EVERY = timedelta(hours=1)
SLICE = 2000  # leads that a knock looks at
MOST = 200  # that one brings in: each is locked until the others are in
NEWEST = 2**31 - 1  # numbers of a segment's leads are looked through downwards


def sweep(services: Services) -> int:
    """Tick: a slice of each sequence that begins this way; how many leads came in."""
    wanted = [one for one in services.playbook.sequences if one.enrol.on in ("quiet", "segment") and not one.is_paused]
    return sum(slice_of(services, one) for one in wanted)


def slice_of(services: Services, sequence: Sequence) -> int:
    """The next slice, unless all were looked through within the hour, or another replica is at it."""
    now = services.now()
    with services.reading() as uow:
        row = uow.inbox.answered(key_of(sequence))
        if row is not None and rests(row, now):
            return 0
        place = int(row.answer["place"]) if row is not None else 0
        found, following = look(services, uow, sequence, place, now)
    with services.unit_of_work() as uow:
        kept = row_of(uow, sequence, now)
        if kept is None or int(kept.answer["place"]) != place:
            return 0  # somebody else was faster
        came = bring_in(services, uow, sequence, found, now)
        began = datetime.fromisoformat(kept.answer["began"])
        kept.answer = {"place": following, "began": (began if place else now).isoformat(), "rests": following == 0}
        uow.inbox.save(kept)
        uow.commit()
    return came


def key_of(sequence: Sequence) -> str:
    return f"{KIND}:{sequence.name}"


def rests(row: InboxRow, now: datetime) -> bool:
    return bool(row.answer["rests"]) and now < datetime.fromisoformat(row.answer["began"]) + EVERY


def row_of(uow: UnitOfWork, sequence: Sequence, now: datetime) -> InboxRow | None:
    """How far it got, locked; made the first time. None while another replica has it."""
    beginning: dict[str, Any] = {"place": 0, "began": now.isoformat(), "rests": False}
    made = InboxRow(key=key_of(sequence), kind=KIND, status="done", received_at=now, answer=beginning)
    uow.inbox.receive(made)
    return uow.inbox.lock(key_of(sequence))


def look(
    services: Services, uow: UnitOfWork, sequence: Sequence, place: int, now: datetime
) -> tuple[list[int], int]:  # fmt: skip
    """Those of the slice that may come in, and where the next slice begins: 0 when that was all."""
    if sequence.enrol.on == "quiet":
        looked = uow.enrolments.open_between(place, SLICE)
        since = now - timedelta(days=sequence.enrol.quiet_days or 0)
        found = uow.enrolments.quiet_among(looked, since) if looked else []
    else:
        looked = members(services, uow, sequence.enrol.segment or "", before=place or NEWEST)
        found = looked
    new = not_yet(uow, sequence, found)
    if len(new) > MOST:
        return new[:MOST], new[MOST - 1]
    return new, looked[-1] if len(looked) == SLICE else 0


def members(services: Services, uow: UnitOfWork, segment: str, *, before: int) -> list[int]:
    """The numbers of the segment's leads below that one, the newest first; none of one that does not work."""
    try:
        query = parse(f"segment:{segment}", setting_of(services, uow, None))
    except QueryError:
        return []
    scope = Scope(None, any_state=query.asks("state"))
    return uow.search.ids(query.tests, scope, spelled=spelled, most=SLICE, before=before)


def not_yet(uow: UnitOfWork, sequence: Sequence, lead_ids: Iterable[int]) -> list[int]:
    """Without those that were in it: by itself nobody comes in twice."""
    listed = list(lead_ids)
    was_in = uow.enrolments.was_in(listed, sequence.name) if listed else set()
    busy = uow.enrolments.talked_to(listed) if listed and sequence.talks else set()
    return [number for number in listed if number not in was_in and number not in busy]


def bring_in(
    services: Services, uow: UnitOfWork, sequence: Sequence, lead_ids: list[int], now: datetime
) -> int:  # fmt: skip
    """As they are now that they are locked, in one order."""
    came = 0
    for lead in uow.touches.lock_leads(lead_ids).values():
        if lead.state == "live":
            origin: enrolling.Origin = "segment" if sequence.enrol.on == "segment" else "rule"
            came += enrolling.by_rule(services, uow, lead, sequence, now, origin=origin) is not None
    return came
