"""What follows from a meeting for whoever keeps it: the owner, the follow-up, the first contact that may wait for it.

Whoever calls holds the lead locked.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import followups, handover, next_steps, reminders, waiting
from bot.intake import touches
from bot.rules.touches import CleanTouch
from bot.services import Services
from store.followups import Promise
from store.models import FollowUp, Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork


def attach_and_count(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    """It is the rep's to keep, and counts as what the lead did."""
    attach(services, uow, lead, meeting, now)
    rep = uow.people.rep(meeting.rep_id)
    at = meeting.starts_at.astimezone(ZoneInfo(rep.time_zone))
    done = CleanTouch("meeting", f"with {rep.name}, booked for {at:%a %-d %b %Y, %H:%M} ({rep.time_zone})", now)
    touches.take_in(services, uow, lead, [(done, f"meeting:{meeting.key}")], now)


def attach(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    """The lead is the rep's if it was nobody's, the rep is reminded, and nobody is asked to get in touch before it."""
    rep = uow.people.rep(meeting.rep_id)
    if lead.owner_id is None and lead.closed_at is None and may_own(uow, lead, rep):
        handover.give_to(services, uow, lead, rep, by=rep.id or 0, now=now)
    meeting.follow_up_id = promise(services, uow, lead, meeting, now)
    next_steps.close_own(uow, lead, (next_steps.CLAIM,), "cancelled", now)
    waiting.heed_meetings(services, uow, lead, now)


def may_own(uow: UnitOfWork, lead: Lead, rep: Rep) -> bool:
    return rep.role == "manager" or uow.people.membership(lead.team_id, rep.id or 0) is not None


def promise(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> int | None:
    """The rep's follow-up at that time, which reminds them; lent to them when the lead is somebody else's."""
    rep = uow.people.rep(meeting.rep_id)
    if lead.closed_at is not None or not may_own(uow, lead, rep) or lead.owner_id is None:
        return None
    follow_up = uow.followups.add(FollowUp(
        lead_id=lead.id or 0, rep_id=rep.id or 0, due_at=meeting.starts_at, what="the meeting they booked",
        kind="meeting", is_lent=lead.owner_id != rep.id, created_at=now,
    ))  # fmt: skip
    next_steps.planned_by_hand(uow, lead, now)
    reminders.plan(services, uow, follow_up, now)
    return follow_up.id


def promise_of(uow: UnitOfWork, meeting: Meeting) -> Promise | None:
    """The follow-up, if it is still open."""
    found = uow.followups.promise(meeting.follow_up_id) if meeting.follow_up_id else None
    return found if found is not None and found.follow_up.status == "open" else None


def move_promise(services: Services, uow: UnitOfWork, meeting: Meeting, now: datetime) -> None:
    found = promise_of(uow, meeting)
    if found is not None and uow.followups.move(found.follow_up.id or 0, meeting.starts_at):
        reminders.plan_anew(services, uow, found.follow_up, now)
        followups.changed(services, uow, found, now)


def close_promise(
    services: Services, uow: UnitOfWork, meeting: Meeting, status: str, now: datetime, *, outcome: str = ""
) -> None:  # fmt: skip
    """Nobody is reminded of it any more."""
    found = promise_of(uow, meeting)
    if found is not None and uow.followups.close(found.follow_up.id or 0, status, now=now, outcome=outcome):
        uow.reminders.drop_waiting(found.follow_up.id or 0, now=now)
        followups.changed(services, uow, found, now)


def give_promise(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    """The meeting has another rep: theirs is the follow-up from now on, and before it nobody has to get in touch."""
    close_promise(services, uow, meeting, "cancelled", now)
    meeting.follow_up_id = promise(services, uow, lead, meeting, now)
    waiting.heed_meetings(services, uow, lead, now)


def fell_through(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """It is off, or nobody came: what rested because of it goes on, and the lead has a next step."""
    waiting.heed_meetings(services, uow, lead, now)
    reminders.resume(services, uow, lead, now)
    if next_steps.is_in_work(lead):
        next_steps.after_claim(services, uow, lead, now)
