"""Meetings whose rep has left, is away then, or has not the lead any more: whoever answers for the lead hears of it.

A tick looks at what is to come, so that it does not matter how it came about: a manager's word, a seat that was taken
away, somebody who left Slack. `Meeting.told` keeps of whom it was asked last and why, and what they answered.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot import speech, waiting
from bot.actors import actor
from bot.covers import is_away
from bot.deadlocks import once_more
from bot.errors import DibsError, NotFoundError
from bot.meetings import changing, keeping, pages, telling, times
from bot.meetings.troubles import MANAGERS, Case, case_of, key_of, known_at_booking, said_to, what_is_wrong
from bot.rules.meetings import slots
from bot.rules.policy import NO_SUCH_LEAD
from bot.services import Services
from bot.views import meetings_left as views
from bot.views.meetings import CANCELLED, OWN_SOURCES
from bot.views.meetings_left import LEFT, Stranded
from store.models import Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

AT_ONCE = 500
IN_ONE = 8  # meetings that one message tells of
KEPT, GONE = "kept", "asked"  # what whoever was told said
BUSY = "You have something at that time, or are away. “Ask them to pick another time” leads them to your free times."
NO_LINK = "They need your booking page for that, and it is closed. /lead booking opens it."
NO_LONGER = "Nothing is to be decided about this meeting any more: it is over, off, or whoever has it now meets them."


# --- time passes


def look(services: Services) -> int:
    """Tick: one message each to all who have to decide about something; how many meetings that were."""
    now = services.now()
    with services.reading() as uow:
        found = [case for meeting, case in cases_now(uow, now) if said_to(meeting) != key_of(case)]
        unattended = {case.lead.id or 0 for case in found if case is not None and case.why == LEFT}
    if not found:
        return 0
    for lead_id in sorted(unattended):
        let_clock_run(services, lead_id, now)
    with services.unit_of_work() as uow:
        news, told = defaultdict[str, list[Case]](list), 0
        for meeting, case in sorted(cases_now(uow, now), key=lambda found: found[0].id or 0):
            # No lead is locked, for these are many: what was told changes only if it is still what was read.
            key = key_of(case)
            is_news = said_to(meeting) != key and uow.meetings.note(meeting.id or 0, meeting.told, key)
            if is_news and case is not None:
                news[case.to].append(case)
                told += 1
        for to, cases in news.items():
            for rep in hearers(uow, to, now):
                tell(uow, rep, cases, now)
        uow.commit()
        return told


def let_clock_run(services: Services, lead_id: int, now: datetime) -> None:
    """It rested for a meeting that nobody is there for any more; if another one lies ahead it still does."""
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        if lead is not None:
            waiting.heed_meetings(services, uow, lead, now)
            uow.commit()


def cases_now(uow: UnitOfWork, now: datetime) -> list[tuple[Meeting, Case | None]]:
    """Each with what is wrong with it now, if anything is: a few questions for all of them."""
    found = uow.meetings.troubled(now, AT_ONCE)
    known = uow.people.reps({lead.owner_id for _, lead, _ in found if lead.owner_id})
    known |= {host.id: host for _, _, host in found if host.id}
    return [(meeting, case_of(uow, meeting, lead, now, known=known)) for meeting, lead, _ in found]


def hearers(uow: UnitOfWork, to: str, now: datetime) -> list[Rep]:
    if to != MANAGERS:
        return [uow.people.rep(int(to))]
    managers = [rep for rep in uow.people.managers() if rep.is_active]
    return [rep for rep in managers if not is_away(rep, now)] or managers


def tell(uow: UnitOfWork, rep: Rep, cases: Sequence[Case], now: datetime) -> None:
    for start in range(0, len(cases), IN_ONE):
        some = cases[start : start + IN_ONE]
        listed = [shown(uow, rep, one) for one in some]
        speech.tell(uow, rep.slack_id, views.stranded(listed, rep.time_zone), now)


def shown(uow: UnitOfWork, rep: Rep, case: Case) -> Stranded:
    meeting, guest = case.meeting, telling.guest_of(uow, rep, case.meeting, case.lead)
    is_ours = meeting.source in OWN_SOURCES
    return Stranded(meeting, guest, case.host.name, case.why, became_of(meeting), is_ours=is_ours)


def became_of(meeting: Meeting) -> str:
    if meeting.status == CANCELLED:
        return "asked" if meeting.told.endswith(f":{GONE}") else "cancelled"
    if meeting.status != "booked":
        return "over"
    return "left" if meeting.told.endswith(f":{KEPT}") else ""


# --- what whoever was told does


@once_more
def take_over(services: Services, slack_id: str, meeting_id: int) -> None:
    """The presser meets the lead at the time that was booked, if nothing of theirs is in the way.

    Raises:
        NotAllowedError: the lead is not theirs to plan with.
        DibsError: they have something then, or it is over.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        rep, lead, meeting = theirs(uow, slack_id, meeting_id, now)
        if meeting.rep_id == rep.id:
            return
        host = refuse_if_settled(uow, lead, meeting, now)
        if times.is_in_the_way(uow, rep, meeting.starts_at, meeting.ends_at, now):
            raise DibsError(BUSY)
        uow.meetings.free(meeting.id or 0)
        page = uow.meetings.page(rep.id or 0)
        meeting.rep_id, meeting.told, meeting.revision = rep.id or 0, "", meeting.revision + 1
        meeting.place = (page.place if page else "") or services.playbook.meetings.place
        if not uow.meetings.take(meeting, slots.needed(meeting.starts_at, length_of(services, meeting))):
            raise DibsError(BUSY)
        keeping.give_promise(services, uow, lead, meeting, now)
        telling.handed(services, uow, lead, meeting, host, now=now)
        meeting.told = known_at_booking(uow, lead, meeting, now)
        uow.commit()


