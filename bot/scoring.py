"""Scores a lead and keeps the receipt."""

from datetime import datetime

from bot.rules.scoring import Receipt
from bot.services import Services
from store.models import Evaluation, Lead
from store.unit_of_work import UnitOfWork


def keep(
    services: Services, uow: UnitOfWork, lead: Lead, receipt: Receipt, *, cause: str, now: datetime
) -> None:  # fmt: skip
    """The lead has this score from now on, and anybody can read why."""
    lead.score = receipt.score
    factors = [{"name": one.name, "points": one.points, "kind": one.kind} for one in receipt.factors]
    uow.session.add(Evaluation(
        lead_id=lead.id or 0, score=receipt.score, fit=receipt.fit, engagement=receipt.engagement,
        playbook=services.playbook.version, cause=cause, factors=factors, at=now,
    ))  # fmt: skip
