"""A step's text filled in for one lead, as it would read now."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.meetings import pages
from bot.playbook.sequences import Booking, Email, Sms, Variant
from bot.rules.person_names import first_name
from bot.rules.sequences.templates import harmless, placeholder, render
from bot.sequences import clocks
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork

LINK = "booking_link"
Writing = Email | Sms | Booking


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    content: str  # the fingerprint of the step's own words: the same for all its variants and for everybody


def rendered(
    services: Services, uow: UnitOfWork, lead: Lead, step: Writing, *, variant: str = "", is_shown_only: bool = False
) -> Rendered:  # fmt: skip
    """The step's subject and text for this lead; of a variant that is not there any more, the step's own.

    What is only shown to a colleague says that there is a link, and has none that would book in the lead's name.

    Raises:
        CannotRenderError: with a sentence.
    """
    subject, text = words_of(step, variant)
    values = values_for(services, uow, lead, subject + text, is_shown_only=is_shown_only)
    return Rendered(render(subject, values) if subject else "", render(text, values), content_of(step))


def words_of(step: Writing, variant: str) -> tuple[str, str]:
    subject = step.subject if isinstance(step, Email | Booking) else ""
    variants: tuple[Variant, ...] = () if isinstance(step, Booking) else step.variants
    chosen = next((one for one in variants if one.name == variant), None)
    if chosen is None:
        return subject, step.text
    return chosen.subject or subject, chosen.text or step.text


def content_of(step: Writing) -> str:
    """What must not come twice: the template, whatever the step is called and whichever sequence has it."""
    subject = step.subject if isinstance(step, Email | Booking) else ""
    return hashlib.sha256(f"{channel_of(step)}\n{subject}\n{step.text}".encode()).hexdigest()


def channel_of(step: Writing) -> str:
    return step.channel if isinstance(step, Booking) else step.kind


def values_for(
    services: Services, uow: UnitOfWork, lead: Lead, asks: str, *, is_shown_only: bool = False
) -> dict[str, str]:  # fmt: skip
    """What the template `asks` for, as far as that takes a look elsewhere; what nobody knows is empty."""
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    at, place = meeting_of(services, uow, lead) if "meeting_" in asks else ("", "")
    return {
        "first_name": harmless(first_name(lead.name)), "name": harmless(lead.name),
        "company": harmless(lead.company or "", domain=(lead.email or "").rpartition("@")[2]),
        "title": harmless(lead.title or ""), "stage": lead.stage, "source": harmless(lead.source),
        "sender_name": owner.name if owner else our_name(services), "team": uow.people.team(lead.team_id).name,
        LINK: link(services, uow, lead, is_shown_only=is_shown_only) if LINK in asks else "",
        "meeting_time": at, "meeting_place": place, "pricing_link": services.outside.pricing_url,
    }  # fmt: skip


def our_name(services: Services) -> str:
    """Who writes to leads that nobody owns: the name before the address that letters come from."""
    name, is_named, _ = services.outside.mail_from.partition("<")
    return name.strip().strip('"') if is_named else ""


def link(services: Services, uow: UnitOfWork, lead: Lead, *, is_shown_only: bool) -> str:
    if is_shown_only:
        return placeholder(LINK) if may_book(services, uow, lead) else ""
    return booking_link(services, uow, lead)


def may_book(services: Services, uow: UnitOfWork, lead: Lead) -> bool:
    """Whether there would be a link, without making one."""
    if lead.owner_id is None or not services.outside.public_url:
        return False
    page = uow.meetings.page(lead.owner_id)
    return uow.people.rep(lead.owner_id).is_active and (page is None or page.is_open)


def booking_link(services: Services, uow: UnitOfWork, lead: Lead) -> str:
    """Empty where there is no page: nobody owns the lead, theirs is closed, or we have no address in the web."""
    if lead.owner_id is None or not services.outside.public_url:
        return ""
    return pages.link_for(services, uow, lead.owner_id, lead)


def meeting_of(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[str, str]:
    """When their last meeting was or will be, as their own clock shows it, and where."""
    meeting = uow.enrolments.last_meeting(lead.id or 0)
    if meeting is None:
        return "", ""
    clock = clocks.of_lead(services, uow, lead)
    return spoken(meeting.starts_at, meeting.zone or (clock.zone if clock else "UTC")), meeting.place


def spoken(moment: datetime, zone: str) -> str:
    """As it is written in a letter: Tuesday, 24 November, 10:30."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%A, %-d %B, %H:%M")