def length_of(services: Services, meeting: Meeting) -> slots.Terms:
    """As long as it was booked, with the pause of today."""
    terms = times.terms_of(services.playbook.meetings)
    return slots.Terms(meeting.ends_at - meeting.starts_at, terms.notice, terms.ahead, terms.pause)


@once_more
def ask_for_another(services: Services, slack_id: str, meeting_id: int) -> None:
    """It is off, and the lead is asked to choose one of the presser's times instead.

    Raises:
        NotAllowedError, DibsError: as above.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        rep, lead, meeting = theirs(uow, slack_id, meeting_id, now)
        link = pages.link_for(services, uow, rep.id or 0, lead)
        if not link:
            raise DibsError(NO_LINK)
        host = refuse_if_settled(uow, lead, meeting, now)
        meeting.told = f"{said_to(meeting)}:{GONE}"
        changing.end(services, uow, lead, meeting, now)
        telling.asked(services, uow, lead, meeting, host=host, by=rep, link=link, now=now)
        uow.commit()


@once_more
def leave_it(services: Services, slack_id: str, meeting_id: int) -> None:
    """It stays as it is, and nothing more is said of it unless something changes."""
    now = services.now()
    with services.unit_of_work() as uow:
        _, _, meeting = theirs(uow, slack_id, meeting_id, now)
        meeting.told = f"{said_to(meeting)}:{KEPT}"
        uow.commit()


def theirs(uow: UnitOfWork, slack_id: str, meeting_id: int, now: datetime) -> tuple[Rep, Lead, Meeting]:
    who, known = actor(uow, slack_id), uow.meetings.get(meeting_id)
    changing.of_theirs(uow, who, known)
    if known is None:
        raise NotFoundError(NO_SUCH_LEAD)
    lead, meeting = changing.locked(uow, known)
    if changing.is_over(meeting, now):
        raise DibsError(NO_LONGER)
    changing.refuse_if_elsewhere(meeting)
    return uow.people.rep(who.rep_id), lead, meeting


def refuse_if_settled(uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> Rep:
    """Several may have been asked, and one of them was quicker; else whoever was to meet them.

    Raises:
        DibsError: all is well with it by now.
    """
    host = uow.people.rep(meeting.rep_id)
    if not what_is_wrong(host, meeting, lead, now):
        raise DibsError(NO_LONGER)
    return host


def correct(services: Services, slack_id: str, meeting_ids: Sequence[int], *, channel: str, ts: str) -> None:
    """The message with those meetings shows what became of them."""
    now = services.now()
    with services.unit_of_work() as uow:
        rep, listed, last = uow.people.rep(actor(uow, slack_id).rep_id), list[Stranded](), None
        for meeting in filter(None, (uow.meetings.get(number) for number in meeting_ids[:IN_ONE])):
            lead = uow.leads.get(changing.lead_of(uow, meeting))
            if lead is not None and is_for(uow, slack_id, meeting):
                host = uow.people.rep(meeting.rep_id)
                why = what_is_wrong(host, meeting, lead, now)
                listed.append(shown(uow, rep, Case(meeting, lead, host, why, "")))
                last = lead
        if last is not None and channel and ts:
            speech.edit(uow, last, channel=channel, ts=ts, message=views.stranded(listed, rep.time_zone), now=now)
            uow.commit()


def is_for(uow: UnitOfWork, slack_id: str, meeting: Meeting) -> bool:
    """Buttons come back from outside: only what the presser may see is shown again."""
    try:
        changing.of_theirs(uow, actor(uow, slack_id), meeting)
    except DibsError:
        return False
    return True
