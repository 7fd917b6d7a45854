"""What people allowed and withdrew, as it was recorded: the rows below the gate, and below those who write them."""

from datetime import datetime

from bot.rules.consent import Said, Standing
from store.models import Consent, Lead
from store.unit_of_work import UnitOfWork


def standings(uow: UnitOfWork, lead: Lead) -> dict[str, Standing]:
    """What holds for each channel of which anything is known."""
    return {channel: standing(uow, row) for channel, row in uow.consents.newest(lead).items()}


def standing(uow: UnitOfWork, row: Consent) -> Standing:
    by = uow.people.rep(row.rep_id).name if row.rep_id else ""
    return Standing(row.channel, row.is_given, row.basis, row.wording, row.source, row.at, by)


def keep(uow: UnitOfWork, lead: Lead, said: Said, at: datetime, *, rep_id: int | None = None) -> None:
    """From now on this holds, at whichever of the person's leads somebody looks; all of them are locked."""
    uow.consents.add(Consent(
        lead_id=lead.id or 0, channel=said.channel, is_given=said.is_given, basis=said.basis, wording=said.wording,
        source=said.source, rep_id=rep_id, at=at,
    ))  # fmt: skip
    if said.channel == "email":
        lead.consent = said.is_given
        uow.consents.mirror(lead, said.is_given)
