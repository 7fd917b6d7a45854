"""Everybody hears of a meeting: the rep privately, the team in the thread, the lead by letter with a calendar entry.

Whoever calls holds the lead locked.
"""

import hashlib
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from bot import speech
from bot.contact import queueing
from bot.contact.gate import recipient_of
from bot.contact.queueing import Draft
from bot.meetings import pages
from bot.rules.consent import said_on
from bot.rules.meetings import entries, letters
from bot.rules.meetings.entries import Entry, Invited
from bot.rules.meetings.letters import REMINDER, Facts
from bot.rules.person_names import read_name
from bot.rules.sequences.templates import harmless
from bot.services import Services
from bot.views import meetings as views
from bot.views.meetings import CANCELLED, Change
from store.models import Lead, LeadMessage, Meeting, Rep
from store.unit_of_work import UnitOfWork

MAIL = "email"
FILE = "meeting.ics"
NOT_WRITTEN = "They got no e-mail about it: "
# Whoever books on a public page may write anybody's address: from us nobody gets more of these.
A_DAY, MOST_A_DAY = timedelta(days=1), 12


def everybody(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, change: Change, *, now: datetime
) -> None:  # fmt: skip
    """It was booked, moved or cancelled."""
    warning = write(services, uow, lead, meeting, change.what, now=now, is_ours=bool(change.by))
    us(uow, lead, meeting, change, now=now, warning=warning)


def us(
    uow: UnitOfWork, lead: Lead, meeting: Meeting, change: Change, *, now: datetime, warning: str = ""
) -> None:  # fmt: skip
    """The rep and the thread."""
    rep = uow.people.rep(meeting.rep_id)
    speech.log(uow, lead, views.line(meeting, lead, rep.name, change), now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_home(uow, rep.slack_id, now)
    if not change.by:  # who did it themselves knows
        speech.tell(uow, rep.slack_id, views.told(meeting, lead, change, rep.time_zone, warning=warning), now)


def write(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, what: str, *, now: datetime,
    is_ours: bool = False,
) -> str:  # fmt: skip
    """The letter to the lead; why there is none, in a sentence for the rep, or ""."""
    if MAIL not in services.outside.channels:
        return NOT_WRITTEN + "e-mail is not set up here."
    if not is_ours and what != REMINDER and had_enough(uow, lead, now):
        return NOT_WRITTEN + "it would be one too many within a day. Make sure that it was them who booked."
    rep = uow.people.rep(meeting.rep_id)
    letter = letters.letter(what, facts_of(services, uow, lead, meeting, rep, is_ours=is_ours))
    done = queueing.queue(services, uow, lead, Draft(
        MAIL, "meeting", letter.text, letter.subject, once=f"meeting:{meeting.id}:{what}:{meeting.revision}",
        rep_id=rep.id, attachments=(attachment(services, lead, meeting, rep),),
        basis=f"they booked the meeting on {said_on(meeting.booked_at)}",
    ), now)  # fmt: skip
    return "" if isinstance(done, LeadMessage) else NOT_WRITTEN + done


def had_enough(uow: UnitOfWork, lead: Lead, now: datetime) -> bool:
    if not lead.email:
        return False
    return uow.messages.count_to(recipient_of(uow, MAIL, lead.email), "meeting", since=now - A_DAY) >= MOST_A_DAY


def facts_of(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, rep: Rep, *, is_ours: bool = False
) -> Facts:
    return Facts(
        greeting(lead), rep.name, meeting.starts_at, meeting.ends_at, meeting.zone, meeting.place,
        pages.of_meeting(services.outside, meeting) if meeting.status == "booked" else "",
        pages.link_for(services, uow, rep.id or 0, lead), is_ours,
    )  # fmt: skip


def greeting(lead: Lead) -> str:
    """Their first name where it is certain, else nothing: better no name than a wrong one."""
    read = read_name(lead.name)
    if read.is_guess or len(read.first) < 2:
        return ""
    return harmless(next((word for word in lead.name.split() if word.casefold() == read.first.casefold()), ""))


# --- the calendar entry


def attachment(services: Services, lead: Lead, meeting: Meeting, rep: Rep) -> dict[str, Any]:
    entry = entry_for_lead(services, meeting, rep)
    invited = invited_to(services, lead, rep)
    method = entries.method_of(entry, invited)
    return {
        "name": FILE, "type": f"text/calendar; method={method}",
        "content": entries.invitation(entry, invited),
    }  # fmt: skip


def entry_for_lead(services: Services, meeting: Meeting, rep: Rep) -> Entry:
    url = pages.of_meeting(services.outside, meeting)
    return Entry(
        uid_of(services, meeting), meeting.starts_at, meeting.ends_at, f"Meeting with {rep.name}", meeting.revision,
        meeting.booked_at, meeting.place, f"Move or cancel it: {url}" if url else "",
        is_cancelled=meeting.status == CANCELLED,
    )  # fmt: skip


def entry_for_rep(services: Services, meeting: Meeting, lead: Lead) -> Entry:
    """Only who and where: no notes leave by a feed."""
    who = f"{lead.name}, {lead.company}" if lead.company else lead.name
    return Entry(
        uid_of(services, meeting), meeting.starts_at, meeting.ends_at, f"Meeting with {who or 'a lead'}",
        meeting.revision, meeting.booked_at, meeting.place,
    )  # fmt: skip


def uid_of(services: Services, meeting: Meeting) -> str:
    """The same for good, whatever becomes of it; nobody can tell the key of its page from it."""
    print_of_key = hashlib.sha256(f"uid:{meeting.key}".encode()).hexdigest()[:20]
    return f"{print_of_key}@{urlsplit(services.outside.public_url).hostname or 'dibs'}"


def invited_to(services: Services, lead: Lead, rep: Rep) -> Invited | None:
    """Nobody, while nobody said under which address we write."""
    _, ours = parseaddr(services.outside.mail_from)
    return Invited(ours, rep.name, lead.email, harmless(lead.name)) if ours and lead.email else None


def file_of(services: Services, meeting: Meeting, rep: Rep) -> str:
    """The entry to be downloaded, with a bell as long before as the playbook reminds."""
    minutes = services.playbook.meetings.remind_minutes
    entry = entry_for_lead(services, meeting, rep)
    return entries.invitation(entry, None, alarm=timedelta(minutes=minutes) if minutes else None)
