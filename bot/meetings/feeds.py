"""A rep's own feed: their meetings and follow-ups for the calendar they use, and nothing that anybody noted."""

from datetime import timedelta

from bot.errors import DibsError
from bot.meetings import telling
from bot.rules.meetings import entries
from bot.rules.meetings.entries import Entry
from bot.services import Services
from bot.views.reminders import KINDS
from store.models import FollowUp, Lead

PAST = timedelta(days=30)
LENGTH = timedelta(minutes=15)  # as which a follow-up is drawn
TOKEN_MAX = 64


class NoFeedError(DibsError):
    """There is no such feed, or its address was renewed."""


def feed(services: Services, token: str) -> str:
    """The calendar; the same as long as nothing in it changes.

    Raises:
        NoFeedError: nobody's, or of somebody who left.
    """
    now = services.now()
    with services.reading() as uow:
        page = uow.meetings.page_of_feed(token) if len(token) <= TOKEN_MAX else None
        rep = uow.people.rep(page.rep_id) if page is not None else None
        if rep is None or not rep.is_active:
            raise NoFeedError(str(NoFeedError.__doc__))
        met = [
            telling.entry_for_rep(services, meeting, telling.guest_of(uow, rep, meeting, lead))
            for meeting, lead in uow.meetings.of_rep(rep.id or 0, now - PAST)
        ]
        promised = [entry_of(one, lead) for one, lead in uow.meetings.promised(rep.id or 0, now - PAST)]
        return entries.feed(f"{rep.name}: leads", [*met, *promised])


def entry_of(follow_up: FollowUp, lead: Lead) -> Entry:
    """In nobody's way: it is a moment, not an appointment."""
    who = f"{lead.name}, {lead.company}" if lead.company else lead.name
    return Entry(
        f"follow-up-{follow_up.id}-{follow_up.created_at:%Y%m%d%H%M%S}@dibs", follow_up.due_at,
        follow_up.due_at + LENGTH, f"{KINDS.get(follow_up.kind, 'Task')}: {who or 'a lead'}",
        said_at=follow_up.created_at, is_busy=False,
    )  # fmt: skip
