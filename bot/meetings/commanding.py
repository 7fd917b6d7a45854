"""A rep looks after their own booking page: whether it is open, where they meet, and which calendar is kept free."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from bot import speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.meetings import pages
from bot.rules.cleaning.lead import clean_text
from bot.rules.meetings import addresses
from bot.rules.policy import require
from bot.services import Services
from bot.views import meetings as views
from bot.views.cards import title
from bot.views.meetings import PLACE_MAX, OwnPage
from store.models import BookingPage, Lead, Rep
from store.unit_of_work import UnitOfWork


def own(services: Services, slack_id: str) -> OwnPage:
    """The actor's page as it is, made if they had none."""
    with own_page(services, slack_id) as (uow, rep, page):
        found = shown(services, rep, page)
        uow.commit()
        return found


def for_lead(services: Services, slack_id: str, lead_id: int) -> OwnPage:
    """The link by which this lead books with the actor.

    Raises:
        NotAllowedError: they may not see the lead.
    """
    with own_page(services, slack_id) as (uow, rep, page):
        lead = lead_for(uow, actor(uow, slack_id), "note", lead_id)
        found = shown(services, rep, page, lead=lead, link=pages.link_for(services, uow, rep.id or 0, lead))
        uow.commit()
        return found


def shown(services: Services, rep: Rep, page: BookingPage, *, lead: Lead | None = None, link: str = "") -> OwnPage:
    outside, rules = services.outside, services.playbook.meetings
    has_address = bool(outside.public_url)
    return OwnPage(
        pages.public(outside, page) if has_address else "", pages.feed(outside, page) if has_address else "",
        page.is_open, page.place, rules.place, host_of(page.calendar_url), page.fetched_at, page.trouble,
        rules.minutes, rep.time_zone, page.calendar_url, title(lead) if lead else "", link,
    )  # fmt: skip


def host_of(url: str) -> str:
    """All that is shown of an address that is like a key."""
    return urlsplit(url).hostname or "" if url else ""


def switch(services: Services, slack_id: str, *, is_open: bool, channel: str = "") -> None:
    """Nobody books while it is closed; what is booked stays."""
    now = services.now()
    with own_page(services, slack_id) as (uow, rep, page):
        page.is_open = is_open
        tell(services, uow, rep, page, channel=channel, now=now)


def renew(services: Services, slack_id: str, which: str) -> None:
    """Page, feed or both have other addresses from now on, and the old ones lead nowhere."""
    now = services.now()
    with own_page(services, slack_id) as (uow, rep, page):
        if which != views.FEED:
            page.token = pages.fresh_token()
        if which != views.PAGE:
            page.feed_token = pages.fresh_token()
        tell(services, uow, rep, page, now=now)


def save(services: Services, slack_id: str, place: str, calendar_url: str) -> None:
    """Where the rep meets, and which calendar is kept free.

    Raises:
        InvalidInputError: no calendar can be at that address.
    """
    now, url = services.now(), addresses.spelled(calendar_url)
    refusal = addresses.mistake(url) if url else ""
    if refusal:
        raise InvalidInputError([Problem("calendar_url", refusal)])
    with own_page(services, slack_id) as (uow, rep, page):
        page.place = clean_text(place, limit=PLACE_MAX)
        if url != page.calendar_url:
            uow.meetings.forget_busy(rep.id or 0)
            page.calendar_url, page.trouble, page.fetched_at = url, "", None
            page.fetch_at = now if url else None
        tell(services, uow, rep, page, now=now)


def tell(
    services: Services, uow: UnitOfWork, rep: Rep, page: BookingPage, *, now: datetime, channel: str = ""
) -> None:  # fmt: skip
    uow.session.add(page)
    message = views.own(shown(services, rep, page))
    speech.tell_where(uow, channel=channel, slack_id=rep.slack_id, message=message, now=now)
    uow.commit()


@contextmanager
def own_page(services: Services, slack_id: str) -> Iterator[tuple[UnitOfWork, Rep, BookingPage]]:
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "booking")
        yield uow, uow.people.rep(who.rep_id), pages.page_of(uow, who.rep_id)
