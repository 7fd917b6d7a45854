"""What is known of a lead now, as if it had just arrived with it: the form in which rules ask about people."""

from bot.rules.cleaning.lead import CleanLead
from store.models import Lead


def clean_of(lead: Lead) -> CleanLead:
    return CleanLead(
        name=lead.name, email=lead.email, phone=lead.phone, company=lead.company, title=lead.title,
        country=lead.country, source=lead.source, campaign=lead.campaign, message=lead.message, consent=lead.consent,
        fields=lead.fields, website=lead.website, profile=lead.profile,
    )  # fmt: skip
