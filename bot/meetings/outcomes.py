"""What time brings to a meeting: the lead is reminded before it, and the rep is asked after it how it went."""

from datetime import datetime

from bot import next_steps, response, speech
from bot.actors import actor
from bot.deadlocks import once_more
from bot.errors import NotFoundError
from bot.meetings import changing, keeping, telling
from bot.rules.meetings.letters import REMINDER
from bot.rules.policy import NO_SUCH_LEAD, Actor
from bot.sequences import enrolling
from bot.services import Services
from bot.views import meetings as views
from store.models import Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

AT_ONCE = 100
CAME, STAYED_AWAY = "held", "no-show"
REACHED, NOBODY = "reached", "no answer"  # how the follow-up went


def due(services: Services) -> list[int]:
    """The numbers of meetings of which somebody is to hear something."""
    now = services.now()
    with services.reading() as uow:
        return list(dict.fromkeys([*uow.meetings.to_remind(now, AT_ONCE), *uow.meetings.to_ask(now, AT_ONCE)]))


def advance(services: Services, meeting_id: int) -> None:
    """Remind the lead or ask the rep; whoever else tries the same finds it done."""
    now = services.now()
    with services.unit_of_work() as uow:
        known = uow.meetings.get(meeting_id)
        if known is None:
            return
        lead, meeting = changing.locked(uow, known)
        if meeting.status != "booked":
            return
        if meeting.remind_at is not None and meeting.remind_at <= now:
            remind(services, uow, lead, meeting, now)
        if meeting.ends_at <= now and meeting.asked_at is None:
            ask(uow, lead, meeting, now)
        uow.commit()


def remind(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    meeting.remind_at = None
    if meeting.starts_at > now:  # after a long pause nobody is reminded of what has begun
        telling.write(services, uow, lead, meeting, REMINDER, now=now)


def ask(uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> None:
    """How did it go? Not of whoever said so already when they closed the follow-up."""
    meeting.asked_at = now
    promise = uow.followups.promise(meeting.follow_up_id) if meeting.follow_up_id else None
    if promise is not None and promise.follow_up.status == "done" and promise.follow_up.outcome != NOBODY:
        meeting.status, meeting.ended_at = CAME, now
        return
    rep = whom_to_ask(uow, lead, meeting)
    guest = telling.guest_of(uow, rep, meeting, lead)
    speech.tell(uow, rep.slack_id, views.how_was_it(meeting, guest, rep.time_zone), now)


def whom_to_ask(uow: UnitOfWork, lead: Lead, meeting: Meeting) -> Rep:
    """Whoever was to be there, or the lead's owner when they have left."""
    rep = uow.people.rep(meeting.rep_id)
    return rep if rep.is_active or lead.owner_id is None else uow.people.rep(lead.owner_id)


@once_more
def tell(services: Services, slack_id: str, meeting_id: int, *, came: bool, channel: str = "", ts: str = "") -> None:
    """The rep says whether the lead came; the question at that place says so from then on. Said twice, it counts once.

    Raises:
        NotAllowedError: it is not theirs to say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, known = actor(uow, slack_id), uow.meetings.get(meeting_id)
        changing.of_theirs(uow, who, known)
        if known is None:
            raise NotFoundError(NO_SUCH_LEAD)
        lead, meeting = changing.locked(uow, known)
        if meeting.status == "booked" and meeting.starts_at <= now:
            record(services, uow, who, lead, meeting, came=came, now=now)
        if channel and ts:
            shown = meeting.status == CAME if meeting.status in (CAME, STAYED_AWAY) else came
            guest = telling.guest_of(uow, uow.people.rep(who.rep_id), meeting, lead)
            speech.edit(uow, lead, channel=channel, ts=ts, message=views.went(guest, came=shown), now=now)
        uow.commit()


def record(
    services: Services, uow: UnitOfWork, who: Actor, lead: Lead, meeting: Meeting, *, came: bool, now: datetime
) -> None:
    meeting.status, meeting.ended_at = (CAME if came else STAYED_AWAY), now
    speech.log(uow, lead, views.went_line(meeting, lead, who.name, came=came), now)
    keeping.close_promise(services, uow, meeting, "done", now, outcome=REACHED if came else NOBODY)
    if came:
        response.contacted(services, uow, lead, who, now, for_owner=meeting.rep_id == who.rep_id)
    else:
        enrolling.on(services, uow, lead, "no-show", now)
        keeping.fell_through(services, uow, lead, now)
    if lead.closed_at is None and lead.owner_id is not None:
        next_steps.after_done(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_owners_home(uow, lead, now)
