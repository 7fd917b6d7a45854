"""Who owns leads of this person or account already: they get the next one too, before any rule is asked."""

from dataclasses import dataclass
from datetime import datetime

from bot import covers, dealing, ownership
from bot.rules.dealing import OWNER, STICKY
from bot.rules.rotation import RULE
from bot.rules.routing import Route
from bot.services import Services
from store.ledger import Entry
from store.models import Lead, Rep, Team
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Known:
    """Whose the person or the account is, and the lead that says so."""

    rep: Rep
    earlier: Lead
    cover: Rep | None = None  # who works for them while they are away


def existing(services: Services, uow: UnitOfWork, lead: Lead, *, where: Route, now: datetime) -> Known | None:
    """The rep whose this lead is by rights; nobody when they left, take no leads now, or are away without cover."""
    if not (services.playbook.routing.existing_owner or is_sticky(uow, where)):
        return None
    return of_account(uow, lead, now)


def of_account(uow: UnitOfWork, lead: Lead, now: datetime) -> Known | None:
    if not uow.accounts.is_owned(lead.account, lead.email, lead.phone):
        return None
    for earlier in uow.leads.of_account(lead.account, lead.email, lead.phone):
        rep = uow.people.rep(earlier.owner_id or 0)
        seat = uow.people.membership(earlier.team_id, rep.id or 0)
        if not rep.is_active or seat is None or seat.is_paused or seat.set_aside_at:
            continue
        cover = covers.cover_of(uow, rep, now)
        if cover is not None or not covers.is_away(rep, now):
            return Known(rep, earlier, cover)
    return None


def is_sticky(uow: UnitOfWork, where: Route) -> bool:
    """Whether the route, its team or a manager says that accounts keep their owner."""
    team = None if where.names_mode else uow.people.team_named(where.team)
    return (team.mode if team and team.mode else where.mode) == STICKY


def team_of(uow: UnitOfWork, known: Known) -> Team:
    """The team of the earlier lead, locked."""
    return uow.people.team_for_decision(known.earlier.team_id)


def give(services: Services, uow: UnitOfWork, lead: Lead, known: Known, *, team: Team, now: datetime) -> None:
    """Outside the rotation: it costs nobody a turn."""
    dealing.assign(uow, lead, known.rep, now)
    facts = {"because": known.earlier.id or 0}
    if known.cover is not None:
        facts["cover"] = known.cover.id or 0
    entry = Entry(
        kind=OWNER, lead_id=lead.id, winner_id=known.rep.id, rule=RULE, playbook=services.playbook.version,
        route=lead.route_reason, mode=lead.route_mode, facts=facts,
    )  # fmt: skip
    uow.ledger.add(team, entry, at=now)
    ownership.begins(services, uow, lead, now)
