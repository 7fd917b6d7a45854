"""What can be wrong with a meeting that is to come, and who is to decide about it: read from what is true now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.covers import is_away, named_cover
from bot.views.meetings_left import AWAY, LEFT, OTHER
from store.models import Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

SOON = timedelta(days=1)  # before which managers hear of the meeting of a lead that is still going round
MANAGERS = "managers"


@dataclass(frozen=True)
class Case:
    """What is wrong with a meeting, and whose it is to answer."""

    meeting: Meeting
    lead: Lead
    host: Rep
    why: str
    to: str  # a rep's number, or the managers

    @property
    def key(self) -> str:
        return f"{self.why}:{self.to}"


def known_at_booking(uow: UnitOfWork, lead: Lead, meeting: Meeting, now: datetime) -> str:
    """Whoever has the lead when a meeting with somebody else is booked sees that in its thread, and is not asked."""
    case = case_of(uow, meeting, lead, now)
    return key_of(case)


def key_of(case: Case | None) -> str:
    return case.key if case else ""


def case_of(
    uow: UnitOfWork, meeting: Meeting, lead: Lead, now: datetime, *, known: Mapping[int, Rep] | None = None
) -> Case | None:  # fmt: skip
    """None while all is well, or while it is not clear yet who will have the lead. `known` are reps that were read."""
    host = (known or {}).get(meeting.rep_id) or uow.people.rep(meeting.rep_id)
    why = what_is_wrong(host, meeting, lead, now)
    if not why:
        return None
    owner = (known or {}).get(lead.owner_id) or uow.people.rep(lead.owner_id) if lead.owner_id else None
    if owner is not None and owner.is_active and owner.id != host.id:
        return Case(meeting, lead, host, why, str(owner.id))
    cover = named_cover(uow, host) if why == AWAY else None
    if cover is not None and not (cover.away_until and cover.away_until > meeting.starts_at):
        return Case(meeting, lead, host, why, str(cover.id))
    if why != AWAY and is_on_its_way(uow, lead, owner) and meeting.starts_at - now > SOON:
        return None
    return Case(meeting, lead, host, why, MANAGERS)


def what_is_wrong(host: Rep, meeting: Meeting, lead: Lead, now: datetime) -> str:
    if not host.is_active:
        return LEFT
    if is_away(host, now) and host.away_until is not None and host.away_until > meeting.starts_at:
        return AWAY
    return OTHER if lead.owner_id != host.id and lead.closed_at is None else ""


def is_on_its_way(uow: UnitOfWork, lead: Lead, owner: Rep | None) -> bool:
    """Whether somebody is about to have it: it is on offer, or what a leaver had is being handed over."""
    return uow.offers.open_for(lead.id or 0) is not None or (owner is not None and not owner.is_active)


def said_to(meeting: Meeting) -> str:
    """Why it was told of and to whom, without what they answered."""
    return ":".join(meeting.told.split(":")[:2])
