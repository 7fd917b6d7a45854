"""The time before the one that is asked about, for sentences that say how a figure was then."""

from dataclasses import replace
from datetime import time

from bot.reports.kinds import Asked
from bot.rules.asking.periods import NoPeriodError, previous
from bot.rules.calendar import at_local
from store.reporting.scope import Scope


def scope_before(asked: Asked) -> Scope:
    """As it was known when it was as long over; of a time that is not over, as far as that had come.

    Where there was none, like before all time, nothing is in it.
    """
    scope = asked.scope
    try:
        period = previous(asked.question.period)
    except NoPeriodError:
        return replace(scope, ends=scope.starts)
    starts, ends = (at_local(day, time(0), scope.zone) for day in (period.starts, period.ends))
    return replace(scope, starts=starts, ends=ends, as_of=min(ends + (scope.as_of - scope.ends), scope.as_of))
