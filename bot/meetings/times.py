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


def free(
    services: Services, uow: UnitOfWork, rep: Rep, now: datetime, *, but: int | None = None, is_public: bool = False
) -> list[datetime]:  # fmt: skip
    """The times at which the rep can be met; the meeting `but` is not in the way, for it is to be moved.

    On the page that is public a part of each day is kept for whoever has a link of their own.
    """
    rules = services.playbook.meetings
    terms, diary = terms_of(rules), diary_of(services, uow, rep, now, but=but)
    found = slots.free(terms, diary, now)
    if not is_public:
        return found
    theirs = uow.meetings.of_visitors(rep.id or 0, now - MARGIN, now + terms.ahead + MARGIN, but=but)
    return slots.spared(found, terms, diary, theirs, rules.visitor_share)


def is_in_the_way(uow: UnitOfWork, rep: Rep, starts: datetime, ends: datetime, now: datetime) -> bool:
    """Whether the rep has something then, or is away; that they do not usually work then is theirs to know."""
    busy = slots.joined(uow.meetings.busy(rep.id or 0, starts - MARGIN, ends + MARGIN))
    is_gone = rep.away_until is not None and now < rep.away_until and starts < rep.away_until
    return is_gone or slots.meets(busy, starts, ends)


def diary_of(services: Services, uow: UnitOfWork, rep: Rep, now: datetime, *, but: int | None = None) -> Diary:
    terms, number = terms_of(services.playbook.meetings), rep.id or 0
    since, until = now - MARGIN, now + terms.ahead + MARGIN
    return Diary(
        hours_of(services, rep), rep.time_zone, rep.away_until,
        uow.meetings.taken(number, since, until, but=but),
        tuple(uow.meetings.busy(number, since, until, but=but)),
    )  # fmt: skip
