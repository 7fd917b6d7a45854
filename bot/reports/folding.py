"""Keeps the sums that reports read: what was written down since the last time is added to them, a slice at a time."""

from bot.reports import shares
from bot.services import Services
from store.reporting.folding import Folding

SLICE = 1000  # rows of each kind in one transaction, so that whoever writes meanwhile waits for a moment only
SLICES = 50  # in a row; what is left then is for the next time


def fold(services: Services) -> None:
    """Add what is in no sum yet; sums by the calendar of another zone than the playbook's are made anew."""
    shares.mark(services)
    zone = services.playbook.report_zone
    if not is_due(services, zone):
        return
    for _ in range(SLICES):
        if fold_slice(services, zone) < SLICE:
            return


def is_due(services: Services, zone: str) -> bool:
    with services.reading() as uow:
        return Folding(uow.session, locks_rows=uow.locks_rows).is_due(zone)


def fold_slice(services: Services, zone: str, *, limit: int = SLICE) -> int:
    """How many rows there were; one transaction, so that a sum never has a row twice."""
    with services.unit_of_work() as uow:
        found = Folding(uow.session, locks_rows=uow.locks_rows).slice(zone, limit=limit)
        uow.commit()
        return found
