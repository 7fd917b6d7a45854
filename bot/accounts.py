"""Which customer a lead belongs to, who else of them is known, and who of those that decide is still missing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot import speech
from bot.rules.accounts import account_of, bare_company, goes_with
from bot.rules.committee import missing, roles_of
from bot.rules.matching import blocks_of
from bot.services import Services
from bot.views import committee as views
from bot.views.committee import Committee, Member
from bot.views.kit import Piece
from store.models import Lead
from store.unit_of_work import UnitOfWork

MOST_CARDS = 10  # brought up to date when somebody joins their account


def account_for(uow: UnitOfWork, email: str | None, company: str | None) -> str | None:
    """The account of somebody with this address at this company; what is learned about names is kept."""
    return settle(uow, [(account_of(email, company), company)])[0]


def place(uow: UnitOfWork, lead: Lead) -> None:
    """Where the lead belongs, by its address and the name of its company, and whom it is compared with there."""
    lead.account = account_for(uow, lead.email, lead.company)
    lead.person_block, lead.company_block = blocks_of(lead.name, lead.company, lead.account)


def settle(uow: UnitOfWork, pairs: Sequence[tuple[str | None, str | None]]) -> list[str | None]:
    """The accounts of many at once: for each, what `account_of` says of them, and the company's name.

    A business address says which account a company's name means; whoever gives no such address is found by the name.
    """
    named = [(account, bare_company(company or "")) for account, company in pairs]
    known = uow.accounts.known({name for _, name in named if name})
    told = {
        name: account
        for account, name in reversed(named)  # of several the first holds
        if account and name and account != name and name not in known and goes_with(name, account)
    }
    if told:
        learned = uow.accounts.learn(told)
        adopt(uow, learned)
        known |= uow.accounts.known(told.keys() - learned.keys()) | learned
    return [known.get(name, account) if name and account == name else account for account, name in named]


def adopt(uow: UnitOfWork, learned: Mapping[str, str]) -> None:
    """Those who came before under the company's name alone belong to its account as well."""
    for lead in uow.accounts.under_names(learned.keys()):
        lead.account = learned[lead.account or ""]
        lead.person_block, lead.company_block = blocks_of(lead.name, lead.company, lead.account)


def joined(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """One more of the account: the cards of the others say so."""
    if lead.account is None:
        return
    others = (one for one in uow.accounts.people(lead.account, besides=lead.id) if one.closed_at is None)
    for one in islice((one for one in others if not one.is_quiet), MOST_CARDS):
        speech.refresh_card(uow, one, now)


def line(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """On the card of everybody of the account; nothing while they are the only one."""
    others = uow.accounts.people(lead.account, besides=lead.id) if lead.account else []
    return views.line(committee(services, uow, lead, others)) if others else ()


def committee(services: Services, uow: UnitOfWork, lead: Lead, others: Sequence[Lead]) -> Committee:
    roles = services.playbook.committee.roles
    owners = uow.people.reps({one.owner_id for one in (lead, *others) if one.owner_id})
    near = [one for one in others if one.team_id == lead.team_id]
    members = (Member(one.id or 0, one.name, one.title or "", roles_of(one.title, roles)) for one in near)
    owner = owners.get(lead.owner_id or 0)
    return Committee(
        lead.company or lead.account or "", tuple(sorted(members, key=lambda one: not one.roles)),
        roles_of(lead.title, roles), missing([one.title for one in (lead, *others)], roles),
        tuple(sorted(rep.name for rep in owners.values())),
        elsewhere=len(others) - len(near), owner=owner.name if owner else "",
    )  # fmt: skip
