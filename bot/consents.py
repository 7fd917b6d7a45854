"""What people allowed and withdrew, channel by channel."""

from datetime import datetime

from bot.rules.cleaning import CleanLead
from store.models import Consent, Lead
from store.unit_of_work import UnitOfWork


def record_given(uow: UnitOfWork, lead: Lead, clean: CleanLead, now: datetime) -> None:
    """They said yes to e-mail when they came."""
    if clean.consent:
        uow.session.add(Consent(
            lead_id=lead.id or 0, channel="email", is_given=True, wording=clean.consent_wording, source=lead.source,
            at=now,
        ))  # fmt: skip
