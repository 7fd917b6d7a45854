"""Who works for whom: a rep's cover acts on the rep's leads for as long as the rep is away, and no longer."""

from datetime import datetime

from bot import speech
from store.models import Rep
from store.unit_of_work import UnitOfWork

MOST_CARDS = 200  # of an owner who goes or comes back


def is_away(rep: Rep, now: datetime) -> bool:
    return rep.away_until is not None and rep.away_until > now


def cover_of(uow: UnitOfWork, rep: Rep, now: datetime) -> Rep | None:
    """Who works for the rep now: their cover while they are away, if the cover is here and may still."""
    cover = named_cover(uow, rep) if is_away(rep, now) else None
    return cover if cover and not is_away(cover, now) else None


def named_cover(uow: UnitOfWork, rep: Rep) -> Rep | None:
    """Who would work for the rep, whether or not either of them is here."""
    cover = uow.people.rep(rep.cover_id) if rep.cover_id is not None else None
    return cover if cover and cover.is_active and may_cover(uow, rep, cover) else None


def may_cover(uow: UnitOfWork, rep: Rep, cover: Rep) -> bool:
    """Managers may, and whoever shares a team with the rep; for a manager, whoever is in any team."""
    if cover.role == "manager":
        return True
    seats = set(uow.teams.seats_of(cover.id or 0))
    return bool(seats if rep.role == "manager" else seats & set(uow.teams.seats_of(rep.id or 0)))


def at_the_desk(uow: UnitOfWork, rep: Rep, now: datetime) -> Rep:
    """Whoever hears of the rep's work now: the rep, or their cover."""
    return cover_of(uow, rep, now) or rep


def seat_lost(uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    """Whoever the rep covers for, or is covered by, may be of none of their teams any more: the cards say so."""
    for owner in (rep, *uow.teams.covered_by(rep.id or 0)):
        if is_away(owner, now):
            show(uow, owner, now)


def show(uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    """The rep goes, comes back or has another cover: the cards of their open leads say so, and both their Homes."""
    speech.refresh_home(uow, rep.slack_id, now)
    if rep.cover_id is not None:
        for lead in uow.leads.owned_by(rep.id or 0, limit=MOST_CARDS):
            speech.refresh_card(uow, lead, now)
