"""Everybody hears of a meeting: the rep privately, the team in the thread, the lead by letter with a calendar entry.

Whoever calls holds the lead locked.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from bot import speech
from bot.actors import sees
from bot.contact import queueing
from bot.contact.gate import recipient_of
from bot.contact.queueing import Draft
from bot.meetings import pages
from bot.rules.consent import said_on
from bot.rules.meetings import entries, letters
from bot.rules.meetings.entries import Entry, Invited
from bot.rules.meetings.letters import ASKED, HANDED, PLACED, REMINDER, Facts
from bot.rules.person_names import first_name
from bot.rules.sequences.templates import harmless
from bot.services import Services
from bot.views import kit
from bot.views import meetings as views
from bot.views import meetings_left as left
from bot.views.cards import title
from bot.views.kit import Strong
from bot.views.meetings import CANCELLED, Change, Guest
from store.models import Lead, LeadMessage, Meeting, Rep
from store.unit_of_work import UnitOfWork

MAIL = "email"
FILE = "meeting.ics"
NOT_WRITTEN = "They got no e-mail about it: "
NO_MAIL = f"{NOT_WRITTEN}e-mail is not set up here."
SOMEBODY = "Somebody"  # who booked with a link of their own, when their lead is another team's now
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
    """The rep and the thread. Why no letter left is told only to whoever may know the lead."""
    rep = uow.people.rep(meeting.rep_id)
    guest = guest_of(uow, rep, meeting, lead)
    speech.log(uow, lead, views.line(meeting, lead, rep.name, change), now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_home(uow, rep.slack_id, now)
    if not change.by:  # who did it themselves knows
        said = warning if guest.is_known or warning == NO_MAIL else ""
        speech.tell(uow, rep.slack_id, views.told(meeting, guest, change, rep.time_zone, warning=said), now)


def placed(services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, *, now: datetime) -> None:
    """Its place was set: the lead has it by letter, the rep the message with what stands now."""
    rep = uow.people.rep(meeting.rep_id)
    warning = write(services, uow, lead, meeting, PLACED, now=now, is_ours=True)
    guest = guest_of(uow, rep, meeting, lead)
    said = warning if guest.is_known or warning == NO_MAIL else ""
    speech.tell(uow, rep.slack_id, views.placed(meeting, guest, warning=said, is_written=not warning), now)


def handed(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, host: Rep, *, now: datetime
) -> None:  # fmt: skip
    """Somebody else than `host` meets them: the lead, the thread, the host and the new rep hear of it."""
    rep = uow.people.rep(meeting.rep_id)
    warning = write(services, uow, lead, meeting, HANDED, now=now, is_ours=True, before=host)
    speech.log(uow, lead, left.handed_line(meeting, rep.name, host.name), now)
    if host.is_active:
        guest = guest_of(uow, host, meeting, lead)
        speech.tell(uow, host.slack_id, left.handed(meeting, guest, rep.name, host.time_zone), now)
    guest = guest_of(uow, rep, meeting, lead)
    change = Change(HANDED, why=host.name)
    speech.tell(uow, rep.slack_id, views.told(meeting, guest, change, rep.time_zone, warning=warning), now)
    show(uow, lead, (host, rep), now)


def asked(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, *, host: Rep, by: Rep, link: str, now: datetime
) -> None:  # fmt: skip
    """It is off, and they choose one of the times of `by`."""
    warning = write(services, uow, lead, meeting, ASKED, now=now, is_ours=True, before=host, by=by, book_url=link)
    speech.log(uow, lead, left.asked_line(meeting, lead.name or "the lead", by.name, host.name), now)
    if warning:
        speech.tell(uow, by.slack_id, kit.say(Strong(title(lead)), f": {warning}"), now)
    show(uow, lead, (host, by), now)


def show(uow: UnitOfWork, lead: Lead, reps: Sequence[Rep], now: datetime) -> None:
    speech.refresh_card(uow, lead, now)
    for rep in reps:
        speech.refresh_home(uow, rep.slack_id, now)


def guest_of(uow: UnitOfWork, rep: Rep, meeting: Meeting, lead: Lead) -> Guest:
    """Whom the rep meets, as they may know it: the lead if it is theirs to see, else what the visitor typed."""
    if sees(uow, rep.slack_id, lead):
        label = f"{lead.name}, {lead.company}" if lead.company else lead.name
        return Guest(title(lead), lead.name or "the lead", label or "a lead", is_known=True)
    said = meeting.guest or SOMEBODY
    return Guest(said, said, said)


def write(
    services: Services, uow: UnitOfWork, lead: Lead, meeting: Meeting, what: str, *, now: datetime,
    is_ours: bool = False, before: Rep | None = None, by: Rep | None = None, book_url: str = "",
) -> str:  # fmt: skip
    """The letter to the lead; why there is none, in a sentence for the rep, or ""."""
    if MAIL not in services.outside.channels:
        return NO_MAIL
    if not is_ours and what != REMINDER and had_enough(uow, lead, now):
        return NOT_WRITTEN + "it would be one too many within a day. Make sure that it was them who booked."
    rep = uow.people.rep(meeting.rep_id)
    facts = facts_of(services, uow, lead, meeting, rep, is_ours=is_ours)
    facts = replace(facts, book_url=book_url or facts.book_url, before=before.name if before else "")
    letter = letters.letter(what, replace(facts, host=by.name) if by else facts)
    done = queueing.queue(services, uow, lead, Draft(
        MAIL, "meeting", letter.text, letter.subject, once=f"meeting:{meeting.id}:{what}:{meeting.revision}",
        rep_id=by.id if by else rep.id, attachments=(attachment(services, lead, meeting, rep),),
        basis=f"they booked the meeting on {said_on(meeting.booked_at)}",
    ), now)  # fmt: skip
    return "" if isinstance(done, LeadMessage) else NOT_WRITTEN + done


def write_enough(
    services: Services, uow: UnitOfWork, lead: Lead, rep: Rep, *, wanted: datetime, coming: Sequence[Meeting],
    now: datetime,
) -> None:  # fmt: skip
    """To the address: it has so many meetings that one more was not booked. Once a day."""
    zone = coming[0].zone
    listed = [(letters.spoken(one.starts_at, zone), pages.of_meeting(services.outside, one)) for one in coming]
    letter = letters.enough(greeting(lead), rep.name, letters.spoken(wanted, zone), listed)
    if not had_enough(uow, lead, now):
        queueing.queue(services, uow, lead, Draft(
            MAIL, "meeting", letter.text, letter.subject, once=f"meeting:enough:{lead.id}:{now:%Y-%m-%d}",
            rep_id=rep.id, basis=f"somebody asked for a meeting in their name on {said_on(now)}",
        ), now)  # fmt: skip


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
    """Their first name, if it is one and nothing else."""
    return harmless(first_name(lead.name))


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


def entry_for_rep(services: Services, meeting: Meeting, guest: Guest) -> Entry:
    """Only who and where: no notes leave by a feed."""
    return Entry(
        uid_of(services, meeting), meeting.starts_at, meeting.ends_at, f"Meeting with {guest.label}",
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
