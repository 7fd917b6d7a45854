"""A meeting is moved or cancelled: by the lead through the link that only they have, or by the rep."""

from dataclasses import dataclass
from datetime import datetime

from bot import waiting
from bot.actors import actor, lead_for
from bot.deadlocks import once_more
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.meetings import booking, keeping, telling, times
from bot.meetings.booking import GONE, Openings, TakenError, Wanted
from bot.rules.cleaning.lead import clean_text
from bot.rules.meetings import slots, zones
from bot.rules.policy import NO_SUCH_LEAD, Actor
from bot.services import Services
from bot.views import meetings as views
from bot.views.meetings import CANCELLED, MOVED, WHY_MAX, Change, Guest
from store.models import Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

OVER = "This meeting has begun or is over, so it cannot be changed any more."
OFF = "This meeting was cancelled."
UNKNOWN = "There is no such meeting."
OFTEN = "This meeting was moved very often already. To move it once more, please answer our e-mail."
KEY_MAX, MOST_MOVES = 64, 20


class NoMeetingError(DibsError):
    """There is none at that address."""


class OverError(DibsError):
    """It has begun, or was cancelled."""


@dataclass(frozen=True)
class Seen:
    """A meeting as its own page shows it."""

    meeting: Meeting
    host: str
    is_over: bool
    token: str = ""  # of its rep's page, while that is open


def look(services: Services, key: str) -> Seen:
    """Raises NoMeetingError."""
    now = services.now()
    with services.reading() as uow:
        meeting = found(uow, key)
        rep, page = uow.people.rep(meeting.rep_id), uow.meetings.page(meeting.rep_id)
        token = page.token if page is not None and page.is_open and rep.is_active else ""
        return Seen(meeting, rep.name, is_over(meeting, now), token)


def calendar_file(services: Services, key: str) -> str:
    """Its entry, for the visitor's calendar; of a cancelled one, that it is off."""
    with services.reading() as uow:
        meeting = found(uow, key)
        return telling.file_of(services, meeting, uow.people.rep(meeting.rep_id))


def other_times(services: Services, key: str, zone: str) -> Openings:
    """Where it can be moved to.

    Raises:
        NoMeetingError, OverError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        meeting = found(uow, key)
        refuse_if_over(meeting, now)
        rep = uow.people.rep(meeting.rep_id)
        free = times_for(services, uow, rep, meeting, now)
        length = int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60
        others = tuple(one for one in free if one != meeting.starts_at)
        return Openings(rep.name, length, meeting.place, zones.first_known(zone, meeting.zone), others)


def times_for(services: Services, uow: UnitOfWork, rep: Rep, meeting: Meeting, now: datetime) -> list[datetime]:
    """To which it can be moved; none of somebody who has left."""
    if not rep.is_active:
        return []
    return times.free(services, uow, rep, now, but=meeting.id, is_public=meeting.source == "page")


def found(uow: UnitOfWork, key: str) -> Meeting:
    meeting = uow.meetings.find(key) if len(key) <= KEY_MAX else None
    if meeting is None:
        raise NoMeetingError(UNKNOWN)
    return meeting


def is_over(meeting: Meeting, now: datetime) -> bool:
    return meeting.status != "booked" or meeting.starts_at <= now


def refuse_if_over(meeting: Meeting, now: datetime) -> None:
    if meeting.status == CANCELLED:
        raise OverError(OFF)
    if is_over(meeting, now):
        raise OverError(OVER)


def refuse_if_elsewhere(meeting: Meeting) -> None:
    """The other place would know nothing of it."""
    if meeting.source not in views.OWN_SOURCES:
        raise DibsError(
            f"This was booked with {meeting.source.capitalize()}. Cancel it there, and it is cancelled here."
        )


# --- by the visitor


@once_more
def move(services: Services, key: str, wanted: Wanted) -> None:
    """Another time, all of it or none; to where it is already changes nothing.

    Raises:
        TakenError: somebody was quicker; the meeting stays where it was.
        NoMeetingError, OverError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        lead, meeting = locked(uow, found(uow, key))
        refuse_if_over(meeting, now)
        if wanted.starts == meeting.starts_at:
            return
        if meeting.revision >= MOST_MOVES:
            raise DibsError(OFTEN)
        rep, before = uow.people.rep(meeting.rep_id), meeting.starts_at
        if wanted.starts not in times_for(services, uow, rep, meeting, now):
            raise TakenError(GONE)
        length = booking.terms(services).length
        uow.meetings.free(meeting.id or 0)
        meeting.starts_at, meeting.ends_at = wanted.starts, wanted.starts + length
        meeting.zone, meeting.revision = zones.first_known(wanted.zone, meeting.zone), meeting.revision + 1
        meeting.remind_at = booking.remind_at(services, wanted.starts, now)
        if not uow.meetings.take(meeting, slots.needed(wanted.starts, booking.terms(services))):
            raise TakenError(GONE)
        keeping.move_promise(services, uow, meeting, now)
        waiting.heed_meetings(services, uow, lead, now)
        telling.everybody(services, uow, lead, meeting, Change(MOVED, before=before), now=now)
        uow.commit()


