"""A question asked on a day that is not today's, or in another zone: what "last week" means for a schedule."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.reports.asking import Inquiry
from bot.rules.asking.known import Known
from bot.rules.policy import Actor
from bot.rules.reports.schedules import Rhythm
from bot.services import Services
from store.models import ReportSchedule
from store.unit_of_work import UnitOfWork

A_YEAR = timedelta(days=400)


@dataclass(frozen=True)
class KnownOn(Known):
    """Known on a given day: periods in plain words are read from there."""

    day: date = date.min

    @property
    def today(self) -> date:
        return self.day


class InquiryOn(Inquiry):
    """Asked at that moment by the calendar of that zone; what was written down later is not known yet."""

    def __init__(self, services: Services, uow: UnitOfWork, who: Actor | None, now: datetime, *, zone: str) -> None:
        super().__init__(services, uow, who, now)
        self._zone = zone

    @cached_property
    def known(self) -> Known:
        plain = super().known
        named = {each.name: getattr(plain, each.name) for each in fields(Known)}
        return KnownOn(**named, day=self.now.astimezone(ZoneInfo(self._zone)).date())


def moves_on(services: Services, uow: UnitOfWork, who: Actor, words: str, now: datetime) -> bool:
    """Whether the words will mean another time in a while: what never changes need not come again and again."""
    periods = [Inquiry(services, uow, who, then).question(words).period for then in (now, now + A_YEAR)]
    return (periods[0].starts, periods[0].ends) != (periods[1].starts, periods[1].ends)


def rhythm_of(one: ReportSchedule) -> Rhythm:
    every = {"day": "day", "week": "week", "month": "month"}[one.every]
    return Rhythm(every, one.day, time.fromisoformat(one.at))  # type: ignore[arg-type]
