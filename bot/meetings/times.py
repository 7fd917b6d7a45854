"""Which times of a rep are free now, from everything that is known of their days."""

from datetime import datetime, timedelta

from bot.playbook.sequences import Meetings
from bot.rules.meetings import slots
from bot.rules.meetings.slots import Diary, Terms
from bot.services import Services
from bot.worktime import hours_of
from store.models import Rep
from store.unit_of_work import UnitOfWork

MARGIN = timedelta(days=1)


def terms_of(rules: Meetings) -> Terms:
    return Terms(
        timedelta(minutes=rules.minutes), timedelta(hours=rules.notice_hours), timedelta(days=rules.days_ahead),
        timedelta(minutes=rules.pause_minutes),
    )  # fmt: skip


def free(services: Services, uow: UnitOfWork, rep: Rep, now: datetime, *, but: int | None = None) -> list[datetime]:
    """The times at which the rep can be met; the meeting `but` is not in the way, for it is to be moved."""
    terms = terms_of(services.playbook.meetings)
    return slots.free(terms, diary_of(services, uow, rep, now, but=but), now)


def diary_of(services: Services, uow: UnitOfWork, rep: Rep, now: datetime, *, but: int | None = None) -> Diary:
    terms, number = terms_of(services.playbook.meetings), rep.id or 0
    since, until = now - MARGIN, now + terms.ahead + MARGIN
    return Diary(
        hours_of(services, rep), rep.time_zone, rep.away_until,
        uow.meetings.taken(number, since, until, but=but),
        tuple(uow.meetings.busy(number, since, until, but=but)),
    )  # fmt: skip
