"""Where a rep's booking page, a lead's personal link and a meeting's own page are."""

from dataclasses import dataclass
from secrets import token_urlsafe

from bot.contact import links
from bot.contact.outside import Outside
from bot.services import Services
from store.models import BookingPage, Lead, Meeting, Rep
from store.unit_of_work import UnitOfWork

PERSONAL = "booking"  # the kind of link that knows the lead
TOKEN_BYTES = 18
TOKEN_MAX = 64


@dataclass(frozen=True)
class Host:
    """A rep whose page is open, and the page."""

    rep: Rep
    page: BookingPage


def page_of(uow: UnitOfWork, rep_id: int) -> BookingPage:
    """The rep's page, made if there was none; in a transaction that may write."""
    return uow.meetings.page(rep_id) or uow.meetings.open_page(rep_id, fresh_token(), fresh_token())


def fresh_token() -> str:
    return token_urlsafe(TOKEN_BYTES)


def host_at(uow: UnitOfWork, token: str) -> Host | None:
    """Whose page it is; nobody's when they closed it or left."""
    page = uow.meetings.page_at(token) if len(token) <= TOKEN_MAX else None
    rep = uow.people.rep(page.rep_id) if page is not None and page.is_open else None
    return Host(rep, page) if rep is not None and rep.is_active and page is not None else None


def left_at(uow: UnitOfWork, token: str) -> Rep | None:
    """Whose page it was, of a rep who has left."""
    page = uow.meetings.page_at(token) if len(token) <= TOKEN_MAX else None
    rep = uow.people.rep(page.rep_id) if page is not None else None
    return rep if rep is not None and not rep.is_active else None


def guest_of(uow: UnitOfWork, host: Host, signed: str) -> int | None:
    """The number of the lead whose personal link to this page it is."""
    read = links.read(uow, PERSONAL, signed)
    return read.number if read is not None and read.more.get("rep") == host.rep.id else None


def link_for(services: Services, uow: UnitOfWork, rep_id: int, lead: Lead) -> str:
    """Where this lead books a time with the rep, without typing anything; in a transaction that may write.

    "" while the rep's page is closed, or nobody said under which address our pages are.
    """
    if not services.outside.public_url:
        return ""
    page, rep = page_of(uow, rep_id), uow.people.rep(rep_id)
    if not page.is_open or not rep.is_active:
        return ""
    return f"{public(services.outside, page)}/{links.sign(uow, PERSONAL, lead.id or 0, rep=rep_id)}"


def public(outside: Outside, page: BookingPage) -> str:
    """Where anybody books a time with the rep."""
    return f"{outside.public_url}/book/{page.token}"


def feed(outside: Outside, page: BookingPage) -> str:
    """Where the rep's own calendar program reads their meetings and follow-ups."""
    return f"{outside.public_url}/calendars/{page.feed_token}.ics"


def of_meeting(outside: Outside, meeting: Meeting) -> str:
    """Where the visitor moves or cancels it; "" while nobody said under which address our pages are."""
    return f"{outside.public_url}/meetings/{meeting.key}" if outside.public_url else ""
