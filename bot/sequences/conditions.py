"""Whether a lead meets the playbook's conditions as it is now: the questions that routes ask, answered for anybody."""

from collections.abc import Sequence
from datetime import datetime

from bot.playbook.parts import Condition
from bot.qualification.known import clean_of
from bot.rules.values import ANSWERS, SEGMENT, Judged, Reading
from bot.search import setting_of
from bot.segments import Sorter
from bot.services import Services
from store.models import Lead
from store.unit_of_work import UnitOfWork


def are_met(
    services: Services, uow: UnitOfWork, lead: Lead, conditions: Sequence[Condition], now: datetime
) -> bool:  # fmt: skip
    if not conditions:
        return True
    zone = services.playbook.team(uow.people.team(lead.team_id).name).zone
    values = reading_of(services, uow, lead, conditions, now)
    return all(one.check(values[one.key(zone)]) for one in conditions)


def reading_of(
    services: Services, uow: UnitOfWork, lead: Lead, conditions: Sequence[Condition], now: datetime
) -> Reading:  # fmt: skip
    """Only what is asked for is looked up."""
    asked, number = {one.field for one in conditions}, lead.id or 0
    answers = uow.scores.answers([number]).get(number, {}) if any(one.startswith(ANSWERS) for one in asked) else {}
    clean = clean_of(lead)
    sort = Sorter(setting_of(services, uow, None), services.playbook) if SEGMENT in asked else None
    return Reading(
        clean, now, answers=answers, judged=lambda: Judged(lead.score, lead.level),
        segments=(lambda: sort(clean, lead.score)) if sort else None,
    )  # fmt: skip
