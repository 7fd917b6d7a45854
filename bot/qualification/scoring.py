"""Scores a lead and keeps the receipt: on arrival, and whenever something happens that may change it.

Whoever calls holds the lead locked, or is just writing it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot import speech
from bot.qualification import levels
from bot.qualification.known import clean_of
from bot.rules.cleaning.lead import CleanLead
from bot.rules.scoring import Deed, Receipt, crosses_at, judge
from bot.rules.touches import known_as
from bot.sequences import enrolling, stirring
from bot.services import Services
from store.models import Evaluation, Lead
from store.scores import MOST_TOUCHES
from store.scores import Deed as Done
from store.unit_of_work import UnitOfWork

ARRIVED, TOUCH, EDITED, ANSWERED, FADED, RULES = "arrived", "touch", "edited", "answered", "faded", "rules"


def of_newcomer(services: Services, uow: UnitOfWork, clean: CleanLead, *, kind: str, now: datetime) -> Receipt:
    """A lead that is about to be written: that it came counts, and what it did before it said who it is."""
    scoring = services.playbook.scoring
    if not scoring.engagement:
        return judge(clean, scoring)
    names = known_as(clean.email, clean.visitor)
    earlier = uow.touches.anonymous(names, limit=MOST_TOUCHES) if names else []
    return judge(clean, scoring, [Done(kind, "", now), *earlier], now)


def keep(
    services: Services, uow: UnitOfWork, lead: Lead, receipt: Receipt, *, cause: str, now: datetime, tells: bool = True
) -> None:  # fmt: skip
    """The lead has this score from now on, and anybody can read why."""
    lead.score = receipt.score
    deeds = uow.scores.deeds([lead.id or 0]).get(lead.id or 0, []) if receipt.engagement else []
    lead.rescore_at = next_look(services, lead, receipt, deeds, now)
    values = record(services, lead.id or 0, receipt, cause=cause, now=now)
    uow.scores.add(Evaluation(**values))
    levels.follow_score(services, uow, lead, now, tells=tells and cause != RULES)


def record(services: Services, lead_id: int, receipt: Receipt, *, cause: str, now: datetime) -> dict[str, Any]:
    """The row of an evaluation, also for those who write many at once."""
    return {
        "lead_id": lead_id, "score": receipt.score, "fit": receipt.fit, "engagement": receipt.engagement,
        "playbook": services.playbook.version, "cause": cause, "at": now,
        "factors": [one._asdict() for one in receipt.factors],
    }  # fmt: skip


def again(
    services: Services, uow: UnitOfWork, lead: Lead, *, cause: str, now: datetime, tells: bool = True
) -> bool:  # fmt: skip
    """Something may have changed how good the lead is; False when nothing did, and nothing is written then.

    With `tells`, its thread hears that it has become an MQL.
    A closed lead keeps the score that it had: calibration compares it with how it ended.
    """
    if lead.closed_at is not None or lead.state != "live":
        lead.rescore_at = None
        return False
    lead_id = lead.id or 0
    deeds = uow.scores.deeds([lead_id]).get(lead_id, [])
    receipt = evaluate(services, lead, deeds, uow.scores.answers([lead_id]).get(lead_id, {}), now)
    return settle(services, uow, lead, receipt, deeds, cause=cause, now=now, tells=tells)


def settle(
    services: Services, uow: UnitOfWork, lead: Lead, receipt: Receipt, deeds: Iterable[Deed], *, cause: str,
    now: datetime, tells: bool = True,
) -> bool:  # fmt: skip
    """Keep the receipt if it says something new. Where new rules give all leads new scores, only the cards of those
    with another level follow at once: a thousand updates would stand before the next new lead's card."""
    newest = uow.scores.newest(lead.id or 0)
    if newest is not None and says(receipt) == said(newest):
        lead.rescore_at = next_look(services, lead, receipt, deeds, now)
        return levels.follow_score(services, uow, lead, now, tells=tells and cause != RULES)
    score, level = lead.score, lead.level
    keep(services, uow, lead, receipt, cause=cause, now=now, tells=tells)
    if score != lead.score or level != lead.level:
        follow(services, uow, lead, level, now)
    is_news = level != lead.level or (score != lead.score and cause != RULES)
    if is_news and not lead.is_quiet:
        speech.refresh_card(uow, lead, now)
        speech.refresh_owners_home(uow, lead, now)
    return True


def follow(services: Services, uow: UnitOfWork, lead: Lead, before: str, now: datetime) -> None:
    """Sequences hear of another score: some begin with an MQL, and branches of those it is in may ask for it."""
    stirring.wake(services, uow, lead, now)
    if lead.level == levels.MQL != before:
        enrolling.on(services, uow, lead, "mql", now)


def evaluate(
    services: Services, lead: Lead, deeds: Iterable[Deed], answers: dict[str, str], now: datetime
) -> Receipt:  # fmt: skip
    return judge(clean_of(lead), services.playbook.scoring, deeds, now, answers=answers)


def says(receipt: Receipt) -> tuple[object, ...]:
    """What makes one receipt differ from another; that points fade a little between two looks is no news."""
    return (
        receipt.score,
        receipt.fit,
        receipt.engagement,
        [(one.name, one.kind, one.touches) for one in receipt.factors],
    )


def said(kept: Evaluation) -> tuple[object, ...]:
    factors = [(one["name"], one["kind"], one.get("touches", 0)) for one in kept.factors]
    return kept.score, kept.fit, kept.engagement, factors


def next_look(
    services: Services, lead: Lead, receipt: Receipt, deeds: Iterable[Deed], now: datetime
) -> datetime | None:  # fmt: skip
    if not receipt.engagement or lead.closed_at is not None:
        return None
    return crosses_at(receipt, services.playbook.scoring, deeds, now)


# --- time passes


def faded(services: Services) -> list[int]:
    """The ids of leads whose score is to be worked out again because what they did is long ago."""
    with services.reading() as uow:
        return uow.scores.faded(services.now())


def fade(services: Services, lead_id: int) -> None:
    """Work one out again; whoever else tries the same lead finds it done."""
    now = services.now()
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        if lead is None or lead.rescore_at is None or lead.rescore_at > now:
            return
        again(services, uow, lead, cause=FADED, now=now)
        uow.commit()
