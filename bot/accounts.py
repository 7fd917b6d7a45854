"""Which customer a lead belongs to, who else of them is known, and who of those that decide is still missing."""

from collections.abc import Mapping, Sequence

from bot.rules.accounts import account_of, bare_company, goes_with
from bot.rules.matching import blocks_of
from store.unit_of_work import UnitOfWork


def account_for(uow: UnitOfWork, email: str | None, company: str | None) -> str | None:
    """The account of somebody with this address at this company; what is learned about names is kept."""
    return settle(uow, [(account_of(email, company), company)])[0]


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
