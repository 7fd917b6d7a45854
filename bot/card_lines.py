"""What stands on a card besides who the lead is and whose: a line from everyone who knows something about it."""

from bot import accounts, consents, deals
from bot.qualification import levels
from bot.services import Services
from bot.views import duplicates as duplicate_views
from bot.views import edits as edit_views
from bot.views import forgoing as forgoing_views
from bot.views.kit import Piece
from store.models import Lead
from store.unit_of_work import UnitOfWork

Line = tuple[Piece, ...]


def of(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Line, ...]:
    """The most important first; whoever has nothing to say about this lead leaves its line out."""
    deal = deals.line(services, uow, lead)
    lines: list[Line] = [
        deal if lead.closed_at else (),  # how it ended comes first
        edit_views.odd(lead), duplicate_views.perhaps(lead, uow.duplicates.open_about(lead)),
        consents.line(services, uow, lead), levels.line(services, uow, lead), forgoing_views.line(lead),
        () if lead.closed_at else deal, accounts.line(services, uow, lead),
    ]  # fmt: skip
    return tuple(line for line in lines if line)
