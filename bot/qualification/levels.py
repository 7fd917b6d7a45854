"""Lead, MQL, SQL: which level a lead has, how that changes with its score, and what its card says of it."""

from datetime import datetime

from bot import speech
from bot.rules import levels as rules
from bot.services import Services
from bot.views import scores as views
from bot.views.kit import Piece
from bot.views.scores import Score
from store.models import Lead, LevelChange
from store.unit_of_work import UnitOfWork

MQL, SQL, REJECTED = "mql", "sql", "rejected"


def follow_score(services: Services, uow: UnitOfWork, lead: Lead, now: datetime, *, tells: bool = True) -> bool:
    """The lead has the level that its score gives, until sales decides; its thread hears of the first time."""
    level = rules.after_score(lead.level, lead.score, services.playbook.scoring)
    if level is None:
        return False
    is_first = level == MQL and not any(one.after == MQL for one in uow.scores.level_changes(lead.id or 0))
    change(uow, lead, level, now)
    if tells and is_first and lead.card_ts is not None and not lead.is_quiet:  # a new card says it by itself
        speech.log(uow, lead, views.became_mql(lead.score, views.told(score_of(services, uow, lead))), now)
    return True


def change(
    uow: UnitOfWork, lead: Lead, level: str, now: datetime, *, by: int | None = None, reason: str = ""
) -> None:  # fmt: skip
    uow.scores.add(LevelChange(
        lead_id=lead.id or 0, rep_id=by, before=lead.level, after=level, reason=reason, score=lead.score, at=now,
    ))  # fmt: skip
    lead.level = level


def score_of(services: Services, uow: UnitOfWork, lead: Lead) -> Score:
    """The lead's score with its newest receipt, and what would make it the next level."""
    kept, lead_id = uow.scores.newest(lead.id or 0), lead.id or 0
    answers = uow.scores.answers([lead_id]).get(lead_id, {}) if lead.closed_at is None else {}
    coming = rules.next_level(lead.level, lead.score, services.playbook.scoring, answers)
    if kept is None:
        return Score(lead.score, lead.level, (), coming)
    return Score(
        lead.score, lead.level, tuple(kept.factors), coming if lead.closed_at is None else None, kept.fit,
        kept.engagement, kept.at, kept.cause, kept.playbook,
    )  # fmt: skip


def line(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """What the lead's card says about its score; nothing where nothing counts."""
    return views.card_line(score_of(services, uow, lead))
