"""When a rep works: their own hours and holidays where they have any, else the playbook's."""

from datetime import datetime, time

from bot.rules.calendar import DAY_NAMES, WorkingHours
from bot.services import Services
from store.models import Rep


def hours_of(services: Services, rep: Rep) -> WorkingHours:
    usual = services.playbook.hours.rule()
    holidays = rep.holidays or usual.holidays
    if rep.hours is None:
        return WorkingHours(usual.starts, usual.ends, usual.days, holidays)
    days = frozenset(DAY_NAMES.index(day) for day in rep.hours["days"])
    return WorkingHours(time.fromisoformat(rep.hours["starts"]), time.fromisoformat(rep.hours["ends"]), days, holidays)


def is_at_work(services: Services, rep: Rep, now: datetime) -> bool:
    """Within their hours, on no holiday, and not away."""
    is_away = rep.away_until is not None and rep.away_until > now
    return not is_away and hours_of(services, rep).cover(now, rep.time_zone)
