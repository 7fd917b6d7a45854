"""A lead's own working hours, as far as they are known."""

from bot.rules.sequences.hours import LeadClock, clock_of
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork


def of_lead(services: Services, uow: UnitOfWork, lead: Lead) -> LeadClock | None:
    """None when nobody knows where they are, and the playbook says not to write then."""
    team = services.playbook.team(uow.people.team(lead.team_id).name)
    return clock_of(
        services.playbook.contact, profile=lead.profile, country=lead.country, phone=lead.phone, team_zone=team.zone
    )  # fmt: skip
