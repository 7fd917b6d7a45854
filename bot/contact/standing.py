"""What people allowed and withdrew, as it was recorded: the rows below the gate, and below those who write them."""

from datetime import datetime

from bot.contact.addresses import names_now, said_for
from bot.rules import consent as rules
from bot.rules.consent import Said, Standing
from store.models import Consent, Lead
from store.unit_of_work import UnitOfWork


def standings(uow: UnitOfWork, lead: Lead) -> dict[str, Standing]:
    """What holds for each channel of which anything is known."""
    return {channel: standing(uow, lead, row) for channel, row in newest(uow, lead).items()}


def newest(uow: UnitOfWork, lead: Lead) -> dict[str, Consent]:
    """By channel, the person's last word that is about the address they have now; one about another only if none is."""
    return uow.consents.newest(lead, set(names_now(uow, lead).values()), least=rules.UNPROVED)


def standing(uow: UnitOfWork, lead: Lead, row: Consent) -> Standing:
    by = uow.people.rep(row.rep_id).name if row.rep_id else ""
    is_for_another = row.is_given and row.recipient != names_now(uow, lead).get(row.channel, "")
    return Standing(
        row.channel, row.is_given, row.basis, row.wording, row.source, row.at, by, is_for_another
    )  # fmt: skip


def keep(uow: UnitOfWork, lead: Lead, said: Said, at: datetime, *, rep_id: int | None = None) -> None:
    """From now on this holds, at whichever of the person's leads somebody looks; all of them are locked."""
    uow.consents.add(row_of(uow, lead, said, at, rep_id=rep_id))
    if said.channel == "email":
        lead.consent = said.is_given
        uow.consents.mirror(lead, said.is_given)


def row_of(uow: UnitOfWork, lead: Lead, said: Said, at: datetime, *, rep_id: int | None = None) -> Consent:
    """Their word, with the address that it is about."""
    return Consent(
        lead_id=lead.id or 0, channel=said.channel, is_given=said.is_given, basis=said.basis, wording=said.wording,
        recipient=said_for(uow, lead, said.channel), source=said.source, rep_id=rep_id, at=at,
    )  # fmt: skip