@once_more
def cancel(services: Services, key: str) -> None:
    """Called off; once more changes nothing.

    Raises:
        NoMeetingError, OverError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        lead, meeting = locked(uow, found(uow, key))
        if meeting.status == CANCELLED:
            return
        refuse_if_over(meeting, now)
        call_off(services, uow, lead, meeting, Change(CANCELLED), now=now)
        uow.commit()


def locked(uow: UnitOfWork, meeting: Meeting) -> tuple[Lead, Meeting]:
    """The meeting as it is once its lead is locked, and that lead."""
    at = uow.touches.where_now({meeting.lead_id}).get(meeting.lead_id, meeting.lead_id)
    lead, again = uow.leads.lock(at), uow.meetings.get(meeting.id or 0)
    if lead is None or again is None:
        raise NoMeetingError(UNKNOWN)
    return lead, again


def call_off(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, change: Change, *, now: datetime
) -> None:  # fmt: skip
    """It is off, and everybody hears of it."""
    end(services, uow, lead, meeting, now)
    telling.everybody(services, uow, lead, meeting, change, now=now)


def end(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    """Its times are free, nobody is reminded, and what rested because of it goes on."""
    meeting.status, meeting.ended_at, meeting.remind_at = CANCELLED, now, None
    meeting.revision += 1
    uow.meetings.free(meeting.id or 0)
    keeping.close_promise(services, uow, meeting, "cancelled", now)
    keeping.fell_through(services, uow, lead, now)


# --- by the rep


def for_rep(services: Services, slack_id: str, meeting_id: int) -> tuple[Meeting, Guest, bool]:
    """The meeting, with whom it is, and whether they can be e-mailed: asked before a form opens.

    Raises:
        NotAllowedError, OverError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        meeting = uow.meetings.get(meeting_id)
        who = actor(uow, slack_id)
        lead = of_theirs(uow, who, meeting)
        if meeting is None:
            raise NotFoundError(UNKNOWN)
        refuse_if_over(meeting, now)
        refuse_if_elsewhere(meeting)
        guest = telling.guest_of(uow, uow.people.rep(who.rep_id), meeting, lead)
        return meeting, guest, bool(lead.email) and telling.MAIL in services.outside.channels


def of_theirs(uow: UnitOfWork, who: Actor, meeting: Meeting | None) -> Lead:
    """Its lead: for whoever may plan with the lead, and for the rep whom it is with, who may know no more of the lead
    than `telling.guest_of` says."""
    own = uow.leads.get(lead_of(uow, meeting)) if meeting is not None and meeting.rep_id == who.rep_id else None
    return own or lead_for(uow, who, "follow_up", lead_of(uow, meeting))


def lead_of(uow: UnitOfWork, meeting: Meeting | None) -> int:
    if meeting is None:
        return 0
    return uow.touches.where_now({meeting.lead_id}).get(meeting.lead_id, meeting.lead_id)


@once_more
def cancel_for_rep(services: Services, slack_id: str, meeting_id: int, why: str) -> str:
    """The rep calls it off, and the lead is told. Returns a sentence.

    Raises:
        NotAllowedError, OverError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, meeting = actor(uow, slack_id), uow.meetings.get(meeting_id)
        of_theirs(uow, who, meeting)
        if meeting is None:
            raise NotFoundError(NO_SUCH_LEAD)
        lead, meeting = locked(uow, meeting)
        if meeting.status != CANCELLED:
            refuse_if_over(meeting, now)
            refuse_if_elsewhere(meeting)
            change = Change(CANCELLED, by=who.name, why=clean_text(why, limit=WHY_MAX))
            call_off(services, uow, lead, meeting, change, now=now)
            uow.commit()
        guest = telling.guest_of(uow, uow.people.rep(who.rep_id), meeting, lead)
        return f"Cancelled: the meeting with {guest.name}."


@once_more
def set_place(services: Services, slack_id: str, meeting_id: int, place: str) -> None:
    """Where they meet, and the lead is told.

    Raises:
        NotAllowedError, OverError: as they say.
        InvalidInputError: nothing was written.
    """
    now, where = services.now(), clean_text(place, limit=views.PLACE_MAX)
    if not where:
        raise InvalidInputError([Problem("place", "Write a video link, a number or an address.")])
    with services.unit_of_work() as uow:
        who, known = actor(uow, slack_id), uow.meetings.get(meeting_id)
        of_theirs(uow, who, known)
        if known is None:
            raise NotFoundError(NO_SUCH_LEAD)
        lead, meeting = locked(uow, known)
        refuse_if_over(meeting, now)
        refuse_if_elsewhere(meeting)
        if where == meeting.place:
            return
        meeting.place, meeting.revision = where, meeting.revision + 1
        telling.placed(services, uow, lead, meeting, now=now)
        uow.commit()
